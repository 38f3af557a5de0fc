"""The preview of a run, and doing exactly what it says."""

from __future__ import annotations

from collections.abc import Callable

import frappe
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.desk import Desk
from tests.browser.office import edit, new
from tests.site.xero import run_now
from xero_simulator import Simulator

ORGANIZATION = "Vtiger Organization"
APPLY = "Apply Exactly This Plan"


@pytest.fixture
def kauri(xero: Simulator) -> str:
    """An organization that Xero has not got yet."""
    return new(ORGANIZATION, organization_name="Kauri Timber Ltd", billing_city="Napier")


def names_in(xero: Simulator) -> list[str]:
    return [each.name for each in xero.organisation.contacts.in_order()]


def previewed(manager: Desk) -> Locator:
    """The plan's rows, once the preview is made."""
    manager.go("vtiger-organization").menu("Sync", "Preview")
    rows = manager.find(".xero-plan-rows tbody tr")
    expect(rows.first).to_be_visible()
    return rows


def apply(manager: Desk, question: str = "Apply the plan?") -> None:
    """Press the button, and say yes."""
    manager.button(APPLY).click()
    dialog = manager.find(".modal-dialog", has_text=question)
    dialog.get_by_role("button", name="Yes").click()


def test_a_preview_names_what_would_happen_and_what_it_costs_and_writes_nothing(
    xero: Simulator, kauri: str, manager: Desk
) -> None:
    run_now()
    edit(ORGANIZATION, kauri, billing_city="Hastings")
    xero.organisation.add_contact_in_xero(Name="Totara Homes")
    rows = previewed(manager)
    changed = rows.filter(has_text="Kauri")
    expect(changed).to_contain_text("Billing City")
    expect(changed.locator("del")).to_have_text("Napier")
    expect(changed.locator("ins")).to_have_text("Hastings")
    expect(rows.filter(has_text="Totara Homes")).to_contain_text("Created")
    expect(manager.find(".xero-page")).to_contain_text(
        "apply this plan: about 9, of these 1 to write"
    )
    manager.shoot("preview")
    manager.find("[name=operation]").select_option("Created")
    expect(rows).to_have_count(1)
    manager.find("[name=record_name]").fill("no such name")
    expect(manager.find(".xero-plan-rows")).to_contain_text("No line of this plan fits the filter.")
    assert names_in(xero)[-1] == "Totara Homes"


def test_a_long_plan_is_read_page_by_page_and_searched_as_a_whole(
    xero: Simulator, manager: Desk
) -> None:
    for number in range(1, 106):
        new(ORGANIZATION, organization_name=f"Kauri Timber {number:03}")
    rows = previewed(manager)
    expect(rows).to_have_count(100)
    manager.button("Show more").click()
    expect(rows).to_have_count(105)
    expect(manager.button("Show more")).to_have_count(0)
    manager.find("[name=record_name]").fill("timber 105")
    expect(rows).to_have_count(1)
    manager.find("[name=record_name]").fill("")
    expect(rows).to_have_count(100)


def test_applying_a_plan_writes_it_and_nothing_that_came_later(
    xero: Simulator, kauri: str, manager: Desk
) -> None:
    previewed(manager)
    late = new(ORGANIZATION, organization_name="Too late Ltd")
    apply(manager, "This writes 0 records in the CRM and 1 in Xero.")
    manager.wait_for_the_run()
    held = names_in(xero)
    assert any(name.startswith("Kauri") for name in held)
    assert not any(name.startswith("Too late") for name in held), late


def test_a_plan_that_was_applied_says_so_and_leads_to_its_log(
    xero: Simulator, kauri: str, manager: Desk
) -> None:
    previewed(manager)
    page = manager.find(".xero-page")
    expect(page).to_contain_text("All modules: Xero, Created: 1")
    apply(manager)
    manager.wait_for_the_run()
    expect(page).to_contain_text("Applied on")
    expect(page).not_to_contain_text("Nothing has been written")
    expect(manager.button(APPLY)).to_have_count(0)
    manager.shoot("preview-applied", "LOOKS")
    page.get_by_role("link", name="Sync Log").click()
    expect(manager.find(".xero-run-notice")).to_contain_text("The run of")


def test_modules_that_cannot_run_say_why(xero: Simulator, kauri: str, manager: Desk) -> None:
    frappe.db.set_default("currency", "EUR")
    frappe.db.commit()
    try:
        previewed(manager)
        manager.find(".xero-tab", has_text="Invoices").click()
        expect(manager.find(".xero-plan-counts")).to_contain_text("base currency is EUR")
        manager.shoot("preview-left-out", "LOOKS")
    finally:
        frappe.db.set_default("currency", "NZD")
        frappe.db.commit()


def test_without_a_preview_there_is_a_button_for_one(
    xero: Simulator, kauri: str, manager: Desk
) -> None:
    manager.go("xero-preview")
    expect(manager.find(".xero-empty")).to_contain_text("No preview yet.")
    manager.find(".xero-empty").get_by_role("button", name="Preview").click()
    expect(manager.find(".xero-plan-rows tbody tr")).to_be_visible()


def test_a_plan_that_no_longer_holds_says_so_and_writes_nothing(
    xero: Simulator, kauri: str, manager: Desk
) -> None:
    previewed(manager)
    edit(ORGANIZATION, kauri, billing_city="Gisborne")
    apply(manager)
    panel = manager.wait_for_the_run("Stopped")
    expect(panel).to_contain_text("Records that would now be written differently: 1.")
    expect(panel).to_contain_text("Preview again")
    manager.shoot("preview-stale", "LOOKS")
    assert names_in(xero) == []


def test_after_another_run_the_plan_is_marked_and_cannot_be_applied(
    xero: Simulator, kauri: str, manager: Desk
) -> None:
    previewed(manager)
    address = manager.page.url.rsplit("/app/", 1)[-1]
    run_now()
    manager.go(address)
    expect(manager.find(".form-message")).to_contain_text("A sync has run since")
    expect(manager.button(APPLY)).to_have_count(0)
    manager.button("Preview Again").click()
    expect(manager.find(".xero-page")).to_contain_text("Nothing to do.")
    expect(manager.button(APPLY)).to_have_count(0)


def test_a_plan_can_be_taken_along_as_a_table(xero: Simulator, kauri: str, manager: Desk) -> None:
    previewed(manager)
    text = manager.downloads(manager.button("Download As CSV").click)
    assert "Kauri" in text


def test_a_plan_is_read_on_a_phone(
    xero: Simulator, kauri: str, sit_down: Callable[..., Desk]
) -> None:
    phone = sit_down("bookkeeper", narrow=True)
    phone.go("xero-preview")
    phone.page.evaluate("vtiger_xero.preview()")
    expect(phone.find(".xero-plan-rows tbody tr")).to_be_visible()
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 375
