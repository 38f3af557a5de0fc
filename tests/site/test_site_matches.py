"""Records of both sides that may be one: side by side on the page, answered, and carried out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import pytest

from tests.contract.world import unique
from tests.site.queueing import Queue
from tests.site.web import new_person
from tests.site.world import SiteWorld
from tests.site.xero import connect, run_now, simulated_xero
from vtiger_xero import commands
from vtiger_xero.api import (
    answer_matches,
    match_answers,
    possible_matches,
    record_state,
    state,
    take_back_match_answer,
)
from vtiger_xero.engine.mapping.doctypes import ORGANIZATION
from vtiger_xero.engine.records import Module
from xero_simulator import Simulator

MODULE = "Organizations"


@pytest.fixture
def xero() -> Iterator[Simulator]:
    with simulated_xero() as simulator:
        connect(simulator)
        yield simulator


def alike(xero: Simulator, world: SiteWorld, title: str = "") -> tuple[str, str]:
    """An organization and a contact whose names look alike, after a run."""
    title = title or unique("Alike")
    name = world.insert(organization_name=f"{title} Ltd", primary_email="ours@example.com")
    contact = xero.organisation.add_contact_in_xero(Name=f"{title} Limited", TaxNumber="1-2")
    run_now()
    return name, str(contact.contact_id)


def only_row() -> dict[str, Any]:
    (row,) = possible_matches()["rows"]
    return dict(row)


def answer(name: str, xero_id: str, given: str, **more: Any) -> dict[str, Any]:
    told = answer_matches(MODULE, [[name, xero_id]], given, **more)
    frappe.db.commit()
    return told


def contacts(xero: Simulator, title: str) -> int:
    return sum(each.name.startswith(title) for each in xero.organisation.contacts.values())


def test_both_records_stand_side_by_side(xero: Simulator, world: SiteWorld) -> None:
    name, xero_id = alike(xero, world)
    row = only_row()
    assert (row["doctype"], row["name"], row["xero_id"]) == (ORGANIZATION, name, xero_id)
    assert "looks alike" in row["why"]
    assert row["may_decide"] is True
    fields = {each["label"]: (each["crm"], each["xero"], each["differs"]) for each in row["fields"]}
    assert fields["Primary Email"] == ("ours@example.com", "", True)
    assert state()["matches"] == possible_matches()["total"] == 1
    held: Any = record_state(ORGANIZATION, name)
    assert (held["state"], held["rule"]) == ("Possible Match", "G6")
    assert frappe.db.get_value(ORGANIZATION, name, "xero_state") == "Possible Match"


def test_one_links_them_in_the_next_run(xero: Simulator, world: SiteWorld) -> None:
    title = unique("Alike")
    name, xero_id = alike(xero, world, title)
    assert answer(name, xero_id, "One") == {"message": "Saved."}
    assert possible_matches()["total"] == 0
    run_now()
    held: Any = record_state(ORGANIZATION, name)
    assert (held["state"], held["xero_id"]) == ("In Sync", xero_id)
    assert held["matched_by"] == "a person's answer"
    assert contacts(xero, title) == 1


def test_two_lets_each_go_its_own_way(xero: Simulator, world: SiteWorld) -> None:
    title = unique("Alike")
    name, xero_id = alike(xero, world, title)
    answer(name, xero_id, "Two")
    run_now()
    held: Any = record_state(ORGANIZATION, name)
    assert held["state"] == "In Sync"
    assert held["xero_id"] != xero_id
    assert contacts(xero, title) == 2
    assert possible_matches()["total"] == 0


def test_an_answer_can_be_taken_back(xero: Simulator, world: SiteWorld) -> None:
    name, xero_id = alike(xero, world)
    answer(name, xero_id, "Two")
    (row,) = match_answers()["rows"]
    assert (row["crm_name"], row["answer"], row["user"]) == (name, "Two", frappe.session.user)
    take_back_match_answer(MODULE, name, xero_id)
    assert match_answers()["total"] == 0
    assert possible_matches()["total"] == 1


def test_several_are_answered_at_once(xero: Simulator, world: SiteWorld) -> None:
    pairs = [alike(xero, world) for _ in range(2)]
    answer_matches(MODULE, [list(each) for each in pairs], "One")
    assert {each["crm_name"] for each in match_answers()["rows"]} == {name for name, _ in pairs}


def test_an_answer_may_begin_the_run_that_carries_it_out(
    xero: Simulator, world: SiteWorld, queue: Queue
) -> None:
    name, xero_id = alike(xero, world)
    assert answer(name, xero_id, "One", sync=True)["run"]


def test_what_waits_for_no_answer_takes_none(xero: Simulator, world: SiteWorld) -> None:
    name, _ = alike(xero, world)
    with pytest.raises(frappe.ValidationError, match="no longer waits for an answer"):
        answer_matches(MODULE, [[name, "another"]], "One")
    with pytest.raises(frappe.ValidationError, match="out of date"):
        answer_matches(MODULE, [[name, "another"]], "Three")


def test_who_may_not_read_the_record_sees_nothing_of_it(xero: Simulator, world: SiteWorld) -> None:
    name, xero_id = alike(xero, world)
    other = world.insert(organization_name=unique("Other"))
    person = new_person("Xero User")
    frappe.permissions.add_user_permission(ORGANIZATION, other, person)
    frappe.db.commit()
    frappe.set_user(person)
    try:
        assert possible_matches() == {"total": 0, "rows": []}
        assert state()["matches"] == 0
        with pytest.raises(frappe.PermissionError):
            answer_matches(MODULE, [[name, xero_id]], "One")
    finally:
        frappe.set_user("Administrator")


def test_the_command_lists_and_answers(xero: Simulator, world: SiteWorld) -> None:
    name, xero_id = alike(xero, world)
    lines = commands._matches(None, None, False, ())
    assert lines[0] == f"{MODULE}: {name}={xero_id}"
    commands._matches(Module.ORGANIZATIONS, "One", False, (f"{name}={xero_id}",))
    assert commands._matches(None, None, False, ()) == []
    commands._matches(Module.ORGANIZATIONS, "Again", False, (f"{name}={xero_id}",))
    assert commands._matches(None, None, False, ()) == lines
