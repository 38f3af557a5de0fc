"""Conflicts: both values side by side, and what a person decides."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.office import edit, enable_everything, fresh, new
from tests.site.xero import run_now
from xero_simulator import Simulator

ORGANIZATION = "Vtiger Organization"
FIELDS = ("billing_city", "billing_state")


@pytest.fixture
def disputed(xero: Simulator) -> str:
    """An organization whose city and state were changed on both sides; the policy is Ask."""
    enable_everything(conflicts="Ask")
    agreed = {"billing_city": "Napier", "billing_state": "Hawke's Bay"}
    name = new(ORGANIZATION, organization_name="Rimu & Sons Ltd", **agreed)
    run_now()
    _change_on_both_sides(xero, name)
    return name


def _change_on_both_sides(xero: Simulator, name: str, crm: str = "Hastings") -> None:
    edit(ORGANIZATION, name, billing_city=crm, billing_state="HB")
    contact = _contact(xero)
    address = {"AddressType": "POBOX", "City": "Taradale", "Region": "East"}
    xero.organisation.edit_contact(contact.contact_id, Addresses=[address])
    run_now()


def _contact(xero: Simulator) -> Any:
    return next(each for each in xero.organisation.contacts.in_order() if "Rimu" in each.name)


def both(xero: Simulator, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """City and state, in the CRM and in Xero."""
    address = _contact(xero).addresses["POBOX"]
    crm = tuple(fresh(ORGANIZATION, name, field) for field in FIELDS)
    return crm, (address.get("City", ""), address.get("Region", ""))


def test_a_person_chooses_field_by_field_and_both_sides_get_it(
    xero: Simulator, disputed: str, manager: Desk
) -> None:
    manager.go("xero-conflicts")
    card = manager.find(".xero-card")
    expect(card).to_contain_text("Rimu & Sons")
    expect(card).to_contain_text("Napier")
    manager.shoot("conflicts")
    expect(card.get_by_role("button", name="Save and Sync")).to_be_disabled()
    card.get_by_label("Billing City: take the value of Vtiger CRM").check()
    card.get_by_label("Billing State: take the value of Xero").check()
    card.get_by_role("button", name="Save and Sync").click()
    manager.wait_for_the_run()
    expect(manager.find(".xero-empty")).to_contain_text("No record is in conflict.")
    assert both(xero, disputed) == (("Hastings", "East"),) * 2


def test_a_run_names_the_conflicts_and_leads_to_them(
    xero: Simulator, disputed: str, manager: Desk
) -> None:
    manager.go("vtiger-organization").menu("Sync", "Sync Now")
    panel = manager.wait_for_the_run()
    expect(panel).to_contain_text("Records in conflict: 1")
    manager.shoot("run-with-conflicts", "LOOKS")
    panel.get_by_role("link", name="Conflicts (1)").click()
    expect(manager.find(".xero-card")).to_contain_text("Rimu & Sons")


def test_all_of_one_side_is_kept_with_one_button(
    xero: Simulator, disputed: str, manager: Desk
) -> None:
    card = manager.go("xero-conflicts").find(".xero-card")
    card.get_by_role("button", name="Keep all of Xero").click()
    card.get_by_role("button", name="Save and Sync").click()
    manager.wait_for_the_run()
    assert both(xero, disputed) == (("Taradale", "East"),) * 2


def test_what_was_chosen_in_part_is_still_there_later(
    xero: Simulator, disputed: str, manager: Desk
) -> None:
    card = manager.go("xero-conflicts").find(".xero-card")
    card.get_by_role("button", name="Save", exact=True).click()
    expect(card.get_by_role("alert")).to_have_text("Choose a side for at least one field.")
    card.get_by_label("Billing City: take the value of Xero").check()
    card.get_by_role("button", name="Save", exact=True).click()
    manager.settle().go("xero-conflicts")
    expect(card.get_by_label("Billing City: take the value of Xero")).to_be_checked()
    expect(card).not_to_contain_text("Decided")
    card.get_by_role("button", name="Keep all of Xero").click()
    card.get_by_role("button", name="Save", exact=True).click()
    expect(card).to_contain_text("Decided: the next run carries it out")
    assert both(xero, disputed)[0] == ("Hastings", "HB")


def test_xero_is_kept_in_all_shown_with_one_button(
    xero: Simulator, disputed: str, manager: Desk
) -> None:
    card = manager.go("xero-conflicts").find(".xero-card")
    expect(card).to_contain_text("Saved in the CRM by Administrator on")
    expect(card).to_contain_text("changed in Xero on")
    manager.button("Keep Xero in All Shown").click()
    manager.find(".modal-dialog", has_text="1 records").get_by_role("button", name="Yes").click()
    expect(card).to_contain_text("Decided: the next run carries it out")
    manager.shoot("conflicts-decided", "LOOKS")
    run_now()
    assert both(xero, disputed) == (("Taradale", "East"),) * 2


def test_a_side_that_always_wins_for_a_record_is_remembered(
    xero: Simulator, disputed: str, manager: Desk
) -> None:
    card = manager.go("xero-conflicts").find(".xero-card")
    card.get_by_label("From now on, for this record").select_option("Vtiger CRM")
    card.get_by_role("button", name="Save and Sync").click()
    manager.wait_for_the_run()
    assert both(xero, disputed) == (("Hastings", "HB"),) * 2
    _change_on_both_sides(xero, disputed, crm="Wairoa")
    assert [side[0] for side in both(xero, disputed)] == ["Wairoa"] * 2


def test_that_a_side_always_wins_is_taken_back_where_it_is_told(
    xero: Simulator, disputed: str, manager: Desk
) -> None:
    card = manager.go("xero-conflicts").find(".xero-card")
    card.get_by_label("From now on, for this record").select_option("Vtiger CRM")
    card.get_by_role("button", name="Save and Sync").click()
    manager.wait_for_the_run()
    story = manager.go(f"vtiger-organization/{disputed}").page.locator(".xero-record")
    expect(story).to_contain_text("Vtiger CRM always wins")
    manager.tab("Xero")
    story.get_by_role("button", name="Ask me again").click()
    expect(story).to_contain_text("What the sync did")
    expect(story).not_to_contain_text("always wins")
    _change_on_both_sides(xero, disputed, crm="Wairoa")
    assert fresh(ORGANIZATION, disputed, "xero_state") == "Conflict"


def test_who_keeps_a_record_out_has_no_conflict_to_decide(
    xero: Simulator, disputed: str, manager: Desk
) -> None:
    manager.go(f"vtiger-organization/{disputed}")
    expect(manager.find(".form-message")).to_contain_text("Both sides changed it")
    manager.menu("Xero", "Do Not Sync")
    expect(manager.find(".form-dashboard", has_text="Xero: Excluded")).to_be_visible()
    expect(manager.find(".form-message")).to_have_count(0)
    assert "Resolve Conflict" not in manager.menu_items("Xero")
    manager.go("xero-conflicts")
    expect(manager.find(".xero-empty")).to_contain_text("No record is in conflict.")


def test_a_conflict_is_resolved_from_the_records_own_form(
    xero: Simulator, disputed: str, manager: Desk
) -> None:
    manager.go(f"vtiger-organization/{disputed}")
    expect(manager.find(".form-message")).to_be_visible()
    manager.shoot("record-conflict")
    manager.menu("Xero", "Resolve Conflict")
    dialog = manager.dialog("Conflict with Xero")
    dialog.get_by_role("button", name="Keep all of Vtiger CRM").click()
    dialog.get_by_role("button", name="Save and Sync").click()
    manager.wait_for_the_run()
    assert both(xero, disputed) == (("Hastings", "HB"),) * 2


def test_a_choice_on_values_that_have_moved_on_is_refused(
    xero: Simulator, disputed: str, manager: Desk
) -> None:
    card = manager.go("xero-conflicts").find(".xero-card")
    _change_on_both_sides(xero, disputed, crm="Wairoa")
    card.get_by_label("Billing City: take the value of Vtiger CRM").check()
    card.get_by_role("button", name="Save", exact=True).click()
    expect(manager.find(".msgprint")).to_contain_text("Billing City")
    assert fresh(ORGANIZATION, disputed, "xero_state") == "Conflict"
