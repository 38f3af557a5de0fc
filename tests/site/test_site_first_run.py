"""What a first run would leave out is said before it begins, with the number of records."""

from __future__ import annotations

from typing import Any

import frappe
import pytest

from tests.contract.world import unique
from tests.site.queueing import choose
from tests.site.shop import Shop
from tests.site.web import new_person
from tests.site.xero import run_now
from vtiger_xero.api import causes, expected_skips, missing_accounts, record_state
from vtiger_xero.engine.records import Module
from xero_simulator import Simulator

SALES, PAYMENTS, CODES = "sales_account", "payment_account", "number_as_code"


@pytest.fixture
def shop(xero: Simulator) -> Shop:
    """An approved invoice and its payment, neither with an account; nothing has synced yet."""
    choose(modules=[{"module": each.value, "enable_sync": 1} for each in Module])
    shop = Shop()
    sold = shop.invoice(
        shop.line(10),
        status="Approved",
        invoice_no=unique("S-"),
        invoice_date="2026-03-01",
        due_date="2026-03-21",
    )
    shop.pay(sold, 5, payment_date="2026-03-02")
    frappe.db.set_value("Vtiger Product", shop.bolt, "part_number", unique("B")[:30])
    frappe.db.commit()
    return shop


def told() -> dict[str, tuple[str, int, int]]:
    return {each["field"]: (each["module"], each["count"], each["of"]) for each in expected_skips()}


def test_it_is_told_how_many_records_need_an_account_that_is_missing(
    xero: Simulator, shop: Shop
) -> None:
    before = len(xero.calls)
    assert told() == {SALES: ("Invoices", 1, 1), PAYMENTS: ("Payments", 1, 1)}
    assert len(xero.calls) == before
    (sales, _payments) = expected_skips()
    assert sales["remedy"] == "Choose one in Xero Settings under Sales Account."


def test_it_is_what_the_run_then_skips(xero: Simulator, shop: Shop) -> None:
    run_now()
    left_out = {each["module"]: each for each in causes()}
    assert left_out["Invoices"]["settings_field"] == SALES
    assert left_out["Payments"]["settings_field"] == PAYMENTS
    assert left_out["Invoices"]["count"] == left_out["Payments"]["count"] == 1


def test_a_records_own_form_leads_to_the_settings(xero: Simulator, shop: Shop) -> None:
    run_now()
    (invoice,) = frappe.get_all("Vtiger Invoice", {"organization_name": shop.organization})
    assert record_state("Vtiger Invoice", invoice.name)["settings_field"] == SALES
    frappe.db.set_value("Vtiger Invoice", invoice.name, "do_not_sync", 1)
    assert record_state("Vtiger Invoice", invoice.name)["settings_field"] == ""


def test_nothing_is_told_once_the_accounts_are_chosen(xero: Simulator, shop: Shop) -> None:
    choose(**{each["field"]: each["account"] for each in missing_accounts()})
    assert told() == {}


@pytest.mark.parametrize("where", ["line", "product"])
def test_an_invoice_whose_line_or_product_has_an_account_needs_none(
    xero: Simulator, shop: Shop, where: str
) -> None:
    account = missing_accounts()[0]["account"]
    if where == "line":
        line = {"item_name": shop.bolt}
        frappe.db.set_value("Vtiger Invoice Item", line, "xero_sales_account", account)
    else:
        frappe.db.set_value("Vtiger Product", shop.bolt, "xero_sales_account", account)
    assert SALES not in told()


def test_what_is_kept_out_or_goes_nowhere_is_not_counted(xero: Simulator, shop: Shop) -> None:
    mine = {"organization_name": shop.organization}
    frappe.db.set_value("Vtiger Invoice", mine, "do_not_sync", 1)
    frappe.db.set_value("Vtiger Payment", mine, "payment_status", "Pending")
    assert told() == {}
    frappe.db.set_value("Vtiger Invoice", mine, {"do_not_sync": 0, "status": "Cancel"})
    assert told() == {}


def test_products_without_a_code_are_told_unless_their_number_stands_in(
    xero: Simulator, shop: Shop
) -> None:
    frappe.db.set_value("Vtiger Product", shop.bolt, "part_number", "")
    assert told()[CODES][:2] == ("Products/Services", 1)
    choose(number_as_code=1)
    assert CODES not in told()


def test_it_is_told_once_and_not_again_after_a_run_that_skipped_them(
    xero: Simulator, shop: Shop
) -> None:
    assert told()
    run_now()
    assert causes()
    assert told() == {}


def test_whoever_may_run_the_sync_is_told_and_reads_no_name(xero: Simulator, shop: Shop) -> None:
    syncs, sells = (new_person(each) for each in ("Xero User", "Sales User"))
    frappe.set_user(syncs)
    found: list[dict[str, Any]] = expected_skips()
    assert set(found[0]) == {"module", "count", "of", "problem", "remedy", "field"}
    frappe.set_user(sells)
    with pytest.raises(frappe.PermissionError):
        expected_skips()
