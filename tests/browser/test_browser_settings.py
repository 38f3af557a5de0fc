"""Xero Settings, as a manager fills them in."""

from __future__ import annotations

import re
from typing import Any

import frappe
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.office import Office, account, enable_everything
from tests.site.xero import run_now
from xero_simulator import DEMO_CLIENT_ID, Simulator

SETTINGS = "Xero Settings"


def setting(field: str) -> Any:
    frappe.db.rollback()
    return frappe.db.get_single_value(SETTINGS, field, cache=False)


def open_tab(manager: Desk, name: str) -> Desk:
    manager.go("xero-settings")
    manager.page.get_by_role("tab", name=name).click()
    return manager


def test_a_manager_chooses_modules_directions_and_accounts(xero: Simulator, manager: Desk) -> None:
    open_tab(manager, "Synchronisation")
    row = manager.find('.grid-row[data-idx="4"]')
    row.locator('[data-fieldname="sync_direction"]').click()
    expect(row.locator('[data-fieldname="module"] select')).to_be_disabled()
    row.locator('[data-fieldname="enable_sync"] input').first.uncheck()
    direction = row.locator('[data-fieldname="sync_direction"] select')
    direction.select_option("Sync Xero data with Vtiger")
    manager.shoot("settings")
    manager.choose("charges_account", "260")
    manager.save()
    frappe.db.rollback()
    payments = frappe.get_doc(SETTINGS).modules[3]
    assert (payments.enable_sync, payments.sync_direction) == (0, "Sync Xero data with Vtiger")
    assert setting("charges_account") == account("260")


def test_only_accounts_that_xero_accepts_are_offered(xero: Simulator, manager: Desk) -> None:
    open_tab(manager, "Synchronisation")
    for field, code, there in (("sales_account", "090", 0), ("payment_account", "090", 1)):
        box = manager.find(f'[data-fieldname="{field}"] input')
        box.click()
        box.fill(code)
        offered = manager.find(f'[data-fieldname="{field}"] .awesomplete [role=option]')
        expect(offered.first).to_be_visible()
        expect(offered.filter(has_text=code)).to_have_count(there)
        known_by_its_id = manager.find(".awesomplete [role=option]", has_text=account(code))
        expect(known_by_its_id).to_have_count(0)


def test_a_field_that_is_lacking_is_named_and_nothing_is_saved(
    xero: Simulator, manager: Desk
) -> None:
    open_tab(manager, "Synchronisation")
    manager.find('[data-fieldname="schedule"] select').select_option("Daily")
    manager.find('[data-fieldname="customers_only"] input').check()
    manager.fill("daily_at", "")
    manager.find(".primary-action", has_text="Save").click()
    expect(manager.find(".msgprint")).to_contain_text("Daily At")
    expect(manager.find('.has-error[data-fieldname="daily_at"]')).to_be_visible()
    manager.shoot("settings-lacking", "LOOKS")
    assert (setting("schedule"), setting("customers_only")) == ("Off", 0)


def test_what_the_server_refuses_is_told_at_its_field(xero: Simulator, manager: Desk) -> None:
    manager.go("xero-settings").fill("client_id", "")
    manager.find(".primary-action", has_text="Save").click()
    field = manager.find('.has-error[data-fieldname="client_id"]')
    expect(field.get_by_role("alert", include_hidden=True)).to_contain_text("Disconnect first.")
    manager.find(".msgprint-dialog .btn-modal-close").click()
    expect(field.locator("input")).to_be_focused()
    expect(field.locator("input")).to_have_attribute("aria-invalid", "true")
    manager.shoot("settings-refused", "LOOKS")
    assert setting("client_id") == DEMO_CLIENT_ID
    manager.fill("client_id", DEMO_CLIENT_ID)
    expect(manager.find(".xero-problem")).to_have_count(0)


def test_whoever_cannot_get_records_is_refused_at_the_field_on_its_tab(
    xero: Simulator, manager: Desk
) -> None:
    manager.go("xero-settings")
    expect(manager.find('[data-fieldname="client_id"] input')).to_be_visible()
    manager.page.evaluate("cur_frm.set_value('assigned_to', 'Guest')")
    manager.settle().find(".primary-action", has_text="Save").click()
    field = manager.find('.has-error[data-fieldname="assigned_to"]')
    expect(field.get_by_role("alert", include_hidden=True)).to_contain_text("cannot sign in")
    assert not setting("assigned_to")


def test_a_time_that_is_none_is_refused_at_once(xero: Simulator, manager: Desk) -> None:
    open_tab(manager, "Synchronisation")
    manager.find('[data-fieldname="schedule"] select').select_option("Daily")
    manager.fill("daily_at", "25:99")
    field = manager.find('.frappe-control[data-fieldname="daily_at"]')
    expect(field.get_by_role("alert")).to_contain_text("“25:99” is no time of the day.")
    expect(manager.find(".msgprint")).to_have_count(0)
    expect(field.locator("input")).to_have_value("02:00:00")
    manager.fill("daily_at", "03:30:00")
    expect(field.get_by_role("alert")).to_have_count(0)
    manager.save()
    assert str(setting("daily_at")) == "3:30:00"


def test_an_account_that_xero_archived_meanwhile_is_refused_and_nothing_is_saved(
    xero: Simulator, manager: Desk
) -> None:
    open_tab(manager, "Synchronisation")
    manager.choose("sales_account", "260")
    manager.find('[data-fieldname="customers_only"] input').check()
    frappe.db.set_value("Xero Account", account("260"), "status", "ARCHIVED")
    frappe.db.commit()
    manager.find(".primary-action", has_text="Save").click()
    expect(manager.find(".msgprint")).to_contain_text("Sales Account: ")
    expect(manager.find(".msgprint")).to_contain_text("Choose another.")
    assert (setting("sales_account"), setting("customers_only")) == (account("200"), 0)


def test_the_timeline_tells_by_code_and_name_which_account_was_chosen(
    xero: Simulator, manager: Desk
) -> None:
    open_tab(manager, "Synchronisation")
    manager.choose("sales_account", "260")
    manager.save()
    timeline = manager.find(".new-timeline")
    changed = "Sales Account from 200 – Sales to 260 – Other Revenue"
    expect(timeline).to_contain_text(changed)
    expect(timeline).not_to_contain_text(account("260"))
    manager.page.reload()
    expect(timeline).to_contain_text(changed)


def test_everything_is_read_anew_after_a_question(xero: Simulator, manager: Desk) -> None:
    xero.organisation.add_contact_in_xero(Name="Totara Homes")
    run_now()
    frappe.db.delete("Xero Document", {"module": "Organizations"})
    frappe.db.commit()
    manager.go("xero-settings").menu("Connection", "Resync Everything")
    question = manager.dialog("Confirm")
    expect(question).to_contain_text("nothing is created twice")
    question.get_by_role("button", name="Yes").click()
    manager.wait_for_the_run()
    contacts = len(list(xero.organisation.contacts.values()))
    frappe.db.rollback()
    assert frappe.db.count("Xero Document", {"module": "Organizations"}) == contacts > 0


def test_check_names_what_will_fail_and_is_still_there_later(
    xero: Simulator, manager: Desk
) -> None:
    open_tab(manager, "Health")
    expect(manager.find('[data-fieldname="findings_html"]')).to_contain_text("Press Check")
    manager.button("Check").click()
    findings = manager.find('[data-fieldname="findings_html"]')
    expect(findings).to_contain_text("Choose one in Xero Settings under Account for the Adjustment")
    manager.shoot("check")
    open_tab(manager, "Health")
    expect(manager.find('[data-fieldname="findings_html"]')).to_contain_text("Checked on")


def test_health_shows_the_calls_that_are_left_and_the_last_runs(
    office: Office, manager: Desk
) -> None:
    with office.xero():  # with the limits that Xero has
        enable_everything()
        manager.go("xero-log").button("Sync Now").click()
        manager.wait_for_the_run()
    open_tab(manager, "Health")
    calls = manager.find('[data-fieldname="budget_html"]')
    expect(calls).to_contain_text(re.compile(r"9[89]\d of 1,000 calls left today"))
    expect(calls).to_contain_text(re.compile(r"[45]\d left in this minute"))
    expect(manager.find('[data-fieldname="runs_html"]')).to_contain_text("Sync Now by Mere")
    manager.shoot("health")
