"""Invoices that are paid or locked in both ledgers when these meet: figures count, words stay."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal

import pytest

from tests.support.settling import settles
from tests.support.shop import INVOICES, ORGANIZATIONS, PAYMENTS, Shop
from tests.support.stage import skipped
from vtiger_xero.engine.links import Answer, LinkState, MatchAnswer
from vtiger_xero.engine.possible import pairs_to_answer
from vtiger_xero.engine.settings import ConflictPolicy


def sold_in_both(shop: Shop, number: str, there: str, paid: str) -> tuple[str, str]:
    """One sale of 11.50 that each ledger has in its own words, and paid so far."""
    shop.sync()
    ours = shop.invoice(invoice_no=number, subject="Bolts for the roof")
    contact = shop.partner(ORGANIZATIONS, shop.customer)
    xero_line = shop.xero_line("10", ItemCode="", Description="As ordered")
    theirs = shop.xero_invoice(xero_line, contact=contact, InvoiceNumber=there)
    if paid:
        shop.pay(ours, paid)
        shop.books.pay_invoice(
            theirs, paid, on=shop.get(PAYMENTS, _only(shop)).fields["payment_date"]
        )
    return ours, theirs


def _only(shop: Shop) -> str:
    (payment,) = shop.stage.records(PAYMENTS)
    return str(payment.name)


def is_in_sync(shop: Shop, invoice: str) -> bool:
    links = {each.crm_name: each for each in shop.stage.journal.links(INVOICES)}
    return links[invoice].state is LinkState.IN_SYNC


@pytest.mark.parametrize("policy", [ConflictPolicy.NEWEST, ConflictPolicy.CRM])
@pytest.mark.parametrize("paid", ["11.50", "4"])
def test_words_that_differ_since_before_are_no_skip(
    shop: Shop, policy: ConflictPolicy, paid: str
) -> None:
    shop.stage.set(conflicts=policy)
    ours, theirs = sold_in_both(shop, "A-7", "A-7", paid)
    assert skipped(shop.sync(), INVOICES) == []
    settles(shop)
    assert shop.partner(INVOICES, ours) == theirs
    assert is_in_sync(shop, ours)
    assert shop.field(INVOICES, ours, "received") == Decimal(paid)
    assert shop.field(INVOICES, ours, "subject") == "Bolts for the roof"


def test_in_a_locked_period_too(shop: Shop) -> None:
    ours, _ = sold_in_both(shop, "A-7", "A-7", "")
    shop.books.lock_period(datetime(2030, 1, 1, tzinfo=timezone.utc))
    assert skipped(shop.sync(), INVOICES) == []
    settles(shop)
    assert is_in_sync(shop, ours)


def test_an_edit_after_they_met_is_reported_and_its_remedy_moves_no_money(shop: Shop) -> None:
    ours, _ = sold_in_both(shop, "A-7", "A-7", "11.50")
    settles(shop)
    shop.edit(INVOICES, ours, subject="Nuts")
    (entry,) = skipped(shop.sync(), INVOICES)
    assert "paid in Xero" in entry.reason
    assert entry.remedy.startswith("Enter the old values here again.")


@pytest.mark.parametrize("policy", [ConflictPolicy.CRM, ConflictPolicy.NEWEST])
def test_each_ledger_keeps_its_own_number_of_a_paid_invoice(
    shop: Shop, policy: ConflictPolicy
) -> None:
    shop.stage.set(conflicts=policy)
    ours, theirs = sold_in_both(shop, "SI-0015", "SI0015", "11.50")
    shop.sync()
    ((name, xero_id, _),) = pairs_to_answer(shop.stage.journal.links(INVOICES))
    shop.stage.journal.save_answer(MatchAnswer(INVOICES, name, xero_id, Answer.ONE))
    shop.stage.journal.commit()
    if policy is ConflictPolicy.NEWEST:
        shop.edit(INVOICES, ours, subject="Bolts for the roof")
    for _ in range(3):
        shop.sync()
    assert (name, xero_id) == (ours, theirs)
    assert shop.wire(ours)["InvoiceNumber"] == "SI0015"
    if policy is ConflictPolicy.CRM:
        assert shop.field(INVOICES, ours, "invoice_no") == "SI-0015"
    assert shop.sync().writes == 0
