"""Where everything comes together: the workspace, and the proof that both ledgers agree."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.office import new
from tests.browser.shop import sell
from tests.site.xero import run_now
from vtiger_xero.simulator import Simulator


def test_the_workspace_counts_and_leads_on(xero: Simulator, manager: Desk) -> None:
    sell()
    new("Vtiger Product", product_name="No code", unit_price=1)
    run_now()
    manager.go("xero")
    for label, number in (("In Sync", "4"), ("Skipped", "1"), ("Conflicts", "0")):
        card = manager.find(".number-widget-box", has_text=label)
        expect(card.locator(".widget-content")).to_contain_text(number)
    expect(manager.find(".dashboard-widget-box", has_text="Outstanding by Age")).to_be_visible()
    manager.find(".shortcut-widget-box", has_text="Sync Log").click()
    expect(manager.find(".xero-log")).to_be_visible()


def test_after_a_run_the_reconciliation_finds_no_difference(xero: Simulator, manager: Desk) -> None:
    sell()
    run_now()
    manager.go("query-report/Xero Reconciliation")
    figures = manager.find(".report-summary")
    expect(figures.locator(".summary-item", has_text="Ledgers Agree")).to_contain_text("Yes")
    expect(figures.locator(".summary-item", has_text="Differing")).to_contain_text("0")
