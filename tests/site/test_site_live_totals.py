"""What an invoice comes to while it is typed: the figures of a save, without a save."""

from __future__ import annotations

from typing import Any

import frappe
import pytest

from tests.browser.office import new
from tests.contract.world import unique
from tests.site.web import new_person
from vtiger_xero.api import invoice_figures
from xero_simulator import Simulator

ORGANIZATION, PRODUCT, INVOICE, PAYMENT = (
    f"Vtiger {each}" for each in ("Organization", "Product", "Invoice", "Payment")
)


@pytest.fixture
def gst(xero: Simulator) -> str:
    return str(frappe.db.get_value("Vtiger Tax", {"xero_tax_type": "OUTPUT2"}))


@pytest.fixture
def nail(gst: str) -> str:
    return new(PRODUCT, product_name=unique("Nail"), part_number=unique("N")[:30], unit_price=41)


def typed(nail: str, gst: str, **fields: Any) -> dict[str, Any]:
    """What the form of a new invoice sends: two lines, of which one is taxed."""
    lines = [
        {"name": f"new-line-{number}", "line_no": number, "item_type": PRODUCT, "item_name": nail}
        for number in (1, 2)
    ]
    lines[0] |= {"quantity": 3, "selling_price": 41.11, "discount_percent": 10}
    lines[1] |= {"quantity": 1, "selling_price": 9.99}
    return {
        "doctype": INVOICE,
        "__islocal": 1,
        "name": "new-invoice-1",
        "organization_name": new(ORGANIZATION, organization_name=unique("Kea")),
        "subject": "Nails",
        "invoice_date": "2026-11-02",
        "tax_mode": "Individual",
        "shipping_and_handling": 5,
        "items": lines,
        "taxes": [{"name": "new-tax-1", "applies_to": "Item", "line": 1, "tax": gst}],
        **fields,
    }


def told(invoice: dict[str, Any]) -> dict[str, Any]:
    frappe.clear_messages()
    found: dict[str, Any] = invoice_figures(frappe.as_json(invoice))
    assert frappe.local.message_log == []
    return found


def test_they_are_the_figures_of_the_save_to_the_cent(nail: str, gst: str) -> None:
    form = typed(nail, gst)
    before = frappe.db.count(INVOICE)
    found = told(form)
    assert frappe.db.count(INVOICE) == before
    saved = frappe.get_doc({**form, "name": None}).insert()
    assert found["invoice"]["grand_total"] == saved.grand_total > 0
    for field, value in found["invoice"].items():
        assert value == saved.get(field), field
    for table in ("items", "taxes"):
        for sent, row in zip(form[table], saved.get(table), strict=True):
            for field, value in found[table][sent["name"]].items():
                assert value == row.get(field), (table, field)
    assert found["taxes"]["new-tax-1"] == {"rate": 15, "amount": saved.taxes[0].amount}
    assert found["items"]["new-line-1"]["tax"] == saved.items[0].tax > 0


def test_what_a_form_shows_already_is_not_said_again(nail: str, gst: str) -> None:
    form = typed(nail, gst)
    found = told(form)
    form |= found["invoice"]
    for table in ("items", "taxes"):
        for row in form[table]:
            row |= found[table].get(row["name"], {})
    assert told(form) == {"invoice": {}, "items": {}, "taxes": {}}


def test_an_edit_of_a_saved_invoice_keeps_what_it_has_received(nail: str, gst: str) -> None:
    saved = frappe.get_doc({**typed(nail, gst), "name": None, "status": "Approved"}).insert()
    new(PAYMENT, related_to=saved.name, amount=10, payment_status="Received")
    form = frappe.get_doc(INVOICE, saved.name).as_dict()
    form["items"][0]["quantity"] = 4
    found = told(form)
    after = form["grand_total"] + round(41.11 * 0.9 * 1.15, 2)
    assert found["invoice"]["grand_total"] == pytest.approx(after, abs=0.011)
    assert "received" not in found["invoice"]
    assert found["invoice"]["balance"] == pytest.approx(found["invoice"]["grand_total"] - 10)


def test_what_a_request_says_of_read_only_fields_is_not_believed(nail: str, gst: str) -> None:
    lies = {"received_otherwise": 50, "rounding": 7, "cis_deduction": 3}
    honest, lying = (told(typed(nail, gst, **more)) for more in ({}, lies))
    for field in ("grand_total", "balance"):
        assert lying["invoice"][field] == honest["invoice"][field]


def test_a_new_invoice_has_received_nothing_whatever_it_calls_itself(nail: str, gst: str) -> None:
    saved = frappe.get_doc({**typed(nail, gst), "name": None, "status": "Approved"}).insert()
    new(PAYMENT, related_to=saved.name, amount=10, payment_status="Received")
    found = told(typed(nail, gst, name=saved.name))
    assert found["invoice"]["balance"] == found["invoice"]["grand_total"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"overall_discount_percent": 200}, "200"),
        ({"shipping_and_handling": "many"}, "is not a number"),
    ],
)
def test_what_a_save_would_refuse_is_said_without_a_window(
    nail: str, gst: str, wrong: dict[str, Any], words: str
) -> None:
    assert words in told(typed(nail, gst, **wrong))["problem"]


@pytest.mark.parametrize("given", ["[]", "no JSON", '{"doctype": "User", "name": "Administrator"}'])
def test_what_is_no_invoice_is_refused(xero: Simulator, given: str) -> None:
    with pytest.raises(frappe.ValidationError, match="out of date"):
        invoice_figures(given)


def test_nobody_learns_of_an_invoice_or_a_customer_that_they_may_not_read(
    nail: str, gst: str
) -> None:
    saved = frappe.get_doc({**typed(nail, gst), "name": None}).insert()
    mine = new(ORGANIZATION, organization_name=unique("Mine"))
    person = new_person("Xero User")
    frappe.permissions.add_user_permission(ORGANIZATION, mine, person)
    hidden = typed(nail, gst)
    own = typed(nail, gst, organization_name=mine)
    frappe.set_user(person)
    for form in (frappe.get_doc(saved.as_dict()).as_dict(), hidden):
        with pytest.raises(frappe.PermissionError):
            invoice_figures(frappe.as_json(form))
    assert told(own)["invoice"]["grand_total"] > 0
    frappe.set_user("Administrator")
    frappe.db.delete("User Permission", {"user": person})
