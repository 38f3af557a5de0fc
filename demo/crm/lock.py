"""One run per Xero organisation, over all processes that use one file.

The lock is SQLite's own: an exclusive transaction on a second, empty database beside the
first. The operating system takes it back when a process dies, on every system; a row that says
"locked" would outlive a crash, and `fcntl` is not everywhere and forgets locks within a process.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from vtiger_xero.engine.errors import AnotherRun

from .database import Database

_UNSAFE = re.compile(r"[^A-Za-z0-9-]")


@contextmanager
def run_lock(database: Database, tenant: str) -> Iterator[None]:
    """Hold the lock of a Xero organisation; `AnotherRun` if somebody else does."""
    with _file_lock(database.path, tenant) if database.path else _memory_lock(database, tenant):
        yield


@contextmanager
def _file_lock(path: Path, tenant: str) -> Iterator[None]:
    beside = path.with_name(f"{path.name}.{_UNSAFE.sub('_', tenant)}.lock")
    with closing(sqlite3.connect(beside, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            raise _another_run(str(error)) from error
        yield


@contextmanager
def _memory_lock(database: Database, tenant: str) -> Iterator[None]:
    """A database in memory has one connection, so nobody else can be at it."""
    if tenant in database.locks:
        raise _another_run()
    database.locks.add(tenant)
    try:
        yield
    finally:
        database.locks.discard(tenant)


def _another_run(detail: str = "") -> AnotherRun:
    return AnotherRun(
        "A sync of this Xero organisation is already running. Wait until it has finished, then "
        "start this one again.",
        detail=detail,
    )
