"""The first hour: from a site that was never connected to the first reconciliation.

Only what the screens say leads on, and every click is counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import frappe
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.desk import Desk
from tests.browser.office import Office, edit, enable_everything, fresh
from tests.browser.test_browser_access import complaints
from tests.contract.world import unique
from tests.site.shop import Shop
from tests.site.xero import run_now
from vtiger_xero.engine.records import Module
from xero_simulator import Simulator

SETTINGS = "Xero Settings"
MOST = 10  # clicks; it took 20 before there were any steps
LAPTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}


class Clicks:
    """What a person clicks, one thing after the other."""

    def __init__(self) -> None:
        self.count = 0

    def on(self, what: Locator) -> None:
        expect(what).to_have_count(1)
        what.click()
        self.count += 1


def all_modules(**settings: Any) -> None:
    rows = [{"module": each.value, "enable_sync": 1} for each in Module]
    edit(SETTINGS, SETTINGS, modules=rows, **settings)


def open_shop() -> Shop:
    """Two sales and a payment, as typed before anybody thought of Xero: none names an account."""
    shop = Shop()
    frappe.db.set_value("Vtiger Product", shop.bolt, "part_number", unique("B")[:30])
    dates = {"invoice_date": "2026-03-01", "due_date": "2026-03-21"}
    for price in (100, 250):
        line = shop.line(price, 2)
        sold = shop.invoice(line, status="Approved", invoice_no=unique("S-"), **dates)
        shop.pay(sold, price, payment_date="2026-03-02")
    frappe.db.commit()
    return shop


def step(desk: Desk, label: str) -> Locator:
    return desk.find(".xero-checklist li").filter(has=desk.page.locator("b", has_text=label))


def test_from_a_new_site_to_the_first_reconciliation_in_a_few_clicks(
    office: Office, manager: Desk
) -> None:
    with office.xero(connected=False) as xero:
        all_modules()
        open_shop()
        xero.organisation.add_contact_in_xero(Name=unique("Kauri Timber"))
        clicks = Clicks()
        manager.page.set_viewport_size(LAPTOP)
        manager.go("xero")
        expect(step(manager, "Connect to Xero")).to_be_visible()
        manager.shoot("first-steps-new", "LOOKS")
        clicks.on(step(manager, "Connect to Xero").get_by_role("button", name="Connect"))
        clicks.on(manager.page.get_by_role("button", name="Allow access"))
        dialog = manager.dialog("Choose Accounts")
        clicks.on(dialog.get_by_role("button", name="Use These Accounts"))
        clicks.on(manager.dialog("Xero").get_by_role("button", name="Preview"))
        clicks.on(manager.button("Apply Exactly This Plan"))
        clicks.on(manager.dialog("Confirm").get_by_role("button", name="Yes"))
        panel = manager.wait_for_the_run()
        manager.shoot("first-run-over", "LOOKS")
        clicks.on(panel.get_by_role("link", name="Reconciliation"))
        differing = manager.find(".report-summary .summary-item", has_text="Differing")
        expect(differing).to_contain_text("0")
        manager.settle().shoot("first-reconciliation", "LOOKS")
    assert clicks.count + 1 <= MOST  # with the one that opens the workspace
    frappe.db.rollback()
    states = set(frappe.get_all("Xero Link", {"crm_name": ["is", "set"]}, pluck="state"))
    assert states == {"In Sync"}
    assert frappe.db.count("Xero Link", {"module": "Payments"}) == 2


def test_the_steps_lead_on_one_by_one_and_go_when_all_are_done(
    xero: Simulator, manager: Desk
) -> None:
    edit(SETTINGS, SETTINGS, sales_account=None, payment_account=None)
    open_shop()
    manager.go("xero")
    assert primary(manager) == "Choose Accounts"
    manager.shoot("first-steps", "LOOKS")
    step(manager, "Choose the accounts").get_by_role("button").click()
    manager.dialog("Choose Accounts").get_by_role("button", name="Use These Accounts").click()
    manager.dialog("Xero").locator(".btn-modal-close").click()
    expect(step(manager, "Check").locator(".btn-primary")).to_be_visible()
    manager.shoot("first-steps-in-settings", "LOOKS")
    step(manager, "Check").get_by_role("button").click()
    expect(manager.find('[data-fieldname="findings_html"]')).to_contain_text("Checked on")
    manager.go("xero")
    assert primary(manager) == "Preview"
    step(manager, "Preview").get_by_role("button").click()
    expect(manager.button("Apply Exactly This Plan")).to_be_visible()
    manager.go("xero")
    assert primary(manager) == "Sync Now"
    step(manager, "First sync").get_by_role("button").click()
    manager.wait_for_the_run()
    expect(step(manager, "Let it run by itself").locator(".btn-primary")).to_be_visible()
    step(manager, "Let it run by itself").get_by_role("button").click()
    schedule = manager.find('[data-fieldname="schedule"] select')
    expect(schedule).to_be_in_viewport()
    schedule.select_option("Hourly")
    manager.save()
    manager.go("xero")
    expect(manager.find(".number-widget-box").first).to_be_visible()
    expect(manager.find(".xero-checklist")).to_have_count(0)


def primary(desk: Desk) -> str:
    """The one button of the steps that stands out."""
    found = desk.find(".xero-checklist .btn-primary")
    expect(found).to_have_count(1)
    return found.inner_text().strip()


def test_a_first_run_that_would_skip_much_says_so_first(xero: Simulator, manager: Desk) -> None:
    edit(SETTINGS, SETTINGS, sales_account=None, payment_account=None)
    open_shop()
    manager.go("vtiger-invoice").menu("Sync", "Sync Now")
    question = manager.dialog("Before the first sync")
    expect(question).to_contain_text("Invoices: 2 of 2 would be skipped.")
    expect(question).to_contain_text("Payments: 2 of 2 would be skipped.")
    manager.shoot("first-run-question", "LOOKS")
    question.get_by_role("button", name="Choose Accounts").click()
    expect(manager.dialog("Choose Accounts")).to_contain_text("These accounts are needed.")
    assert not frappe.get_all("Xero Sync Run")
    manager.go("vtiger-invoice").menu("Sync", "Sync Now")
    question = manager.dialog("Before the first sync")
    question.get_by_role("button", name="Sync All the Same").click()
    manager.wait_for_the_run()


def test_a_reason_leads_to_the_field_of_the_settings_in_view(
    xero: Simulator, manager: Desk
) -> None:
    edit(SETTINGS, SETTINGS, sales_account=None, payment_account=None)
    open_shop()
    run_now()
    manager.go("xero-skipped")
    cause = manager.find(".xero-cause", has_text="Account for Payments")
    cause.get_by_role("button", name="Open Xero Settings").click()
    box = manager.find('[data-fieldname="payment_account"] input')
    expect(box).to_be_in_viewport()
    expect(manager.find(".form-tabs .nav-link.active")).to_have_text("Synchronisation")
    manager.settle()
    expect(box).to_be_in_viewport()
    manager.shoot("settings-at-a-field", "LOOKS")
    manager.button("Check").click()
    finding = manager.find(".xero-findings li", has_text="Sales Account is not set").first
    finding.get_by_role("button", name="Open Xero Settings").click()
    expect(manager.find('[data-fieldname="sales_account"] input')).to_be_in_viewport()


def test_hidden_steps_stay_hidden_until_a_manager_shows_them_again(
    xero: Simulator, manager: Desk
) -> None:
    manager.go("xero")
    manager.find(".xero-checklist").get_by_role("button", name="Hide").click()
    expect(manager.find(".xero-checklist")).to_have_count(0)
    manager.go("xero-settings")
    expect(manager.find('[data-fieldname="client_id"] input')).to_be_visible()
    expect(manager.find(".xero-checklist")).to_have_count(0)
    assert fresh(SETTINGS, SETTINGS, "checklist_hidden") in (1, "1")
    manager.find('[data-fieldname="checklist_hidden"] input').uncheck()
    manager.save()
    expect(manager.find(".xero-checklist")).to_be_visible()


def test_who_only_syncs_sees_no_steps(xero: Simulator, sit_down: Callable[..., Desk]) -> None:
    bruno = sit_down("bookkeeper").go("xero")
    expect(bruno.find(".number-widget-box").first).to_be_visible()
    expect(bruno.page.locator(".xero-checklist")).to_have_count(0)


@pytest.mark.parametrize("theme", ["Light", "Dark"])
@pytest.mark.parametrize("width", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_the_steps_fit(
    xero: Simulator, sit_down: Callable[..., Desk], theme: str, width: dict[str, int]
) -> None:
    enable_everything(payment_account=None)
    desk = sit_down("manager", theme=theme)
    desk.page.set_viewport_size(width)  # type: ignore[arg-type]
    kind = f"{theme.lower()}-{width['width']}"
    for page in ("xero", "xero-settings"):
        desk.go(page)
        steps = desk.find(".xero-checklist")
        expect(steps).to_be_visible()
        edge = steps.evaluate("each => each.getBoundingClientRect().right")
        assert edge <= width["width"]
        assert complaints(desk, ".xero-checklist") == []
        for button in steps.get_by_role("button").all():
            assert button.evaluate("each => each.getBoundingClientRect().right") <= edge
        desk.shoot(f"steps-{page}-{kind}", "LOOKS")


def test_the_steps_in_german(xero: Simulator, german: Desk) -> None:
    edit(SETTINGS, SETTINGS, payment_account=None)
    german.go("xero")
    expect(german.find(".xero-checklist")).to_contain_text(re.compile("Erste Schritte"))
    expect(german.find(".xero-checklist")).to_contain_text("Benötigt: Konto für Zahlungen.")
    german.shoot("steps-german", "LOOKS")
