"""One SQLite database and its transaction, which the CRM and the journal share.

SQLite's driver would open and close transactions by itself; here it is told not to
(`isolation_level=None`), because what a commit covers is the point of the whole journal.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from .schema import DocType, load_doctypes, statements

Row = dict[str, Any]

_PATIENCE = 30  # seconds to wait for another process's write
_MANY = 500  # SQLite takes a thousand parameters in its oldest versions
_OWN_TABLES: Mapping[str, str] = {
    "Series": 'CREATE TABLE "Series" (name TEXT PRIMARY KEY NOT NULL, current INTEGER NOT NULL)',
    "Property Setter": 'CREATE TABLE "Property Setter" (doc_type TEXT, field_name TEXT, '
    "property TEXT, value TEXT, PRIMARY KEY (doc_type, field_name, property))",
}


class Database:
    """A connection with the DocTypes' tables in it. One thread uses it; others open their own."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        doctypes: Mapping[str, DocType],
        path: Path | None = None,
    ) -> None:
        self._connection = connection
        self.path = path
        self._doctypes = dict(doctypes)
        # Of a database in memory, which has nothing beside it: run locks, shared texts, and who
        # may change which text.
        self.locks: set[str] = set()
        self.texts: dict[str, str] = {}
        self.turns: dict[str, threading.Lock] = {}

    @classmethod
    def open(
        cls, path: Path | str | None = None, doctypes: Mapping[str, DocType] | None = None
    ) -> Database:
        """Open (or make) the database in the file `path`, None for one in memory.

        `doctypes` are the app's own unless others are given; the tables follow them.
        """
        connection = sqlite3.connect(path or ":memory:", timeout=_PATIENCE, isolation_level=None)
        if path:
            connection.execute("PRAGMA journal_mode = WAL")
        found = load_doctypes() if doctypes is None else doctypes
        database = cls(connection, found, Path(path) if path else None)
        database._synchronise()
        return database

    def close(self) -> None:
        """Close; what was not committed is forgotten."""
        self._connection.close()

    def __enter__(self) -> Database:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # Reading and writing

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """What a query finds, each row by its columns."""
        return list(self.each_row(sql, parameters))

    def each_row(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[Row]:
        """The same, a row at a time."""
        cursor = self._connection.execute(sql, parameters)
        columns = [each[0] for each in cursor.description]
        return (dict(zip(columns, row)) for row in cursor)  # noqa: B905 (a row has its columns)

    def stream(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """What a query finds, a row at a time, each as its values."""
        return iter(self._connection.execute(sql, parameters))

    def rows_in(self, sql: str, keys: Sequence[str], before: Sequence[Any] = ()) -> list[Row]:
        """Like `rows`, for any number of keys: `{}` in the SQL stands for their place."""
        found: list[Row] = []
        for start in range(0, len(keys), _MANY):
            some = keys[start : start + _MANY]
            found += self.rows(sql.format(", ".join("?" * len(some))), (*before, *some))
        return found

    def write(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Change something; returns the number of rows. The transaction stays open."""
        self._begin()
        return self._connection.execute(sql, parameters).rowcount

    def write_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Change the same thing for many rows."""
        self._begin()
        self._connection.executemany(sql, rows)

    # Transactions

    def _begin(self) -> bool:
        """Open a transaction if there is none; returns whether there was none.

        IMMEDIATE takes SQLite's one write lock at once: a transaction that starts by reading
        and writes later may find that somebody else wrote in between, and cannot go on.
        """
        if self._connection.in_transaction:
            return False
        self._connection.execute("BEGIN IMMEDIATE")
        return True

    def commit(self) -> None:
        """Make everything durable."""
        if self._connection.in_transaction:
            self._connection.execute("COMMIT")

    def rollback(self) -> None:
        """Forget everything since the last commit."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    @contextmanager
    def record(self) -> Iterator[None]:
        """A savepoint: all or nothing, but durable only with the next commit."""
        self._begin()
        self._connection.execute("SAVEPOINT record")
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK TO record")
                self._connection.execute("RELEASE record")
            raise
        self._connection.execute("RELEASE record")

    @contextmanager
    def saving(self) -> Iterator[None]:
        """What a person's save is: all or nothing, and durable, unless a transaction is open."""
        alone = self._begin()
        try:
            with self.record():
                yield
        except BaseException:
            if alone:
                self.rollback()
            raise
        if alone:
            self.commit()

    # DocTypes

    def doctype(self, name: str) -> DocType:
        """A DocType as the site has customized it; KeyError if there is none."""
        return self._doctypes[name]

    @property
    def doctypes(self) -> Sequence[DocType]:
        """Every DocType that has a table."""
        return [each for each in self._doctypes.values() if each.has_table]

    def customize(self, doctype: str, field: str, properties: Mapping[str, Any]) -> None:
        """Change properties of a field, as Customize Form does, and remember them."""
        changed = self._doctypes[doctype].customized(field, properties)
        with self.saving():
            self.write_many(
                'INSERT OR REPLACE INTO "Property Setter" VALUES (?, ?, ?, ?)',
                [(doctype, field, key, json.dumps(each)) for key, each in properties.items()],
            )
        self._doctypes[doctype] = changed

    def add_doctypes(self, doctypes: Iterable[DocType]) -> None:
        """Make tables for DocTypes that are not the app's own (Frappe's Contact)."""
        for doctype in doctypes:
            self._doctypes.setdefault(doctype.name, doctype)
        self._synchronise()

    def _synchronise(self) -> None:
        # Asked twice: opening must not wait for a writer when there is nothing to write, and
        # of two processes that open a new file at once, the second must find it done.
        if self._lacking():
            with self.saving():
                for statement in self._lacking():
                    self._connection.execute(statement)
        self._recall_customizations()

    def _lacking(self) -> list[str]:
        held = self.rows("SELECT name, type FROM sqlite_master")
        tables = {each["name"] for each in held if each["type"] == "table"}
        indexes = {each["name"] for each in held if each["type"] == "index"}
        lacking = [sql for name, sql in _OWN_TABLES.items() if name not in tables]
        for doctype in self.doctypes:
            found = self.rows(f"PRAGMA table_info({doctype.table})")
            lacking += statements(doctype, {each["name"] for each in found}, indexes)
        return lacking

    def _recall_customizations(self) -> None:
        for row in self.rows('SELECT * FROM "Property Setter"'):
            doctype = self._doctypes.get(row["doc_type"])
            if doctype and row["field_name"] in doctype.by_name:
                change = {row["property"]: json.loads(row["value"])}
                self._doctypes[doctype.name] = doctype.customized(row["field_name"], change)

    def exists(self, doctype: str, name: str) -> bool:
        """Whether a record exists; of a DocType that is not kept here, every name does."""
        held = self._doctypes.get(doctype)
        if held is None or not held.has_table:
            return True
        return bool(self.rows(f"SELECT 1 FROM {held.table} WHERE name = ?", (name,)))
