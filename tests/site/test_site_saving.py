"""What the server does when a record is saved: by a form, an import, a program, a request."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe.core.doctype.data_import.data_import import import_file
from frappe.desk.search import search_link

from tests.contract.world import unique
from tests.site.shop import INVOICE, PAYMENT, PRODUCT, Shop, item_tax
from tests.site.web import new_person
from vtiger_xero.patches.v0_4 import fill_in_taxes
from xero_simulator import Simulator

BASE, FOREIGN = "NZD", "USD"


pytestmark = pytest.mark.usefixtures("in_new_zealand")


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def abroad(shop: Shop) -> str:
    given = {"organization_name": unique("Abroad"), "currency": FOREIGN}
    return str(shop.insert("Vtiger Organization", **given).name)


@pytest.fixture
def nail(shop: Shop) -> str:
    taxes = [{"tax": shop.tax("GST", 15)}]
    return shop.product("Nail", unit_price=41, description="Of zinc", taxes=taxes)


def shown() -> list[str]:
    """What the person is shown, and not again."""
    messages = [frappe.parse_json(each) for each in frappe.get_message_log()]
    frappe.clear_messages()
    return [each["message"] for each in messages]


def bare(item: str, **fields: Any) -> dict[str, Any]:
    return {"item_type": PRODUCT, "item_name": item, **fields}


# The currency


@pytest.mark.parametrize("program", ["a request", "new_doc", "a form"])
def test_whoever_makes_it_an_invoice_is_in_its_customers_currency(
    shop: Shop, abroad: str, program: str
) -> None:
    given = {"subject": "Bolts", "organization_name": abroad, "items": [shop.line(9)]}
    if program == "new_doc":  # and so does an import: Frappe fills in its default at once
        invoice = frappe.new_doc(INVOICE).update(given)
    else:
        form = {"currency": BASE, "__islocal": 1} if program == "a form" else {}
        invoice = frappe.get_doc({"doctype": INVOICE, **given, **form})
    assert invoice.insert().currency == FOREIGN


def test_the_base_currency_may_be_chosen_for_a_customer_abroad(shop: Shop, abroad: str) -> None:
    given = {"organization_name": abroad, "currency": BASE}
    assert shop.invoice(shop.line(9), **given, __currency_chosen=1).currency == BASE
    invoice = shop.invoice(shop.line(9), organization_name=abroad)
    invoice.update({"currency": BASE}).save()
    assert invoice.reload().currency == BASE


def test_who_works_with_the_sync_may_choose_a_currency() -> None:
    for person in [new_person(role) for role in ("Xero User", "Xero Manager")]:
        frappe.set_user(person)
        assert [each["value"] for each in search_link("Currency", FOREIGN)] == [FOREIGN]
    frappe.set_user("Administrator")


# Lines


def imported(folder: Path, *rows: dict[str, str]) -> list[Any]:
    """Invoices that Frappe's Data Import makes of a file."""
    file = folder / "invoices.csv"
    with file.open("w", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    before = set(frappe.get_all(INVOICE, pluck="name"))
    import_file(INVOICE, str(file), "Insert", console=True)
    made = sorted(set(frappe.get_all(INVOICE, pluck="name")) - before)
    return [frappe.get_doc(INVOICE, name) for name in made]


def test_an_imported_invoice_has_its_products_taxes_and_its_customers_currency(
    shop: Shop, abroad: str, nail: str, tmp_path: Path
) -> None:
    row = {"Subject": "Imported", "Organization Name": shop.organization}
    line = {"Item Type (Items)": PRODUCT, "Item Name (Items)": nail}
    price = {"Selling Price (Items)": "", "Quantity (Items)": ""}
    frappe.db.commit()
    home, away = imported(
        tmp_path,
        {**row, **line, **price},
        {**row, "Organization Name": abroad, **line, **price, "Selling Price (Items)": "25"},
    )
    assert (home.currency, home.grand_total, home.total_tax) == (BASE, 47.15, 6.15)
    assert home.items[0].item_comment == "Of zinc"
    assert (away.currency, away.grand_total) == (FOREIGN, 28.75)


def test_lines_that_another_program_adds_to_an_invoice_are_filled_in(shop: Shop, nail: str) -> None:
    invoice = shop.invoice(shop.line(9))
    invoice.append("items", bare(nail))
    assert invoice.save().grand_total == 56.15


def test_a_program_may_say_that_its_lines_are_meant_as_they_are(shop: Shop, nail: str) -> None:
    given = {"subject": "Bolts", "organization_name": shop.organization, "items": [bare(nail)]}
    invoice = frappe.get_doc({"doctype": INVOICE, **given})
    invoice.flags.lines_as_given = True
    assert (invoice.insert().grand_total, invoice.taxes) == (0, [])


def test_what_a_person_took_out_in_the_form_stays_out(shop: Shop, nail: str) -> None:
    line = bare(nail, selling_price=41, no_taxes=1, __filled=1)
    invoice = shop.invoice(line)
    assert (invoice.grand_total, invoice.taxes, invoice.items[0].item_comment) == (41, [], None)


# Checks


@pytest.mark.parametrize("amount", [float("nan"), float("inf"), 1e308, 10**12])
def test_what_is_no_number_is_refused_with_a_sentence(shop: Shop, amount: float) -> None:
    invoice = shop.invoice(shop.line(9), status="Approved")
    with pytest.raises(frappe.ValidationError, match="is not a number that the CRM can hold"):
        shop.pay(invoice, amount)
    with pytest.raises(frappe.ValidationError, match="is not a number that the CRM can hold"):
        shop.invoice(shop.line(amount))


def test_a_due_date_before_the_invoices_is_said_once(shop: Shop) -> None:
    days = {"invoice_date": "2026-11-02", "due_date": "2026-11-01"}
    invoice = shop.invoice(shop.line(9), **days)
    assert ["Due Date 2026-11-01 is before Invoice Date 2026-11-02" in each for each in shown()]
    invoice.update({"subject": "Nuts"}).save()
    assert shown() == []


def test_a_number_that_another_invoice_bears_is_said(shop: Shop) -> None:
    first = shop.invoice(shop.line(9), invoice_no=unique("2026"))
    shop.invoice(shop.line(9), invoice_no=first.invoice_no)
    (said,) = shown()
    assert first.name in said
    assert "Xero allows a number only once" in said


def test_a_payment_over_what_is_open_is_saved_and_said(shop: Shop) -> None:
    invoice = shop.invoice(shop.line(100), status="Approved")
    shop.pay(invoice, 60)
    shown()
    payment = shop.pay(invoice, 60)
    (said,) = shown()
    assert "Amount 60.00 is more than the 40.00 that is open" in said
    assert invoice.reload().balance == -20
    payment.update({"reference": "Cheque"}).save()
    assert shown() == []


def test_the_sync_is_told_nothing(shop: Shop) -> None:
    invoice = frappe.get_doc(
        {
            "doctype": INVOICE,
            "subject": "Bolts",
            "organization_name": shop.organization,
            "invoice_date": "2026-11-02",
            "due_date": "2026-11-01",
            "items": [shop.line(9)],
        }
    )
    invoice.flags.from_xero_sync = True
    invoice.insert()
    payment = frappe.get_doc({"doctype": PAYMENT, "related_to": invoice.name, "amount": 10})
    payment.payment_status = "Received"
    payment.flags.from_xero_sync = True
    payment.insert()
    assert shown() == []


def test_what_xero_will_leave_out_is_said_when_it_is_saved(xero: Simulator, shop: Shop) -> None:
    settings = frappe.get_doc("Xero Settings")
    settings.set("modules", [])
    settings.add_modules(enabled=True)
    settings.save()
    shop.product("A name of more than fifty characters, which Xero would have to cut")
    said = " ".join(shown())
    assert "This will not sync: Part Number is empty. Xero requires a code." in said
    assert "Xero takes at most 50" in said
    shop.invoice(shop.line(9), status="Approved")
    (said,) = shown()
    assert "Due Date is empty. Xero requires it to approve the invoice." in said
    shop.invoice(shop.line(9))
    assert shown() == [], "a draft needs none"


def test_without_a_connection_nothing_is_foretold(shop: Shop) -> None:
    shop.product("No code")
    assert shown() == []


# On paper


def test_an_invoice_prints_what_is_its_customers_and_the_tax(shop: Shop, nail: str) -> None:
    title = frappe.db.get_value(PRODUCT, nail, "product_name")
    advice = shop.insert("Vtiger Service", service_name=unique("Advice"), price=10)
    line = {"item_type": "Vtiger Service", "item_name": advice.name}
    invoice = shop.invoice(bare(nail), line, bare(nail), taxes=[item_tax(shop.vat, 2)])
    paper = frappe.get_print(INVOICE, invoice.name)
    for printed in (title, advice.service_name, "Total Tax", "13.30"):
        assert printed in paper
    inner = (
        "Purchase Cost",
        "Xero Sales Account",
        "Line No",
        "Sales Commission",
        "Assigned To",
        "Source",
    )
    for hidden in (*inner, nail, advice.name, "Amount Given", "Conversion Rate"):
        assert hidden not in paper
    assert frappe.get_doc(INVOICE, invoice.name).items[0].item_name == nail


# An upgrade


def test_older_invoices_get_their_total_tax_and_say_which_lines_carry_none(
    shop: Shop, nail: str
) -> None:
    deducted = {"applies_to": "Items Total", "tax": shop.tax("Held", 2, method="Deducted")}
    taxes = [item_tax(shop.vat), deducted]
    invoice = shop.invoice(shop.line(100), shop.line(9), taxes=taxes)
    group = shop.invoice(shop.line(9), tax_mode="Group")
    expected = (invoice.total_tax, [row.no_taxes for row in invoice.items])
    assert expected == (10, [0, 1])
    frappe.db.set_value(INVOICE, invoice.name, "total_tax", 0)
    for row in (*invoice.items, *group.items):
        frappe.db.set_value(row.doctype, row.name, "no_taxes", 0)
    fill_in_taxes.execute()
    invoice, group = (frappe.get_doc(INVOICE, each.name) for each in (invoice, group))
    assert (invoice.total_tax, [row.no_taxes for row in invoice.items]) == expected
    assert (group.total_tax, group.items[0].no_taxes) == (0, 0)
