"""The rules for an invoice as a whole on its way to Xero (I1, I13, G1, G5)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.rules import applies, spares
from tests.support.shop import (
    INVOICES,
    PAYMENTS,
    Shop,
    item_tax,
)
from tests.support.stage import skipped
from vtiger_xero.engine.records import Module, Person, Side
from vtiger_xero.engine.report import Operation

D = Decimal


@applies("I1")
def test_an_invoice_to_nobody_is_skipped(shop: Shop) -> None:
    shop.crm.customize(INVOICES, "organization_name", reqd=0)
    shop.invoice(organization_name="")
    shop.refuses("neither an organization nor a contact")


@spares("I1")
def test_an_invoice_to_a_contact_goes_to_the_contacts_organization(shop: Shop) -> None:

    contact = shop.crm.add_contact(shop.customer, Person("Ann", "Lee"))
    name = shop.invoice(organization_name="", contact_name=contact.name)
    shop.goes_through()
    assert shop.wire(name)["Contact"]["Name"] == "Kea Ltd"


@applies("I1-contact")
def test_an_invoice_waits_for_its_organization_and_goes_once_that_is_mended(shop: Shop) -> None:

    shop.edit(Module.ORGANIZATIONS, shop.customer, organization_name="Kea <Ltd>")
    name = shop.invoice()
    shop.refuses("Kea <Ltd>", "is not in Xero yet")
    shop.edit(Module.ORGANIZATIONS, shop.customer, organization_name="Kea Ltd")
    shop.goes_through()
    assert shop.wire(name)["Total"] == D("11.50")


@applies("I13")
def test_an_update_echoes_every_line_and_the_status_of_an_approved_one(shop: Shop) -> None:
    name = shop.invoice(shop.line("10"), shop.line("20"))
    shop.sync()
    before = [line["LineItemID"] for line in shop.wire(name)["LineItems"]]
    rows = shop.field(INVOICES, name, "items")
    shop.edit(INVOICES, name, items=(rows[0], {**rows[1], "quantity": D(2)}))
    shop.goes_through()
    wire = shop.wire(name)
    assert [line["LineItemID"] for line in wire["LineItems"]] == before
    assert wire["Status"] == "AUTHORISED"


@spares("I13")
def test_a_creation_is_a_put_and_has_no_ids(shop: Shop) -> None:
    shop.invoice()
    shop.sync()
    calls = [call for call in shop.stage.xero.calls if call.path.endswith("/Invoices")]
    assert [call.method for call in calls if call.method != "GET"] == ["PUT"]


@applies("X-credit")
def test_a_credit_invoice_is_skipped(shop: Shop) -> None:
    shop.invoice(status="Credit Invoice")
    shop.refuses("credit note")


@applies("X-negative")
@pytest.mark.parametrize("first", [True, False])
def test_an_approved_invoice_below_zero_is_skipped_and_named_by_a_preview(
    shop: Shop, first: bool
) -> None:
    if first:
        shop.invoice(shop.line("-10"), status="Approved")
    else:
        name = shop.invoice(shop.line(), status="Approved")
        shop.sync()
        shop.edit(INVOICES, name, items=(shop.line("-10"),))
    (plan,) = [each for each in shop.stage.preview() if each.module is INVOICES]
    assert plan.counts == {(Side.XERO, Operation.SKIPPED): 1}
    assert "is -11.50. Xero does not approve" in shop.skip(INVOICES).reason


@spares("X-negative")
def test_a_draft_below_zero_and_an_approved_one_of_nothing_go_through(shop: Shop) -> None:
    shop.invoice(shop.line("-10"), status="Created")
    shop.goes_through()
    shop.invoice(shop.line("-10"), shop.line("10"), status="Approved")
    shop.goes_through()


@applies("G1-due")
def test_an_approved_invoice_needs_a_due_date(shop: Shop) -> None:
    shop.invoice(due_date=None)
    shop.refuses("Due Date is empty")


@spares("G1-due", "X-credit")
def test_a_draft_needs_none(shop: Shop) -> None:
    name = shop.invoice(due_date=None, status="Created")
    shop.goes_through()
    assert shop.wire(name)["Status"] == "DRAFT"


@applies("X-number")
def test_a_number_that_xero_has_given_otherwise_is_left_for_a_person(shop: Shop) -> None:
    shop.xero_invoice(InvoiceNumber="INV1")
    shop.invoice(invoice_no="INV1")
    here, there = skipped(shop.sync(), INVOICES)
    assert (here.side, there.side) == (Side.XERO, Side.CRM)
    assert "INV1" in here.reason
    assert "INV1" in there.reason
    assert len(shop.books.invoices) == 1


@spares("X-number")
def test_the_same_invoice_on_both_sides_is_found_by_number_customer_and_total(shop: Shop) -> None:
    contact = shop.contact("Kea Ltd")
    theirs = shop.xero_invoice(contact=contact, InvoiceNumber="INV1", Reference="Bolts")
    name = shop.invoice(invoice_no="INV1", taxes=[item_tax("GST")])
    shop.sync()
    assert shop.partner(INVOICES, name) == theirs
    assert len(shop.books.invoices) == 1


@applies("G5-invoice", "G5")
def test_a_currency_that_the_organisation_does_not_use_is_skipped(shop: Shop) -> None:
    shop.invoice(currency="CHF", conversion_rate=D("0.5"))
    shop.refuses("does not use the currency CHF")


@spares("G5-invoice")
def test_a_currency_of_the_organisation_travels_with_its_rate(shop: Shop) -> None:
    name = shop.invoice(currency="USD", conversion_rate=D("0.61"))
    shop.goes_through()
    wire = shop.wire(name)
    assert (wire["CurrencyCode"], wire["CurrencyRate"]) == ("USD", D("0.61"))


@applies("X-length")
def test_a_text_too_long_for_xero_is_skipped_and_not_cut(shop: Shop) -> None:
    shop.crm.customize(INVOICES, "subject", length=500)
    shop.invoice(subject="B" * 300)
    shop.refuses("Subject has 300 characters", "at most 255")


@spares("I1-contact", "X-length", "P3-invoice")
def test_an_invoice_with_its_payment_goes_through_in_one_run(shop: Shop) -> None:
    name = shop.invoice()
    shop.pay(name, "11.50")
    report = shop.sync()
    assert shop.stage.reasons(report, PAYMENTS) == []
    assert shop.wire(name)["Status"] == "PAID"
    assert shop.field(INVOICES, name, "status") == "Paid"
