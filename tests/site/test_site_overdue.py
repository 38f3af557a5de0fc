"""An approved invoice that is not paid in time becomes Overdue by itself, and nothing else does."""

from __future__ import annotations

from typing import Any

import frappe
import pytest
from frappe.utils import add_days, nowdate

from tests.site.shop import Shop
from tests.site.test_site_vtiger_file import switch_everything_on
from tests.site.xero import run_now
from vtiger_xero.vtiger_xero.doctype.vtiger_invoice.overdue import mark_overdue
from xero_simulator import Simulator


@pytest.fixture
def shop() -> Shop:
    return Shop()


def late(shop: Shop, **fields: Any) -> Any:
    days = {"invoice_date": add_days(nowdate(), -30), "due_date": add_days(nowdate(), -1)}
    return shop.invoice(shop.line(100), **{"status": "Approved", **days, **fields})


def status_of(invoice: Any) -> str:
    return str(frappe.db.get_value("Vtiger Invoice", invoice.name, "status"))


def test_the_day_after_due_date_an_approved_invoice_is_overdue(shop: Shop) -> None:
    invoice, today = late(shop), late(shop, due_date=nowdate())
    undated = late(shop, due_date=None)
    mark_overdue()
    assert status_of(invoice) == "Overdue"
    assert {status_of(today), status_of(undated)} == {"Approved"}
    assert frappe.get_doc("Vtiger Invoice", invoice.name).status == "Overdue"


@pytest.mark.parametrize(
    "status", ["Created", "Sent", "Paid", "Cancel", "Credit Invoice", "In Progress", "Initiated"]
)
def test_an_invoice_of_another_status_never_is(shop: Shop, status: str) -> None:
    invoice = late(shop, status=status)
    mark_overdue()
    assert status_of(invoice) == status


def test_a_part_of_the_money_says_more_than_overdue(shop: Shop) -> None:
    invoice = late(shop)
    shop.pay(invoice, 40)
    mark_overdue()
    assert status_of(invoice) == "Partially Paid"


def test_it_goes_back_when_it_is_paid_and_comes_again_when_the_payment_goes(shop: Shop) -> None:
    invoice = late(shop)
    mark_overdue()
    payment = shop.pay(invoice, 100)
    assert status_of(invoice) == "Paid"
    payment.delete()
    assert status_of(invoice) == "Approved"
    mark_overdue()
    assert status_of(invoice) == "Overdue"


def test_it_goes_back_when_due_date_moves(shop: Shop) -> None:
    invoice = late(shop)
    mark_overdue()
    invoice.reload()
    invoice.due_date = add_days(nowdate(), -3)
    invoice.save()
    assert invoice.status == "Overdue"
    invoice.due_date = add_days(nowdate(), 7)
    invoice.save()
    assert invoice.status == "Approved"


def test_a_status_that_a_person_chooses_stays(shop: Shop) -> None:
    invoice = late(shop)
    mark_overdue()
    invoice.reload()
    invoice.update({"status": "In Progress", "due_date": add_days(nowdate(), 7)})
    invoice.save()
    assert invoice.status == "In Progress"


def test_it_is_no_change_and_whoever_has_it_open_can_save_it(shop: Shop) -> None:
    invoice = late(shop)
    frappe.db.commit()
    before = frappe.db.get_value("Vtiger Invoice", invoice.name, ["modified", "modified_by"])
    mark_overdue()
    assert (
        frappe.db.get_value("Vtiger Invoice", invoice.name, ["modified", "modified_by"]) == before
    )
    assert not frappe.db.exists("Version", {"docname": invoice.name, "data": ["like", "%Overdue%"]})
    invoice.description = "Called them"
    invoice.save()


def test_the_sync_writes_nothing_for_it(xero: Simulator, shop: Shop) -> None:
    switch_everything_on()
    invoice = late(shop)
    frappe.db.commit()
    run = run_now()
    assert run.status == "Completed", run.message
    states = ["status", "xero_state"]
    assert frappe.db.get_value("Vtiger Invoice", invoice.name, states) == ("Approved", "In Sync")
    mark_overdue()
    xero.reset_calls()
    run = run_now()
    assert [call.path for call in xero.calls if call.method not in ("GET",)] == []
    assert frappe.db.get_value("Vtiger Invoice", invoice.name, states) == ("Overdue", "In Sync")
