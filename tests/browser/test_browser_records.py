"""What is left out, and what each record says of itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.office import edit, fresh, new
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
