"""The site's part: the sync against a bare loop of `Document.insert` over the same documents.

`scripts/bench_site.py` runs it inside a bench's environment, on a site that is gone afterwards.
Both sides of each ratio are measured by turns, so that a busy machine is busy for both; both commit
after a hundred records.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import frappe

from benchmarks import bare_loop, books, site_size
from benchmarks.bare_loop import COMMIT_EVERY, BareLoop, batched
from benchmarks.books import Sizes
from vtiger_xero.connection import consent
from vtiger_xero.connection.connect import CLOCK
from vtiger_xero.runs import jobs
from xero_simulator import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Simulator

_PERSON = "Administrator"


@dataclass
class Cost:
    """What some work took; `cpu` is this process's main thread, the simulator and MariaDB apart."""

    records: int = 0
    wall: float = 0.0
    cpu: float = 0.0
    queries: int = 0
    calls: int = 0
    parts: list[float] = field(default_factory=list)

    def add(self, other: Cost) -> None:
        """One part more, whatever that consisted of."""
        self.records += other.records
        self.wall += other.wall
        self.cpu += other.cpu
        self.queries += other.queries
        self.parts.append(other.wall)


@contextmanager
def measured(cost: Cost, records: int = 0) -> Iterator[None]:
    """Add what happens within."""
    run, count = frappe.db.sql, 0

    def counting(*given: Any, **more: Any) -> Any:
        nonlocal count
        count += 1
        return run(*given, **more)

    frappe.db.sql = counting
    wall, cpu = time.perf_counter(), time.thread_time()
    try:
        yield
    finally:
        took = time.perf_counter() - wall
        frappe.db.sql = run
        cost.cpu += time.thread_time() - cpu
        cost.wall += took
        cost.queries += count
        cost.records += records
        cost.parts.append(took)


@contextmanager
def connected() -> Iterator[Simulator]:
    """A site that is connected to a simulator, everything enabled, as a person does it."""
    with Simulator(seed=1, minute_limit=100_000, day_limit=10_000_000) as xero:
        addresses = [consent.redirect_address()]
        xero.register_app(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, addresses, "This site")
        frappe.conf.xero_address = xero.url
        settings = frappe.get_doc("Xero Settings")
        settings.client_id, settings.client_secret = DEMO_CLIENT_ID, DEMO_CLIENT_SECRET
        settings.save()
        frappe.db.set_default("currency", "NZD")
        frappe.db.commit()
        query = urlsplit(xero.consent(consent.begin(_PERSON))).query
        assert not consent.finish(_PERSON, query).choose
        _choose()
        yield xero


def _choose() -> None:
    settings = frappe.get_doc("Xero Settings")
    codes = {row.code: row.name for row in frappe.get_all("Xero Account", ["name", "code"])}
    settings.sales_account, settings.payment_account = codes["200"], codes["090"]
    settings.charges_account = settings.adjustment_account = codes["260"]
    settings.assigned_to = _PERSON
    for row in settings.modules:
        row.enable_sync = 1
    settings.save()
    frappe.db.commit()


def run_now() -> Any:
    """One run as a worker carries it out."""
    tenant = jobs.connected_tenant()
    run = jobs._new_run(jobs.SYNC, tenant)
    frappe.db.commit()
    jobs.run_sync(run, jobs.SYNC)
    row = frappe.get_doc("Xero Sync Run", run)
    assert row.status == "Completed", row.message
    return row


# -- the two of them ---------------------------------------------------------------------------


def pulled_and_inserted(xero: Simulator, sizes: Sizes, turns: int) -> tuple[Cost, Cost]:
    """So many from Xero, and then the same documents once more, bare; again with others."""
    sync, bare = Cost(), Cost()
    for turn in range(turns):
        before = bare_loop.names()
        books.fill_xero(sizes, xero.organisation, turn)
        with measured(sync, sizes.records):
            row = run_now()
        sync.calls += row.calls
        bare.add(inserted_bare(before, sizes.records))
    return sync, bare


def inserted_bare(before: dict[str, set[str]], records: int) -> Cost:
    """What was made since, once more; the making of the copies is not measured."""
    cost, loop = Cost(records), BareLoop()
    for copies in batched(bare_loop.copies(before), COMMIT_EVERY):
        with measured(cost):
            loop.insert(copies)
    loop.take_away()
    return cost


# -- growth, and nothing to do -----------------------------------------------------------------


def first_and_idle(xero: Simulator, count: int) -> tuple[Cost, list[Cost]]:
    """A first run over so many contacts, and then runs with nothing to do."""
    first, idle = Cost(), []
    xero.organisation.load_contacts(books.contacts_at_xero(count, "Weka Partners"))
    with measured(first, count):
        first.calls = run_now().calls
    for _ in range(3):
        xero.clock.advance(timedelta(minutes=10))
        cost = Cost()
        with measured(cost, count):
            cost.calls = run_now().calls
        idle.append(cost)
    return first, idle


def main(arguments: Sequence[str]) -> None:
    """Measure, and write the result as JSON."""
    result, *numbers = arguments
    frappe.init(os.environ["FRAPPE_SITE"], sites_path=".")
    frappe.connect()
    frappe.set_user(_PERSON)
    with connected() as xero:
        _waits_cost_no_time(xero)
        found = _all(xero, *(int(number) for number in numbers))
    Path(result).write_text(json.dumps(found), encoding="utf-8")
    frappe.destroy()


def _waits_cost_no_time(xero: Simulator) -> None:
    """Where Xero's limits say wait, the simulator's day is reset instead."""
    sleep: Callable[[timedelta], None] = lambda duration: xero.reset_limits()  # noqa: E731
    CLOCK.sleep = sleep


def _all(xero: Simulator, records: int, turns: int, idle: int, size: int) -> dict[str, Any]:
    """`turns` pulls of so many new records each; then a first run over `idle` contacts.

    `size` records are copied, to compare a site that has so many with a small one.
    """
    run_now()  # whatever a site does once
    found: dict[str, Any] = {"frappe": os.environ.get("FRAPPE_VERSION", "")}
    if turns:
        sizes = Sizes(records // 5, records // 10, records // 2, records // 5)
        sync, bare = pulled_and_inserted(xero, sizes, turns)
        found |= {"records": sizes.records, "pull": vars(sync), "insert": vars(bare)}
    if idle:
        first, idles = first_and_idle(xero, idle)
        found |= {"first": vars(first), "idle": [vars(each) for each in idles]}
    if size:
        found |= site_size.small_and_large(xero, size, run_now)
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
