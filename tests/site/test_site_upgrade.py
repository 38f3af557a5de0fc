"""From 0.2 to 0.3: what a site had stays, and what is new is filled in, however often it is run."""

from __future__ import annotations

import frappe
from frappe.permissions import setup_custom_perms

from tests.contract.world import unique
from tests.site.shop import by_sync
from tests.site.test_site_install import bench
from tests.site.world import SiteWorld
from tests.site.xero import run_now
from vtiger_xero.api import conflicts, record_state
from vtiger_xero.engine.mapping.doctypes import ORGANIZATION
from vtiger_xero.patches.v0_3 import fill_in_settings, rename_workspace, show_states
from vtiger_xero.patches.v0_4 import untie_guessed_taxes
from xero_simulator import Simulator

_NEW_IN_LINKS = ("rule", "matched_on", "conflict", "choices", "keeps")
_NEW_IN_SETTINGS = ["schedule", "daily_at", "on_save", "schedule_changed", "is_demo"]


def as_it_was_in_0_2() -> None:
    """The tables have the new columns by now; what stands in them is of before."""
    for doctype, values in [
        ("Xero Link", dict.fromkeys(_NEW_IN_LINKS)),
        (ORGANIZATION, {"xero_state": "Not Linked"}),
    ]:
        frappe.db.set_value(doctype, {"name": ["!=", ""]}, values, update_modified=False)
    frappe.db.delete("Singles", {"doctype": "Xero Settings", "field": ["in", _NEW_IN_SETTINGS]})
    frappe.clear_document_cache("Xero Settings", "Xero Settings")
    frappe.db.commit()


def upgrade() -> None:
    for patch in (fill_in_settings, rename_workspace, show_states):
        patch.execute()
    frappe.db.commit()


def test_records_show_where_they_stand_and_the_sync_goes_on(
    xero: Simulator, world: SiteWorld
) -> None:
    linked, edited, new = (world.insert(organization_name=unique("Old")) for _ in range(3))
    run_now()
    frappe.db.delete("Xero Link", {"crm_name": new})
    world.edit(edited, website="https://example.com")
    as_it_was_in_0_2()
    before = frappe.get_all(ORGANIZATION, ["name", "modified"], order_by="name")
    for _ in range(2):
        upgrade()
        found = frappe.get_all(ORGANIZATION, {"name": ["in", [linked, edited, new]]}, "xero_state")
        assert {each.xero_state for each in found} == {"In Sync", "Waiting", "Not Linked"}
    assert frappe.get_all(ORGANIZATION, ["name", "modified"], order_by="name") == before
    held = record_state(ORGANIZATION, linked)
    assert held and (held["state"], held["matched_on"], held["conflict"]) == ("In Sync", None, [])
    links = frappe.db.count("Xero Link")
    assert run_now().status == "Completed"
    assert frappe.db.count("Xero Link") == links + 1
    assert frappe.db.get_value(ORGANIZATION, edited, "xero_state") == "In Sync"


def test_a_conflict_of_before_is_told_with_its_fields_after_the_next_run(
    xero: Simulator, world: SiteWorld
) -> None:
    settings = frappe.get_doc("Xero Settings").update({"conflicts": "Ask"})
    settings.save()
    title = unique("Both")
    name = world.insert(organization_name=title, primary_phone="1")
    run_now()
    world.edit(name, primary_email="ours@example.com")
    contact = xero.organisation.contacts.active_named(title)
    xero.organisation.edit_contact(contact.key, EmailAddress="theirs@example.com")
    run_now()
    as_it_was_in_0_2()
    upgrade()
    assert frappe.db.get_value(ORGANIZATION, name, "xero_state") == "Conflict"
    (row,) = conflicts()["rows"]
    assert (row["name"], row["fields"]) == (name, [])
    run_now()
    (row,) = conflicts()["rows"]
    (field,) = row["fields"]
    assert field["label"] == "Primary Email"


def test_nothing_runs_by_itself_before_somebody_says_so(xero: Simulator) -> None:
    as_it_was_in_0_2()
    upgrade()
    settings = frappe.get_doc("Xero Settings")
    assert (settings.schedule, settings.on_save, settings.enabled) == ("Off", 0, 1)
    assert str(settings.daily_at) in ("02:00:00", "2:00:00")
    assert settings.organisation_name


def test_a_site_that_is_not_connected_is_upgraded_too(world: SiteWorld) -> None:
    name = world.insert(organization_name=unique("Alone"))
    as_it_was_in_0_2()
    upgrade()
    assert frappe.db.get_value(ORGANIZATION, name, "xero_state") == "Not Linked"


def test_the_workspace_has_one_name() -> None:
    old = {"doctype": "Workspace", "label": "Vtiger Xero", "title": "Vtiger Xero", "public": 1}
    own = {"doctype": "Workspace", "label": "Mine-Administrator", "title": "Mine", "public": 0}
    more = {"content": "[]", "module": "Vtiger Xero", "icon": "accounting"}
    frappe.get_doc({**old, **more, "name": "Vtiger Xero"}).insert(ignore_if_duplicate=True)
    mine = frappe.get_doc({**own, **more, "for_user": "Administrator"})
    mine.update({"parent_page": "Vtiger Xero"}).insert()
    for _ in range(2):
        rename_workspace.execute()
    ours = frappe.get_all("Workspace", {"module": "Vtiger Xero", "public": 1}, pluck="name")
    assert ours == ["Xero"]
    assert frappe.db.get_value("Workspace", mine.name, "parent_page") == "Xero"
    frappe.db.rollback()


def test_permissions_of_ones_own_get_the_new_level_and_nothing_else() -> None:
    try:
        setup_custom_perms(ORGANIZATION)
        rows = {"parent": ORGANIZATION}
        frappe.db.delete("Custom DocPerm", {**rows, "permlevel": 1})
        frappe.db.delete("Custom DocPerm", {**rows, "role": "Xero User"})
        before = frappe.get_all("Custom DocPerm", {**rows, "permlevel": 0}, pluck="role")
        for _ in range(2):
            show_states.execute()
        level = {**rows, "permlevel": 1}
        new = frappe.get_all("Custom DocPerm", level, ["role", "read", "write"], order_by="role")
        assert [tuple(each.values()) for each in new] == [
            ("System Manager", 1, 1),
            ("Xero Manager", 1, 1),
        ], "a role that may not enter gets no key to a room inside"
        after = frappe.get_all("Custom DocPerm", {**rows, "permlevel": 0}, pluck="role")
        assert sorted(after) == sorted(before)
    finally:
        frappe.db.rollback()
        frappe.db.delete("Custom DocPerm", {"parent": ORGANIZATION})
        frappe.db.commit()
        frappe.clear_cache(doctype=ORGANIZATION)


def test_migrating_runs_the_patches_and_ends_well(xero: Simulator, world: SiteWorld) -> None:
    name = world.insert(organization_name=unique("Old"))
    run_now()
    as_it_was_in_0_2()
    frappe.db.delete("Patch Log", {"patch": ["like", "vtiger_xero.patches.v0_3.%"]})
    frappe.db.commit()
    bench("migrate", "--skip-search-index")
    frappe.db.rollback()
    assert frappe.db.get_value(ORGANIZATION, name, "xero_state") == "In Sync"
    assert frappe.db.count("Patch Log", {"patch": ["like", "vtiger_xero.patches.v0_3.%"]}) == 3
    assert frappe.db.exists("Workspace", "Xero")


def test_a_tax_that_was_tied_to_the_first_of_several_rates_is_tied_no_more() -> None:
    """0.3 took the first that Xero listed; what has the rate's own name was never a guess."""
    component = unique("GST")
    names = [unique("Bad Debt Recovery"), unique("Standard-Rated Supplies")]
    for name in names:
        rate = {"doctype": "Xero Tax Rate", "tax_type": name, "tax_rate_name": name}
        part = {"component_name": component, "rate": 9}
        more = {"status": "ACTIVE", "can_apply_to_revenue": 1, "components": [part]}
        by_sync(frappe.get_doc({**rate, **more})).insert()
    tax = {"doctype": "Vtiger Tax", "rate": 9, "xero_tax_type": names[0]}
    for name in (component, names[0]):
        by_sync(frappe.get_doc({**tax, "tax_name": name})).insert()
    for _ in range(2):
        untie_guessed_taxes.execute()
        ties = [
            frappe.db.get_value("Vtiger Tax", n, "xero_tax_type") for n in (component, names[0])
        ]
        assert [each or "" for each in ties] == ["", names[0]]
    frappe.db.rollback()
