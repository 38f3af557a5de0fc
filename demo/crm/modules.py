"""A module's DocTypes, and the names under which their fields flow (`mapping.doctypes`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from vtiger_xero.engine.links import LinkState
from vtiger_xero.engine.mapping.doctypes import ITEM_TYPE, RENAMED
from vtiger_xero.engine.modules import spec_of
from vtiger_xero.engine.records import Head, Module
from vtiger_xero.engine.stored import LINK
from vtiger_xero.engine.text import shared

from .database import Database
from .schema import DocType, quoted
from .table import Row


class Flow:
    """One DocType of a module, seen by the names under which its fields flow."""

    def __init__(self, database: Database, module: Module, doctype: str) -> None:
        self._database = database
        self._module = module
        self.name = doctype
        self._own = RENAMED.get(doctype, {})
        self._flowing = {own: flowing for flowing, own in self._own.items()}

    @property
    def doctype(self) -> DocType:
        """The DocType, as customized by now."""
        return self._database.doctype(self.name)

    def own(self, field: str) -> str:
        """The DocType's own name of a field."""
        return self._own.get(field, field)

    def flowing(self, field: str) -> str:
        """The name under which a field of the DocType flows."""
        return self._flowing.get(field, field)

    def inward(self, fields: Mapping[str, Any]) -> Row:
        """Values by the DocType's own names.

        What only the module's other DocType has is left out: one table maps both.
        """
        if not self._item_type:
            return dict(fields)
        mine = self.doctype.form_names
        elsewhere = {ITEM_TYPE}
        for other in flows(self._database, self._module):
            elsewhere |= {other.flowing(field.name) for field in other.doctype.form}
        values = {self.own(field): value for field, value in fields.items()}
        return {k: v for k, v in values.items() if k in mine or self.flowing(k) not in elsewhere}

    def outward(self, values: Mapping[str, Any]) -> Row:
        """Values by the names under which they flow, with the DocType if there are several."""
        found = {self.flowing(field): value for field, value in values.items()}
        return {**found, **self._item_type}

    def heads(self, names: Sequence[str] | None = None) -> Iterator[tuple[str, Head]]:
        """Every record (or these) in brief, oldest first, with the time of its creation."""
        keys = [key for key in spec_of(self._module).head_fields if key not in self._item_type]
        columns = ", ".join(
            quoted(each)
            for each in ("rowid", "name", "creation", "modified", *(self.own(one) for one in keys))
        )
        sql = f"SELECT {columns} FROM {self.doctype.table} "
        if names is None:
            rows = self._database.each_row(sql + "ORDER BY creation, rowid")
        else:
            wanted = list(dict.fromkeys(names))
            found = self._database.rows_in(sql + "WHERE name IN ({})", wanted)
            rows = iter(sorted(found, key=lambda row: (row["creation"], row["rowid"])))
        own = {key: self.own(key) for key in keys}
        for row in rows:
            # Decimals and dates are kept as the text that a head carries, boxes as 0 or 1.
            texts = {key: shared(str(row[column] or "")) for key, column in own.items()}
            modified = datetime.fromisoformat(row["modified"])
            yield row["creation"], Head(row["name"], modified, {**texts, **self._item_type})

    def changed(self, tenant: str) -> list[str]:
        """Records whose version is not that of their link, or that have none."""
        sql = (
            f"SELECT r.name FROM {self.doctype.table} r LEFT JOIN {quoted(LINK)} l "
            "ON l.tenant = ? AND l.module = ? AND l.crm_name = r.name "
            "WHERE l.crm_version IS NULL OR l.crm_version <> r.modified"
        )
        return [row["name"] for row in self._database.rows(sql, (tenant, self._module.value))]

    def referring(self, field: str, names: Sequence[str]) -> list[str]:
        """Records whose field is one of these names."""
        sql = f"SELECT name FROM {self.doctype.table} WHERE {quoted(self.own(field))} IN ({{}})"
        return [row["name"] for row in self._database.rows_in(sql, list(dict.fromkeys(names)))]

    @property
    def _item_type(self) -> Mapping[str, str]:
        return {ITEM_TYPE: self.name} if len(spec_of(self._module).doctypes) > 1 else {}


def linked_but_gone(database: Database, module: Module, tenant: str) -> list[str]:
    """The names on links of records that are no more, but for links that are Gone."""
    absent = " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM {quoted(each)} r WHERE r.name = l.crm_name)"
        for each in spec_of(module).doctypes
    )
    sql = (
        f"SELECT l.crm_name FROM {quoted(LINK)} l WHERE l.tenant = ? AND l.module = ? "
        f"AND l.crm_name IS NOT NULL AND l.state <> ? AND {absent}"
    )
    given = (tenant, module.value, LinkState.GONE.value)
    return [row["crm_name"] for row in database.rows(sql, given)]


def flows(database: Database, module: Module) -> list[Flow]:
    """A module's DocTypes."""
    return [Flow(database, module, doctype) for doctype in spec_of(module).doctypes]
