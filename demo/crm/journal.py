"""The engine's journal on SQLite: its rows and its transaction are those of the CRM's database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from vtiger_xero.engine import stored
from vtiger_xero.engine.journal import Journal
from vtiger_xero.engine.ports import Row
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.report import RunHeader

from .database import Database
from .lock import run_lock
from .log import LogReader
from .names import new_name
from .rows import Rows


class EmbeddedJournal(Journal, LogReader):
    """The journal of one Xero organisation (`tenant`: Xero's id of it)."""

    def __init__(self, database: Database, tenant: str) -> None:
        super().__init__(Rows(database), tenant)
        self._database = database

    @contextmanager
    def record(self) -> Iterator[None]:
        """One record's writes: all or nothing."""
        with self._buffer.all_or_nothing(), self._database.record():
            yield

    def commit(self) -> None:
        """Make everything so far durable."""
        self._buffer.write()
        self._database.commit()

    def rollback(self) -> None:
        """Forget everything since the last commit."""
        self._database.rollback()
        self._buffer.forget()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Held for a whole run; `AnotherRun` if somebody else holds it."""
        with run_lock(self._database, self._tenant), self._buffer.waiting():
            yield

    def start_run(self, header: RunHeader) -> str:
        """Begin a run; returns its id."""
        row = stored.run_row(header)
        name = new_name(self._database, self._database.doctype(stored.RUN), row)
        self._rows.insert(stored.RUN, [{"name": name, **row}])
        return name

    def _of(self, table: str, module: Module, columns: Sequence[str]) -> Sequence[Row]:
        """Documents that an older version kept get their details first."""
        rows = super()._of(table, module, columns)
        if any(row.get("details", "") is None for row in rows):
            self._fill_in_details(module)
            rows = super()._of(table, module, columns)
        return rows

    def _fill_in_details(self, module: Module) -> None:
        where = {**self._mine(module), "details": None}
        columns = ("name", "module", "xero_id", "updated", "document")
        for row in self._rows.select(stored.DOCUMENT, columns, where):
            self._rows.change(stored.DOCUMENT, row["name"], {"details": stored.details_of(row)})
