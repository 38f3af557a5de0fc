"""Modules that a run by the schedule need not ask Xero about, for its webhooks would have told."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from tests.support.shop import INVOICES, ORGANIZATIONS, PAYMENTS, PRODUCTS, Shop
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.report import Report
from vtiger_xero.engine.schedule import SWEEP, modules_not_due

NOON = datetime(2026, 11, 2, 12, tzinfo=timezone.utc)
TOLD = frozenset({ORGANIZATIONS, PRODUCTS, INVOICES})


def asked(shop: Shop, told: frozenset[Module] = TOLD) -> tuple[Report, Counter[str]]:
    """A run, and the reads that it made by endpoint."""
    shop.stage.xero.reset_calls()
    report = shop.sync(not_due=told)
    reads = [call for call in shop.stage.xero.calls if call.method == "GET" and call.tenant]
    return report, Counter(call.path.rpartition("/")[2] for call in reads)


def test_where_nothing_is_to_be_sent_only_the_others_are_read(shop: Shop) -> None:
    shop.invoice()
    shop.sync()
    shop.sync()
    report, reads = asked(shop)
    assert report.writes == 0
    assert reads["Payments"] == 1
    assert not reads["Contacts"] + reads["Items"] + reads["Invoices"]


def test_what_has_something_to_be_sent_is_read_before_it_is_decided(shop: Shop) -> None:
    shop.sync()
    shop.sync()
    contact = shop.partner(ORGANIZATIONS, shop.customer)
    shop.books.edit_contact(contact, EmailAddress="kea@example.com")
    shop.edit(ORGANIZATIONS, shop.customer, primary_phone="04 1")
    _, reads = asked(shop)
    assert reads["Contacts"] == 1
    assert shop.field(ORGANIZATIONS, shop.customer, "primary_email") == "kea@example.com"


def test_news_of_a_spared_module_wait_for_the_next_reading(shop: Shop) -> None:
    shop.sync()
    shop.sync()
    shop.contact("Weka Ltd")
    report, reads = asked(shop)
    assert (report.writes, reads["Contacts"]) == (0, 0)
    report, reads = asked(shop, frozenset())
    assert (report.writes, reads["Contacts"]) == (1, 1)


def test_a_payment_of_xero_still_moves_its_invoice(shop: Shop) -> None:
    name = shop.invoice()
    shop.sync()
    shop.books.pay_invoice(shop.partner(INVOICES, name), "5")
    asked(shop)
    assert shop.field(INVOICES, name, "received") == Decimal(5)


def test_the_schedule_spares_what_was_read_lately_and_is_told_of() -> None:
    read = dict.fromkeys(Module, NOON - timedelta(minutes=45))
    assert modules_not_due(read, NOON, webhooks_work=True) == TOLD
    assert modules_not_due(read, NOON, webhooks_work=False) == frozenset()
    assert modules_not_due({}, NOON, webhooks_work=True) == frozenset()
    hour_ago = dict.fromkeys(Module, NOON - timedelta(hours=1))
    assert modules_not_due(hour_ago, NOON, webhooks_work=True) == TOLD - {PRODUCTS}
    assert (
        modules_not_due(dict.fromkeys(Module, NOON - SWEEP), NOON, webhooks_work=True)
        == frozenset()
    )
    assert PAYMENTS not in modules_not_due(dict.fromkeys(Module, NOON), NOON, webhooks_work=True)
