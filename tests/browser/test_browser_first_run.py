"""The first run of a shop that had both systems for a while: what a newcomer sees."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.desk import GROWN, Desk
from tests.browser.shop import open_with_history
from xero_simulator import Simulator


def test_the_first_run_is_told_number_by_number_and_cause_by_cause(
    xero: Simulator, manager: Desk
) -> None:
    open_with_history(xero)
    manager.go("vtiger-invoice").menu("Sync", "Sync Now")
    manager.wait_for_the_run()
    manager.settle().shoot("run-complete")
    manager.run_panel().get_by_role("link", name="Sync Log").click()
    skipped = manager.find(".xero-log").get_by_role("button", name="Xero: Skipped").first
    expect(skipped).to_be_visible()
    manager.shoot("sync-log")
    number = skipped.inner_text()
    skipped.click()
    expect(manager.find(".xero-records tbody tr")).to_have_count(int(number))
    manager.shoot("skipped")
    manager.go("xero-skipped")
    in_the_crm = manager.page.locator(".xero-cause-records a[href^='/app/']")
    cause = manager.find(".xero-cause", has=in_the_crm).first
    cause.locator("summary").click()
    manager.shoot("skipped-by-cause")
    cause.locator(".xero-cause-records a[href^='/app/']").first.click()
    expect(manager.find(".form-message")).to_be_visible()
    manager.shoot("why-not-in-xero")
    manager.go("xero")
    expect(manager.find(".dashboard-widget-box", has_text="Outstanding by Age")).to_be_visible()
    manager.page.wait_for_function(GROWN)
    manager.shoot("workspace")
    manager.go("query-report/Xero Reconciliation")
    expect(manager.find(".xero-verdict .indicator-pill.yellow")).to_contain_text(
        "Linked records agree"
    )
    manager.shoot("reconciliation")
