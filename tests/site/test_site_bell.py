"""Frappe's bell: who hears of the end of a run, and what."""

from __future__ import annotations

import html

import frappe
import pytest

from tests.contract.world import unique
from tests.site.web import new_person
from tests.site.world import SiteWorld
from vtiger_xero.runs import jobs
from xero_simulator import Fault, Simulator


def run(trigger: str, user: str = "Administrator") -> str:
    """A run as a worker carries it out in this person's name."""
    frappe.set_user(user)
    name = jobs._new_run(trigger, frappe.db.get_single_value("Xero Settings", "tenant_id"))
    frappe.db.commit()
    jobs.run_sync(name, trigger)
    frappe.set_user("Administrator")
    return name


def heard(person: str) -> list[tuple[str, str]]:
    filters = {"for_user": person}
    rows = frappe.get_all("Notification Log", filters, ["subject", "link"], order_by="creation")
    return [(row.subject, row.link) for row in rows]


def test_whoever_pressed_the_button_hears_how_the_run_ended(
    xero: Simulator, world: SiteWorld
) -> None:
    person, other = new_person("Xero User"), new_person("Xero Manager")
    world.insert(organization_name=unique("Ours"))
    name = run(jobs.SYNC, person)
    written = frappe.db.count("Xero Sync Entry", {"run": name})
    text = f"Xero: the sync is complete. Written: {written}, skipped: 0."
    assert heard(person) == [(text, f"/app/xero-log/{name}")]
    assert heard(other) == []


def test_a_preview_rings_with_its_own_page(xero: Simulator) -> None:
    person = new_person("Xero User")
    name = run(jobs.PREVIEW, person)
    assert heard(person) == [("Xero: the preview is ready.", f"/app/xero-preview/{name}")]


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (
            Fault.day_limit(times=1),
            "Xero: the sync is waiting and resumes automatically. Xero allows no more",
        ),
        (Fault.forbidden(path="api.xro", times=None), "Xero: the sync failed. "),
    ],
)
def test_what_went_wrong_is_said(xero: Simulator, fault: Fault, text: str) -> None:
    person = new_person("Xero User")
    xero.faults.add(fault)
    run(jobs.SYNC, person)
    ((subject, _),) = heard(person)
    assert html.unescape(subject).startswith(text)
    assert len(subject) > len(text)


def test_a_message_is_shown_as_text(xero: Simulator) -> None:
    from vtiger_xero.runs import notifying

    name = jobs._new_run(jobs.SYNC, "tenant")
    values = {"status": "Failed", "message": "<b>1 & 2</b>"}
    frappe.db.set_value("Xero Sync Run", name, values)
    notifying.tell_person(name)
    ((subject, _),) = heard("Administrator")
    assert subject == "Xero: the sync failed. &lt;b&gt;1 &amp; 2&lt;/b&gt;"


def test_managers_hear_once_of_a_series_of_failures(xero: Simulator) -> None:
    manager, user = new_person("Xero Manager"), new_person("Xero User")
    xero.faults.add(Fault.forbidden(path="api.xro", times=None))
    names = [run(jobs.SCHEDULE), run(jobs.ON_SAVE), run(jobs.SCHEDULE)]
    assert [link for _, link in heard(manager)] == [f"/app/xero-log/{names[0]}"]
    xero.faults.clear()
    run(jobs.SCHEDULE)
    assert len(heard(manager)) == 1, "what ends well by itself rings no bell"
    xero.faults.add(Fault.forbidden(path="api.xro", times=None))
    run(jobs.SCHEDULE)
    assert len(heard(manager)) == 2
    assert heard(user) == heard("Administrator") == []


def test_where_nobody_is_a_manager_whoever_connected_hears(xero: Simulator) -> None:
    xero.faults.add(Fault.forbidden(path="api.xro", times=None))
    run(jobs.SCHEDULE)
    assert len(heard("Administrator")) == 1


def test_a_run_that_goes_on_belongs_to_whoever_began_it(xero: Simulator) -> None:
    person = new_person("Xero User")
    run(jobs.SYNC, person)
    run(jobs.RESUMED, person)
    assert len(heard(person)) == 2
    run(jobs.SCHEDULE)
    run(jobs.RESUMED)
    assert heard("Administrator") == []


def test_whoever_has_switched_the_bell_off_hears_nothing(xero: Simulator) -> None:
    person = new_person("Xero User")
    frappe.db.set_value("Notification Settings", person, "enabled", 0)
    frappe.db.commit()
    run(jobs.SYNC, person)
    assert heard(person) == []
