"""The demo's own sample looks like a company: what it has syncs, but for a little of everything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.support.stage import Stage, staged
from vtiger_xero.engine.actions import Operation
from vtiger_xero.engine.reconciliation import Reconciliation, Verdict, reconcile
from vtiger_xero.engine.records import Module, Side
from vtiger_xero.engine.report import Report
from xero_simulator import make_sample
from xero_simulator.sample_crm_invoices import grand_total
from xero_simulator.sample_sides import Sample
from xero_simulator.wire import parse_wire_date

SIZES = {"products": 150, "invoices": 500, "payments": 300}
Synced = tuple[Stage, Report, Reconciliation]


def company(today: date) -> Sample:
    return make_sample(100, **SIZES, today=today)


@pytest.fixture(scope="module")
def synced() -> Iterator[Synced]:
    with staged(seed=7) as stage:
        stage.fill(company(stage.clock.now().date()))
        report = stage.sync()
        yield stage, report, reconcile(stage.crm, stage.journal, Module, settings=stage.settings)


def test_nineteen_of_twenty_records_sync(synced: Synced) -> None:
    _, report, found = synced
    skipped = [each for each in report.entries if each.operation is Operation.SKIPPED]
    records = sum(each.crm + each.only_xero for each in found.counts)
    assert records > 900
    assert 0 < len(skipped) < records / 20
    assert 0 < found.records_left_out < records / 20


def test_of_each_module_something_is_made_on_either_side(synced: Synced) -> None:
    _, report, found = synced
    for module in Module:
        (log,) = [each for each in report.logs if each.module is module]
        assert all(log.counts[side, Operation.CREATED] for side in Side), module
    assert found.verdict is Verdict.LINKED_AGREE
    assert {each.currency for each in found.totals} == {"NZD", "USD"}


def test_its_days_end_today(synced: Synced) -> None:
    today = synced[0].clock.now().date()
    sample = company(today)
    days = [date.fromisoformat(each["invoice_date"]) for each in sample.crm_invoices]
    days += [parse_wire_date(each["Date"]).date() for each in sample.xero_invoices]
    paid = [date.fromisoformat(each["payment_date"]) for each in sample.crm_payments]
    paid += [parse_wire_date(each["Date"]).date() for each in sample.xero_payments]
    for some in (days, paid):
        assert today - timedelta(days=3) <= max(some) <= today
        assert min(some) > today - timedelta(days=300)


def test_its_amounts_are_those_of_a_company() -> None:
    sample = company(date(2026, 6, 30))
    totals = [grand_total(each) for each in sample.crm_invoices]
    totals += [each["Total"] for each in sample.xero_invoices]
    assert all(Decimal(1) < each < 50_000 for each in totals)
    assert 500 < sum(totals) / len(totals) < 5_000


def test_the_same_seed_and_day_make_the_same_books() -> None:
    day = date(2026, 6, 30)
    assert company(day) == company(day)
    assert company(day) != company(day + timedelta(days=1))
