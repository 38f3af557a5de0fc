"""`make probe`: what the app assumes of Xero, tried on the simulator, or on a real Demo Company.

    make probe
    make probe ARGS="--demo-company"

The package does not know the simulator; this script puts the two together. Client id and secret of
an app come from XERO_CLIENT_ID and XERO_CLIENT_SECRET, else they are asked for.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import webbrowser
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from getpass import getpass
from pathlib import Path

from vtiger_xero.engine.errors import SyncError
from vtiger_xero.probe import LIMIT, TEXT, Report, Verdict, run
from vtiger_xero.probe.consent import REDIRECT_URI, consent
from vtiger_xero.xero import Addresses, App, Budget, MemoryBudget, MemoryTokens, auth
from vtiger_xero.xero.client import XeroClient
from vtiger_xero.xero.endpoints import XERO
from xero_simulator import (
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    DEMO_REDIRECT_URI,
    Simulator,
)

FOLDER = Path(__file__).parent.parent / ".probe"


class Watch:
    """The time of this machine."""

    def now(self) -> datetime:
        """Now, aware UTC."""
        return datetime.now(timezone.utc)

    def sleep(self, duration: timedelta) -> None:
        """Wait."""
        time.sleep(duration.total_seconds())


class SimulatedWatch:
    """The simulator's time, which nobody has to wait for."""

    def __init__(self, simulator: Simulator) -> None:
        self._clock = simulator.clock

    def now(self) -> datetime:
        """Now, aware UTC."""
        return self._clock()

    def sleep(self, duration: timedelta) -> None:
        """Turn the simulator's clock forward."""
        self._clock.advance(duration)


def main() -> None:
    """Exit status 0: nothing is contradicted; 1: something is, or the probe could not be made."""
    options = _options()
    try:
        report = (_on_demo_company if options.demo_company else _on_simulator)(options)
    except SyncError as error:
        sys.exit(f"{error.message} {error.detail}".strip())
    except KeyboardInterrupt:
        sys.exit("\nStopped. The next probe goes on from here, and takes away what this one left.")
    contradicted = report.ids(Verdict.CONTRADICTED)
    print(f"\n{options.folder / TEXT} says what depends on each; report.json can be sent in.")
    sys.exit(1 if contradicted else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make probe", description=__doc__.split("\n")[0])
    parser.add_argument(
        "--demo-company", action="store_true", help="a real one, with the keys of an app"
    )
    parser.add_argument("--calls", type=int, default=LIMIT, help="make no more than these")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the report goes")
    parser.add_argument(
        "--redirect-uri", default=REDIRECT_URI, help="as it stands at developer.xero.com"
    )
    return parser.parse_args()


def _on_simulator(options: argparse.Namespace) -> Report:
    with Simulator() as simulator:
        app, at = App(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET), Addresses.at(simulator.url)
        clock = SimulatedWatch(simulator)
        begun = auth.authorization(app, at, DEMO_REDIRECT_URI)
        tokens = auth.exchange(app, at, begun, simulator.consent(begun.url), clock.now())
        tenant = next(iter(simulator.organisations))
        client = XeroClient(
            app, tenant, MemoryTokens(tokens), Budget(MemoryBudget(), clock), clock, at
        )
        return run(
            client.reply, clock, tenant, options.folder, of="simulator", say=print,
            limit=options.calls,
        )  # fmt: skip


def _on_demo_company(options: argparse.Namespace) -> Report:
    clock = Watch()
    client_id = os.environ.get("XERO_CLIENT_ID") or input("Client id: ")
    app = App(client_id, os.environ.get("XERO_CLIENT_SECRET") or getpass("Client secret: "))
    tokens, connection = consent(
        app, XERO, clock, _choose, redirect_uri=options.redirect_uri, open_page=_open
    )
    budget = Budget(
        MemoryBudget(), clock, on_wait=lambda seconds: print(f"Waiting {seconds} seconds.")
    )
    client = XeroClient(app, connection.tenant_id, MemoryTokens(tokens), budget, clock, XERO)
    return run(
        client.reply, clock, connection.tenant_id, options.folder, of="Demo Company", say=print,
        limit=options.calls,
    )  # fmt: skip


def _open(url: str) -> None:
    print(f"Allow access to your Demo Company on Xero's page:\n\n{url}\n", flush=True)
    webbrowser.open(url)


def _choose(names: Sequence[str]) -> int:
    for place, name in enumerate(names, 1):
        print(f"{place}  {name}")
    while True:
        answer = input("Which one is the Demo Company? ")
        if answer.isdecimal() and 0 < int(answer) <= len(names):
            return int(answer) - 1


if __name__ == "__main__":
    main()
