"""Records with their tables, saved under the rules of their DocType and of business.

A save goes as on a Frappe site: what is missing is filled in, the DocType's own rules of business
compute and correct, the finished record is checked field by field and written, and only then do
other records feel it (stock, an invoice's payments).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vtiger_xero.engine.mapping.doctypes import NUMBER_FIELDS
from vtiger_xero.engine.saving import stored_values

from .children import Children
from .database import Database
from .names import new_name
from .references import require_unreferred
from .rules import conform, converted, defaults, of_row, require_rows
from .schema import DocType
from .table import Row, Table


@dataclass
class Save:
    """One save of a record: how it was (None: not there yet) and how it will be.

    `given` are the values that came with this save, whoever made it; `by_sync` tells the sync's
    own from a person's. A table of `after` is a list of rows that rules may change.
    """

    name: str
    before: Row | None
    after: Row
    given: Mapping[str, Any]
    now: datetime
    by_sync: bool = False


class Rules:
    """What a DocType's own rules do around a save: here, nothing."""

    def prepare(self, save: Save) -> None:
        """Fill in, correct and compute `save.after`, before the DocType's rules look at it."""

    def saved(self, save: Save) -> None:
        """What other records feel of it."""

    def trashed(self, name: str, before: Row, now: datetime) -> None:
        """What other records feel of its deletion."""


class Documents:
    """The records of one DocType. Nothing here commits."""

    def __init__(self, database: Database, doctype: str, rules: Rules | None = None) -> None:
        self._database = database
        self._name = doctype
        self._rows = Table(database, doctype)
        self._rules = rules

    @property
    def doctype(self) -> DocType:
        """The DocType, as customized by now."""
        return self._rows.doctype

    def get(self, names: Sequence[str]) -> dict[str, Row]:
        """Records by name, their tables as tuples of rows: one query for each table."""
        found = self._rows.get(names)
        for table in self._tables:
            rows = table.get(list(found)) if found else {}
            for name, record in found.items():
                record[table.field.name] = rows.get(name, ())
        return found

    def version(self, name: str) -> datetime | None:
        """When a record was changed last, None if there is none."""
        return self._rows.version(name)

    def insert(
        self, values: Mapping[str, Any], now: datetime, user: str, *, by_sync: bool = False
    ) -> str:
        """Insert a record with its defaults; returns its name."""
        doctype = self._known(values)
        given = {key: value for key, value in values.items() if value is not None}
        whole = {**defaults(doctype, now, user), **given}
        for table in self._tables:
            whole[table.field.name] = table.merged((), given.get(table.field.name, ()), now)
        name = new_name(self._database, doctype, whole)
        save = Save(name, None, whole, values, now, by_sync)
        self._finish(save)
        self._rows.insert(name, save.after, now)
        self._written(save)
        return name

    def update(
        self, name: str, values: Mapping[str, Any], now: datetime, *, by_sync: bool = False
    ) -> None:
        """Change some values of a record that exists; the whole record is checked again."""
        self._known(values)
        before = self.get([name])[name]
        after = {**before, **values}
        for table in self._tables:
            key = table.field.name
            after[key] = table.merged(before[key], values.get(key, before[key]) or (), now)
        save = Save(name, before, after, values, now, by_sync)
        self._finish(save)
        changed = [key for key in self.doctype.by_name if save.after[key] != before[key]]
        self._rows.update(name, save.after, changed, now)
        self._written(save)

    def touch(self, name: str, now: datetime) -> None:
        """Make a new version of a record that changed elsewhere, if it exists."""
        self._rows.touch(name, now)

    def delete(self, name: str, now: datetime) -> None:
        """Take a record away; `RecordRefused` while another refers to it."""
        require_unreferred(self._database, self._name, name)
        for before in self.get([name]).values():
            for table in self._tables:
                table.drop(name)
            self._rows.delete(name)
            if self._rules is not None:
                self._rules.trashed(name, before, now)

    @property
    def _tables(self) -> list[Children]:
        return [Children(self._database, self._name, field) for field in self.doctype.tables]

    def _known(self, values: Mapping[str, Any]) -> DocType:
        doctype = self.doctype
        unknown = [field for field in values if field not in doctype.form_names]
        if unknown:
            raise ValueError(f"{doctype.name} has no field {', '.join(unknown)}.")
        return doctype

    def _finish(self, save: Save) -> None:
        """Make `save.after` what will be kept."""
        if not save.by_sync:
            self._keep_read_only(save)
        if self._rules is not None:
            self._convert(save)
            self._rules.prepare(save)
        if self._name in NUMBER_FIELDS:  # the number is the name, and never changes
            save.after[NUMBER_FIELDS[self._name]] = save.name
        whole = conform(self.doctype, save.after, self._database.exists)
        for table in self._tables:
            rows = save.after[table.field.name]
            require_rows(table.field, rows)
            whole[table.field.name] = self._conformed(table, rows)
        save.after = whole

    def _keep_read_only(self, save: Save) -> None:
        """Put back what no person writes, in the record and in the rows of its tables."""
        save.after.update(stored_values(self._name, save.before))
        for table in self._tables:
            key = table.field.name
            held = {row["name"]: row for row in (save.before or {}).get(key, ())}
            for row in save.after[key]:
                stored = stored_values(table.doctype.name, held.get(row.get("name")))
                row.update(stored)

    def _conformed(self, table: Children, rows: Sequence[Row]) -> list[Row]:
        kept = []
        for number, row in enumerate(rows, 1):
            with of_row(table.field, number):
                key = {"name": row["name"]} if "name" in row else {}
                kept.append({**key, **conform(table.doctype, row, self._database.exists)})
        return kept

    def _convert(self, save: Save) -> None:
        save.after.update(converted(self.doctype, save.after))
        for table in self._tables:
            for number, row in enumerate(save.after[table.field.name], 1):
                with of_row(table.field, number):
                    row.update(converted(table.doctype, row))

    def _written(self, save: Save) -> None:
        for table in self._tables:
            key = table.field.name
            before = () if save.before is None else save.before[key]
            table.put(save.name, before, save.after[key], save.now)
        if self._rules is not None:
            self._rules.saved(save)
