"""What the tests of the Xero adapter share: a clock that never sleeps, and a connected ledger."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from tests.support.openapi import openapi_validators
from tests.support.stage import SimulatedClock, consented
from vtiger_xero.engine.outbox import Batch, Item, Method
from vtiger_xero.engine.records import Document, Module, XeroRecord
from vtiger_xero.xero import (
    Addresses,
    App,
    Budget,
    MemoryBudget,
    MemoryTokens,
    XeroLedger,
    connect,
)
from xero_simulator import (
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    DEMO_REDIRECT_URI,
    Call,
    Organisation,
    Simulator,
)

ORGANIZATIONS = Module.ORGANIZATIONS
PRODUCTS, INVOICES, PAYMENTS = Module.PRODUCTS, Module.INVOICES, Module.PAYMENTS


@dataclass
class Desk:
    """A CRM that is connected to a simulator's organisation."""

    simulator: Simulator
    app: App
    tenant: str
    tokens: MemoryTokens
    clock: SimulatedClock
    budget: MemoryBudget = field(default_factory=MemoryBudget)
    waits: list[int] = field(default_factory=list)

    @property
    def addresses(self) -> Addresses:
        return Addresses.at(self.simulator.url)

    @property
    def organisation(self) -> Organisation:
        return self.simulator.organisations[self.tenant]

    def ledger(self, *, automatic: bool = False) -> XeroLedger:
        budget = Budget(self.budget, self.clock, automatic=automatic, on_wait=self.waits.append)
        return connect(self.app, self.tenant, self.tokens, budget, self.clock, self.addresses)

    def api_calls(self, method: str | None = None) -> list[Call]:
        """The calls of the Accounting API so far."""
        return [
            call
            for call in self.simulator.calls
            if call.path.startswith("/api.xro") and method in (None, call.method)
        ]

    def names(self) -> list[str]:
        """The contacts in Xero by name, the sample's own left out."""
        return sorted(contact.name for contact in self.organisation.contacts.in_order())


def desk_at(
    simulator: Simulator,
    tenant: str | None = None,
    client_id: str = DEMO_CLIENT_ID,
    secret: str = DEMO_CLIENT_SECRET,
) -> Desk:
    """A desk with a connection of its own."""
    if client_id != DEMO_CLIENT_ID:
        simulator.register_app(client_id, secret, [DEMO_REDIRECT_URI], client_id)
    app = App(client_id, secret)
    chosen = tenant or next(iter(simulator.organisations))
    tokens = MemoryTokens(consented(simulator, app, [chosen]))
    desk = Desk(simulator, app, chosen, tokens, SimulatedClock(simulator))
    simulator.reset_calls()
    return desk


def batch(
    desk: Desk,
    *documents: Document,
    method: Method = Method.CREATE,
    key: str = "",
    module: Module = ORGANIZATIONS,
) -> Batch:
    """A batch of these documents, as the outbox makes it."""
    items = tuple(
        Item(document, crm_name=f"CRM-{at}", module=module) for at, document in enumerate(documents)
    )
    made = Batch.of(desk.tenant, module, method, items, desk.clock.now())
    return Batch(made.id, made.module, method, items, key or made.idempotency_key, made.sent)


def contacts(count: int, prefix: str = "Customer") -> list[Document]:
    """New contacts with a number each."""
    return [
        {"Name": f"{prefix} {at:04}", "ContactNumber": f"{prefix[:3]}{at:04}"}
        for at in range(count)
    ]


def read_all(
    ledger: XeroLedger, since: datetime | None = None, module: Module = ORGANIZATIONS
) -> list[XeroRecord]:
    """Every record of every page."""
    return [record for page in ledger.changed_since(module, since) for record in page.records]


def ask(ledger: XeroLedger) -> list[Document]:
    """One call that changes nothing, for tests to which it does not matter what is asked."""
    return ledger._documents("get_accounts", "Accounts")


def openapi_faults(schema: str, document: object) -> list[str]:
    """What Xero's OpenAPI description does not allow; nothing where that file is not at hand."""
    validator = openapi_validators().get(schema)
    if validator is None:
        return []
    plain = json.loads(json.dumps(document, default=float))
    return [f"{each.json_path}: {each.message}" for each in validator.iter_errors(plain)]


def on_threads(count: int, work: Callable[[int], None]) -> None:
    """Run `work` on so many threads at once; the first error of any comes out here."""
    failures: list[BaseException] = []
    gate = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            gate.wait()
            work(number)
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
