"""The engine's journal on SQLite: its rows and its transaction are those of the CRM's database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from vtiger_xero.engine import stored
from vtiger_xero.engine.journal import Journal
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
            self._fill_in()
            yield

    def start_run(self, header: RunHeader) -> str:
        """Begin a run; returns its id."""
        row = stored.run_row(header)
        name = new_name(self._database, self._database.doctype(stored.RUN), row)
        self._rows.insert(stored.RUN, [{"name": name, **row}])
        return name

    def _fill_in(self) -> None:
        """What an older version did not store, as a site's patch fills it in."""
        where = {"tenant": self._tenant, "title_key": None}
        columns = ("name", "module", "xero_id", "updated", "document", "pending")
        rows = self._rows.select(stored.DOCUMENT, columns, where)
        for row in rows:
            record = stored.xero_record(row)
            whole = stored.document_row(self._tenant, record, pending=bool(row["pending"]))
            self._rows.change(stored.DOCUMENT, row["name"], whole)
        if rows:
            where = {"tenant": self._tenant, "crm_version": None}
            for row in self._rows.select(stored.LINK, ("name", "crm_modified"), where):
                version = stored.time_of(row["crm_modified"])
                self._rows.change(stored.LINK, row["name"], {"crm_version": version})
            self._database.commit()
