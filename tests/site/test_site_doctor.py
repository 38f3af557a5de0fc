"""The doctor on a site: its door, its command, and what it finds with a real Xero behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from frappe.installer import update_site_config

from tests.contract.world import unique
from tests.site.shop import committed_shop
from tests.site.web import run_command
from tests.site.xero import ALLOWED, connect, consented, simulated_xero
from vtiger_xero import api
from vtiger_xero.connection import consent, shared
from vtiger_xero.engine.records import Module
from xero_simulator import Simulator

SETTINGS = "Xero Settings"
LINE_ACCOUNTS = ("sales_account", "charges_account", "adjustment_account")


@pytest.fixture
def xero() -> Iterator[Simulator]:
    """Connected, every module on, accounts chosen: nothing to complain of."""
    with simulated_xero() as simulator:
        connect(simulator)
        choose_everything()
        before = frappe.db.get_default("currency")
        set_base_currency("NZD")
        yield simulator
        set_base_currency(before)


def choose_everything(**values: Any) -> None:
    sales, bank = (
        frappe.db.get_value("Xero Account", {"code": code}, "name") for code in ("200", "090")
    )
    settings = frappe.get_doc(SETTINGS)
    settings.set("modules", [{"module": each.value, "enable_sync": 1} for each in Module])
    settings.update(
        {
            "sales_account": sales,
            "charges_account": sales,
            "adjustment_account": sales,
            "payment_account": bank,
            **values,
        }
    )
    settings.save()
    frappe.db.commit()


def set_base_currency(currency: str | None) -> None:
    frappe.db.set_default("currency", currency)
    frappe.db.commit()


def bad() -> list[dict[str, Any]]:
    return [row for row in api.check() if row["severity"] != "Fine"]


def test_a_site_in_order_is_told_so(xero: Simulator) -> None:
    found = api.check()
    assert bad() == []
    assert {"base-currency", "scopes", "default-accounts", "untaxed"} <= {r["code"] for r in found}


def test_xero_is_asked_afresh(xero: Simulator) -> None:
    sales = next(each for each in xero.organisation.books.accounts if each["Code"] == "200")
    sales["Status"] = "ARCHIVED"
    labels = {frappe.get_meta(SETTINGS).get_label(field) for field in LINE_ACCOUNTS}
    assert {row["subject"] for row in bad()} == labels


def test_a_product_without_a_code_is_found_and_can_be_opened(xero: Simulator) -> None:
    with committed_shop() as shop:
        (row,) = [row for row in bad() if row["code"] == "codes"]
        assert row["doctype"] == "Vtiger Product"
        assert shop.bolt in row["records"]


def test_a_field_that_customize_form_made_mandatory_is_named(xero: Simulator) -> None:
    from frappe.custom.doctype.property_setter.property_setter import make_property_setter

    make_property_setter("Vtiger Product", "product_category", "reqd", "1", "Check")
    frappe.db.commit()
    frappe.clear_cache(doctype="Vtiger Product")
    (row,) = bad()
    assert row["subject"] == "Mandatory field: Product Category (Vtiger Product)"
    assert row["severity"] == "Error"


def test_without_a_connection_there_is_a_sentence() -> None:
    with pytest.raises(frappe.ValidationError, match="not connected"):
        api.check()


def test_only_managers_may_ask() -> None:
    user = frappe.get_doc(
        {
            "doctype": "User",
            "email": f"{unique('user').replace(' ', '.')}@example.com",
            "first_name": "Ann",
            "roles": [{"role": "Xero User"}],
        }
    ).insert()
    frappe.set_user(user.name)
    with pytest.raises(frappe.PermissionError):
        api.check()


def test_the_commands_exit_status_says_whether_anything_will_fail(xero: Simulator) -> None:
    update_site_config("xero_address", xero.url)
    try:
        status, said = run_command("xero-doctor", "--all")
        assert (status, "0 errors" in said) == (0, True), said
        assert "Both sides keep their books in NZD." in said
        choose_everything(sales_account=None)
        with committed_shop():
            status, said = run_command("xero-doctor")
        assert status == 1
        assert "Without a Part Number, which Xero requires:" in said
        assert "Both sides keep their books" not in said
    finally:
        update_site_config("xero_address", "None", validate=False)


def test_the_command_says_so_where_there_is_no_connection() -> None:
    status, said = run_command("xero-doctor")
    assert (status, "not connected" in said) == (1, True), said


def test_a_sync_from_a_command_line_says_by_its_exit_status_how_it_ended(xero: Simulator) -> None:
    update_site_config("xero_address", xero.url)
    try:
        status, said = run_command("xero-sync", "--module", "Products/Services")
        assert (status, "Completed" in said) == (0, True), said
        with committed_shop():
            status, said = run_command("xero-sync", "--module", "Products/Services")
        assert (status, "skipped 1" in said) == (1, True), said
    finally:
        update_site_config("xero_address", "None", validate=False)


def test_a_sync_that_cannot_begin_did_not_end_well() -> None:
    status, said = run_command("xero-sync")
    assert (status, "not connected" in said) == (2, True), said


def test_what_was_found_last_is_kept_with_its_time(xero: Simulator) -> None:
    shared.drop(f"vtiger_xero:findings:{xero.organisation.tenant_id}")
    assert api.last_findings() is None
    before = frappe.utils.now_datetime()
    found = api.check()
    kept = api.last_findings()
    assert kept["found"] == found
    assert before <= kept["checked_on"] <= frappe.utils.now_datetime()
    demo, own = xero.organisations
    consent.finish(ALLOWED, consented(xero, tenants=[own]))
    assert api.last_findings() is None, "that was another organisation"
    consent.choose(demo, ALLOWED, confirmed=True)
    assert api.last_findings() == kept
    shared.drop(f"vtiger_xero:findings:{demo}")
