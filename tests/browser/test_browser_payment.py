"""A payment is recorded from its invoice, in one window."""

from __future__ import annotations

from collections.abc import Callable

import frappe
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.desk import Desk
from tests.browser.office import edit
from tests.browser.shop import sell
from tests.site.xero import run_now
from xero_simulator import Simulator

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def invoice(xero: Simulator) -> str:
    """An approved invoice of 34.50 of which 5 are paid, in Xero as well."""
    name = sell()
    run_now()
    return name


def window(desk: Desk, invoice: str) -> Locator:
    desk.go(f"vtiger-invoice/{invoice}").button("Record Payment").click()
    return desk.dialog("Record Payment")


def payments(invoice: str) -> list[tuple[float, str, str]]:
    """Amount, Payment Status and Xero Status of an invoice's payments, the newest last."""
    frappe.db.rollback()
    fields = ["amount", "payment_status", "xero_state"]
    rows = frappe.get_all(
        "Vtiger Payment", {"related_to": invoice}, fields, order_by="creation asc", as_list=True
    )
    return [(float(amount), status, state) for amount, status, state in rows]


def test_what_is_open_is_paid_and_in_xero_with_two_clicks(
    xero: Simulator, invoice: str, manager: Desk
) -> None:
    dialog = window(manager, invoice)
    manager.shoot("record-payment", "LOOKS")
    dialog.get_by_role("button", name="Save and Sync").click()
    manager.wait_for_the_run()
    made = payments(invoice)[-1]
    assert made == (frappe.db.get_value("Vtiger Invoice", invoice, "grand_total") - 5, *made[1:])
    assert made[1:] == ("Received", "In Sync")
    expect(manager.find(".indicator-pill", has_text="Paid").first).to_be_visible()


def test_money_that_has_not_arrived_is_pending(
    xero: Simulator, invoice: str, manager: Desk
) -> None:
    dialog = window(manager, invoice)
    dialog.get_by_label("The money has arrived").uncheck()
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(manager.find(".desk-alert", has_text="is saved")).to_be_visible()
    assert payments(invoice)[-1][1] == "Pending"


def test_more_than_what_is_open_is_said_at_the_amount(
    xero: Simulator, invoice: str, manager: Desk
) -> None:
    dialog = window(manager, invoice)
    box = dialog.locator('[data-fieldname="amount"] input')
    box.fill("99999")
    box.blur()
    expect(dialog).to_contain_text("more than what is open")


def test_what_is_refused_leaves_the_window_open_and_nothing_saved(
    xero: Simulator, invoice: str, manager: Desk
) -> None:
    before = payments(invoice)
    dialog = window(manager, invoice)
    box = dialog.locator('[data-fieldname="amount"] input')
    box.fill("-3")
    box.blur()
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(manager.find(".msgprint")).to_contain_text("Amount")
    assert payments(invoice) == before


def test_of_a_draft_it_is_asked_first(xero: Simulator, invoice: str, manager: Desk) -> None:
    draft = frappe.copy_doc(frappe.get_doc("Vtiger Invoice", invoice))
    draft.update({"status": "Created", "invoice_no": ""}).insert()
    frappe.db.commit()
    manager.go(f"vtiger-invoice/{draft.name}").button("Record Payment").click()
    question = manager.find(".modal-dialog", has_text="The invoice is not approved")
    question.get_by_role("button", name="Yes").click()
    manager.dialog("Record Payment")


def test_the_window_fits_a_phone(
    xero: Simulator, invoice: str, sit_down: Callable[..., Desk]
) -> None:
    edit("Vtiger Invoice", invoice, subject="Bolts for the roof")
    phone = sit_down("bookkeeper", narrow=True)
    phone.page.set_viewport_size(PHONE)
    phone.go(f"vtiger-invoice/{invoice}")
    expect(phone.find(".form-layout").first).to_be_visible()
    phone.page.evaluate("vtiger_xero.record_payment(cur_frm)")
    expect(phone.dialog("Record Payment")).to_be_visible()
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
    phone.shoot("record-payment-phone", "LOOKS")
