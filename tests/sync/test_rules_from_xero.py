"""The rules for invoices on their way from Xero (I14 to I18, I21, G4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.support.rules import applies, spares
from tests.support.shop import DAY, INVOICES, ORGANIZATIONS, PRODUCTS, Shop
from vtiger_xero.engine.records import CrmRecord, Direction, Module
from vtiger_xero.engine.report import Report
from vtiger_xero.engine.settings import ModuleSettings
from xero_simulator import Fault

D = Decimal


def arrived(shop: Shop, *lines: dict[str, Any], **fields: Any) -> CrmRecord:
    """An invoice of Xero as it is in the CRM after a run; a second run changes nothing."""
    theirs = shop.xero_invoice(*lines, **fields)
    shop.goes_through()
    assert shop.sync().writes == 0
    return shop.here(INVOICES, theirs)


def taxes_of(record: CrmRecord) -> list[tuple[str, str, Decimal]]:
    rows = record.fields["taxes"]
    return [(row["applies_to"], row["tax"], row["amount"]) for row in rows]  # type: ignore[union-attr]


@applies("I14")
def test_bills_stay_in_xero(shop: Shop) -> None:
    line = shop.xero_line(AccountCode="300", TaxType="INPUT2")
    shop.xero_invoice(line, Type="ACCPAY", InvoiceNumber="BILL 1")
    shop.goes_through()
    assert shop.stage.records(INVOICES) == []


@spares("I14")
def test_sales_invoices_come(shop: Shop) -> None:
    record = arrived(shop, InvoiceNumber="INV-7", Reference="PO 12")
    fields = record.fields
    assert (fields["invoice_no"], fields["subject"], fields["status"]) == (
        "INV-7",
        "PO 12",
        "Approved",
    )
    assert (fields["invoice_date"], fields["grand_total"]) == (DAY, D("11.50"))
    customer = shop.get(ORGANIZATIONS, str(fields["organization_name"]))
    assert customer.fields["organization_name"] == "Moa Ltd"


@applies("I15")
def test_the_tax_type_is_always_individual(shop: Shop) -> None:
    record = arrived(shop, shop.xero_line("10"), shop.xero_line("20"))
    assert record.fields["tax_mode"] == "Individual"
    assert taxes_of(record) == [("Item", "GST", D("1.50")), ("Item", "GST", D("3.00"))]


@spares("I15")
def test_a_group_invoice_of_the_crm_stays_one_after_the_sync(shop: Shop) -> None:
    from tests.support.shop import whole_tax

    name = shop.invoice(tax_mode="Group", taxes=[whole_tax("GST")])
    shop.goes_through()
    shop.books.edit_invoice(shop.partner(INVOICES, name), Reference="New")
    shop.goes_through()
    assert shop.field(INVOICES, name, "tax_mode") == "Group"


@applies("I16")
def test_a_line_without_an_item_gets_the_product_of_question_marks(shop: Shop) -> None:
    record = arrived(shop, shop.xero_line(Description="Painting the shed"))
    (row,) = record.fields["items"]  # type: ignore[misc]
    assert shop.field(PRODUCTS, row["item_name"], "product_name") == "??????"
    assert row["item_comment"] == "Painting the shed"
    assert [item.code for item in shop.books.items.values()] == ["BOLT"]


@spares("I16")
def test_a_line_with_an_item_keeps_it(shop: Shop) -> None:
    shop.sync()
    record = arrived(shop, shop.xero_line(ItemCode="BOLT"))
    (row,) = record.fields["items"]  # type: ignore[misc]
    assert row["item_name"] == shop.bolt
    names = [each.fields["product_name"] for each in shop.stage.records(PRODUCTS)]
    assert "??????" not in names


@applies("I17")
def test_a_line_called_charges_goes_to_shipping_and_handling_with_its_taxes(shop: Shop) -> None:
    charges = {**shop.xero_line("8"), "Description": "Charges"}
    record = arrived(shop, charges, shop.xero_line("10"))
    assert record.fields["shipping_and_handling"] == D("8")
    assert record.fields["taxes_on_charges"] == D("1.20")
    assert len(record.fields["items"]) == 1  # type: ignore[arg-type]
    assert record.fields["grand_total"] == D("20.70")


@applies("I17")
def test_a_line_called_adjustment_without_tax_goes_to_the_adjustment(shop: Shop) -> None:
    adjustment = {**shop.xero_line("-0.20", TaxType="NONE"), "Description": "Adjustment"}
    record = arrived(shop, shop.xero_line("10"), adjustment)
    assert record.fields["adjustment"] == D("-0.20")
    assert record.fields["grand_total"] == D("11.30")


@spares("I17")
def test_charges_with_an_item_or_an_adjustment_with_tax_are_ordinary_lines(shop: Shop) -> None:
    shop.sync()
    charges = {**shop.xero_line("8", ItemCode="BOLT"), "Description": "Charges"}
    adjustment = {**shop.xero_line("1"), "Description": "Adjustment"}
    record = arrived(shop, charges, adjustment)
    assert len(record.fields["items"]) == 2  # type: ignore[arg-type]
    assert record.fields["shipping_and_handling"] == record.fields["adjustment"] == 0


@spares("I17")
@pytest.mark.parametrize("word", ["Charges", "Adjustment"])
def test_an_invoice_of_charges_alone_has_them_as_a_line(shop: Shop, word: str) -> None:
    """The CRM has no invoice without an item."""
    record = arrived(shop, {**shop.xero_line("8", TaxType="NONE"), "Description": word})
    (row,) = record.fields["items"]  # type: ignore[misc]
    assert (row["item_comment"], record.fields["grand_total"]) == (word, D(8))


@applies("I18")
@pytest.mark.parametrize("quantity", ["1", "3", "7", "0.333", "1000"])
def test_prices_with_tax_become_prices_without_and_no_total_changes(
    shop: Shop, quantity: str
) -> None:
    line = shop.xero_line("9.99", Quantity=D(quantity))
    theirs = shop.xero_invoice(line, LineAmountTypes="Inclusive")
    total = shop.books.invoices[theirs].total
    shop.goes_through()
    fields = shop.here(INVOICES, theirs).fields
    assert fields["grand_total"] == total
    assert fields["items"][0]["quantity"] == D(quantity)  # type: ignore[index,call-overload]
    assert shop.sync().writes == 0


@applies("I18")
def test_no_tax_has_no_taxes(shop: Shop) -> None:
    record = arrived(shop, shop.xero_line("10"), LineAmountTypes="NoTax")
    assert taxes_of(record) == []
    assert record.fields["grand_total"] == D(10)


@spares("I18")
def test_prices_without_tax_stay_as_they_are(shop: Shop) -> None:
    record = arrived(shop, shop.xero_line("10.1234"))
    (row,) = record.fields["items"]  # type: ignore[misc]
    assert row["selling_price"] == D("10.1234")


@applies("I12-crm")
def test_a_total_that_the_crm_would_not_make_is_skipped_with_both_figures(shop: Shop) -> None:
    shop.books.add_currency("JPY", "Yen")
    shop.xero_invoice(shop.xero_line("333"), CurrencyCode="JPY")
    entry = shop.skip(INVOICES)
    assert "382.95" in entry.reason
    assert "383" in entry.reason
    assert shop.stage.records(INVOICES) == []


@spares("I12-crm")
@applies("I12")
def test_a_tax_amount_that_a_person_set_in_xero_comes_to_the_cent(shop: Shop) -> None:
    record = arrived(shop, shop.xero_line("10", TaxAmount=D("1.49")))
    assert record.fields["grand_total"] == D("11.49")
    assert taxes_of(record) == [("Item", "GST", D("1.49"))]


@applies("G4")
def test_combined_and_compound_rates_come_as_their_components(shop: Shop) -> None:
    parts = [
        {"Name": "Federal", "Rate": "5"},
        {"Name": "Regional", "Rate": "9.975", "IsCompound": True},
    ]
    tax_type = shop.books.add_tax_rate(name="Federal and Regional", components=parts)
    record = arrived(shop, shop.xero_line("100", TaxType=tax_type))
    assert taxes_of(record) == [("Item", "Federal", D("5.00")), ("Item", "Regional", D("10.47"))]
    assert record.fields["grand_total"] == D("115.47")
    taxes = {tax.name: tax for tax in shop.crm.taxes()}
    assert taxes["Regional"].compounds_on == ("Federal",)


@spares("G4")
def test_a_rate_of_one_component_is_one_tax(shop: Shop) -> None:
    record = arrived(shop, shop.xero_line("10", TaxType="ZERORATED"))
    assert taxes_of(record) == [("Item", "Zero Rated", D(0))]


@applies("I1-customer")
def test_an_invoice_waits_until_its_customer_is_in_the_crm(shop: Shop) -> None:
    contact = shop.contact()
    shop.xero_invoice(contact=contact)
    shop.books.archive_contact(contact)
    entry = shop.skip(INVOICES)
    assert "Moa Ltd" in entry.reason
    shop.books.restore_contact(contact)
    shop.goes_through()


@spares("I1-customer")
@applies("G2")
def test_invoices_of_duplicates_go_to_the_one_contact_and_stay_theirs(shop: Shop) -> None:
    twin = shop.add(ORGANIZATIONS, organization_name="kea LTD")
    mine, theirs = shop.invoice(), shop.invoice(organization_name=twin)
    shop.goes_through()
    assert shop.wire(mine)["Contact"] == shop.wire(theirs)["Contact"]
    shop.books.edit_invoice(shop.partner(INVOICES, theirs), Reference="New")
    shop.goes_through()
    assert shop.field(INVOICES, theirs, "organization_name") == twin


@applies("I16-item")
def test_an_invoice_waits_until_the_items_that_its_lines_name_are_in_the_crm(shop: Shop) -> None:
    shop.crm.customize(PRODUCTS, "product_category", only="Vtiger Product", reqd=1)
    shop.books.add_item_in_xero(Code="NUT", Name="Nut", IsSold=True)
    theirs = shop.xero_invoice(shop.xero_line(ItemCode="NUT"))
    entry = shop.skip(INVOICES)
    assert "\u201cNUT\u201d" in entry.reason
    shop.crm.customize(PRODUCTS, "product_category", only="Vtiger Product", reqd=0)
    shop.goes_through()
    (row,) = shop.here(INVOICES, theirs).fields["items"]
    assert shop.field(PRODUCTS, row["item_name"], "product_name") == "Nut"


@applies("I16-item")
@pytest.mark.answers_unlike_xero("an item has no code")
def test_an_item_that_could_not_be_read_makes_no_line_without_one(shop: Shop) -> None:
    shop.books.add_item_in_xero(Code="NUT", Name="Nut", IsSold=True)
    theirs = shop.xero_invoice(shop.xero_line(ItemCode="NUT"))
    shop.stage.xero.faults.add(Fault.altered(lambda page: {"Items": [{}]}, path="/Items"))
    assert "\u201cNUT\u201d" in shop.skip(INVOICES).reason
    shop.goes_through()
    (row,) = shop.here(INVOICES, theirs).fields["items"]
    assert shop.field(PRODUCTS, row["item_name"], "product_name") == "Nut"


@spares("I16-item")
def test_an_item_that_is_gone_at_xero_or_does_not_come_here_holds_nothing_up(shop: Shop) -> None:
    nut = shop.books.add_item_in_xero(Code="NUT", Name="Nut", IsSold=True).item_id
    shop.xero_invoice(shop.xero_line(ItemCode="NUT"))
    shop.books.delete_item(nut)
    shop.goes_through()
    modules = {each: ModuleSettings() for each in Module}
    only_out = ModuleSettings(direction=Direction.TO_XERO)
    shop.stage.set(modules={**modules, PRODUCTS: only_out})
    shop.books.add_item_in_xero(Code="BAR", Name="Bar", IsSold=True)
    shop.xero_invoice(shop.xero_line(ItemCode="BAR"), contact=shop.contact("Tui Ltd"))
    shop.goes_through()


@applies("G1", "G1-crm")
def test_a_mandatory_field_that_xero_has_not_skips_the_invoice_and_names_it(shop: Shop) -> None:
    shop.crm.customize(INVOICES, "sales_order", reqd=1)
    shop.xero_invoice()
    entry = shop.skip(INVOICES)
    assert entry.reason == "Sales Order is mandatory in the CRM, and Xero has no such field."


@spares("G1", "G1-crm", "G11")
def test_addresses_that_a_site_makes_mandatory_are_filled_from_the_organization(shop: Shop) -> None:
    shop.crm.customize(INVOICES, "billing_address", reqd=1)
    address = {"AddressType": "POBOX", "AddressLine1": "1 Quay St", "City": "Napier"}
    contact = shop.books.add_contact_in_xero(Name="Moa", Addresses=[address]).contact_id
    theirs = shop.xero_invoice(contact=contact)
    shop.goes_through()
    assert shop.here(INVOICES, theirs).fields["billing_address"] == "1 Quay St"


@applies("G11")
def test_what_comes_is_assigned_to_the_user_of_the_settings(shop: Shop) -> None:
    shop.stage.set(assigned_to="ann@example.com", deletions=True)
    record = arrived(shop)
    assert record.fields["assigned_to"] == "ann@example.com"


def test_an_empty_reference_is_no_reason_to_skip_the_number_stands_in(shop: Shop) -> None:
    record = arrived(shop, InvoiceNumber="INV-9")
    assert record.fields["subject"] == "INV-9"


def statuses(shop: Shop) -> dict[str, str]:
    records = shop.stage.records(INVOICES)
    return {str(r.fields["invoice_no"]): str(r.fields["status"]) for r in records}


@applies("I21")
def test_every_status_of_xero_has_its_own_in_the_crm(shop: Shop) -> None:
    shop.xero_invoice(InvoiceNumber="A", Status="DRAFT")
    shop.xero_invoice(InvoiceNumber="B", Status="SUBMITTED", contact=shop.contact("B"))
    shop.xero_invoice(InvoiceNumber="C", contact=shop.contact("C"))
    partly = shop.xero_invoice(InvoiceNumber="D", contact=shop.contact("D"))
    paid = shop.xero_invoice(InvoiceNumber="E", contact=shop.contact("E"))
    void = shop.xero_invoice(InvoiceNumber="F", contact=shop.contact("F"))
    shop.books.pay_invoice(partly, "1")
    shop.books.pay_invoice(paid)
    shop.books.void_invoice(void)
    report: Report = shop.sync()
    assert shop.stage.reasons(report, INVOICES) == []
    assert statuses(shop) == {
        "A": "Created",
        "B": "Sent",
        "C": "Approved",
        "D": "Partially Paid",
        "E": "Paid",
    }


@spares("I21")
@pytest.mark.parametrize("status", ["Overdue", "In Progress"])
def test_a_status_of_the_crm_that_says_the_same_stays(shop: Shop, status: str) -> None:
    name = shop.invoice(status=status)
    shop.goes_through()
    shop.books.edit_invoice(shop.partner(INVOICES, name), Reference="More")
    shop.goes_through()
    assert shop.wire(name)["Status"] == "AUTHORISED"
    assert shop.field(INVOICES, name, "status") == status
    assert shop.field(INVOICES, name, "subject") == "More"
