"""A simulated Xero, the embedded CRM, and the real sync between them, with everything metered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from benchmarks import books
from benchmarks.books import Sizes
from benchmarks.meters import Meter, Metered, MeteredClient, SimulatedClock
from demo.crm import Database, EmbeddedCrm, EmbeddedJournal
from vtiger_xero.engine.records import Direction, Fields, Module
from vtiger_xero.engine.report import Report, RunStatus
from vtiger_xero.engine.run_filter import EVERYTHING, RunFilter
from vtiger_xero.engine.settings import ModuleSettings, Settings
from vtiger_xero.engine.sync import Sync
from vtiger_xero.engine.taxes import CrmTax
from vtiger_xero.engine.totals.taxes import Method
from vtiger_xero.xero import (
    Addresses,
    App,
    Budget,
    MemoryBudget,
    MemoryTokens,
    XeroLedger,
    auth,
)
from vtiger_xero.xero.kept_books import KeptBooks, MemoryShelf
from xero_simulator import (
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    DEMO_REDIRECT_URI,
    Simulator,
)


class Quiet:
    """Nobody watches."""

    def report(self, module: Module, step: str, done: int, total: int) -> None:
        """Nothing."""

    def stop_wanted(self) -> bool:
        """Never."""
        return False


@dataclass
class Stage:
    """A CRM that is connected to a simulator."""

    xero: Simulator
    clock: SimulatedClock
    database: Database
    crm: EmbeddedCrm
    journal: EmbeddedJournal
    budget: Budget
    tokens: MemoryTokens
    settings: Settings
    meter: Meter = field(default_factory=Meter)
    shelf: MemoryShelf = field(default_factory=MemoryShelf)
    automatic: bool = False

    def client(self) -> MeteredClient:
        """The client of one run."""
        app, at = App(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET), Addresses.at(self.xero.url)
        tenant, parts = self.settings.tenant, (self.tokens, self.budget, self.clock, at)
        return MeteredClient(app, tenant, *parts)

    def ledger(self) -> XeroLedger:
        """A ledger for one run."""
        kept = KeptBooks(self.shelf, may_read=self.automatic)
        return XeroLedger(self.client(), self.clock, kept)

    def sync(self, **settings: object) -> Sync:
        """A run's use case."""
        chosen = replace(self.settings, **settings)  # type: ignore[arg-type]
        return Sync(self.crm, self.ledger(), self.journal, self.clock, Quiet(), chosen)

    def run(
        self,
        not_due: frozenset[Module] = frozenset(),
        run_filter: RunFilter = EVERYTHING,
        **settings: object,
    ) -> tuple[Report, Metered]:
        """One run, metered; a run that does not complete is no measurement."""
        self.rest()
        with self.meter.of(self.xero, self.database) as metered:
            report = self.sync(**settings).run(not_due=not_due, run_filter=run_filter)
        if report.header.status is not RunStatus.COMPLETED:
            raise RuntimeError(report.header.message)
        return report, metered

    def rest(self) -> None:
        """Long enough that no limit is left from before, and no time of change is the same."""
        self.xero.clock.advance(timedelta(minutes=10))
        self.xero.reset_limits()

    def fill_crm(self, sizes: Sizes) -> None:
        """Books on the CRM's side."""

        def insert(module: Module, fields: Fields) -> str:
            return self.crm.insert(module, fields).name

        with self.database.saving():
            books.fill_crm(sizes, insert)

    def fill_xero(self, sizes: Sizes) -> None:
        """Books on Xero's side."""
        books.fill_xero(sizes, self.xero.organisation)


@contextmanager
def staged(
    *,
    day_limit: int = 1_000_000,
    clock: SimulatedClock | None = None,
    modules: object = Module,
    file: Path | None = None,
) -> Iterator[Stage]:
    """A new stage: everything enabled, both ways, accounts chosen; the CRM in a file or memory."""
    with Simulator(seed=1, day_limit=day_limit) as xero, Database.open(file) as database:
        xero.clock.freeze()  # only calls and waits take time, and the stage says how much
        time = clock or SimulatedClock()
        time.follow(xero)
        crm = EmbeddedCrm(database, time, base_currency="NZD")
        tenant = xero.organisation.tenant_id
        budget = Budget(MemoryBudget(), time)
        tokens = MemoryTokens(_consent(xero, time))
        journal = EmbeddedJournal(database, tenant)
        stage = Stage(xero, time, database, crm, journal, budget, tokens, Settings(tenant))
        _choose(stage, modules)
        yield stage


def _choose(stage: Stage, modules: object) -> None:
    reference = stage.ledger().reference()
    stage.crm.keep_reference(reference)
    stage.crm.save_tax(CrmTax("GST", books.Decimal(15), Method.SIMPLE, ()))
    stage.journal.commit()
    codes = {account.code: account.id for account in reference.accounts}
    stage.settings = replace(
        stage.settings,
        modules={each: ModuleSettings(direction=Direction.BOTH) for each in modules},  # type: ignore[attr-defined]
        deletions=True,
        assigned_to="Administrator",
        sales_account=codes["200"],
        charges_account=codes["260"],
        adjustment_account=codes["260"],
        payment_account=codes["090"],
    )


def _consent(xero: Simulator, clock: SimulatedClock) -> object:
    app, at = App(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET), Addresses.at(xero.url)
    begun = auth.authorization(app, at, DEMO_REDIRECT_URI)
    return auth.exchange(app, at, begun, xero.consent(begun.url), clock.now())
