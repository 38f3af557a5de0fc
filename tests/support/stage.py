"""A whole stage: embedded CRM, simulator, the real adapter between them; no test waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from demo.crm import Database, EmbeddedCrm, EmbeddedJournal
from demo.records import Filler
from tests.support.fakes import Quiet
from vtiger_xero.engine.plan import Plan
from vtiger_xero.engine.records import CrmRecord, Direction, Module
from vtiger_xero.engine.reference import Reference
from vtiger_xero.engine.report import Entry, Report
from vtiger_xero.engine.settings import ModuleSettings, Settings
from vtiger_xero.engine.sync import Sync
from vtiger_xero.xero import (
    Addresses,
    App,
    Budget,
    MemoryBudget,
    MemoryTokens,
    Tokens,
    auth,
    connect,
)
from xero_simulator import (
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    DEMO_REDIRECT_URI,
    Simulator,
)
from xero_simulator.sample_sides import Sample

APP = App(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET)


class SimulatedClock:
    """The simulator's time: sleeping moves it on."""

    def __init__(self, xero: Simulator) -> None:
        self._xero = xero
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._xero.clock()

    def sleep(self, duration: timedelta) -> None:
        self.slept.append(duration.total_seconds())
        self._xero.clock.advance(duration)


@dataclass
class Stage:
    """A CRM that is connected to a simulator, and what a person does on both sides."""

    xero: Simulator
    clock: SimulatedClock
    crm: EmbeddedCrm
    journal: EmbeddedJournal
    budget: Budget
    tokens: MemoryTokens
    settings: Settings
    reference: Reference = field(default_factory=lambda: Reference("", ""))

    @property
    def books(self) -> Any:
        return self.xero.organisation

    def ledger(self) -> Any:
        at = Addresses.at(self.xero.url)
        return connect(APP, self.books.tenant_id, self.tokens, self.budget, self.clock, at)

    def engine(self) -> Sync:
        ports = (self.crm, self.ledger(), self.journal, self.clock, Quiet())
        return Sync(*ports, self.settings)

    def sync(self, **options: Any) -> Report:
        self.xero.clock.advance(timedelta(minutes=10))
        report = self.engine().run(**options)
        self.xero.clock.advance(timedelta(minutes=10))
        return report

    def preview(self) -> list[Plan]:
        return self.engine().preview()

    def set(self, direction: Direction = Direction.BOTH, **settings: Any) -> None:
        modules = {each: ModuleSettings(direction=direction) for each in Module}
        self.settings = replace(self.settings, **{"modules": modules, **settings})

    def account(self, code: str) -> str:
        return next(each.id for each in self.reference.accounts if each.code == code)

    def fill(self, sample: Sample) -> None:
        sample.load_into(self.books)
        self.learn_reference()

        def insert(module: Module, fields: Any) -> str:
            return self.crm.insert(module, fields).name

        Filler(self.crm, insert, self.reference).fill(sample)

    def learn_reference(self) -> None:
        self.reference = self.ledger().reference()
        self.crm.keep_reference(self.reference)
        self.journal.commit()

    def records(self, module: Module) -> list[CrmRecord]:
        names = [head.name for head in self.crm.heads(module)]
        return list(self.crm.get(module, names))

    def one(self, module: Module) -> CrmRecord:
        (record,) = self.records(module)
        return record

    def reasons(self, report: Report, module: Module) -> list[str]:
        return [each.reason for each in skipped(report, module)]


def skipped(report: Report, module: Module) -> list[Entry]:
    entries = (each for each in report.entries if each.module is module)
    return [each for each in entries if each.operation.value == "Skipped"]


def counts(report: Report, module: Module) -> dict[str, int]:
    """Like {"CRM Created": 2}: what the module's rows of the log say, zeros left out."""
    found: dict[str, int] = {}
    for log in report.logs:
        if log.module is module:
            for (side, done), number in log.counts.items():
                key = f"{side.name} {done.value}"
                found[key] = found.get(key, 0) + number
    return {key: number for key, number in found.items() if number}


@contextmanager
def staged(*, seed: int = 1, base_currency: str = "NZD", **how: Any) -> Iterator[Stage]:
    """A new stage: everything enabled both ways, deletions travelling, accounts chosen."""
    with Simulator(seed=seed, **how) as xero:
        clock = SimulatedClock(xero)
        database = Database.open()
        crm = EmbeddedCrm(database, clock, base_currency=base_currency)
        tenant = xero.organisation.tenant_id
        journal = EmbeddedJournal(database, tenant)
        budget = Budget(MemoryBudget(), clock)
        tokens = MemoryTokens(consented(xero))
        stage = Stage(xero, clock, crm, journal, budget, tokens, Settings(tenant))
        stage.set(deletions=True, assigned_to="Administrator")
        stage.learn_reference()
        stage.set(
            sales_account=stage.account("200"),
            charges_account=stage.account("260"),
            adjustment_account=stage.account("260"),
            payment_account=stage.account("090"),
        )
        yield stage


def consented(xero: Simulator, app: App = APP, tenants: Sequence[str] | None = None) -> Tokens:
    """The tokens of a person who pressed Allow access."""
    at = Addresses.at(xero.url)
    begun = auth.authorization(app, at, DEMO_REDIRECT_URI)
    back = xero.consent(begun.url, tenants=tenants)
    return auth.exchange(app, at, begun, back, xero.clock())
