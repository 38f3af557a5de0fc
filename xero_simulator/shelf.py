"""Where the simulator keeps things: a dictionary that knows what changed, and its file.

One SQLite table of JSON rows rather than one JSON file: a write to one of 10,000 contacts
then costs one row, so every answered request is on disk and a killed simulator loses nothing.
"""

import base64
import dataclasses
import json
import sqlite3
from collections.abc import Iterator, MutableMapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")

# Not `replace into`: that moves a changed row to the end.
_SAVE_ROW = (
    "insert into row values (?, ?, ?) on conflict (shelf, key) do update set value = excluded.value"
)


class Shelf(MutableMapping[str, Row], Generic[Row]):
    """A dict of rows of one kind: a dataclass, or plain JSON values (`kind=None`)."""

    def __init__(self, name: str, kind: type[Row] | None = None) -> None:
        self.name = name
        self.changed: dict[str, None] = {}  # a dict for its order, which the file keeps
        self._kind = kind
        self._rows: dict[str, Row] = {}

    def __getitem__(self, key: str) -> Row:
        return self._rows[key]

    def __setitem__(self, key: str, row: Row) -> None:
        self._rows[key] = row
        self.changed[key] = None

    def __delitem__(self, key: str) -> None:
        del self._rows[key]
        self.changed[key] = None

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def write_row(self, key: str) -> str | None:
        """The row as text for the file; None when it is gone."""
        return None if key not in self._rows else json.dumps(self._rows[key], default=_encode)

    def read_row(self, key: str, text: str) -> None:
        """Put a row of the file back, without counting it as a change."""
        value = json.loads(text, object_hook=_decode)
        if self._kind is not None:  # a file of an earlier version may have fields that are no more
            known = self._kind.__dataclass_fields__  # type: ignore[attr-defined]
            value = self._kind(**{name: each for name, each in value.items() if name in known})
        self._rows[key] = value


class StateFile:
    """The shelves on disk. Without a path it is a file that forgets."""

    def __init__(self, path: Path | str | None) -> None:
        self._database: sqlite3.Connection | None = None
        if path is not None:
            # The simulator's one lock serialises every use, so one connection may be shared.
            self._database = sqlite3.connect(path, check_same_thread=False)
            self._database.execute("pragma synchronous = off")
            self._database.execute(
                "create table if not exists row"
                " (shelf text, key text, value text, unique (shelf, key))"
            )

    def load(self, shelf: Shelf[Any]) -> None:
        """Fill an empty shelf with what the file knows, in the order it was put there."""
        if self._database is None:
            return
        query = "select key, value from row where shelf = ? order by rowid"
        for key, value in self._database.execute(query, (shelf.name,)):
            shelf.read_row(key, value)

    def save(self, shelves: list[Shelf[Any]]) -> None:
        """Write what changed since the last save, in one transaction."""
        if self._database is not None:
            with self._database:
                for shelf in shelves:
                    self._save_shelf(self._database, shelf)
        for shelf in shelves:
            shelf.changed.clear()

    def close(self) -> None:
        """Let go of the file."""
        if self._database is not None:
            self._database.close()
            self._database = None

    @staticmethod
    def _save_shelf(database: sqlite3.Connection, shelf: Shelf[Any]) -> None:
        for key in shelf.changed:
            text = shelf.write_row(key)
            if text is None:
                database.execute("delete from row where shelf = ? and key = ?", (shelf.name, key))
            else:
                database.execute(_SAVE_ROW, (shelf.name, key, text))


def _encode(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return {"$moment": value.isoformat()}
    if isinstance(value, date):
        return {"$day": value.isoformat()}
    if isinstance(value, Decimal):
        return {"$number": str(value)}
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    raise TypeError(f"{type(value).__name__} cannot be kept in the state file")


def _decode(value: dict[str, Any]) -> Any:
    if "$moment" in value:
        return datetime.fromisoformat(value["$moment"])
    if "$day" in value:
        return date.fromisoformat(value["$day"])
    if "$number" in value:
        return Decimal(value["$number"])
    if "$bytes" in value:
        return base64.b64decode(value["$bytes"])
    return value
