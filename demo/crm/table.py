"""The rows of one DocType's table: read, inserted, changed and taken away."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from vtiger_xero.engine.errors import RecordRefused

from .database import Database
from .schema import STANDARD, DocType, decode, encode, quoted, time_text

Row = dict[str, Any]

_TICK = timedelta(microseconds=1)


class Table:
    """The rows of a DocType's records. No rules, no tables within; nothing here commits."""

    def __init__(self, database: Database, doctype: str) -> None:
        self._database = database
        self._name = doctype

    @property
    def doctype(self) -> DocType:
        """The DocType, as customized by now."""
        return self._database.doctype(self._name)

    def get(self, names: Sequence[str]) -> dict[str, Row]:
        """Rows by name, values as Python knows them; missing ones are left out."""
        sql = f"SELECT * FROM {self.doctype.table} WHERE name IN ({{}})"
        return {row["name"]: self._decoded(row) for row in self._database.rows_in(sql, names)}

    def version(self, name: str) -> datetime | None:
        """When a row was changed last, None if there is none."""
        sql = f"SELECT modified FROM {self.doctype.table} WHERE name = ?"
        for row in self._database.rows(sql, (name,)):
            return datetime.fromisoformat(row["modified"])
        return None

    def insert(self, name: str, row: Mapping[str, Any], now: datetime) -> None:
        """Insert a row that has every field of the DocType."""
        doctype, time = self.doctype, time_text(now)
        columns = (*STANDARD, *(field.name for field in doctype.fields))
        self._write(
            f"INSERT INTO {doctype.table} ({', '.join(quoted(each) for each in columns)}) "
            f"VALUES ({', '.join('?' * len(columns))})",
            (name, time, time, *(encode(field.kind, row[field.name]) for field in doctype.fields)),
            row,
        )

    def update(
        self, name: str, row: Mapping[str, Any], fields: Iterable[str], now: datetime
    ) -> None:
        """Write some fields of a row, which makes it a later version."""
        doctype = self.doctype
        changed = [doctype.by_name[field] for field in fields]
        columns = ("modified", *(field.name for field in changed))
        settings = ", ".join(f"{quoted(each)} = ?" for each in columns)
        self._write(
            f"UPDATE {doctype.table} SET {settings} WHERE name = ?",
            (
                time_text(self._later(name, now)),
                *(encode(field.kind, row[field.name]) for field in changed),
                name,
            ),
            row,
        )

    def touch(self, name: str, now: datetime) -> None:
        """Make a new version of a record that changed elsewhere (its Contacts), if it exists."""
        self.update(name, {}, (), now)

    def delete(self, name: str) -> None:
        """Take a row away."""
        self._database.write(f"DELETE FROM {self.doctype.table} WHERE name = ?", (name,))

    def _later(self, name: str, now: datetime) -> datetime:
        """`now`, but always after the last version: two never bear one time."""
        held = self.version(name)
        return now if held is None else max(now, held + _TICK)

    def _decoded(self, row: Mapping[str, Any]) -> Row:
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
