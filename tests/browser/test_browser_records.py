"""What is left out, and what each record says of itself."""

from __future__ import annotations

from collections.abc import Callable

import frappe
import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.office import edit, enable_everything, fresh, new
from tests.browser.shop import sell
from tests.contract.world import unique
from tests.site.xero import run_now
from xero_simulator import Simulator

ORGANIZATION, PRODUCT = "Vtiger Organization", "Vtiger Product"


@pytest.fixture
def kauri(xero: Simulator) -> str:
    name = new(ORGANIZATION, organization_name="Kauri Timber Ltd", billing_city="Napier")
    run_now()
    return name


def names_in(xero: Simulator) -> list[str]:
    return [each.name for each in xero.organisation.contacts.in_order()]


def test_what_is_left_out_for_one_cause_is_mended_and_tried_again_together(
    xero: Simulator, manager: Desk
) -> None:
    products = [new(PRODUCT, product_name=unique("Bolt"), unit_price=1) for _ in range(22)]
    run_now()
    manager.go("xero-skipped")
    cause = manager.find(".xero-cause")
    expect(cause).to_have_count(1)
    cause.locator("summary").click()
    expect(cause.get_by_role("link")).to_have_count(20)
    cause.get_by_role("button", name="Show more").click()
    expect(cause.get_by_role("link")).to_have_count(22)
    expect(cause.get_by_role("button", name="Show more")).to_have_count(0)
    for name in products:
        edit(PRODUCT, name, part_number=unique("B")[:30])
    cause.get_by_role("button", name="Try Again").click()
    manager.wait_for_the_run()
    expect(manager.find(".xero-empty")).to_contain_text("No record is skipped")
    assert {fresh(PRODUCT, name, "xero_state") for name in products} == {"In Sync"}


def test_a_record_says_how_it_stands_since_when_and_what_happened_to_it(
    xero: Simulator, kauri: str, manager: Desk
) -> None:
    edit(ORGANIZATION, kauri, billing_city="Hastings")
    run_now()
    manager.go(f"vtiger-organization/{kauri}")
    story = manager.page.locator(".xero-record")
    expect(story).to_contain_text("Last synced")
    expect(story).to_contain_text("Xero: Updated")
    expect(story.locator("ins").first).to_have_text("Hastings")
    manager.tab("Xero")
    manager.shoot("record")


def test_a_record_leads_straight_to_its_document_in_xero(
    xero: Simulator, kauri: str, manager: Desk
) -> None:
    manager.go(f"vtiger-organization/{kauri}")
    manager.context.route("https://go.xero.com/**", lambda route: route.fulfill(body="Xero"))
    with manager.context.expect_page() as opened:
        manager.menu("Xero", "Open in Xero")
    contact = xero.organisation.contacts.in_order()[-1]
    assert contact.contact_id in opened.value.url


def test_one_record_is_synced_alone(xero: Simulator, kauri: str, manager: Desk) -> None:
    other = new(ORGANIZATION, organization_name="Other Ltd")
    alone = new(ORGANIZATION, organization_name="Alone Ltd")
    manager.go(f"vtiger-organization/{alone}").menu("Xero", "Sync This One Now")
    manager.wait_for_the_run()
    expect(manager.page.locator(".xero-record")).to_contain_text("Xero: Created")
    held = names_in(xero)
    assert any(name.startswith("Alone") for name in held)
    assert not any(name.startswith("Other") for name in held), other


def test_a_record_is_kept_out_and_taken_in_again(
    xero: Simulator, kauri: str, manager: Desk
) -> None:
    manager.go(f"vtiger-organization/{kauri}").menu("Xero", "Do Not Sync")
    manager.settle()
    assert fresh(ORGANIZATION, kauri, "xero_state") == "Excluded"
    edit(ORGANIZATION, kauri, billing_city="Hastings")
    run_now()
    assert "Hastings" not in str(xero.organisation.contacts.in_order()[-1].addresses)
    manager.go(f"vtiger-organization/{kauri}").menu("Xero", "Sync Again")
    manager.settle()
    run_now()
    assert "Hastings" in str(xero.organisation.contacts.in_order()[-1].addresses)


def test_the_list_shows_how_each_record_stands_and_a_click_filters_it(
    xero: Simulator, kauri: str, manager: Desk
) -> None:
    new(ORGANIZATION, organization_name="Not yet Ltd")
    manager.go("vtiger-organization")
    rows = manager.find(".list-row")
    expect(rows).to_have_count(2)
    expect(manager.find(".list-count")).to_contain_text("2")
    manager.shoot("list")
    manager.find(".list-row .indicator-pill", has_text="In Sync").click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Kauri")


def test_chosen_records_are_synced_from_the_list(
    xero: Simulator, kauri: str, sit_down: Callable[..., Desk]
) -> None:
    wanted = new(ORGANIZATION, organization_name="Wanted Ltd")
    new(ORGANIZATION, organization_name="Other Ltd")
    bruno = sit_down("bookkeeper").go("vtiger-organization")
    bruno.find(".list-row", has_text="Wanted").locator(".list-row-checkbox").check()
    bruno.button("Actions").click()
    bruno.find(".actions-btn-group .dropdown-item", has_text="Sync with Xero").click()
    bruno.wait_for_the_run()
    assert fresh(ORGANIZATION, wanted, "xero_state") == "In Sync"
    assert not any(name.startswith("Other") for name in names_in(xero))


def test_an_open_form_follows_the_run_that_its_save_has_started(
    xero: Simulator, manager: Desk
) -> None:
    name = new("Vtiger Organization", organization_name=unique("Kea"))
    run_now()
    enable_everything(on_save=1)  # only now: two runs on save are a minute apart
    manager.go(f"vtiger-organization/{name}")
    expect(manager.find(".form-dashboard", has_text="Xero: In Sync")).to_be_visible()
    manager.fill("primary_phone", "04 123 4567")
    manager.save()
    expect(manager.find(".form-dashboard", has_text="Xero: Waiting")).to_be_visible()
    expect(manager.find(".form-dashboard", has_text="Xero: In Sync")).to_be_visible(timeout=60_000)


def test_a_record_that_waits_for_another_leads_to_it_and_a_mended_one_says_so(
    xero: Simulator, manager: Desk
) -> None:
    invoice = sell()
    line = frappe.get_doc("Vtiger Invoice", invoice).items[0]
    frappe.db.set_value("Vtiger Product", line.item_name, "part_number", "")
    frappe.db.commit()
    run_now()
    manager.go(f"vtiger-invoice/{invoice}")
    told = manager.find(".form-message")
    expect(told).to_contain_text("first: Part Number is empty.")
    manager.shoot("invoice-that-waits", "LOOKS")
    told.get_by_role("link").first.click()
    expect(manager.find(".form-message")).to_contain_text("Part Number is empty.")
    edit("Vtiger Product", line.item_name, part_number=unique("B")[:30])
    manager.go(f"vtiger-product/{line.item_name}")
    expect(manager.find(".form-message.blue")).to_contain_text("Saved since the last run")
    manager.shoot("product-mended", "LOOKS")
    manager.menu("Xero", "Sync This One Now")
    manager.wait_for_the_run()
    manager.go(f"vtiger-invoice/{invoice}")
    expect(manager.find(".form-message.blue")).to_contain_text("is in Xero now")
