"""The rows of a record's tables: read for many records at once, written as a whole.

A row's name stays with it, wherever it moves: that is how the sync knows a line again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from .database import Database
from .rules import defaults
from .schema import DocType, Field, decode, encode, quoted, time_text
from .table import Row


class Children:
    """The rows of one table field of a DocType. Nothing here commits."""

    def __init__(self, database: Database, parenttype: str, field: Field) -> None:
        self._database = database
        self._of = (parenttype, field.name)
        self._name = field.options
        self.field = field

    @property
    def doctype(self) -> DocType:
        """The rows' DocType, as customized by now."""
        return self._database.doctype(self._name)

    def get(self, parents: Sequence[str]) -> dict[str, tuple[Row, ...]]:
        """The rows of many records, in order; records without any are left out."""
        sql = (
            f"SELECT * FROM {self.doctype.table} WHERE parenttype = ? AND parentfield = ? "
            "AND parent IN ({}) ORDER BY parent, idx, rowid"
        )
        found: dict[str, list[Row]] = {}
        for row in self._database.rows_in(sql, parents, self._of):
            found.setdefault(row["parent"], []).append(self._decoded(row))
        return {parent: tuple(rows) for parent, rows in found.items()}

    def merged(
        self, held: Sequence[Row], given: Sequence[Mapping[str, Any]], now: datetime
    ) -> list[Row]:
        """The rows as they will be: one with the name of a held row is that row, changed."""
        left = {row["name"]: row for row in held}
        return [self._merged(left.pop(row.get("name"), None), row, now) for row in given]

    def put(self, parent: str, before: Sequence[Row], after: Sequence[Row], now: datetime) -> None:
        """Write `after` in place of `before`; rows that are new get their names here."""
        held = {row["name"]: (place, row) for place, row in enumerate(before, 1)}
        new: list[tuple[int, Row]] = []
        changed: list[tuple[int, Row]] = []
        for place, row in enumerate(after, 1):
            if "name" not in row:
                new.append((place, row))
            elif held.pop(row["name"]) != (place, row):
                changed.append((place, row))
        self._delete(list(held))
        self._update(changed, now)
        self._insert(parent, new, now)

    def drop(self, parent: str) -> None:
        """Take all rows of a record away."""
        self._database.write(
            f"DELETE FROM {self.doctype.table} "
            "WHERE parenttype = ? AND parentfield = ? AND parent = ?",
            (*self._of, parent),
        )

    def _merged(self, held: Row | None, given: Mapping[str, Any], now: datetime) -> Row:
        values = {key: value for key, value in given.items() if key != "name"}
        unknown = values.keys() - self.doctype.by_name.keys()
        if unknown:
            raise ValueError(f"{self._name} has no field {', '.join(sorted(unknown))}.")
        if held is not None:
            return {**held, **values}
        said = {key: value for key, value in values.items() if value is not None}
        return {**defaults(self.doctype, now, user=""), **said}

    def _insert(self, parent: str, rows: Sequence[tuple[int, Row]], now: datetime) -> None:
        doctype, time = self.doctype, time_text(now)
        for _, row in rows:
            row["name"] = uuid4().hex[:10]
        columns = (*doctype.standard, *(field.name for field in doctype.fields))
        self._many(
            f"INSERT INTO {doctype.table} ({', '.join(quoted(each) for each in columns)}) "
            f"VALUES ({', '.join('?' * len(columns))})",
            [
                (row["name"], time, time, parent, *self._of, place, *self._encoded(row))
                for place, row in rows
            ],
        )

    def _update(self, rows: Sequence[tuple[int, Row]], now: datetime) -> None:
        columns = ("modified", "idx", *(field.name for field in self.doctype.fields))
        settings = ", ".join(f"{quoted(column)} = ?" for column in columns)
        self._many(
            f"UPDATE {self.doctype.table} SET {settings} WHERE name = ?",
            [(time_text(now), place, *self._encoded(row), row["name"]) for place, row in rows],
        )

    def _delete(self, names: Sequence[str]) -> None:
        self._many(f"DELETE FROM {self.doctype.table} WHERE name = ?", [(each,) for each in names])

    def _many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            self._database.write_many(sql, rows)

    def _encoded(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(encode(field.kind, row[field.name]) for field in self.doctype.fields)

    def _decoded(self, row: Mapping[str, Any]) -> Row:
        values = {each.name: decode(each.kind, row[each.name]) for each in self.doctype.fields}
        return {"name": row["name"], **values}
