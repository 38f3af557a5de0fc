"""How much memory a first sync takes, in a process of its own: peak above what it has at rest.

Xero is a ledger that makes its pages as they are asked for: a simulator in the same process would
be measured, too. The database is a file.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from benchmarks import books
from benchmarks.meters import Statements, peak_memory
from benchmarks.stage import Quiet
from demo.crm import Database, EmbeddedCrm, EmbeddedJournal
from vtiger_xero.engine.outbox import Batch
from vtiger_xero.engine.ports import Outcome, Page
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.reference import Reference
from vtiger_xero.engine.settings import ModuleSettings, Settings
from vtiger_xero.engine.sync import Sync
from vtiger_xero.xero import wire

PAGE = 1_000
ORGANIZATIONS = Module.ORGANIZATIONS


class Clock:
    """A clock that stands still, and waits for nothing."""

    def now(self) -> datetime:
        """Always the same moment."""
        return datetime(2026, 11, 1, tzinfo=timezone.utc)

    def sleep(self, duration: timedelta) -> None:
        """No waiting."""


class Pages:
    """Xero, as far as reading contacts goes; each page is made when it is asked for."""

    calls = 0
    notices: Sequence[str] = ()

    def __init__(self, count: int) -> None:
        self._count = count

    def reference(self, *, books: bool = True) -> Reference:
        """Just enough."""
        return Reference("Bench", "NZD")

    def changed_since(self, module: Module, since: datetime | None) -> Iterator[Page]:
        """Everything at first, then nothing."""
        for part in range(self._count // PAGE if since is None else 0):
            text = json.dumps({"Contacts": books.contacts_at_xero(PAGE, part=part)})
            rows = wire.elements("Contacts", wire.envelope(text.encode()))
            records, _ = wire.records(module, rows)
            self.calls += 1
            yield Page(records, records[-1].updated)

    def send(self, batch: Batch) -> Sequence[Outcome]:
        """Nothing is sent in this measurement."""
        raise NotImplementedError


def main(count: int) -> None:
    """Print what it took, as JSON."""
    clock = Clock()
    settings = Settings("bench", {ORGANIZATIONS: ModuleSettings()}, assigned_to="Administrator")
    with tempfile.TemporaryDirectory() as folder, Database.open(Path(folder, "crm")) as database:
        crm = EmbeddedCrm(database, clock, base_currency="NZD")
        journal = EmbeddedJournal(database, settings.tenant)
        rest = peak_memory()
        statements = Statements(database)
        cpu = time.process_time()
        with statements:
            report = Sync(crm, Pages(count), journal, clock, Quiet(), settings).run()
        assert report.writes == count, report.header.message
        found = {
            "records": count,
            "megabytes": peak_memory() - rest,
            "queries": statements.count,
            "cpu": time.process_time() - cpu,
        }
    print(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]))
