"""Connecting and disconnecting, through Xero's own page."""

from __future__ import annotations

import frappe
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.office import Office


def test_a_manager_connects_by_allowing_access_on_xeros_page(office: Office, manager: Desk) -> None:
    with office.xero(connected=False):
        manager.go("vtiger-organization")
        manager.menu("Sync", "Configure")
        manager.button("Authenticate your Xero Account").click()
        manager.page.get_by_role("button", name="Allow access").click()
        expect(manager.dialog("Xero")).to_contain_text("Connected to Demo Company (NZ)")
    frappe.db.rollback()
    assert frappe.db.get_single_value("Xero Settings", "organisation_name") == "Demo Company (NZ)"
