"""What customers get, printed and mailed, and what they owe, as people look at it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import frappe
import pytest
from frappe.utils import add_days, nowdate
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.office import account, new
from tests.contract.world import unique
from xero_simulator import Simulator

ORGANIZATION, PRODUCT = "Vtiger Organization", "Vtiger Product"
INVOICE, PAYMENT = "Vtiger Invoice", "Vtiger Payment"
LAPTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
SELLER = {
    "seller_name": "Tui Tools Limited",
    "seller_address": "1 Queen Street\nAuckland 1010\naccounts@tui.example.com",
    "seller_tax_number": "123-456-789",
    "bank_details": "ANZ Bank New Zealand\n01-0123-0123456-00\nTui Tools Limited",
    "payment_terms": "Payment is due within 20 days. Goods stay ours until they are paid.",
}


@pytest.fixture
def trade(xero: Simulator) -> Iterator[dict[str, str]]:
    """Two customers, of whom one reads German, with invoices of several ages and a payment."""
    form = frappe.get_doc("Xero Settings")
    form.update(SELLER).save()
    frappe.db.commit()
    tax = frappe.db.get_value("Vtiger Tax", {"xero_tax_type": "OUTPUT2"})
    sold = {"xero_sales_account": account("200"), "taxes": [{"tax": tax}]}
    timber = new(PRODUCT, product_name="Framing timber 90 × 45", unit_price=12.95, **sold)
    screws = new(PRODUCT, product_name="Stainless screws, box of 500", unit_price=48.4, **sold)
    names = {}
    for key, name, language in (
        ("kiwi", "Rimu & Sons Timber Merchants of the Upper Hutt Valley", ""),
        ("german", "Käpt’n Blaubär Bootsbau GmbH", "de"),
    ):
        names[key] = new(
            ORGANIZATION,
            organization_name=name,
            primary_email=f"accounts@{key}.example.com",
            tax_number="98-765-432",
            language=language,
            billing_address="12 Mill Road\nLevel 2",
            billing_city="Upper Hutt",
            billing_postal_code="5018",
            billing_country="New Zealand",
        )
        for days in (-10, 5, 45, 100):
            day = add_days(nowdate(), -days)
            lines = [
                {"item_type": PRODUCT, "item_name": timber, "quantity": 24, "discount_percent": 10},
                {"item_type": PRODUCT, "item_name": screws, "quantity": 3},
            ]
            names[f"{key} {days}"] = new(
                INVOICE,
                organization_name=names[key],
                subject="Framing of the upper storey",
                invoice_no=unique("T-"),
                purchase_order="PO 7781",
                status="Approved",
                invoice_date=add_days(day, -20),
                due_date=day,
                shipping_and_handling=35,
                items=lines,
            )
        given = {"payment_status": "Received", "payment_date": nowdate(), "amount": 100}
        bank = {"xero_account": account("090"), "payment_mode": "Bank Transfer"}
        names[f"{key} paid"] = new(PAYMENT, related_to=names[f"{key} 45"], **given, **bank)
    yield names
    form.reload()
    form.update(dict.fromkeys(SELLER, "")).save()
    frappe.db.commit()


def test_an_invoice_prints_in_the_customers_language(
    trade: dict[str, str], sit_down: Callable[..., Desk]
) -> None:
    desk = sit_down("bookkeeper")
    desk.page.set_viewport_size(LAPTOP)
    for key, heading in (("kiwi", "Tax Invoice"), ("german", "Rechnung (Tax Invoice)")):
        desk.go(f"vtiger-invoice/{trade[f'{key} 45']}")
        desk.go(f"print/Vtiger Invoice/{trade[f'{key} 45']}")
        paper = desk.page.frame_locator("iframe.print-format-container")
        expect(paper.locator(".vtiger-paper h1")).to_have_text(heading)
        desk.settle()
        desk.shoot(f"print-invoice-{key}", "LOOKS", whole=True)
        desk.go(f"print/Vtiger Payment/{trade[f'{key} paid']}")
        expect(paper.locator(".vtiger-paper h1")).to_be_visible()
        desk.settle()
        desk.shoot(f"print-receipt-{key}", "LOOKS", whole=True)


def test_the_page_for_printing_is_whole(
    trade: dict[str, str], sit_down: Callable[..., Desk]
) -> None:
    """What a browser prints, and what a PDF is made of."""
    for narrow in (False, True):
        desk = sit_down("bookkeeper")
        desk.page.set_viewport_size(PHONE if narrow else LAPTOP)
        for key, language in (("kiwi", "en"), ("german", "de")):
            query = f"doctype=Vtiger+Invoice&name={trade[f'{key} 45']}&_lang={language}"
            desk.page.goto(f"{desk.address}/printview?{query}")
            heading = "Rechnung (Tax Invoice)" if language == "de" else "Tax Invoice"
            expect(desk.find(".vtiger-paper h1")).to_have_text(heading)
            desk.shoot(f"paper-invoice-{key}-{'narrow' if narrow else 'wide'}", "LOOKS", whole=True)
            page = f"{desk.address}/api/method/vtiger_xero.api.papers.statement"
            first = add_days(nowdate(), -90)
            desk.page.goto(f"{page}?organization={trade[key]}&from_date={first}")
            expect(desk.find(".vtiger-paper h1")).to_be_visible()
            desk.shoot(
                f"paper-statement-{key}-{'narrow' if narrow else 'wide'}", "LOOKS", whole=True
            )


def test_an_invoice_is_mailed_from_its_form(
    trade: dict[str, str], sit_down: Callable[..., Desk]
) -> None:
    desk = sit_down("salesperson")
    desk.go(f"vtiger-invoice/{trade['german 45']}")
    desk.button("Send by E-mail").click()
    dialog = desk.find(".modal-dialog", has_text="Attach Document Print")
    expect(dialog).to_be_visible()
    desk.settle()
    expect(dialog).to_contain_text("accounts@german.example.com")
    subject = dialog.locator('[data-fieldname="subject"] input')
    expect(subject).to_have_value(re.compile(r"^Rechnung \(Tax Invoice\) "))
    expect(dialog).to_contain_text("Im Anhang finden Sie")
    expect(desk.find(".modal-dialog", has_text="Not permitted")).to_have_count(0)
    expect(dialog.get_by_label("Attach Document Print").first).to_be_checked()
    desk.shoot("mail-invoice", "LOOKS")


@pytest.mark.parametrize("narrow", [False, True])
def test_an_organization_shows_what_it_owes(
    trade: dict[str, str], sit_down: Callable[..., Desk], narrow: bool
) -> None:
    desk = sit_down("salesperson")
    desk.page.set_viewport_size(PHONE if narrow else LAPTOP)
    desk.go(f"vtiger-organization/{trade['kiwi']}")
    for told in ("Outstanding: NZD", "Overdue: NZD", "Last payment: NZD 100.00"):
        expect(desk.find(".form-stats, .form-dashboard", has_text=told).first).to_be_visible()
    links = desk.find(".form-links .document-link")
    expect(links.filter(has_text="Vtiger Invoice").locator(".count")).to_have_text("4")
    expect(links.filter(has_text="Vtiger Payment").locator(".count")).to_have_text("1")
    desk.shoot(f"organization-{'narrow' if narrow else 'wide'}", "LOOKS", whole=True)
    desk.go("vtiger-organization")
    cell = desk.find(".list-row", has_text="Rimu").locator(".xero-owing")
    if not narrow:
        expect(cell).to_contain_text("NZD")
    desk.shoot(f"organization-list-{'narrow' if narrow else 'wide'}", "LOOKS")


def test_a_product_leads_to_its_invoices(
    trade: dict[str, str], sit_down: Callable[..., Desk]
) -> None:
    desk = sit_down("salesperson")
    product = frappe.db.get_value(PRODUCT, {"product_name": ["like", "Framing%"]})
    desk.go(f"vtiger-product/{product}")
    link = desk.find(".form-links .document-link", has_text="Vtiger Invoice")
    expect(link.locator(".count")).to_have_text("8")
    link.locator("a, .badge-link").first.click()
    expect(desk.find(".list-row")).to_have_count(8)


@pytest.mark.parametrize("narrow", [False, True])
def test_receivables_lead_from_a_customer_to_the_invoices(
    trade: dict[str, str], sit_down: Callable[..., Desk], narrow: bool
) -> None:
    desk = sit_down("salesperson")
    kind = "narrow" if narrow else "wide"
    desk.page.set_viewport_size(PHONE if narrow else LAPTOP)
    desk.go("query-report/Receivables by Customer")
    expect(desk.find(".report-summary")).to_contain_text("Overdue (NZD)")
    expect(desk.find(".dt-cell__content", has_text="Rimu").first).to_be_visible()
    desk.settle()
    desk.shoot(f"receivables-{kind}", "LOOKS", whole=True)
    desk.find("[data-customer]", has_text="Rimu").first.click()
    expect(desk.find(".dt-cell__content", has_text="Invoice No").first).to_be_visible()
    desk.settle()
    desk.shoot(f"receivables-of-one-{kind}", "LOOKS", whole=True)
    desk.button("Statement").click() if not narrow else desk.go(
        f"query-report/Customer Statement?organization={trade['kiwi']}"
    )
    expect(desk.find(".dt-cell__content", has_text="Closing Balance").first).to_be_visible()
    desk.settle()
    desk.shoot(f"statement-{kind}", "LOOKS", whole=True)


def test_a_statement_is_mailed(trade: dict[str, str], sit_down: Callable[..., Desk]) -> None:
    desk = sit_down("bookkeeper")
    desk.go(f"query-report/Customer Statement?organization={trade['german']}")
    expect(desk.find(".dt-cell__content", has_text="Closing Balance").first).to_be_visible()
    desk.button("Send by E-mail").click()
    dialog = desk.find(".modal-dialog", has_text="Attach Document Print")
    expect(dialog.locator("[data-file-name]")).to_be_checked()
    expect(dialog).to_contain_text("accounts@german.example.com")
    desk.shoot("mail-statement", "LOOKS")
    frappe.db.delete("File", {"file_name": ["like", "statement-%"]})
    frappe.db.commit()
