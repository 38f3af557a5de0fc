"""How much memory a first sync takes, in a process of its own: peak above what it has at rest.

Of contacts alone, or of all modules. Xero is a ledger that makes its pages as they are asked for:
a simulator in the same process would be measured, too. The database is a file.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from benchmarks import books
from benchmarks.books import Sizes
from benchmarks.meters import Statements, peak_memory, reset_peak_memory
from benchmarks.stage import Quiet, staged
from demo.crm import Database, EmbeddedCrm, EmbeddedJournal
from vtiger_xero.engine.modules import spec_of
from vtiger_xero.engine.outbox import Batch
from vtiger_xero.engine.ports import Outcome, Page
from vtiger_xero.engine.records import Module, XeroRecord, unreachable
from vtiger_xero.engine.reference import Reference
from vtiger_xero.engine.settings import ModuleSettings
from vtiger_xero.engine.sync import Sync
from vtiger_xero.xero import wire
from xero_simulator.wire import JsonObject, write_json

PARTS = {  # so many are on one page of each
    "contacts": Sizes(contacts=1_000),
    "all": Sizes(contacts=400, items=4, invoices=1_000, payments=596),
}


class Clock:
    """A clock that stands still, and waits for nothing."""

    def now(self) -> datetime:
        """Always the same moment."""
        return datetime(2026, 11, 1, tzinfo=timezone.utc)

    def sleep(self, duration: timedelta) -> None:
        """No waiting."""


class Pages:
    """Xero, as far as reading goes; each page is made when it is asked for."""

    calls = 0
    notices: Sequence[str] = ()

    def __init__(self, sizes: Sizes, pages: int, reference: Reference) -> None:
        self._sizes, self._pages, self._reference = sizes, pages, reference

    def reference(self, *, books: bool = True) -> Reference:
        """That of the simulator."""
        return self._reference

    def changed_since(self, module: Module, since: datetime | None) -> Iterator[Page]:
        """Everything at first, then nothing."""
        for part in range(self._pages if since is None else 0):
            records = _records(module, _documents(module, self._sizes, part))
            self.calls += 1
            if records:
                yield Page(records, records[-1].updated)

    def read_by_ids(self, module: Module, ids: Sequence[str]) -> Sequence[XeroRecord]:
        """Nothing: all was read."""
        return ()

    def send(self, batch: Batch) -> Sequence[Outcome]:
        """Nothing is sent in this measurement."""
        raise NotImplementedError


def _documents(module: Module, sizes: Sizes, part: int) -> list[JsonObject]:
    match module:
        case Module.ORGANIZATIONS:
            return books.contacts_at_xero(sizes.contacts, part=part)
        case Module.PRODUCTS:
            return books.items_at_xero(sizes.items, part)
        case Module.INVOICES:
            return list(_invoices(sizes, part))
        case Module.PAYMENTS:
            return list(books.payments_at_xero(sizes, part))
        case _:
            return unreachable(module)


def _invoices(sizes: Sizes, part: int) -> Iterator[JsonObject]:
    """Invoices as their payments have left them."""
    payments = {each["Invoice"]["InvoiceID"]: each for each in books.payments_at_xero(sizes, part)}
    for invoice in books.invoices_at_xero(sizes, part):
        if payment := payments.get(invoice["InvoiceID"]):
            paid = payment["Amount"]
            left = {"AmountPaid": paid, "AmountDue": invoice["Total"] - paid}
            invoice |= {**left, "Payments": [{"PaymentID": payment["PaymentID"], "Amount": paid}]}
        yield invoice


def _records(module: Module, documents: Sequence[JsonObject]) -> Sequence[XeroRecord]:
    collection = spec_of(module).xero.collection
    body = write_json({collection: documents})
    records, _ = wire.records(module, wire.elements(collection, wire.envelope(body)))
    return records


def main(kind: str, records: int) -> None:
    """Print what it took, as JSON."""
    sizes = PARTS[kind]
    pages = max(1, records // sizes.records)
    with staged() as stage:
        reference, settings = stage.ledger().reference(), stage.settings
    if kind == "contacts":
        settings = replace(settings, modules={Module.ORGANIZATIONS: ModuleSettings()})
    clock, ledger = Clock(), Pages(sizes, pages, reference)
    with tempfile.TemporaryDirectory() as folder, Database.open(Path(folder, "crm")) as database:
        crm = EmbeddedCrm(database, clock, base_currency="NZD")
        journal = EmbeddedJournal(database, settings.tenant)
        reset_peak_memory()
        rest = peak_memory()
        statements = Statements(database)
        cpu = time.process_time()
        with statements:
            report = Sync(crm, ledger, journal, clock, Quiet(), settings).run()
        assert report.writes >= pages * sizes.records, report.header.message
        found = {
            "records": pages * sizes.records,
            "megabytes": peak_memory() - rest,
            "queries": statements.count,
            "cpu": time.process_time() - cpu,
        }
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
