"""Do Not Sync with Xero on products, invoices and payments, and on what others refer to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.support.agreement import disagreements
from tests.support.rules import applies, spares
from tests.support.shop import DAY, INVOICES, ORGANIZATIONS, PAYMENTS, PRODUCTS, Shop
from tests.support.stage import skipped
from tests.sync.test_life_of_payments import pay_in_xero
from tests.sync.test_previews import foretold
from vtiger_xero.engine.links import LinkState
from vtiger_xero.engine.reconciliation import reconcile
from vtiger_xero.engine.records import Module

D = Decimal


def keep_out(shop: Shop, module: Module, name: str, *, ticked: bool = True) -> None:
    shop.edit(module, name, do_not_sync=ticked)


def quiet(shop: Shop) -> None:
    """A run that writes nothing and skips nothing."""
    assert shop.sync().entries == []


def state(shop: Shop, module: Module, name: str) -> LinkState:
    return next(e.state for e in shop.stage.journal.links(module) if e.crm_name == name)


def agrees(shop: Shop) -> bool:
    return reconcile(
        shop.crm, shop.stage.journal, list(Module), settings=shop.stage.settings
    ).agrees


# What refers to a record that is kept out


@applies("I1-excluded")
def test_an_invoice_of_an_organization_that_is_kept_out_waits(shop: Shop) -> None:
    keep_out(shop, ORGANIZATIONS, shop.customer)
    name = shop.invoice()
    shop.refuses("\u201cKea Ltd\u201d", "Do Not Sync with Xero is ticked there")
    assert "Untick" in shop.skip(INVOICES).remedy
    keep_out(shop, ORGANIZATIONS, shop.customer, ticked=False)
    shop.goes_through()
    assert shop.wire(name)["Total"] == D("11.50")


@spares("I1-excluded")
def test_an_invoice_of_one_that_xero_has_goes_through(shop: Shop) -> None:
    shop.sync()
    keep_out(shop, ORGANIZATIONS, shop.customer)
    name = shop.invoice()
    shop.goes_through()
    assert shop.wire(name)["Contact"]["Name"] == "Kea Ltd"
    quiet(shop)


def test_an_invoice_of_a_twin_that_is_kept_out_goes_to_the_contact_of_the_first(shop: Shop) -> None:
    twin = shop.add(ORGANIZATIONS, organization_name="kea ltd", do_not_sync=True)
    name = shop.invoice(organization_name=twin)
    assert not [entry for entry in foretold(shop).entries if entry.reason]
    assert shop.wire(name)["Contact"]["Name"] == "Kea Ltd"
    quiet(shop)


@applies("I5-excluded")
def test_an_invoice_with_a_product_that_is_kept_out_waits(shop: Shop) -> None:
    keep_out(shop, PRODUCTS, shop.bolt)
    name = shop.invoice()
    shop.refuses("\u201cBolt\u201d on line 1", "Do Not Sync with Xero is ticked there")
    keep_out(shop, PRODUCTS, shop.bolt, ticked=False)
    shop.goes_through()
    assert shop.wire(name)["LineItems"][0]["ItemCode"] == "BOLT"


@spares("I5-excluded")
def test_an_invoice_with_one_that_xero_has_goes_through(shop: Shop) -> None:
    shop.sync()
    keep_out(shop, PRODUCTS, shop.bolt)
    name = shop.invoice()
    shop.goes_through()
    assert shop.wire(name)["LineItems"][0]["ItemCode"] == "BOLT"
    quiet(shop)


def test_one_that_was_deleted_in_xero_says_first_that_it_is_kept_out(shop: Shop) -> None:
    shop.sync()
    keep_out(shop, PRODUCTS, shop.bolt)
    shop.books.delete_item(shop.partner(PRODUCTS, shop.bolt))
    shop.invoice()
    shop.refuses("does not sync")
    keep_out(shop, PRODUCTS, shop.bolt, ticked=False)
    shop.refuses("was deleted in Xero")


@applies("P3-excluded")
def test_a_payment_of_an_invoice_that_is_kept_out_waits(shop: Shop) -> None:
    invoice = shop.invoice(do_not_sync=True, invoice_no="A-77")
    shop.pay(invoice, "5")
    shop.refuses("A-77", "Do Not Sync with Xero is ticked there", module=PAYMENTS)
    keep_out(shop, INVOICES, invoice, ticked=False)
    shop.goes_through(PAYMENTS)
    assert shop.wire(invoice)["AmountPaid"] == D(5)


@spares("P3-excluded")
def test_a_payment_of_one_that_xero_has_goes_through(shop: Shop) -> None:
    invoice = shop.invoice()
    shop.sync()
    keep_out(shop, INVOICES, invoice)
    shop.pay(invoice, "5")
    shop.goes_through(PAYMENTS)
    assert shop.wire(invoice)["AmountPaid"] == D(5)
    quiet(shop)
    assert agrees(shop)


@spares("P3-excluded")
def test_a_payment_that_is_no_money_yet_is_not_told_of_its_invoice(shop: Shop) -> None:
    invoice = shop.invoice(do_not_sync=True)
    shop.pay(invoice, "5", payment_status="Pending")
    assert shop.skip(PAYMENTS).rule == "P1"


def test_a_preview_knows_of_all_these(shop: Shop) -> None:
    keep_out(shop, ORGANIZATIONS, shop.customer)
    shop.pay(shop.invoice(), "5")
    rules = [entry.rule for entry in foretold(shop).entries if entry.reason]
    assert rules == ["I1-excluded", "P3-invoice"]


# Invoices


def test_an_invoice_that_is_kept_out_stays_as_it_is_on_both_sides(shop: Shop) -> None:
    invoice = shop.invoice()
    shop.sync()
    partner = shop.partner(INVOICES, invoice)
    keep_out(shop, INVOICES, invoice)
    shop.edit(INVOICES, invoice, subject="Changed here")
    shop.books.edit_invoice(partner, DueDate="2027-01-31")
    quiet(shop)
    assert shop.wire(invoice)["Reference"] == "Bolts"
    assert str(shop.field(INVOICES, invoice, "due_date")) == "2026-12-01"
    assert agrees(shop)
    keep_out(shop, INVOICES, invoice, ticked=False)
    shop.sync()
    assert shop.wire(invoice)["Reference"] == "Changed here"
    assert str(shop.field(INVOICES, invoice, "due_date")) == "2027-01-31"
    assert disagreements(shop.stage) == []
    quiet(shop)


def test_one_of_the_same_number_and_total_is_linked_and_not_copied(shop: Shop) -> None:
    shop.sync()
    contact = shop.partner(ORGANIZATIONS, shop.customer)
    shop.invoice(do_not_sync=True, invoice_no="A-77")
    shop.xero_invoice(shop.xero_line("10"), contact=contact, InvoiceNumber="A-77")
    quiet(shop)
    assert len(shop.stage.records(INVOICES)) == 1
    quiet(shop)


def test_one_of_the_same_number_alone_is_not_copied_either(shop: Shop) -> None:
    shop.invoice(do_not_sync=True, invoice_no="A-77")
    shop.xero_invoice(InvoiceNumber="A-77")
    (entry,) = skipped(shop.sync(), INVOICES)
    assert (entry.rule, entry.crm_name) == ("G6", None)
    assert len(shop.stage.records(INVOICES)) == 1


@pytest.mark.parametrize("ended", ["voided in Xero", "cancelled here", "deleted here"])
def test_its_end_does_not_travel(shop: Shop, ended: str) -> None:
    invoice = shop.invoice()
    shop.sync()
    partner = shop.partner(INVOICES, invoice)
    keep_out(shop, INVOICES, invoice)
    quiet(shop)
    if ended == "voided in Xero":
        shop.books.void_invoice(partner)
    elif ended == "cancelled here":
        shop.edit(INVOICES, invoice, status="Cancel")
    else:
        shop.crm.trash(INVOICES, invoice)
    quiet(shop)
    is_void = shop.books.invoices[partner].status == "VOIDED"
    assert is_void is (ended == "voided in Xero")
    records = shop.stage.records(INVOICES)
    assert [r.fields["status"] for r in records] == {
        "voided in Xero": ["Approved"],
        "cancelled here": ["Cancel"],
        "deleted here": [],
    }[ended]
    assert agrees(shop)
    quiet(shop)


def test_a_voiding_arrives_once_the_box_is_empty(shop: Shop) -> None:
    invoice = shop.invoice()
    shop.sync()
    keep_out(shop, INVOICES, invoice)
    shop.books.void_invoice(shop.partner(INVOICES, invoice))
    shop.sync()
    keep_out(shop, INVOICES, invoice, ticked=False)
    shop.sync()
    assert shop.field(INVOICES, invoice, "status") == "Cancel"


# Products


def test_a_product_that_is_kept_out_keeps_its_stock_and_its_price(shop: Shop) -> None:
    item = shop.books.add_item_in_xero(
        Code="NUT", Name="Nut", SalesDetails={"UnitPrice": D(3), "AccountCode": "200"}
    )
    shop.sync()
    nut = shop.here(PRODUCTS, item.item_id).name
    keep_out(shop, PRODUCTS, nut)
    shop.edit(PRODUCTS, nut, unit_price=D(4))
    quiet(shop)
    assert shop.books.items[item.item_id].sales["UnitPrice"] == D(3)
    shop.books.delete_item(item.item_id)
    quiet(shop)
    assert shop.field(PRODUCTS, nut, "product_active")
    quiet(shop)


def test_lines_of_xero_find_a_product_that_is_kept_out(shop: Shop) -> None:
    shop.sync()
    keep_out(shop, PRODUCTS, shop.bolt)
    contact = shop.partner(ORGANIZATIONS, shop.customer)
    invoice = shop.xero_invoice(shop.xero_line(ItemCode="BOLT"), contact=contact)
    shop.sync()
    (line,) = shop.here(INVOICES, invoice).fields["items"]
    assert line["item_name"] == shop.bolt


def test_of_two_products_of_one_code_the_one_that_syncs_makes_the_item(shop: Shop) -> None:
    keep_out(shop, PRODUCTS, shop.bolt)
    other = shop.product("bolt", "Better bolt")
    name = shop.invoice()
    assert not [entry for entry in foretold(shop).entries if entry.reason]
    assert shop.wire(name)["LineItems"][0]["ItemCode"].lower() == "bolt"
    assert state(shop, PRODUCTS, other) is LinkState.IN_SYNC
    assert state(shop, PRODUCTS, shop.bolt) is LinkState.EXCLUDED
    quiet(shop)


# Payments


def test_a_payment_that_is_kept_out_is_not_sent(shop: Shop) -> None:
    invoice = shop.invoice()
    payment = shop.pay(invoice, "5", do_not_sync=True)
    assert not skipped(shop.sync(), PAYMENTS)
    assert not shop.books.payments
    assert agrees(shop)
    keep_out(shop, PAYMENTS, payment, ticked=False)
    shop.sync()
    assert shop.wire(invoice)["AmountPaid"] == D(5)


def test_it_takes_nothing_of_what_the_others_may_pay(shop: Shop) -> None:
    invoice = shop.invoice()
    shop.pay(invoice, "11.50", do_not_sync=True)
    shop.pay(invoice, "11.50")
    assert not skipped(shop.sync(), PAYMENTS)
    assert shop.wire(invoice)["AmountPaid"] == D("11.50")


@pytest.mark.parametrize("ended", ["deleted in Xero", "deleted here", "another status here"])
def test_the_end_of_a_payment_that_is_kept_out_does_not_travel(shop: Shop, ended: str) -> None:
    invoice = shop.invoice()
    payment = shop.pay(invoice, "5")
    shop.sync()
    partner = shop.partner(PAYMENTS, payment)
    keep_out(shop, PAYMENTS, payment)
    quiet(shop)
    if ended == "deleted in Xero":
        shop.books.delete_payment(partner)
    elif ended == "deleted here":
        shop.crm.trash(PAYMENTS, payment)
    else:
        shop.edit(PAYMENTS, payment, payment_status="Refunded")
    report = shop.sync()
    assert [entry for entry in report.entries if entry.module is PAYMENTS] == []
    assert (shop.books.payments[partner].status == "DELETED") is (ended == "deleted in Xero")
    entries = shop.sync().entries  # what the two sides received is not equal by now, and it says so
    assert [each.rule for each in entries] == ["G12"] * (ended != "deleted here")
    if ended != "deleted here":
        status: Any = shop.field(PAYMENTS, payment, "payment_status")
        assert status == {"deleted in Xero": "Received"}.get(ended, "Refunded")


def test_a_payment_that_was_deleted_in_xero_is_pending_once_the_box_is_empty(shop: Shop) -> None:
    payment = shop.pay(shop.invoice(), "5")
    shop.sync()
    keep_out(shop, PAYMENTS, payment)
    shop.books.delete_payment(shop.partner(PAYMENTS, payment))
    shop.sync()
    keep_out(shop, PAYMENTS, payment, ticked=False)
    shop.sync()
    assert shop.field(PAYMENTS, payment, "payment_status") == "Pending"
    assert shop.sync().writes == 0


def test_a_payment_that_was_deleted_here_while_it_was_kept_out_still_counts(shop: Shop) -> None:
    invoice = shop.invoice()
    payment = shop.pay(invoice, "5")
    shop.sync()
    keep_out(shop, PAYMENTS, payment)
    shop.sync()
    shop.crm.trash(PAYMENTS, payment)
    for subject in ("Other", "Another"):
        shop.edit(INVOICES, invoice, subject=subject)
        shop.sync()
        assert shop.field(INVOICES, invoice, "received") == D(5)
    assert shop.wire(invoice)["AmountPaid"] == D(5)
    assert shop.sync().writes == 0


def test_a_payment_of_xero_comes_to_an_invoice_that_is_kept_out(shop: Shop) -> None:
    invoice = shop.invoice()
    shop.sync()
    keep_out(shop, INVOICES, invoice)
    pay_in_xero(shop, invoice, "4")
    shop.sync()
    assert shop.field(INVOICES, invoice, "received") == D(4)
    quiet(shop)


def test_one_that_xero_has_already_is_linked_and_not_copied(shop: Shop) -> None:
    invoice = shop.invoice()
    shop.sync()
    payment = shop.pay(invoice, "4", reference="R1", do_not_sync=True)
    shop.books.pay_invoice(shop.partner(INVOICES, invoice), "4", reference="R1", on=DAY)
    shop.sync()
    assert len(shop.stage.records(PAYMENTS)) == 1
    assert state(shop, PAYMENTS, payment) is LinkState.EXCLUDED
