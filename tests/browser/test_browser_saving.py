"""What the form of an invoice offers, what a print shows, and a question before a large step."""

from __future__ import annotations

from collections.abc import Callable

import frappe
import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.office import Office, fresh, new
from tests.contract.world import unique
from tests.site.xero import run_now
from xero_simulator import Simulator

ORGANIZATION, PRODUCT, INVOICE = "Vtiger Organization", "Vtiger Product", "Vtiger Invoice"
SETTINGS = "Xero Settings"


@pytest.fixture
def bookkeeper(sit_down: Callable[..., Desk]) -> Desk:
    return sit_down("bookkeeper")


@pytest.fixture
def nail(xero: Simulator) -> str:
    """A product at 41.00 with 15 % GST."""
    tax = frappe.db.get_value("Vtiger Tax", {"xero_tax_type": "OUTPUT2"})
    title = unique("Nail")
    code = unique("N")[:30]
    given = {"part_number": code, "unit_price": 41, "purchase_cost": 7, "description": "Of zinc"}
    return new(PRODUCT, product_name=title, taxes=[{"tax": tax}], **given)


def new_invoice(desk: Desk, organization: str, item: str) -> None:
    """A person begins an invoice and chooses what it sells."""
    desk.go("vtiger-invoice/new")
    desk.fill("subject", "Nails")
    desk.choose("organization_name", organization)
    title = fresh(PRODUCT, item, "product_name")
    row = desk.find('[data-fieldname="items"] .grid-row[data-idx="1"]')
    row.locator('[data-fieldname="item_name"]').click()
    box = row.locator('[data-fieldname="item_name"] input')
    box.fill(title)
    desk.find(".awesomplete [role=option]", has_text=title).first.click()
    desk.settle()


def last_invoice() -> str:
    frappe.db.rollback()
    return str(frappe.get_last_doc(INVOICE).name)


def test_choosing_a_customer_in_dollars_makes_the_invoice_one_in_dollars(
    xero: Simulator, nail: str, bookkeeper: Desk
) -> None:
    frappe.db.set_value("Currency", "USD", "enabled", 1)
    abroad = unique("Abroad")
    new(ORGANIZATION, organization_name=abroad, currency="USD")
    new_invoice(bookkeeper, abroad, nail)
    expect(bookkeeper.find('[data-fieldname="currency"] input').first).to_have_value("USD")
    expect(bookkeeper.find(".desk-alert").first).to_contain_text("Enter the price in USD")


def test_the_form_offers_the_products_taxes_and_says_the_total_tax(
    xero: Simulator, nail: str, bookkeeper: Desk
) -> None:
    customer = unique("Kea")
    new(ORGANIZATION, organization_name=customer)
    new_invoice(bookkeeper, customer, nail)
    bookkeeper.save()
    invoice = frappe.get_doc(INVOICE, last_invoice())
    assert (invoice.total_tax, invoice.grand_total) == (6.15, 47.15)
    total = bookkeeper.find('[data-fieldname="total_tax"] .control-value').first
    expect(total).to_contain_text("6.15")
    bookkeeper.shoot("invoice-form", "LOOKS")


def test_taxes_that_a_person_takes_out_stay_out(
    xero: Simulator, nail: str, bookkeeper: Desk
) -> None:
    customer = unique("Kea")
    new(ORGANIZATION, organization_name=customer)
    new_invoice(bookkeeper, customer, nail)
    taxes = bookkeeper.find('.frappe-control[data-fieldname="taxes"]')
    taxes.locator('.grid-row[data-idx="1"] .grid-row-check').first.check()
    bookkeeper.settle()
    taxes.locator(".grid-remove-rows").click()
    expect(taxes.locator('.grid-body .grid-row[data-idx="1"]')).to_have_count(0)
    bookkeeper.save()
    invoice = frappe.get_doc(INVOICE, last_invoice())
    assert (invoice.taxes, invoice.grand_total, invoice.items[0].no_taxes) == ([], 41, 1)


def test_a_printed_invoice_is_one_for_the_customer(
    xero: Simulator, nail: str, bookkeeper: Desk
) -> None:
    customer = new(ORGANIZATION, organization_name=unique("Kea"), billing_city="Napier")
    line = {"item_type": PRODUCT, "item_name": nail, "quantity": 3}
    given = {"subject": "Nails for the jetty", "organization_name": customer, "items": [line] * 2}
    invoice = new(INVOICE, due_date=frappe.utils.add_days(None, 20), **given)
    page = bookkeeper.page
    page.goto(f"{bookkeeper.address}/printview?doctype={INVOICE}&name={invoice}&trigger_print=0")
    paper = page.locator(".print-format")
    expect(paper).to_contain_text(fresh(PRODUCT, nail, "product_name"))
    expect(paper).to_contain_text("36.90")
    for inner in ("Purchase Cost", "Xero", "Line No", "Assigned To", "Vtiger Product"):
        expect(paper).not_to_contain_text(inner)
    bookkeeper.shoot("printed-invoice", "LOOKS")
    sheet, table = paper.bounding_box(), paper.locator("table").first.bounding_box()
    assert sheet and table
    assert table["x"] + table["width"] <= sheet["x"] + sheet["width"], "it runs off the page"


def test_before_another_organisation_is_connected_the_manager_is_asked(
    office: Office, xero: Simulator, manager: Desk
) -> None:
    new(ORGANIZATION, organization_name=unique("Ours"))
    run_now()
    demo, own = xero.organisations
    name = xero.organisations[own].books.profile["Name"]
    for answer, connected in (("Back", demo), ("Connect Anyway", own)):
        manager.go("xero-settings").menu("Connection", "Authenticate your Xero Account")
        manager.page.get_by_label(name).check()
        manager.page.get_by_role("button", name="Allow access").click()
        dialog = manager.dialog("Connect with another organisation?")
        expect(dialog).to_contain_text("linked with Demo Company (NZ)")
        expect(dialog).to_contain_text("invoices and payments would not run")
        manager.shoot("another-organisation", "LOOKS")
        dialog.get_by_role("button", name=answer).click()
        manager.settle()
        expect(manager.find(".form-message")).to_contain_text("Connected to")
        assert fresh(SETTINGS, SETTINGS, "tenant_id") == connected
