"""Setting the stage: a simulator with its books, a CRM with its records, a connection."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from ..embedded import Database, EmbeddedCrm, EmbeddedJournal
from ..engine.errors import ConfigurationError
from ..engine.ports import Progress
from ..engine.records import Module, Person
from ..engine.settings import ModuleSettings, Settings
from ..engine.sync import Sync
from ..simulator import (
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    DEMO_REDIRECT_URI,
    Simulator,
    make_sample,
)
from ..xero import Addresses, App, Budget, MemoryBudget, MemoryTokens, XeroLedger, auth, connect
from .options import Options

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
    tenant: str
    clock: RealClock
    options: Options

    def sync(self, progress: Progress) -> Sync:
        """The engine's use case, wired to this stage."""
        modules = {module: ModuleSettings(True, self.options.direction) for module in Module}
        settings = Settings(self.tenant, modules, assigned_to="Administrator")
        return Sync(self.crm, self.ledger, self.journal, self.clock, progress, settings)


def prepare(options: Options) -> bool:
    """Make the data folder ready; True where the books are new.

    Books of another size or seed are not mixed with these: say so rather than sync nonsense.
    """
    if options.fresh:
        shutil.rmtree(options.data, ignore_errors=True)
    options.data.mkdir(parents=True, exist_ok=True)
    wanted = {"organizations": options.organizations, "seed": options.seed}
    started = options.data / _STARTED
    if not started.exists():
        _clear_half_made(options.data)
        return True
    held = json.loads(started.read_text(encoding="utf-8"))
    if held != wanted:
        raise ConfigurationError(
            f"The books in {options.data} were made with {held['organizations']} organizations "
            f"and seed {held['seed']}. Add --fresh to start again with new books."
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
    if new:
        fill(options, xero, crm)
    app, addresses = App(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET), Addresses.at(xero.url)
    tokens = _consent(app, addresses, xero, clock)
    connections = auth.connections(addresses, tokens)
    books = xero.organisation.tenant_id
    connection = next(each for each in connections if each.tenant_id == books)
    budget = Budget(MemoryBudget(), clock, on_wait=on_wait)
    ledger = connect(app, connection.tenant_id, MemoryTokens(tokens), budget, clock, addresses)
    journal = EmbeddedJournal(database, connection.tenant_id)
    name, tenant = connection.tenant_name, connection.tenant_id
    return Stage(xero, crm, journal, ledger, name, tenant, clock, options)


def fill(options: Options, xero: Simulator, crm: EmbeddedCrm) -> None:
    """Two sets of books that overlap in part, from the seeded sample."""
    sample = make_sample(options.organizations, options.seed)
    xero.organisation.load_contacts(sample.xero_contacts)
    crm.load(Module.ORGANIZATIONS, [_record(each) for each in sample.crm_organizations])
    wanted = {"organizations": options.organizations, "seed": options.seed}
    (options.data / _STARTED).write_text(json.dumps(wanted), encoding="utf-8")


def _record(fields: dict[str, Any]) -> dict[str, Any]:
    people = tuple(Person(**person) for person in fields.get("contacts", ()))
    return {**fields, "contacts": people}


def _consent(app: App, addresses: Addresses, xero: Simulator, clock: RealClock) -> auth.Tokens:
    begun = auth.authorization(app, addresses, DEMO_REDIRECT_URI)
    back = xero.consent(begun.url, tenants=[xero.organisation.tenant_id])
    return auth.exchange(app, addresses, begun, back, clock.now())
