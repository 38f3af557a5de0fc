"""Runs that nobody presses a button for: when they begin, when they do not, and in whose name."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from tests.contract.world import unique
from tests.site.queueing import Queue, choose, ended, since_long, tenant
from tests.site.web import new_person
from tests.site.world import SiteWorld
from tests.site.xero import run_now
from vtiger_xero.connection import consent
from vtiger_xero.connection.budget import SiteBudget
from vtiger_xero.crm.times import CLOCK, to_site
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.run_filter import RunFilter
from vtiger_xero.runs import automatic, jobs, sync_triggers
from vtiger_xero.runs.sync_triggers import SyncTrigger
from vtiger_xero.xero.budget import BudgetState
from xero_simulator import Fault, Simulator

ORGANIZATIONS, INVOICES = Module.ORGANIZATIONS, Module.INVOICES


# The schedule


@pytest.mark.parametrize("schedule", ["Every 15 Minutes", "Hourly", "Daily"])
def test_a_schedule_begins_a_run_when_it_is_due_and_then_no_other(
    xero: Simulator, queue: Queue, schedule: str
) -> None:
    choose(schedule=schedule)
    since_long()
    automatic.tick()
    automatic.tick()
    assert queue.triggers() == [("Schedule", None)]
    assert queue.runs[0]["retry"] is False
    ended(queue.runs[0]["run"], "Failed")
    automatic.tick()
    assert len(queue.runs) == 1, "a run that failed is tried again when the next one is due"


def test_what_was_due_before_the_schedule_was_chosen_is_not_made_up_for(
    xero: Simulator, queue: Queue
) -> None:
    past = frappe.utils.now_datetime() - timedelta(minutes=5)
    choose(schedule="Daily", daily_at=past.time().replace(microsecond=0).isoformat())
    automatic.tick()
    assert queue.runs == []
    since_long()
    automatic.tick()
    assert queue.triggers() == [("Schedule", None)]


def test_saving_the_settings_for_something_else_leaves_the_schedule_as_it_is(
    xero: Simulator,
) -> None:
    choose(schedule="Daily", daily_at="09:05")
    since_long()
    before = automatic.automation()
    choose(deletions=1)
    assert automatic.automation() == before
    choose(daily_at="09:06")
    after = automatic.automation()
    assert before and after and after.since > before.since


def test_a_daily_run_keeps_to_the_clock_of_the_site(
    xero: Simulator, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In New York the clock goes back on 1 November 2026; 01:30 comes twice, the run once."""
    monkeypatch.setattr(automatic, "get_system_timezone", lambda: "America/New_York")
    choose(schedule="Daily", daily_at="01:30")
    frappe.db.set_single_value("Xero Settings", "schedule_changed", "2026-10-01")
    frappe.db.set_single_value("Xero Settings", "connected_on", "2026-10-01")
    last = frappe.get_doc("Xero Sync Run", jobs._new_run(jobs.SCHEDULE, tenant()))
    times = ["05:29", "05:30", "06:29", "06:31"]
    begun = []
    for time in times:
        now = datetime.fromisoformat(f"2026-11-01T{time}:00+00:00")
        monkeypatch.setattr(automatic, "CLOCK", FixedClock(now))
        before = now - timedelta(hours=12) if not begun or not any(begun) else now
        ended(last.name, creation=to_site(before))
        automatic.tick()
        begun.append(len(queue.runs) - sum(begun))
        for run in queue.runs:
            frappe.db.delete("Xero Sync Run", {"name": run["run"]})
    assert begun == [0, 1, 0, 0]


class FixedClock:
    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


def test_a_run_by_hand_of_all_modules_spares_the_scheduled_one(
    xero: Simulator, queue: Queue
) -> None:
    choose(schedule="Hourly")
    since_long()
    run = jobs._new_run(jobs.SYNC, tenant())
    for status, only, due in [
        ("Completed", None, 0),
        ("Completed", "Invoices", 1),
        ("Stopped", None, 1),
    ]:
        ended(run, status, only_module=only)
        automatic.tick()
        assert len(queue.runs) == due
        for begun in queue.runs:
            frappe.db.delete("Xero Sync Run", {"name": begun["run"]})
        queue.runs.clear()


@pytest.mark.parametrize("off", [{"enabled": 0}, {"schedule": "Off"}])
def test_switched_off_nothing_begins(xero: Simulator, queue: Queue, off: dict[str, Any]) -> None:
    choose(schedule="Hourly", on_save=1)
    since_long()
    choose(**off)
    since_long()
    automatic.tick()
    assert queue.runs == []


def test_disconnected_nothing_begins(xero: Simulator, queue: Queue, world: SiteWorld) -> None:
    choose(schedule="Hourly", on_save=1)
    since_long()
    connected = tenant()
    sync_triggers.remember(connected, [SyncTrigger(ORGANIZATIONS, "On Save")])
    consent.disconnect()
    frappe.db.commit()
    world.insert(organization_name=unique("Alone"))
    automatic.tick()
    assert (queue.runs, queue.looks) == ([], 0)


def test_the_last_calls_of_a_day_stay_for_people(xero: Simulator, queue: Queue) -> None:
    choose(schedule="Hourly")
    since_long()
    SiteBudget(tenant()).save(BudgetState(day_remaining=20, seen=CLOCK.now()))
    automatic.tick()
    assert queue.runs == []
    SiteBudget(tenant()).save(BudgetState(day_remaining=200, seen=CLOCK.now()))
    automatic.tick()
    assert queue.triggers() == [("Schedule", None)]


def test_nothing_begins_while_a_run_is_under_way(
    xero: Simulator, queue: Queue, world: SiteWorld
) -> None:
    choose(schedule="Hourly", on_save=1)
    since_long()
    run = jobs._new_run(jobs.SYNC, tenant(), RunFilter(only=INVOICES))
    world.insert(organization_name=unique("Meanwhile"))
    automatic.tick()
    assert queue.runs == []
    ended(run)
    choose(schedule="Off")
    automatic.tick()
    assert queue.triggers() == [("On Save", "Organizations")]


# Resuming


def test_a_run_that_waits_for_xero_goes_on_in_the_name_of_who_started_it(
    xero: Simulator, queue: Queue
) -> None:
    xero.faults.add(Fault.day_limit(times=1))
    assert run_now().status == "Waiting"
    automatic.tick()
    assert queue.runs == [], "the day is spent still"
    starter = new_person("Xero User")
    SiteBudget(tenant()).save(BudgetState(spent_until=CLOCK.now()))
    frappe.db.set_value("Xero Sync Run", {"status": "Waiting"}, "user", starter)
    automatic.tick()
    assert queue.triggers() == [("Resumed", None)]
    assert queue.runs[0]["user"] == starter
    assert frappe.session.user == "Administrator"
    assert queue.carry_out() == "Completed"
    automatic.tick()
    assert len(queue.runs) == 1


def test_a_run_that_cannot_go_on_lends_its_name_to_no_other(xero: Simulator, queue: Queue) -> None:
    settings = frappe.get_doc("Xero Settings")
    settings.set("modules", [{"module": ORGANIZATIONS.value, "enable_sync": 1}])
    settings.save()
    choose(schedule="Hourly")
    since_long()
    run = jobs._new_run(jobs.SYNC, tenant(), RunFilter(only=INVOICES))  # switched off since
    past = add_to_date(now_datetime(), minutes=-16)
    ended(run, "Waiting", finished=past, user=new_person("Xero User"))
    automatic.tick()
    assert queue.triggers() == [("Schedule", None)]
    assert queue.runs[0]["user"] == "Administrator"


def test_a_run_that_xero_did_not_answer_goes_on_after_a_pause(
    xero: Simulator, queue: Queue
) -> None:
    run = run_now()
    ended(run.name, "Waiting", finished=now_datetime())
    automatic.tick()
    assert queue.runs == []
    ended(run.name, "Waiting", finished=add_to_date(now_datetime(), minutes=-16))
    automatic.tick()
    assert queue.triggers() == [("Resumed", None)]


def test_a_waiting_run_does_not_go_on_for_ever(xero: Simulator, queue: Queue) -> None:
    long_ago, lately = (add_to_date(now_datetime(), days=-days) for days in (30, 0.1))
    for trigger, created in ((jobs.SYNC, long_ago), (jobs.RESUMED, lately)):
        run = jobs._new_run(trigger, tenant())
        ended(run, "Waiting", creation=created)
    automatic.tick()
    assert queue.runs == []


def test_a_worker_that_died_does_not_keep_others_from_running(
    xero: Simulator, queue: Queue
) -> None:
    choose(schedule="Hourly")
    since_long()
    run = jobs._new_run(jobs.SYNC, tenant(), RunFilter(only=INVOICES))
    ended(run, "Running", modified=add_to_date(now_datetime(), hours=-1))
    automatic.tick()
    assert queue.triggers() == [("Schedule", None)]


# The scheduler


def test_the_scheduler_looks_every_minute() -> None:
    from frappe.core.doctype.scheduled_job_type.scheduled_job_type import sync_jobs

    sync_jobs()
    jobs_of_ours = frappe.get_all(
        "Scheduled Job Type",
        {"method": ["like", "vtiger_xero.%"]},
        ["method", "frequency", "cron_format"],
    )
    assert {each.method: (each.frequency, each.cron_format) for each in jobs_of_ours} == {
        "vtiger_xero.runs.automatic.tick": ("Cron", "* * * * *"),
        "vtiger_xero.runs.digest.send_digest": ("Cron", "0 7 * * *"),
        "vtiger_xero.vtiger_xero.doctype.vtiger_invoice.overdue.mark_overdue": ("Daily", None),
    }
    frappe.get_attr("vtiger_xero.runs.automatic.tick")()
