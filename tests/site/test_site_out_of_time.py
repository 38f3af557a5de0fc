"""A run that lasts too long pauses, and a job that RQ cuts off is no fault: both go on."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime
from rq.timeouts import JobTimeoutException, UnixSignalDeathPenalty

from tests.contract.world import unique
from tests.site.queueing import Queue, ended, tenant
from tests.site.world import SiteWorld
from tests.site.xero import run_now
from vtiger_xero.crm.lock import is_running
from vtiger_xero.runs import automatic, jobs
from vtiger_xero.vtiger_xero.doctype.vtiger_organization.vtiger_organization import (
    VtigerOrganization,
)
from xero_simulator import Simulator

ORGANIZATION = "Vtiger Organization"


def goes_on(run: str, queue: Queue) -> str:
    """A quarter of an hour later; how the run that goes on ends.

    What was asked of the database when the job was cut off has been answered by then, and with it
    the lock of the run is free.
    """
    while is_running(tenant()):
        time.sleep(0.1)
    ended(run, "Waiting", finished=add_to_date(now_datetime(), minutes=-16))
    automatic.tick()
    assert queue.triggers() == [("Resumed", None)]
    return queue.carry_out()


def test_a_run_that_lasts_too_long_waits_and_goes_on(
    xero: Simulator, world: SiteWorld, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = unique("Later")
    world.insert(organization_name=title)
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "_PAUSES_AFTER", timedelta(0))
        run = run_now()
    assert (run.status, "reached its time limit" in run.message) == ("Waiting", True)
    assert xero.organisation.contacts.active_named(title) is None
    assert goes_on(run.name, queue) == "Completed"
    assert xero.organisation.contacts.active_named(title) is not None


def in_a_query(self: object) -> None:
    frappe.db.sql("select sleep(5)")


def in_a_rule(self: object) -> None:
    raise JobTimeoutException("Task exceeded maximum timeout value (1 seconds)")


@pytest.mark.parametrize("where", [in_a_query, in_a_rule])
@pytest.mark.parametrize("trigger", [jobs.SYNC, jobs.WEBHOOK])
def test_a_job_that_is_cut_off_waits_and_refuses_no_record(
    xero: Simulator,
    queue: Queue,
    monkeypatch: pytest.MonkeyPatch,
    where: Callable[[object], None],
    trigger: str,
) -> None:
    title = unique("Cut Off")
    xero.organisation.add_contact_in_xero(Name=title)
    run = jobs._new_run(trigger, tenant())
    frappe.db.commit()
    faults = frappe.db.count("Error Log")
    with monkeypatch.context() as patch, UnixSignalDeathPenalty(2, JobTimeoutException):
        patch.setattr(VtigerOrganization, "validate", where)
        jobs.run_sync(run, trigger)
    row = frappe.db.get_value("Xero Sync Run", run, ["status", "message"], as_dict=True)
    assert (row.status, "reached its time limit" in row.message) == ("Waiting", True)
    assert not frappe.db.exists(ORGANIZATION, {"organization_name": title})
    assert frappe.db.count("Error Log") == faults
    assert frappe.db.count("Xero Link", {"state": "Skipped"}) == 0
    assert goes_on(run, queue) == "Completed"
    assert frappe.db.exists(ORGANIZATION, {"organization_name": title})


def test_a_preview_that_is_cut_off_does_not_pretend_to_go_on(
    xero: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = jobs._new_run(jobs.PREVIEW, tenant())
    frappe.db.commit()
    monkeypatch.setattr(jobs, "keep_preview", lambda *_: in_a_query(None))
    with UnixSignalDeathPenalty(2, JobTimeoutException):
        jobs.run_sync(run, jobs.PREVIEW)
    row = frappe.db.get_value("Xero Sync Run", run, ["status", "message"], as_dict=True)
    assert (row.status, "reached its time limit" in row.message) == ("Failed", True)
