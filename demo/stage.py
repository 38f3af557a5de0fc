"""Setting the stage: a simulator with its books, a CRM with its records, a connection."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from vtiger_xero.engine.errors import ConfigurationError
from vtiger_xero.engine.ports import Progress
from vtiger_xero.engine.records import Fields, Module
from vtiger_xero.engine.reference import Reference
from vtiger_xero.engine.settings import ModuleSettings, Settings
from vtiger_xero.engine.sync import Sync
from vtiger_xero.xero import (
    Addresses,
    App,
    Budget,
    MemoryTokens,
    TextBudget,
    XeroLedger,
    auth,
    connect,
)
from xero_simulator import (
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    DEMO_REDIRECT_URI,
    Simulator,
    make_sample,
)
from xero_simulator.sample_sides import Sample

from .crm import Database, EmbeddedCrm, EmbeddedJournal, SharedText
from .options import Options
from .records import Filler

_STARTED = "started.json"


class RealClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Now, aware UTC."""
        return datetime.now(timezone.utc)

    def sleep(self, duration: timedelta) -> None:
        """Wait."""
        time.sleep(max(0.0, duration.total_seconds()))


@dataclass
class Stage:
    """Everything that takes part in the demo."""

    xero: Simulator
    crm: EmbeddedCrm
    journal: EmbeddedJournal
    ledger: XeroLedger
    organisation: str
    clock: RealClock
    options: Options
    settings: Settings

    def sync(self, progress: Progress) -> Sync:
        """The engine's use case, wired to this stage."""
        return Sync(self.crm, self.ledger, self.journal, self.clock, progress, self.settings)


def prepare(options: Options) -> bool:
    """Make the data folder ready; True where the books are new.

    Books of another size or seed are not mixed with these: say so rather than sync nonsense.
    """
    if options.fresh:
        shutil.rmtree(options.data, ignore_errors=True)
    options.data.mkdir(parents=True, exist_ok=True)
    started = options.data / _STARTED
    if not started.exists():
        _clear_half_made(options.data)
        return True
    held = json.loads(started.read_text(encoding="utf-8"))
    if held != options.books:
        made = ", ".join(f"{name} {number}" for name, number in held.items())
        raise ConfigurationError(
            f"The books in {options.data} are another sample ({made}). Add --fresh "
            "to start again with new books."
        )
    return False


def _clear_half_made(data: Path) -> None:
    for leftover in data.iterdir():
        leftover.unlink()


def simulator(options: Options) -> Simulator:
    """Xero, with its books in a file."""
    return Simulator(state_file=options.data / "xero.json", seed=options.seed)


def set_up(options: Options, xero: Simulator, *, new: bool, on_wait: Any) -> Stage:
    """Fill new books, connect by OAuth as a person does in the browser, open the CRM."""
    clock = RealClock()
    database = Database.open(options.data / "crm.sqlite")
    crm = EmbeddedCrm(database, clock, base_currency="NZD")
    app, addresses = App(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET), Addresses.at(xero.url)
    tokens = _consent(app, addresses, xero, clock)
    connections = auth.connections(addresses, tokens)
    books = xero.organisation.tenant_id
    connection = next(each for each in connections if each.tenant_id == books)
    tenant = connection.tenant_id
    kept = TextBudget(SharedText(database, f"budget-{tenant}"))
    budget = Budget(kept, clock, on_wait=on_wait)
    ledger = connect(app, tenant, MemoryTokens(tokens), budget, clock, addresses)
    journal = EmbeddedJournal(database, tenant)
    sample = _sample(options, clock.now().date())
    if new:
        sample.load_into(xero.organisation)
    reference = ledger.reference()
    settings = _settings(options, tenant, reference)
    stage = Stage(xero, crm, journal, ledger, connection.tenant_name, clock, options, settings)
    if new:
        _fill(stage, sample, reference)
    return stage


def _sample(options: Options, today: date) -> Sample:
    """The last months of a company until today, or the hard sample with its fixed days."""
    trade = {name: getattr(options, name) for name in ("products", "invoices", "payments")}
    until = None if options.hard else today
    return make_sample(options.organizations, options.seed, **trade, today=until)


def _settings(options: Options, tenant: str, reference: Reference) -> Settings:
    """What an administrator would choose, the accounts mapped as Vtiger asks for."""
    modules = {module: ModuleSettings(True, options.direction) for module in Module}
    by_code = {account.code: account.id for account in reference.accounts}
    return Settings(
        tenant,
        modules,
        assigned_to="Administrator",
        sales_account=by_code["200"],
        charges_account=by_code["260"],
        adjustment_account=by_code["260"],
        payment_account=by_code["090"],
    )


def _fill(stage: Stage, sample: Sample, reference: Reference) -> None:
    """The CRM's side of two sets of books that overlap in part, from the seeded sample."""

    def insert(module: Module, fields: Fields) -> str:
        return stage.crm.insert(module, fields).name

    with stage.journal.record():  # one transaction for all of it: a thousand take longer
        Filler(stage.crm, insert, reference).fill(sample)
    stage.journal.commit()
    started = stage.options.data / _STARTED
    started.write_text(json.dumps(stage.options.books), encoding="utf-8")


def _consent(app: App, addresses: Addresses, xero: Simulator, clock: RealClock) -> auth.Tokens:
    begun = auth.authorization(app, addresses, DEMO_REDIRECT_URI)
    back = xero.consent(begun.url, tenants=[xero.organisation.tenant_id])
    return auth.exchange(app, addresses, begun, back, clock.now())
