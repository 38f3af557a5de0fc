"""What a sync costs in calls: counts, exact and the same on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from benchmarks import books
from benchmarks.books import Sizes
from benchmarks.figures import Figure
from benchmarks.meters import Metered
from benchmarks.stage import Stage, staged
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.run_filter import RunFilter
from vtiger_xero.engine.schedule import modules_not_due

SECTION = "Calls"
QUARTER = timedelta(minutes=15)
_READS = {
    "Contacts": Module.ORGANIZATIONS,
    "Items": Module.PRODUCTS,
    "Invoices": Module.INVOICES,
    "Payments": Module.PAYMENTS,
}


def figures(links: int) -> Iterator[Figure]:
    """Pushing, pulling, doing nothing, and a day of it."""
    yield from _pushed(1_000, 200)
    yield from _pulled(1_000)
    yield from _idle(links)
    yield _a_day()


def push(invoices: int, contacts: int) -> tuple[Metered, Stage]:
    """New invoices of new customers, of products that both sides know."""
    with staged() as stage:
        stage.fill_crm(Sizes(contacts, 50, invoices))
        stage.run(run_filter=RunFilter(Module.PRODUCTS))
        _, metered = stage.run()
        return metered, stage


def _pushed(invoices: int, contacts: int) -> Iterator[Figure]:
    metered, _ = push(invoices, contacts)
    title = f"push {invoices:,} invoices of 5 lines and {contacts} new contacts: calls"
    made = metered.reads + metered.writes
    yield Figure(SECTION, title, made, target=25)
    one_by_one = invoices + contacts
    yield Figure(SECTION, "… times fewer than one call per record", one_by_one / made, "×")


def pull_changed(count: int) -> Metered:
    """All invoices changed at Xero since the last run."""
    with staged() as stage:
        sizes = Sizes(100, 50, count)
        stage.fill_xero(sizes)
        stage.run()
        later = stage.clock.now()
        rows = ({**row, "Reference": "Ring first"} for row in books.invoices_at_xero(sizes))
        changed = (
            {**row, "UpdatedDateUTC": books.wire_date(later + timedelta(seconds=n))}
            for n, row in enumerate(rows)
        )
        stage.xero.organisation.load_invoices(changed)
        stage.xero.clock.advance(timedelta(hours=1))
        _, metered = stage.run()
        return metered


def _pulled(count: int) -> Iterator[Figure]:
    metered = pull_changed(count)
    title = f"pull {count:,} changed invoices: calls for invoices"
    yield Figure(SECTION, title, metered.asked["Invoices"], target=1)
    yield Figure(SECTION, "… and for payments", metered.asked["Payments"], target=1)
    yield Figure(SECTION, "… bytes of Xero's answers for each invoice", metered.bytes / count)
    saved = count / 100 / metered.asked["Invoices"]
    yield Figure(SECTION, "… times fewer than in pages of 100", saved, "×")


def idle(links: int) -> tuple[Metered, Metered, int]:
    """A first run over so many records, then a cycle of the schedule with nothing to do."""
    sizes = Sizes(links * 4 // 10, links // 10, links * 3 // 10, links * 2 // 10)
    with staged() as stage:
        stage.fill_xero(sizes)
        _, first = stage.run()
        stage.run()
        stage.automatic = True
        report, metered = stage.run()
        return first, metered, report.writes


def _idle(links: int) -> Iterator[Figure]:
    first, metered, writes = idle(links)
    title = f"an idle cycle over all objects, {links:,} links: calls"
    yield Figure(SECTION, title, metered.reads + metered.writes, target=4)
    yield Figure(SECTION, "… writes on either side", writes, target=0)
    yield Figure(SECTION, "… seconds of CPU", metered.cpu, " s", target=1.0)
    yield Figure(SECTION, "… SQL queries for each link", metered.queries / links)
    yield Figure(SECTION, "… of the first run's CPU", 100 * metered.cpu / first.cpu, " %")


def a_day() -> int:
    """The calls of a day at a schedule of 15 minutes, Xero's webhooks at work, nothing to do."""
    with staged() as stage:
        stage.fill_xero(Sizes(100, 50, 100, 50))
        stage.run()
        stage.run()
        stage.automatic = True
        calls, read = 0, dict[Module, datetime | None]()
        for _ in range(timedelta(days=1) // QUARTER):
            now = stage.clock.now()
            _, metered = stage.run(not_due=modules_not_due(read, now, webhooks_work=True))
            calls += metered.reads + metered.writes
            read |= {_READS[each]: now for each in metered.asked if each in _READS}
            stage.xero.clock.advance(QUARTER - (stage.clock.now() - now))
        return calls


def _a_day() -> Figure:
    title = "a day at a 15-minute schedule with webhooks: calls"
    return Figure(SECTION, title, a_day(), target=200)
