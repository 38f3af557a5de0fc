"""The engine's port `RowStore` on SQLite: the journal's rows, in the tables of the app's DocTypes.

They are written without the DocTypes' rules: those are for what people type, and the engine made
these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from vtiger_xero.engine.ports import Column, First, Join, Row
from vtiger_xero.engine.stored import BY_MODULE

from .database import Database
from .schema import Kind, encode, quoted


class Rows:
    """Rows by their columns, as SQLite keeps them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def select(self, table: str, columns: Sequence[str], where: Row) -> Sequence[Row]:
        """Rows with these values (None: with none), in the order in which they were written."""
        sql = f"SELECT {_names(columns)} FROM {quoted(table)} WHERE {_are(where)} ORDER BY rowid"
        return self._database.rows(sql, tuple(where.values()))

    def select_in(
        self,
        table: str,
        columns: Sequence[str],
        key: str,
        wanted: Sequence[str],
        where: Row | None = None,
    ) -> Sequence[Row]:
        """Rows whose `key` is among `wanted`, and with these values, in the order of writing."""
        given = where or {}
        also = f"{_are(given, also=True)} AND " if given else ""
        sql = f"SELECT rowid AS _order, {_names(columns)} FROM {quoted(table)} "
        sql += f"WHERE {also}{quoted(key)} IN ({{}})"
        rows = self._database.rows_in(sql, list(dict.fromkeys(wanted)), tuple(given.values()))
        rows.sort(key=_order)
        for row in rows:
            del row["_order"]
        return rows

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """Add rows, under new names unless they bring their own."""
        self._add(table, rows)

    def upsert(self, table: str, rows: Sequence[Row]) -> None:
        """Add rows, or write them over those with the same key, their first column."""
        for key, *_ in rows[:1]:
            settings = ", ".join(f"{quoted(each)} = excluded.{quoted(each)}" for each in rows[0])
            self._add(table, rows, f"ON CONFLICT ({quoted(key)}) DO UPDATE SET {settings}")

    def _add(self, table: str, rows: Iterable[Row], otherwise: str = "") -> None:
        named = [{"name": uuid4().hex[:20], **row} for row in rows]
        for first in named[:1]:
            marks = ", ".join("?" * len(first))
            sql = f"INSERT INTO {quoted(table)} ({_names(first)}) VALUES ({marks}) {otherwise}"
            self._database.write_many(sql, map(_kept, named))

    def change(self, table: str, name: str, row: Row) -> None:
        """Write some columns of the row of this name."""
        self.set_among(table, row, "name", [name])

    def set_among(self, table: str, row: Row, key: str, wanted: Sequence[str]) -> None:
        """Write some columns of all rows whose `key` is among `wanted`."""
        settings = ", ".join(f"{quoted(each)} = ?" for each in row)
        sql = f"UPDATE {quoted(table)} SET {settings} WHERE {quoted(key)} = ?"
        self._database.write_many(sql, ((*_kept(row), each) for each in wanted))

    def delete(self, table: str, where: Row) -> None:
        """Take rows away."""
        sql = f"DELETE FROM {quoted(table)} WHERE {_are(where)}"
        self._database.write(sql, tuple(where.values()))

    def select_joined(
        self, first: First, joins: Sequence[Join], columns: Sequence[Column]
    ) -> Iterator[tuple[Any, ...]]:
        """The rows of a table, each beside what the joins find for it."""
        sql = f"SELECT {', '.join(map(_place, columns))} FROM {quoted(first.table)}"
        for each in joins:
            found = f"{_place((each.table, each.key))} = {'? || ' if each.prefix else ''}"
            sql += f" LEFT JOIN {quoted(each.table)} ON {found}{_place(each.of)}"
        conditions = [f"{_place((each.table, 'name'))} IS NULL" for each in joins if first.alone]
        values = [each.prefix for each in joins if each.prefix]
        if first.prefix:
            key = _place((first.table, first.key))
            conditions.append(f"{key} >= ? AND {key} < ?")
            values += [first.prefix, first.prefix[:-1] + chr(ord(first.prefix[-1]) + 1)]
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return self._database.stream(sql + where, values)


def _order(row: dict[str, Any]) -> Any:
    return row["_order"]


def _names(columns: Iterable[str]) -> str:
    return ", ".join(map(quoted, columns))


def _place(column: Column) -> str:
    return ".".join(map(quoted, column))


def _are(where: Row, *, also: bool = False) -> str:
    """These values, found by another column's index where there is one: `+` says so to SQLite.

    It would think that the index of two columns, organisation and module, finds fewer rows.
    """
    by_others = also or not where.keys() <= set(BY_MODULE)
    marks = dict.fromkeys(BY_MODULE, "+") if by_others else {}
    return " AND ".join(f"{marks.get(each, '')}{quoted(each)} IS ?" for each in where)


def _kept(row: Row) -> list[Any]:
    values = row.values()
    return [encode(Kind.TIME, each) if isinstance(each, datetime) else each for each in values]
