"""What all processes that use one database share: a short text that changes often.

The tokens and what is known of Xero's limits are such texts. They are not in the database itself:
a run that has a transaction open there could neither see what others wrote meanwhile nor write
without making its own half done work durable. So each has a small file beside it, as the run
lock has.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from .database import Database

_UNSAFE = re.compile(r"[^A-Za-z0-9-]")
_PATIENCE = 120  # seconds: whoever renews the tokens holds the lock for as long as Xero takes


class SharedText:
    """One text over all processes, "" as long as nobody wrote it.

    `lasting`: on the disk before `change` returns, so that not even a power cut loses it. What
    can be asked for again may do without.
    """

    def __init__(self, database: Database, name: str, *, lasting: bool = False) -> None:
        self._database = database
        self._name = name
        self._lasting = lasting

    def load(self) -> str:
        """The text as it is now."""
        if self._database.path is None:
            return self._database.texts.get(self._name, "")
        with self._opened(self._database.path) as connection:
            return _read(connection)

    def change(self, work: Callable[[str], str]) -> str:
        """What `work` makes of the text that is kept now, kept. `work` is called once."""
        if self._database.path is None:
            with self._database.turns.setdefault(self._name, threading.Lock()):
                text = self._database.texts[self._name] = work(self.load())
            return text
        with self._opened(self._database.path) as connection:
            connection.execute("BEGIN IMMEDIATE")
            held = _read(connection)
            text = work(held)
            if text != held:
                connection.execute("INSERT OR REPLACE INTO text VALUES (0, ?)", (text,))
            connection.execute("COMMIT")
            return text

    @contextmanager
    def _opened(self, path: Path) -> Iterator[sqlite3.Connection]:
        """A connection for a moment: threads may share this object, and processes that fork."""
        beside = path.with_name(f"{path.name}.{_UNSAFE.sub('_', self._name)}.shared")
        connection = sqlite3.connect(beside, timeout=_PATIENCE, isolation_level=None)
        with closing(connection):
            connection.execute(f"PRAGMA synchronous = {'FULL' if self._lasting else 'OFF'}")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS text (one INTEGER PRIMARY KEY, held TEXT)"
            )
            yield connection


def _read(connection: sqlite3.Connection) -> str:
    row = connection.execute("SELECT held FROM text").fetchone()
    return str(row[0]) if row else ""
