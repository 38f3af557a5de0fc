"""How many API calls a sync of N organizations costs, counted by the simulator.

The yardstick is what one call per record costs: N writes, or N / 100 pages of reading.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from datetime import datetime, timedelta

from vtiger_xero.embedded import Database, EmbeddedCrm, EmbeddedJournal
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.settings import ModuleSettings, Settings
from vtiger_xero.engine.sync import Sync
from vtiger_xero.simulator import (
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    DEMO_REDIRECT_URI,
    Simulator,
)
from vtiger_xero.xero import Addresses, App, Budget, MemoryBudget, MemoryTokens, auth, connect

ORGANIZATIONS = Module.ORGANIZATIONS


class SimulatedClock:
    """The simulator's time, so that a limit costs no waiting: calls are what is counted."""

    def __init__(self, xero: Simulator) -> None:
        self._xero = xero

    def now(self) -> datetime:
        """Now, aware UTC."""
        return self._xero.clock()

    def sleep(self, duration: timedelta) -> None:
        """Move the simulator's time on."""
        self._xero.clock.advance(duration)


class Quiet:
    """Nobody watches."""

    def report(self, module: Module, step: str, done: int, total: int) -> None:
        """Nothing."""

    def stop_wanted(self) -> bool:
        """Never."""
        return False


def main(count: int) -> None:
    """Print a row for each kind of run."""
    with Simulator(seed=1, day_limit=1_000_000) as xero:
        clock, database = SimulatedClock(xero), Database.open()
        crm = EmbeddedCrm(database, clock, base_currency="NZD")
        sync = _wired(xero, clock, crm, database)
        print(f"{'run':<34} {'reads':>6} {'writes':>7} {'seconds':>8}")
        crm.load(ORGANIZATIONS, ({"organization_name": f"Kea {n}"} for n in range(count)))
        _measured(xero, sync, f"CRM to Xero, {count} new")
        xero.organisation.load_contacts([{"Name": f"Moa {n}"} for n in range(count)])
        _measured(xero, sync, f"Xero to CRM, {count} new")
        _measured(xero, sync, "nothing to do")


def _wired(xero: Simulator, clock: SimulatedClock, crm: EmbeddedCrm, database: Database) -> Sync:
    app, at = App(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET), Addresses.at(xero.url)
    begun = auth.authorization(app, at, DEMO_REDIRECT_URI)
    tokens = auth.exchange(app, at, begun, xero.consent(begun.url), clock.now())
    tenant = xero.organisation.tenant_id
    budget = Budget(MemoryBudget(), clock)
    ledger = connect(app, tenant, MemoryTokens(tokens), budget, clock, at)
    settings = Settings(tenant, {ORGANIZATIONS: ModuleSettings()}, assigned_to="Administrator")
    return Sync(crm, ledger, EmbeddedJournal(database, tenant), clock, Quiet(), settings)


def _measured(xero: Simulator, sync: Sync, title: str) -> None:
    xero.reset_calls()
    began = time.perf_counter()
    sync.run()
    took = time.perf_counter() - began
    kinds = Counter("reads" if call.method == "GET" else "writes" for call in xero.calls)
    print(f"{title:<34} {kinds['reads']:>6} {kinds['writes']:>7} {took:>8.2f}")
    xero.clock.advance(timedelta(minutes=10))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
