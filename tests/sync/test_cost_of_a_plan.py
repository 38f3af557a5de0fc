"""A preview says what the run after it costs: all of its calls, and how many of them write."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.shop import ORGANIZATIONS, PAYMENTS, Shop, open_shop
from vtiger_xero.engine.approval import approval_of
from vtiger_xero.engine.plan import Cost
from vtiger_xero.engine.run_filter import RunFilter
from vtiger_xero.engine.sync.pull import PAGE
from xero_simulator import Simulator

READING = 4 + 4  # the organisation, accounts, tax rates, currencies; the news of each module


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A customer and a product, which Xero has as well."""
    with open_shop() as shop:
        shop.sync()
        yield shop


def writes(xero: Simulator) -> int:
    asked = [call for call in xero.calls if call.path.startswith("/api.xro")]
    return sum(call.method != "GET" for call in asked)


def applied(shop: Shop) -> Cost:
    """What the preview said, which is what applying it took."""
    plans = shop.stage.preview()
    cost = sum((plan.cost for plan in plans), Cost())
    shop.stage.xero.reset_calls()
    report = shop.sync(run_filter=RunFilter(approval=approval_of(plans)))
    assert (cost.calls, cost.writing) == (report.header.calls, writes(shop.stage.xero))
    return cost


def test_where_nothing_is_to_be_written_it_is_the_reading(shop: Shop) -> None:
    assert applied(shop) == Cost(reading=READING, writing=0)


def test_one_record_is_one_call_more(shop: Shop) -> None:
    shop.add(ORGANIZATIONS, organization_name="Weka")
    assert applied(shop) == Cost(reading=READING, writing=1)


def test_what_is_sent_in_fifties_counts_for_each_fifty(shop: Shop) -> None:
    for number in range(51):
        shop.add(ORGANIZATIONS, organization_name=f"Weka {number}")
    assert applied(shop) == Cost(reading=READING, writing=2)


def test_heavy_invoices_go_in_smaller_batches_and_cost_more(shop: Shop) -> None:
    for _ in range(60):
        shop.invoice(*(shop.line("1", item_comment="Rimu " * 40) for _ in range(30)))
    assert applied(shop).writing > 1


def test_new_ones_go_apart_from_changed_ones_and_payments_are_taken_back_one_by_one(
    shop: Shop,
) -> None:
    invoice = shop.invoice()
    shop.sync()
    paid = [shop.pay(invoice, "1") for _ in range(3)]
    shop.sync()
    for each in paid:
        shop.crm.trash(PAYMENTS, each)
    shop.edit(ORGANIZATIONS, "ACC1", fax="2")
    shop.add(ORGANIZATIONS, organization_name="Weka")
    assert applied(shop).writing == 5


def test_what_a_run_reads_of_its_own_writing_is_counted(shop: Shop) -> None:
    for number in range(PAGE):
        shop.add(ORGANIZATIONS, organization_name=f"Weka {number}")
    assert applied(shop) == Cost(reading=READING + 2, writing=20)
