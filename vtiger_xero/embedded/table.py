"""Records of one DocType: inserted, changed and deleted under the DocType's rules."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from ..engine.errors import RecordRefused
from .database import Database
from .names import new_name
from .rules import conform, defaults
from .schema import STANDARD, DocType, decode, encode, quoted, time_text

_TICK = timedelta(microseconds=1)


class Table:
    """The records of one DocType. Nothing here commits."""

    def __init__(self, database: Database, doctype: str) -> None:
        self._database = database
        self._name = doctype

    @property
    def doctype(self) -> DocType:
        """The DocType, as customized by now."""
        return self._database.doctype(self._name)

    def get(self, names: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Records by name, values as Python knows them; missing ones are left out."""
        sql = f"SELECT * FROM {self.doctype.table} WHERE name IN ({{}})"
        return {row["name"]: self._decoded(row) for row in self._database.rows_in(sql, names)}

    def insert(self, values: Mapping[str, Any], now: datetime, user: str, number: str = "") -> str:
        """Insert a record with its defaults; returns its name.

        `number` is the field that shows the name, as Vtiger shows its running numbers.
        """
        doctype = self._known(values)
        given = {key: value for key, value in values.items() if value is not None}
        whole = {**defaults(doctype, now, user), **given}
        name = new_name(self._database, doctype, whole)
        row = conform(doctype, {**whole, number: name}, self._database.exists)
        encoded = [encode(field.kind, row[field.name]) for field in doctype.fields]
        columns = ", ".join(map(quoted, (*STANDARD, *row)))
        marks = ", ".join("?" * (len(STANDARD) + len(row)))
        time = time_text(now)
        self._write(
            f"INSERT INTO {doctype.table} ({columns}) VALUES ({marks})",
            (name, time, time, *encoded),
            row,
        )
        return name

    def update(self, name: str, values: Mapping[str, Any], now: datetime) -> None:
        """Change some values of a record that exists; the whole record is checked again."""
        doctype = self._known(values)
        held = self.get([name])[name]
        row = conform(doctype, {**held, **values}, self._database.exists)
        changed = [field for field in doctype.fields if field.name in values]
        self._write(
            f"UPDATE {doctype.table} SET {_settings(each.name for each in changed)} WHERE name = ?",
            (
                time_text(later(now, held["modified"])),
                *(encode(field.kind, row[field.name]) for field in changed),
                name,
            ),
            row,
        )

    def touch(self, name: str, now: datetime) -> None:
        """Make a new version of a record whose Contacts changed, if it exists."""
        for held in self.get([name]).values():
            sql = f"UPDATE {self.doctype.table} SET modified = ? WHERE name = ?"
            self._database.write(sql, (time_text(later(now, held["modified"])), name))

    def delete(self, name: str) -> None:
        """Take a record away; `RecordRefused` while another refers to it."""
        for doctype in self._database.doctypes:
            for field in doctype.fields:
                if field.type == "Link" and field.options == self._name:
                    self._refuse_if_referred(doctype, field.name, field.label, name)
        self._database.write(f"DELETE FROM {self.doctype.table} WHERE name = ?", (name,))

    def _refuse_if_referred(self, doctype: DocType, field: str, label: str, name: str) -> None:
        sql = f"SELECT name FROM {doctype.table} WHERE {quoted(field)} = ? AND name <> ?"
        for row in self._database.rows(f"{sql} LIMIT 1", (name, name)):
            raise RecordRefused(
                f"{name} cannot be deleted: {doctype.name} {row['name']} names it as {label}.",
                remedy=f"Change {label} of {row['name']} first.",
            )

    def _known(self, values: Mapping[str, Any]) -> DocType:
        doctype = self.doctype
        unknown = [field for field in values if field not in doctype.by_name]
        if unknown:
            raise ValueError(f"{doctype.name} has no field {', '.join(unknown)}.")
        return doctype

    def _decoded(self, row: Mapping[str, Any]) -> dict[str, Any]:
        values = {each.name: decode(each.kind, row[each.name]) for each in self.doctype.fields}
        return {**values, "modified": datetime.fromisoformat(row["modified"])}

    def _write(self, sql: str, parameters: Sequence[Any], row: Mapping[str, Any]) -> None:
        try:
            self._database.write(sql, parameters)
        except sqlite3.IntegrityError as error:
            raise self._taken(str(error), row) from error

    def _taken(self, error: str, row: Mapping[str, Any]) -> Exception:
        """SQLite names the column ("UNIQUE constraint failed: Table.column") and nothing else."""
        field = self.doctype.by_name.get(error.rpartition(".")[2])
        label, value = (field.label, row[field.name]) if field else ("name", "")
        return RecordRefused(
            f"Another record has the {label} \u201c{value}\u201d already; it must be unique.",
            remedy=f"Give one of them another {label}.",
            detail=error,
        )


def _settings(names: Any) -> str:
    return ", ".join(f"{quoted(name)} = ?" for name in ("modified", *names))


def later(now: datetime, before: datetime) -> datetime:
    """`now`, but always after `before`: two versions of a record never bear one time."""
    return max(now, before + _TICK)
