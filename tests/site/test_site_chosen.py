"""A run of the records that somebody chose: who may, what goes over, and what stays."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import frappe
import pytest

from tests.contract.world import unique
from tests.site.queueing import Queue, choose
from tests.site.web import new_person
from tests.site.world import SiteWorld
from tests.site.xero import run_now
from vtiger_xero.api import run_status, sync_now, sync_records
from vtiger_xero.connection.budget import SiteBudget
from vtiger_xero.crm.times import CLOCK
from vtiger_xero.engine.mapping.doctypes import ORGANIZATION
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.run_filter import RunFilter
from vtiger_xero.runs import automatic, jobs
from vtiger_xero.runs.filter_columns import COLUMNS, filter_of
from vtiger_xero.xero.budget import BudgetState
from xero_simulator import Fault, Simulator


def at_xero(xero: Simulator, world: SiteWorld, name: str) -> Any:
    title = frappe.db.get_value(ORGANIZATION, name, "organization_name")
    return xero.organisation.contacts.active_named(title)


def test_only_the_chosen_records_go_over(xero: Simulator, world: SiteWorld, queue: Queue) -> None:
    chosen, other = (world.insert(organization_name=unique("Two")) for _ in range(2))
    theirs = unique("Theirs")
    xero.organisation.add_contact_in_xero(Name=theirs)
    run = sync_records(ORGANIZATION, [chosen])
    frappe.db.commit()
    assert queue.runs[0]["retry"] is True
    assert queue.carry_out() == "Completed"
    assert at_xero(xero, world, chosen)
    assert not at_xero(xero, world, other)
    assert not frappe.db.exists(ORGANIZATION, {"organization_name": theirs})
    states = [frappe.db.get_value(ORGANIZATION, each, "xero_state") for each in (chosen, other)]
    assert states == ["In Sync", "Not Linked"]
    status: Any = run_status(run)
    assert status["counts"]["xero_created"] == 1
    assert [row["module"] for row in status["modules"]] == ["Organizations"]
    assert run_now().status == "Completed"
    assert at_xero(xero, world, other)
    assert frappe.db.exists(ORGANIZATION, {"organization_name": theirs}), "it had only waited"


def test_names_come_as_json_from_a_form(xero: Simulator, world: SiteWorld, queue: Queue) -> None:
    name = world.insert(organization_name=unique("One"))
    sync_records(ORGANIZATION, json.dumps([name]))
    row = frappe.db.get_value("Xero Sync Run", queue.runs[0]["run"], COLUMNS, as_dict=True)
    assert filter_of(row) == RunFilter.of_records(Module.ORGANIZATIONS, [name])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("User", ["Administrator"]), "does not sync with Xero"),
        ((ORGANIZATION, []), "Choose at least one"),
        ((ORGANIZATION, "not json"), "Reload"),
        ((ORGANIZATION, "{}"), "Reload"),
        ((ORGANIZATION, [str(each) for each in range(501)]), "At most 500"),
    ],
)
def test_what_cannot_be_synced_is_refused_with_a_sentence(
    xero: Simulator, queue: Queue, arguments: tuple[Any, ...], said: str
) -> None:
    with pytest.raises(frappe.ValidationError, match=said):
        sync_records(*arguments)
    assert queue.runs == []


def test_a_module_that_is_off_is_said_to_be_off(xero: Simulator, queue: Queue) -> None:
    invoice = frappe.get_doc({"doctype": "Vtiger Service", "service_name": unique("Help")}).insert()
    with pytest.raises(frappe.ValidationError, match="do not enable Products/Services"):
        sync_records("Vtiger Service", [invoice.name])
    frappe.db.rollback()


def test_each_record_must_be_ones_to_read(xero: Simulator, world: SiteWorld, queue: Queue) -> None:
    seen, hidden = (world.insert(organization_name=unique("Two")) for _ in range(2))
    person, other = new_person("Xero User"), new_person("Sales User")
    permission = {"user": person, "allow": ORGANIZATION, "for_value": seen}
    frappe.get_doc({"doctype": "User Permission", **permission}).insert()
    frappe.set_user(person)
    for names in ([hidden], [seen, hidden], ["ACC-none"]):
        with pytest.raises(frappe.PermissionError, match="may not read"):
            sync_records(ORGANIZATION, names)
    sync_records(ORGANIZATION, [seen])
    frappe.set_user(other)
    with pytest.raises(frappe.PermissionError, match="Xero User"):
        sync_records(ORGANIZATION, [seen])
    frappe.set_user("Administrator")
    frappe.db.delete("User Permission", {"user": person})
    assert len(queue.runs) == 1


def test_runs_of_different_things_do_not_pass_for_each_other(
    xero: Simulator, world: SiteWorld, queue: Queue
) -> None:
    one, other = (world.insert(organization_name=unique("Two")) for _ in range(2))
    run = sync_records(ORGANIZATION, [one])
    assert sync_records(ORGANIZATION, [one]) == run, "pressed twice"
    for begin in (lambda: sync_records(ORGANIZATION, [other]), sync_now):
        with pytest.raises(frappe.ValidationError, match="already running"):
            begin()


def test_a_chosen_run_that_waits_goes_on_with_the_same_records(
    xero: Simulator, world: SiteWorld, queue: Queue
) -> None:
    chosen, other = (world.insert(organization_name=unique("Two")) for _ in range(2))
    sync_records(ORGANIZATION, [chosen])
    frappe.db.commit()
    xero.faults.add(Fault.day_limit(times=1))
    assert queue.carry_out() == "Waiting"
    SiteBudget(xero.organisation.tenant_id).save(BudgetState(spent_until=CLOCK.now()))
    automatic.tick()
    assert queue.triggers()[-1] == ("Resumed", None)
    assert queue.carry_out() == "Completed"
    assert at_xero(xero, world, chosen)
    assert not at_xero(xero, world, other)


def test_a_chosen_run_spares_no_scheduled_one(
    xero: Simulator, world: SiteWorld, queue: Queue
) -> None:
    from tests.site.queueing import since_long

    name = world.insert(organization_name=unique("One"))
    sync_records(ORGANIZATION, [name])
    frappe.db.commit()
    assert queue.carry_out() == "Completed"
    choose(schedule="Hourly")
    since_long()
    automatic.tick()
    assert queue.triggers()[-1] == ("Schedule", None)


@pytest.mark.parametrize(
    "run_filter",
    [
        RunFilter(),
        RunFilter(only=Module.PAYMENTS),
        RunFilter.of_records(Module.INVOICES, ["INV1", "INV2"]),
        RunFilter.of_records(Module.ORGANIZATIONS, xero_ids=["x"]).plus(Module.PAYMENTS, ["P"]),
        RunFilter.of_records(Module.ORGANIZATIONS),
    ],
)
def test_a_filter_is_read_from_a_runs_row_as_it_was_written(run_filter: RunFilter) -> None:
    preview = jobs._new_run(jobs.PREVIEW, "tenant")
    run = jobs._new_run(jobs.SYNC, "tenant", replace(run_filter, plan=preview))
    row = frappe.db.get_value("Xero Sync Run", run, COLUMNS, as_dict=True)
    assert filter_of(row) == replace(run_filter, plan=preview)
    frappe.db.rollback()
