"""Approved, paid, void and locked invoices (rule I10), and cancelling (rule G9)."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal

from tests.support.rules import applies, spares
from tests.support.shop import (
    INVOICES,
    Shop,
)

D = Decimal


@applies("I10")
def test_of_a_partly_paid_invoice_only_what_xero_lets_change_travels(shop: Shop) -> None:
    name = partly_paid(shop)
    (row,) = shop.field(INVOICES, name, "items")
    shop.edit(
        INVOICES,
        name,
        subject="New words",
        invoice_date=shop.field(INVOICES, name, "invoice_date").replace(day=5),
        items=({**row, "item_comment": "described anew"},),
    )
    entry = shop.skip(INVOICES)
    assert "has a payment or credit" in entry.reason
    assert "Invoice Date" in entry.reason
    wire = shop.wire(name)
    assert (wire["Reference"], wire["LineItems"][0]["Description"]) == (
        "New words",
        "described anew",
    )
    assert wire["DateString"] == "2026-11-02T00:00:00"


@applies("I10")
def test_a_price_of_a_partly_paid_invoice_stays_in_xero(shop: Shop) -> None:
    name = partly_paid(shop)
    (row,) = shop.field(INVOICES, name, "items")
    shop.edit(INVOICES, name, items=({**row, "selling_price": D(99)},))
    assert "Items" in shop.skip(INVOICES).reason
    assert shop.wire(name)["Total"] == D("11.50")


def partly_paid(shop: Shop) -> str:
    name = shop.invoice()
    shop.sync()
    shop.books.pay_invoice(shop.partner(INVOICES, name), "4")
    shop.sync()
    assert shop.field(INVOICES, name, "status") == "Partially Paid"
    return name


@applies("I10")
def test_to_a_paid_invoice_nothing_travels(shop: Shop) -> None:
    name = shop.invoice()
    shop.sync()
    shop.books.pay_invoice(shop.partner(INVOICES, name))
    shop.sync()
    shop.edit(INVOICES, name, subject="Too late")
    assert "is paid in Xero" in shop.skip(INVOICES).reason
    assert shop.wire(name)["Reference"] == "Bolts"


@applies("I10")
def test_to_a_locked_period_nothing_travels_and_the_date_is_named(shop: Shop) -> None:
    name = shop.invoice()
    shop.sync()
    shop.books.lock_period(datetime(2026, 11, 30, tzinfo=timezone.utc))
    shop.edit(INVOICES, name, subject="Too late")
    assert "locked in Xero up to 2026-11-30" in shop.skip(INVOICES).reason


@applies("I10-locked")
def test_a_new_invoice_in_a_locked_period_is_skipped(shop: Shop) -> None:
    shop.books.lock_period(datetime(2026, 11, 30, tzinfo=timezone.utc))
    shop.invoice()
    shop.refuses("locked in Xero up to 2026-11-30")


@spares("I10", "I10-locked")
def test_an_approved_invoice_without_payments_is_still_changed_as_a_whole(shop: Shop) -> None:
    name = shop.invoice()
    shop.sync()
    (row,) = shop.field(INVOICES, name, "items")
    shop.edit(INVOICES, name, items=({**row, "quantity": D(3)},), subject="More")
    shop.goes_through()
    wire = shop.wire(name)
    assert (wire["Total"], wire["Reference"], wire["Status"]) == (D("34.50"), "More", "AUTHORISED")


@applies("X-status")
def test_an_approved_invoice_does_not_become_a_draft_again(shop: Shop) -> None:
    name = shop.invoice()
    shop.sync()
    shop.edit(INVOICES, name, status="Created")
    assert "cannot become a draft again" in shop.skip(INVOICES).reason


@spares("X-status")
def test_a_draft_may_be_approved(shop: Shop) -> None:
    name = shop.invoice(status="Created")
    shop.sync()
    shop.edit(INVOICES, name, status="Approved")
    shop.goes_through()
    assert shop.wire(name)["Status"] == "AUTHORISED"


@applies("G9-void", "G9-invoice")
def test_cancelling_stays_at_home_where_deletions_do_not_travel(shop: Shop) -> None:
    shop.stage.set(deletions=False)
    mine, theirs = shop.invoice(), shop.invoice()
    shop.sync()
    shop.edit(INVOICES, mine, status="Cancel")
    shop.books.void_invoice(shop.partner(INVOICES, theirs))
    report = shop.sync()
    reasons = shop.stage.reasons(report, INVOICES)
    assert any("cancelled in the CRM" in each for each in reasons)
    assert any("voided in Xero" in each for each in reasons)
    assert shop.wire(mine)["Status"] == "AUTHORISED"
    assert shop.field(INVOICES, theirs, "status") == "Approved"


@spares("G9-void", "G9-invoice")
@applies("G9")
def test_cancelling_voids_and_voiding_cancels_where_deletions_travel(shop: Shop) -> None:
    mine, theirs, draft = shop.invoice(), shop.invoice(), shop.invoice(status="Created")
    shop.sync()
    shop.edit(INVOICES, mine, status="Cancel")
    shop.edit(INVOICES, draft, status="Cancel")
    shop.books.void_invoice(shop.partner(INVOICES, theirs))
    shop.goes_through()
    assert shop.wire(mine)["Status"] == "VOIDED"
    assert shop.wire(draft)["Status"] == "DELETED"
    assert shop.field(INVOICES, theirs, "status") == "Cancel"


@applies("G9-paid")
def test_a_cancelled_invoice_with_payments_in_xero_is_not_voided(shop: Shop) -> None:
    name = partly_paid(shop)
    shop.edit(INVOICES, name, status="Cancel")
    assert "payment" in shop.skip(INVOICES).reason
    assert shop.wire(name)["Status"] == "AUTHORISED"


@spares("G9-paid")
def test_a_cancelled_invoice_without_payments_is_voided(shop: Shop) -> None:
    name = shop.invoice()
    shop.sync()
    shop.edit(INVOICES, name, status="Cancel")
    shop.goes_through()
    assert shop.wire(name)["Status"] == "VOIDED"
