"""Runs as people start and watch them: progress, Stop, the notice at the end, the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import frappe
import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.office import Office, enable_everything, new
from tests.browser.shop import sell
from tests.contract.world import unique
from tests.site.xero import run_now
from vtiger_xero.runs.progress import SiteProgress
from xero_simulator import Fault, Simulator

ROWS = ".xero-log tbody tr:not(.xero-log-run)"
HOSTILE = '<img src=x onerror=alert(1)> "O\'Hara" & Sons'


def organizations(number: int) -> list[str]:
    """So many new ones in the CRM, by their names."""
    names = [unique(f"Kauri {each}") for each in range(number)]
    return [new("Vtiger Organization", organization_name=name) for name in names]


@pytest.fixture
def slow_xero(office: Office) -> Iterator[Simulator]:
    """One that takes its time to write: long enough to look at a run."""
    with office.xero(minute_limit=1_000) as xero:
        enable_everything()
        xero.faults.add(Fault.slow(4, method="PUT", path="/Contacts", times=None))
        yield xero


def test_a_sale_reaches_xero_from_the_list_and_the_log_tells_of_every_module(
    xero: Simulator, manager: Desk
) -> None:
    sell()
    manager.go("vtiger-invoice").menu("Sync", "Sync Now")
    panel = manager.wait_for_the_run()
    expect(panel).to_contain_text("The sync is complete.")
    panel.get_by_role("link", name="Sync Log").click()
    rows = manager.find(ROWS)
    for module in ("Organizations", "Products/Services", "Invoices", "Payments"):
        row = rows.filter(has_text=module).last
        expect(row.get_by_role("button", name="Xero: Created")).to_have_text("1")
    assert len(xero.organisation.payments) == 1


def test_progress_follows_the_person_through_the_desk_and_over_a_reload(
    slow_xero: Simulator, manager: Desk
) -> None:
    organizations(3)
    manager.go("vtiger-organization").menu("Sync", "Sync Now")
    expect(manager.run_panel()).to_contain_text("Organizations")
    manager.shoot("run-panel")
    manager.page.evaluate("frappe.set_route('List', 'ToDo')")
    expect(manager.run_panel()).to_be_visible()
    manager.page.reload()
    expect(manager.run_panel().locator(".xero-run-state")).to_have_text("Running")
    manager.wait_for_the_run()


def test_the_list_at_hand_shows_what_a_run_has_changed(xero: Simulator, manager: Desk) -> None:
    """A run that ended within three seconds of the list's last look changed nothing there."""
    organizations(1)
    manager.go("vtiger-organization")
    expect(manager.find(".list-row", has_text="Not Linked")).to_have_count(1)
    just_looked = "cur_list.last_args = JSON.stringify(cur_list.get_call_args())"
    manager.page.evaluate(just_looked)
    manager.menu("Sync", "Sync Now")
    manager.wait_for_the_run()
    expect(manager.find(".list-row", has_text="In Sync")).to_have_count(1)


def test_stop_ends_a_run_between_batches_and_what_is_written_stays(
    slow_xero: Simulator, manager: Desk
) -> None:
    organizations(110)
    manager.go("vtiger-organization").menu("Sync", "Sync Now")
    expect(manager.run_panel()).to_contain_text("Writing to Xero")
    manager.run_panel().get_by_role("button", name="Stop").click()
    panel = manager.wait_for_the_run("Stopped")
    expect(panel).to_contain_text("Sync Log")
    assert 0 < len(slow_xero.organisation.contacts) < 110


def test_a_run_that_waits_for_xeros_limits_says_so(slow_xero: Simulator, manager: Desk) -> None:
    organizations(2)
    manager.go("vtiger-organization").menu("Sync", "Sync Now")
    expect(manager.run_panel().locator(".xero-run-state")).to_have_text("Running")
    frappe.db.rollback()
    run = frappe.get_last_doc("Xero Sync Run")
    SiteProgress(run.name, "Administrator").wait(24)
    expect(manager.run_panel()).to_contain_text("Xero asks us to wait: continues in")
    manager.shoot("run-waits-for-xero", "LOOKS")
    manager.wait_for_the_run()


def test_a_run_that_ended_well_closes_its_panel_by_itself(xero: Simulator, manager: Desk) -> None:
    organizations(1)
    manager.go("vtiger-organization").menu("Sync", "Sync Now")
    manager.wait_for_the_run().hover()
    padding = "getComputedStyle(document.querySelector('#body')).paddingBottom"
    assert float(manager.page.evaluate(padding).removesuffix("px")) > 100  # to scroll past it
    manager.page.mouse.move(10, 10)
    expect(manager.run_panel()).to_have_count(0)
    assert manager.page.evaluate(padding) == "0px"


def test_a_run_that_skipped_something_stays_until_somebody_has_seen_it(
    xero: Simulator, manager: Desk
) -> None:
    new("Vtiger Product", product_name="No Code Here", unit_price=3)
    manager.go("vtiger-product").menu("Sync", "Sync Now")
    manager.sync_all_the_same()
    panel = manager.wait_for_the_run()
    manager.page.clock.install()
    manager.page.clock.fast_forward(20_000)
    expect(panel).to_be_visible()
    panel.get_by_role("link", name="Skipped by Cause").click()
    expect(panel).to_have_count(0)


def test_another_person_sees_the_run_and_may_hide_it(
    slow_xero: Simulator, sit_down: Callable[..., Desk], manager: Desk
) -> None:
    organizations(2)
    manager.go("vtiger-organization").menu("Sync", "Sync Now")
    expect(manager.run_panel()).to_be_visible()
    bruno = sit_down("bookkeeper").go("vtiger-payment")
    expect(bruno.run_panel()).to_be_visible()
    bruno.run_panel().get_by_role("button", name="Hide").click()
    expect(bruno.run_panel()).to_have_count(0)
    bruno.go("xero-log")
    expect(bruno.find(".xero-page")).to_be_visible()
    expect(bruno.run_panel()).to_have_count(0)


def test_a_number_of_the_log_opens_its_records_and_a_skipped_one_its_reason(
    xero: Simulator, manager: Desk
) -> None:
    organizations(1)
    broken = new("Vtiger Product", product_name="No Code Here", unit_price=3)
    manager.go("vtiger-product").menu("Sync", "Sync Now")
    manager.sync_all_the_same()
    manager.wait_for_the_run()
    manager.go("xero-log")
    manager.find(".xero-log").get_by_role("button", name="Xero: Skipped").first.click()
    dialog = manager.dialog("Records Skipped in Xero")
    expect(dialog).to_contain_text("Part Number")
    expect(dialog.get_by_role("link", name="No Code Here")).to_have_attribute(
        "href", f"/app/vtiger-product/{broken}"
    )
    text = manager.downloads(dialog.get_by_role("button", name="Download As CSV").click)
    assert text.startswith("Source Module,Record Name,Reason")
    assert "No Code Here" in text


def test_what_a_record_is_called_is_shown_and_never_carried_out(
    xero: Simulator, manager: Desk
) -> None:
    xero.organisation.add_contact_in_xero(Name=HOSTILE)
    long = "شركة الأمل للتجارة " * 8
    new("Vtiger Organization", organization_name=long)
    manager.page.on("dialog", lambda opened: pytest.fail(opened.message))
    manager.go("vtiger-organization").menu("Sync", "Sync Now")
    manager.wait_for_the_run()
    manager.go("xero-log")
    for button in manager.find(".xero-count").all():
        button.click()
        expect(manager.find(".modal-dialog .xero-records")).to_be_visible()
        manager.find(".modal-dialog .btn-modal-close").click()
        expect(manager.find(".modal-dialog")).to_have_count(0)


def test_a_run_that_xero_does_not_answer_says_so(office: Office, manager: Desk) -> None:
    with office.xero():
        pass
    manager.go("vtiger-organization").menu("Sync", "Sync Now")
    panel = manager.wait_for_the_run("Waiting")
    expect(panel).to_contain_text("Xero")
    manager.shoot("run-waiting", "LOOKS")


def test_the_bell_rings_with_the_counts_and_leads_to_this_run(
    xero: Simulator, manager: Desk
) -> None:
    organizations(1)
    run_now()
    organizations(2)
    frappe.set_user(manager.user)  # who has begun the run, and does not watch it
    run_now()
    frappe.set_user("Administrator")
    manager.go("vtiger-organization")
    manager.find(".dropdown-notifications > button, .notifications-icon").first.click()
    bell = manager.find(".notification-item", has_text="Xero: the sync is complete.").first
    expect(bell).to_contain_text("Written: 2, skipped: 0")
    manager.shoot("bell")
    bell.click()
    notice = manager.find(".xero-run-notice")
    expect(notice).to_contain_text("The run of")
    expect(manager.find(ROWS)).to_have_count(4)  # a row for each module
    manager.page.evaluate("$(document).trigger('xero-run-over', {})")  # another run has ended
    manager.page.wait_for_load_state("networkidle")
    expect(manager.find(ROWS)).to_have_count(4)
    manager.page.reload()
    expect(notice).to_contain_text("The run of")
    expect(manager.find(ROWS)).to_have_count(4)
    notice.get_by_role("button", name="Show all runs").click()
    expect(manager.find(".xero-run-notice")).to_have_count(0)
    expect(manager.find(ROWS)).to_have_count(8)


def test_the_log_has_a_head_for_each_run_and_can_be_filtered(
    xero: Simulator, manager: Desk
) -> None:
    (name,) = organizations(1)
    run_now()
    new("Vtiger Product", product_name="No code", unit_price=1)
    manager.go(f"vtiger-organization/{name}").menu("Xero", "Sync This One Now")
    manager.wait_for_the_run()
    run_now()
    manager.go("xero-log")
    heads = manager.find(".xero-log-run")
    expect(heads).to_have_count(3)
    expect(heads.first).to_contain_text("API calls:")
    expect(heads.nth(1)).to_contain_text("Sync Now by Mere")
    expect(heads.nth(1)).to_contain_text("Chosen records only")
    manager.shoot("log-by-run", "LOOKS")
    manager.page.get_by_label("Only with skipped records").check()
    expect(manager.find(ROWS)).to_have_count(1)
    manager.find("[name=module]").select_option("Organizations")
    expect(manager.find(ROWS)).to_have_count(0)
    expect(manager.find("[name=module]")).to_have_value("Organizations")


def test_the_log_and_its_records_fit_a_phone(
    xero: Simulator, sit_down: Callable[..., Desk]
) -> None:
    organizations(1)
    phone = sit_down("bookkeeper", narrow=True).go("xero-log")
    expect(phone.page.get_by_text("No Sync Log found.").last).to_be_visible()
    phone.button("Sync Now").click()
    phone.wait_for_the_run()
    phone.run_panel().get_by_role("button", name="Hide").click()
    phone.find(".xero-count").first.click()
    expect(phone.find(".modal-dialog .xero-records")).to_be_visible()
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 375
    phone.shoot("phone-log", "LOOKS")
