"""Connecting and disconnecting, through Xero's own page."""

from __future__ import annotations

import re
from collections.abc import Callable

import frappe
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.office import Office, edit, fresh, new
from vtiger_xero.engine.records import Module
from xero_simulator import NewOrganisation, Simulator

SETTINGS = "Xero Settings"
MODULES = [each.value for each in Module]
AUTHENTICATE = "Authenticate your Xero Account"
TWO = [NewOrganisation("Demo Company (NZ)", is_demo=True), NewOrganisation("Kauri Timber Ltd")]


def test_a_manager_connects_by_allowing_access_on_xeros_page(office: Office, manager: Desk) -> None:
    with office.xero(connected=False):
        manager.go("vtiger-organization")
        assert manager.menu_items("Sync") == ["Configure", "Sync Log"]
        manager.menu("Sync", "Configure")
        expect(manager.find(".form-message")).to_contain_text("Not connected.")
        manager.shoot("connect")
        manager.button(AUTHENTICATE).click()
        manager.page.get_by_role("button", name="Allow access").click()
        expect(manager.dialog("Xero")).to_contain_text("Connected to Demo Company (NZ)")
    assert fresh(SETTINGS, SETTINGS, "organisation_name") == "Demo Company (NZ)"


def test_connecting_leads_to_the_accounts_and_to_a_preview(office: Office, manager: Desk) -> None:
    with office.xero(connected=False):
        rows = [{"module": each, "enable_sync": 1} for each in MODULES]
        edit(SETTINGS, SETTINGS, modules=rows)
        manager.go("xero-settings").button(AUTHENTICATE).click()
        manager.page.get_by_role("button", name="Allow access").click()
        dialog = manager.dialog("Choose Accounts")
        expect(dialog).to_contain_text("Connected to Demo Company (NZ)")
        for field, title in (("sales_account", "Sales"), ("payment_account", "Business Bank")):
            box = dialog.locator(f'[data-fieldname="{field}"] input')
            expect(box).to_have_value(re.compile(title))
        manager.shoot("choose-accounts", "LOOKS")
        dialog.get_by_role("button", name="Use These Accounts").click()
        manager.dialog("Xero").get_by_role("button", name="Preview").click()
        expect(manager.find(".xero-tab").first).to_be_visible()
    settings = frappe.get_doc(SETTINGS)
    titles = [
        frappe.db.get_value("Xero Account", settings.get(each), "title")
        for each in ("sales_account", "payment_account")
    ]
    assert titles == ["200 – Sales", "090 – Business Bank Account"]


def test_of_several_organisations_the_manager_chooses_one(office: Office, manager: Desk) -> None:
    with office.xero(connected=False, several=True, organisations=TWO):
        manager.go("xero-settings").button(AUTHENTICATE).click()
        for name in ("Demo Company (NZ)", "Kauri Timber Ltd"):
            manager.page.get_by_label(name).check()
        manager.page.get_by_role("button", name="Allow access").click()
        dialog = manager.dialog("Choose the Xero organisation")
        expect(dialog.locator("select")).to_contain_text("Demo Company (NZ) (Demo Company)")
        manager.shoot("choose-organisation")
        dialog.locator("select").select_option(label="Kauri Timber Ltd")
        dialog.get_by_role("button", name="Connect").click()
        expect(manager.find(".form-message")).to_contain_text("Connected to Kauri Timber Ltd.")
    assert fresh(SETTINGS, SETTINGS, "organisation_name") == "Kauri Timber Ltd"


def test_whoever_cancels_on_xeros_page_is_told_and_not_connected(
    office: Office, manager: Desk
) -> None:
    with office.xero(connected=False):
        manager.go("xero-settings").button(AUTHENTICATE).click()
        manager.page.get_by_role("button", name="Cancel").click()
        expect(manager.dialog("Xero")).to_contain_text("not")
        expect(manager.find(".indicator-pill", has_text="Not Connected")).to_be_visible()
    assert not fresh(SETTINGS, SETTINGS, "tenant_id")


def test_a_wrong_secret_is_said_in_words(office: Office, manager: Desk) -> None:
    with office.xero(connected=False):
        manager.go("xero-settings").fill("client_secret", "wrong-secret")
        manager.save()
        manager.button(AUTHENTICATE).click()
        manager.page.get_by_role("button", name="Allow access").click()
        expect(manager.dialog("Xero")).to_contain_text("Client Secret")
    assert not fresh(SETTINGS, SETTINGS, "tenant_id")


def test_disconnecting_asks_first_and_says_what_stays(xero: Simulator, manager: Desk) -> None:
    manager.go("xero-settings").menu("Connection", "Disconnect")
    manager.dialog("Confirm").get_by_role("button", name="Yes").click()
    expect(manager.dialog("Xero")).to_contain_text("links to Xero")
    expect(manager.find(".indicator-pill", has_text="Not Connected")).to_be_visible()
    assert not fresh(SETTINGS, SETTINGS, "tenant_id")


def test_who_has_no_role_sees_nothing_of_xero(
    xero: Simulator, sit_down: Callable[..., Desk]
) -> None:
    name = new("Vtiger Organization", organization_name="Nobody's Business")
    sam = sit_down("salesperson").go("vtiger-organization")
    expect(sam.find(".list-row", has_text="Nobody's Business")).to_be_visible()
    assert not sam.find(".inner-group-button", has_text="Sync").count()
    assert not sam.find(".list-row-head", has_text="Xero").count()
    assert not sam.find('.standard-filter-section [data-fieldname="xero_state"]').count()
    assert not sam.find('.standard-filter-section [data-fieldname="do_not_sync"]').count()
    sam.go(f"vtiger-organization/{name}")
    expect(sam.find(".title-text")).to_contain_text("Nobody's Business")
    assert not sam.page.get_by_text("Do Not Sync").locator("visible=true").count()
    assert not sam.find(".inner-group-button", has_text="Xero").count()
    for page in (
        "xero-log",
        "xero-skipped",
        "xero-conflicts",
        "xero-matches",
        "xero-preview",
        "xero-settings",
    ):
        sam.go(page)
        assert not sam.find(".xero-page").count()
        assert not sam.page.get_by_text("Demo Company").count()


def test_where_xero_has_ended_the_connection_the_screens_say_so_and_lead_back(
    xero: Simulator, manager: Desk
) -> None:
    xero.end_connections()
    manager.go("vtiger-organization").menu("Sync", "Sync Now")
    panel = manager.wait_for_the_run("Failed")
    expect(panel).to_contain_text("Connect again under Xero Settings → Connection.")
    manager.shoot("access-lost-panel", "LOOKS")
    panel.get_by_role("link", name="Connect Again").click()
    expect(manager.find(".page-head .indicator-pill")).to_have_text("Disconnected in Xero")
    expect(manager.find(".form-message.red")).to_contain_text("Xero has refused the connection")
    expect(manager.find(".btn-primary", has_text="Sync Now")).to_have_count(0)
    manager.shoot("access-lost-settings", "LOOKS")
    for page in ("xero-skipped", "xero-log", "xero-conflicts", "xero-matches"):
        manager.go(page)
        expect(manager.find(".page-head .indicator-pill")).to_have_text("Disconnected in Xero")
        expect(manager.button("Connect Again")).to_be_visible()
    manager.go("vtiger-organization")
    assert manager.menu_items("Sync")[0] == "Connect Again"
    manager.go("xero-settings").button("Connect Again").click()
    manager.page.get_by_role("button", name="Allow access").click()
    expect(manager.dialog("Xero")).to_contain_text("Connected to Demo Company (NZ)")
    expect(manager.find(".form-message.red")).to_have_count(0)


def test_who_does_not_allow_access_can_try_again_where_they_are(
    office: Office, manager: Desk
) -> None:
    with office.xero(connected=False):
        manager.go("xero-settings").button(AUTHENTICATE).click()
        manager.page.get_by_role("button", name="Cancel").click()
        dialog = manager.dialog("Xero")
        expect(dialog).to_contain_text("Nothing has changed.")
        dialog.get_by_role("button", name="Connect Again").click()
        manager.page.get_by_role("button", name="Allow access").click()
        expect(manager.dialog("Xero")).to_contain_text("Connected to Demo Company (NZ)")


def test_pages_of_a_site_that_is_not_connected_lead_to_the_settings(
    office: Office, manager: Desk
) -> None:
    with office.xero(connected=False):
        for page in ("xero-skipped", "xero-conflicts", "xero-matches", "xero-preview"):
            manager.go(page)
            expect(manager.find(".xero-empty")).to_contain_text("Not connected to Xero.")
            expect(manager.find(".xero-empty").get_by_role("link", name="Connect")).to_be_visible()
        manager.go("xero-skipped").find(".xero-empty a").click()
        expect(manager.button(AUTHENTICATE)).to_be_visible()
