"""Records in conflict: both values side by side, and a decision that holds for what was seen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import frappe
import pytest

from tests.contract.world import unique
from tests.site.queueing import Queue, choose
from tests.site.web import new_person
from tests.site.world import SiteWorld, locked_elsewhere
from tests.site.xero import connect, run_now, simulated_xero
from vtiger_xero.api import ask_again, conflicts, record_state, resolve, state
from vtiger_xero.engine.mapping.doctypes import ORGANIZATION
from vtiger_xero.runs import jobs
from xero_simulator import Simulator

OURS, THEIRS = "ours@example.com", "theirs@example.com"
CRM, XERO = "Vtiger CRM", "Xero"


@pytest.fixture
def xero() -> Iterator[Simulator]:
    with simulated_xero() as simulator:
        connect(simulator)
        choose(conflicts="Ask")
        yield simulator


def in_conflict(xero: Simulator, world: SiteWorld, title: str = "") -> str:
    """An organization of which both sides have changed the e-mail and the phone."""
    title = title or unique("Both")
    name = world.insert(organization_name=title, primary_email="old@example.com")
    run_now()
    world.edit(name, primary_email=OURS, primary_phone="09 111")
    contact = xero.organisation.contacts.active_named(title)
    phones = [{"PhoneType": "DEFAULT", "PhoneNumber": "222", "PhoneAreaCode": "09"}]
    xero.organisation.edit_contact(contact.key, EmailAddress=THEIRS, Phones=phones)
    run_now()
    return name


def state_of(name: str) -> dict[str, Any]:
    held = record_state(ORGANIZATION, name)
    assert held is not None
    return held


def only_row() -> dict[str, Any]:
    (row,) = conflicts()["rows"]
    return dict(row)


def decided(row: dict[str, Any], **winners: str) -> dict[str, Any]:
    """The arguments with which a page decides on what it showed."""
    fields = {each["field"]: each for each in row["fields"]}
    seen = {name: {side: fields[name][side] for side in ("crm", "xero")} for name in winners}
    record = {"doctype": row["doctype"], "name": row["name"]}
    return {**record, "choices": winners, "seen": seen}


def test_both_values_stand_side_by_side_with_what_was_agreed(
    xero: Simulator, world: SiteWorld
) -> None:
    name = in_conflict(xero, world)
    row = only_row()
    assert (row["doctype"], row["name"], row["module"]) == (ORGANIZATION, name, "Organizations")
    assert row["title"].startswith("Both")
    assert row["xero_address"].startswith("https://go.xero.com/")
    assert (row["may_decide"], row["keeps"]) == (True, "")
    email = next(each for each in row["fields"] if each["field"] == "primary_email")
    assert email == {
        "field": "primary_email",
        "label": "Primary Email",
        "agreed": "old@example.com",
        "crm": OURS,
        "xero": THEIRS,
        "choice": "",
    }
    assert {each["label"] for each in row["fields"]} == {"Primary Email", "Primary Phone"}
    assert state()["conflicts"] == conflicts()["total"] == 1
    held: Any = record_state(ORGANIZATION, name)
    assert (held["state"], held["conflict"]) == ("Conflict", row["fields"])


def test_what_was_never_agreed_is_not_told_as_agreed_to_be_empty(
    xero: Simulator, world: SiteWorld
) -> None:
    title = unique("Both")
    world.insert(organization_name=title, primary_email=OURS)
    xero.organisation.add_contact_in_xero(Name=title, EmailAddress=THEIRS)
    run_now()
    (email,) = only_row()["fields"]
    assert (email["agreed"], email["crm"], email["xero"]) == (None, OURS, THEIRS)


def test_a_decision_is_carried_out_by_the_next_run(xero: Simulator, world: SiteWorld) -> None:
    name = in_conflict(xero, world)
    answer = resolve(**decided(only_row(), primary_email=CRM, primary_phone=XERO))
    assert answer == {"message": "Decided."}
    assert [each["choice"] for each in only_row()["fields"]] == [CRM, XERO]
    frappe.db.commit()
    assert run_now().status == "Completed"
    record = frappe.get_doc(ORGANIZATION, name)
    assert (record.primary_email, record.xero_state) == (OURS, "In Sync")
    assert "222" in record.primary_phone
    contact = xero.organisation.contacts.active_named(record.organization_name)
    assert contact.fields["EmailAddress"] == OURS
    assert conflicts() == {"total": 0, "rows": []}


def test_some_fields_may_be_decided_first_and_the_record_waits(
    xero: Simulator, world: SiteWorld
) -> None:
    name = in_conflict(xero, world)
    resolve(**decided(only_row(), primary_email=CRM))
    frappe.db.commit()
    run_now()
    assert frappe.db.get_value(ORGANIZATION, name, "xero_state") == "Conflict"
    choices = {each["field"]: each["choice"] for each in only_row()["fields"]}
    assert choices == {"primary_email": CRM, "primary_phone": ""}
    resolve(**decided(only_row(), primary_phone=CRM))
    frappe.db.commit()
    run_now()
    assert frappe.db.get_value(ORGANIZATION, name, "xero_state") == "In Sync"


def test_a_side_may_win_once_and_for_all(xero: Simulator, world: SiteWorld) -> None:
    name = in_conflict(xero, world)
    record = {"doctype": ORGANIZATION, "name": name, "choices": {}, "seen": {}}
    resolve(**record, keeps=XERO)
    assert only_row()["keeps"] == XERO
    resolve(**record)
    assert only_row()["keeps"] == "", "it may be taken back"
    resolve(**record, keeps=XERO)
    frappe.db.commit()
    run_now()
    assert frappe.db.get_value(ORGANIZATION, name, "primary_email") == THEIRS
    held: Any = record_state(ORGANIZATION, name)
    assert held["keeps"] == XERO
    assert any(change["overwrites"] for each in held["history"] for change in each["changes"])


def test_that_a_side_always_wins_is_taken_back(xero: Simulator, world: SiteWorld) -> None:
    name = in_conflict(xero, world)
    resolve(ORGANIZATION, name, {}, {}, keeps=XERO)
    frappe.db.commit()
    run_now()
    assert conflicts()["total"] == 0, "nothing is in conflict, and there is no dialog to ask from"
    assert state_of(name)["keeps"] == XERO
    assert ask_again(ORGANIZATION, name)["message"]
    assert state_of(name)["keeps"] == ""
    assert ask_again(ORGANIZATION, name)["message"], "asked twice, nothing is wrong"


def test_a_decision_is_no_sync(xero: Simulator, world: SiteWorld) -> None:
    """Neither when it was last synced nor since when it is in conflict is moved by it."""
    name = in_conflict(xero, world)
    before = state_of(name)["last_synced"], only_row()["since"]
    resolve(**decided(only_row(), primary_email=CRM), keeps=XERO)
    ask_again(ORGANIZATION, name)
    assert (state_of(name)["last_synced"], only_row()["since"]) == before


def test_arguments_come_as_json_from_a_form(xero: Simulator, world: SiteWorld) -> None:
    in_conflict(xero, world)
    given = decided(only_row(), primary_email=XERO)
    resolve(**{**given, **{key: json.dumps(given[key]) for key in ("choices", "seen")}})
    assert only_row()["fields"][0]["choice"] == XERO
    with pytest.raises(frappe.ValidationError, match="Reload"):
        resolve(**{**given, "choices": "{"})
    with pytest.raises(frappe.ValidationError, match="Reload"):
        resolve(**{**given, "seen": "[]"})


def test_what_has_changed_since_it_was_seen_is_not_decided(
    xero: Simulator, world: SiteWorld
) -> None:
    name = in_conflict(xero, world)
    row = only_row()
    world.edit(name, primary_email="newest@example.com")
    run_now()
    with pytest.raises(
        frappe.ValidationError, match="The values of Primary Email have changed since you decided"
    ):
        resolve(**decided(row, primary_email=CRM))
    assert [each["choice"] for each in only_row()["fields"]] == ["", ""]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"choices": {"website": CRM}}, "conflict of Website has already been resolved"),
        ({"choices": {"primary_email": "Sage"}}, "is not a side of a conflict"),
        ({"choices": {"primary_email": CRM}, "seen": {}}, "have changed since you decided"),
        (
            {"choices": {"primary_email": CRM}, "seen": {"primary_email": 7}},
            "have changed since you decided",
        ),
        ({"keeps": "Sage"}, "is not a side of a conflict"),
        ({"doctype": "User"}, "does not sync with Xero"),
    ],
)
def test_what_is_no_decision_is_refused_with_a_sentence(
    xero: Simulator, world: SiteWorld, change: dict[str, Any], said: str
) -> None:
    in_conflict(xero, world)
    given = decided(only_row(), primary_email=CRM)
    with pytest.raises(frappe.ValidationError, match=said):
        resolve(**{**given, **change})


def test_a_record_without_a_link_has_nothing_to_decide(xero: Simulator, world: SiteWorld) -> None:
    name = world.insert(organization_name=unique("New"))
    with pytest.raises(frappe.ValidationError, match="already been resolved"):
        resolve(ORGANIZATION, name, {}, {}, keeps=CRM)
    with pytest.raises(frappe.ValidationError, match="already been resolved"):
        ask_again(ORGANIZATION, name)


def test_a_record_without_a_conflict_has_nothing_to_decide(
    xero: Simulator, world: SiteWorld
) -> None:
    name = world.insert(organization_name=unique("Quiet"))
    run_now()
    before = state_of(name)
    for keeps in (CRM, ""):
        with pytest.raises(frappe.ValidationError, match="already been resolved"):
            resolve(ORGANIZATION, name, {}, {}, keeps=keeps)
    assert state_of(name) == before


def test_nobody_decides_under_the_hands_of_a_run(xero: Simulator, world: SiteWorld) -> None:
    in_conflict(xero, world)
    given = decided(only_row(), primary_email=CRM)
    with (
        locked_elsewhere(xero.organisation.tenant_id),
        pytest.raises(frappe.ValidationError, match="already running"),
    ):
        resolve(**given)
    with (
        locked_elsewhere(xero.organisation.tenant_id),
        pytest.raises(frappe.ValidationError, match="already running"),
    ):
        ask_again(given["doctype"], given["name"])


def test_a_decision_may_be_carried_out_at_once(
    xero: Simulator, world: SiteWorld, queue: Queue
) -> None:
    name = in_conflict(xero, world)
    answer = resolve(**decided(only_row(), primary_email=CRM, primary_phone=CRM), sync=True)
    frappe.db.commit()
    assert answer["run"] == queue.runs[0]["run"]
    chosen = frappe.db.get_value("Xero Sync Run", answer["run"], "chosen")
    assert json.loads(chosen)["names"] == {"Organizations": [name]}
    assert queue.carry_out() == "Completed"
    assert frappe.db.get_value(ORGANIZATION, name, "xero_state") == "In Sync"


def test_a_decision_stands_though_no_run_can_begin(
    xero: Simulator, world: SiteWorld, queue: Queue
) -> None:
    in_conflict(xero, world)
    jobs._new_run(jobs.PREVIEW, xero.organisation.tenant_id)
    answer = resolve(**decided(only_row(), primary_email=CRM), sync=True)
    assert "run" not in answer
    assert "already running" in answer["message"]
    assert only_row()["fields"][0]["choice"] == CRM


# Kept out of the sync


def kept_out(name: str, ticked: int = 1) -> None:
    frappe.get_doc(ORGANIZATION, name).update({"do_not_sync": ticked}).save()
    frappe.db.commit()


def test_what_is_kept_out_leaves_the_queue_at_once_and_comes_back_with_its_conflict(
    xero: Simulator, world: SiteWorld
) -> None:
    name = in_conflict(xero, world)
    shown = only_row()
    kept_out(name)
    assert (conflicts(), state()["conflicts"]) == ({"total": 0, "rows": []}, 0)
    held = state_of(name)
    assert (held["state"], held["conflict"]) == ("Excluded", [])
    assert (held["reason"], held["remedy"], held["rule"]) == ("", "", "")
    with pytest.raises(frappe.ValidationError, match="already been resolved"):
        resolve(**decided(shown, primary_email=CRM))
    kept_out(name, 0)
    back = {**only_row(), "crm_on": shown["crm_on"]}  # ticking the box was a save
    assert back == shown, "no run has been: it is as it was, and at once"
    assert state_of(name)["conflict"] == shown["fields"]
    resolve(**decided(shown, primary_email=CRM, primary_phone=CRM))
    frappe.db.commit()
    run_now()
    assert state_of(name)["state"] == "In Sync"


def test_after_a_run_without_it_the_next_one_finds_the_conflict_again(
    xero: Simulator, world: SiteWorld
) -> None:
    name = in_conflict(xero, world)
    shown = only_row()["fields"]
    kept_out(name)
    run_now()
    kept_out(name, 0)
    assert conflicts()["total"] == 0
    run_now()
    assert only_row()["fields"] == shown
    assert state_of(name)["state"] == "Conflict"


# Who may


def test_only_records_that_one_may_read_are_shown(xero: Simulator, world: SiteWorld) -> None:
    seen = in_conflict(xero, world)
    hidden = in_conflict(xero, world)
    person = new_person("Xero User")
    permission = {"user": person, "allow": ORGANIZATION, "for_value": seen}
    frappe.get_doc({"doctype": "User Permission", **permission}).insert()
    assert [row["name"] for row in conflicts()["rows"]] == [seen, hidden]
    assert conflicts(1, 1)["rows"][0]["name"] == hidden
    frappe.set_user(person)
    assert [row["name"] for row in conflicts()["rows"]] == [seen]
    assert conflicts()["total"] == state()["conflicts"] == 1
    with pytest.raises(frappe.PermissionError):
        resolve(ORGANIZATION, hidden, {}, {}, keeps=CRM)
    with pytest.raises(frappe.PermissionError):
        ask_again(ORGANIZATION, hidden)
    assert resolve(ORGANIZATION, seen, {}, {}, keeps=CRM) == {"message": "Decided."}
    frappe.set_user("Administrator")
    frappe.db.delete("User Permission", {"user": person})


def test_who_has_no_role_neither_sees_nor_decides(xero: Simulator, world: SiteWorld) -> None:
    name = in_conflict(xero, world)
    frappe.set_user(new_person("Sales User"))
    with pytest.raises(frappe.PermissionError, match="Xero User"):
        conflicts()
    with pytest.raises(frappe.PermissionError, match="Xero User"):
        resolve(ORGANIZATION, name, {}, {}, keeps=CRM)
    with pytest.raises(frappe.PermissionError, match="Xero User"):
        ask_again(ORGANIZATION, name)
    assert state() == {
        "may_use": False,
        "may_manage": False,
        "connected": False,
        "organisation": "",
        "is_demo": False,
        "access_lost": False,
        "run": None,
        "conflicts": 0,
        "matches": 0,
    }


def test_who_may_only_read_does_not_decide(xero: Simulator, world: SiteWorld) -> None:
    from frappe.permissions import add_permission, update_permission_property

    name = in_conflict(xero, world)
    person = new_person("Xero User")
    try:
        add_permission(ORGANIZATION, "Guest")
        update_permission_property(ORGANIZATION, "Xero User", 0, "write", 0, validate=False)
        frappe.clear_cache(doctype=ORGANIZATION)
        frappe.set_user(person)
        assert only_row()["may_decide"] is False
        with pytest.raises(frappe.PermissionError):
            resolve(ORGANIZATION, name, {}, {}, keeps=CRM)
        with pytest.raises(frappe.PermissionError):
            ask_again(ORGANIZATION, name)
    finally:
        frappe.set_user("Administrator")
        frappe.db.rollback()
        frappe.db.delete("Custom DocPerm", {"parent": ORGANIZATION})
        frappe.db.commit()
        frappe.clear_cache(doctype=ORGANIZATION)


def test_a_page_of_conflicts_takes_a_handful_of_statements(
    xero: Simulator, world: SiteWorld, counted: list[str]
) -> None:
    for _ in range(3):
        in_conflict(xero, world)
    conflicts()
    counted.clear()
    assert len(conflicts()["rows"]) == 3
    assert len(counted) <= 6
