"""Runs that nobody presses a button for: when they begin, when they do not, and in whose name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from tests.contract.world import unique
from tests.site.shop import Shop
from tests.site.web import new_person
from tests.site.world import SiteWorld
from tests.site.xero import connect, run_now, simulated_xero
from vtiger_xero import automatic, jobs
from vtiger_xero.engine.records import Module, Person
from vtiger_xero.simulator import Fault, Simulator
from vtiger_xero.site import consent, wanted
from vtiger_xero.site.budget import SiteBudget
from vtiger_xero.site.connect import CLOCK
from vtiger_xero.site.scope import Scope
from vtiger_xero.site.times import to_site
from vtiger_xero.site.wanted import Wanted
from vtiger_xero.xero.budget import BudgetState

ORGANIZATIONS, INVOICES, PAYMENTS = Module.ORGANIZATIONS, Module.INVOICES, Module.PAYMENTS


class Queue:
    """What was given to the workers: runs, with whoever is to run them, and looks at the clock."""

    def __init__(self) -> None:
        self.runs: list[dict[str, Any]] = []
        self.looks = 0

    def take(self, method: str, **how: Any) -> None:
        if method == "vtiger_xero.jobs.run_sync":  # Frappe queues things of its own meanwhile
            self.runs.append({**how, "user": frappe.session.user})
        self.looks += method == "vtiger_xero.automatic.tick"

    def triggers(self) -> list[tuple[str, str | None]]:
        return [(each["trigger"], _only(each["run"])) for each in self.runs]

    def carry_out(self) -> str:
        """The newest run, as a worker does it; how it ended."""
        job = self.runs[-1]
        jobs.run_sync(job["run"], job["trigger"], job["retry"])
        return str(frappe.db.get_value("Xero Sync Run", job["run"], "status"))


def _only(run: str) -> str | None:
    only: str | None = frappe.db.get_value("Xero Sync Run", run, "only_module")
    return only


@pytest.fixture
def xero() -> Iterator[Simulator]:
    with simulated_xero() as simulator:
        connect(simulator)
        yield simulator


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Queue:
    queue = Queue()
    monkeypatch.setattr(frappe, "enqueue", queue.take)
    return queue


def _tenant() -> str:
    return str(frappe.get_doc("Xero Settings").tenant_id or "")


def choose(**values: Any) -> None:
    frappe.get_doc("Xero Settings").update(values).save()
    frappe.db.commit()


def since_long() -> None:
    """The schedule has been what it is for a month, and so has the connection."""
    past = add_to_date(now_datetime(), days=-30)
    for field in ("schedule_changed", "connected_on"):
        frappe.db.set_single_value("Xero Settings", field, past, update_modified=False)
    frappe.db.commit()


def ended(run: str, status: str = "Completed", **values: Any) -> None:
    frappe.db.set_value("Xero Sync Run", run, {"status": status, **values}, update_modified=False)


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
    last = frappe.get_doc("Xero Sync Run", jobs._new_run(jobs.SCHEDULE, _tenant()))
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
    run = jobs._new_run(jobs.SYNC, _tenant())
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
    tenant = _tenant()
    wanted.remember(tenant, [Wanted(ORGANIZATIONS, "On Save")])
    consent.disconnect()
    frappe.db.commit()
    world.insert(organization_name=unique("Alone"))
    automatic.tick()
    assert (queue.runs, queue.looks) == ([], 0)


def test_the_last_calls_of_a_day_stay_for_people(xero: Simulator, queue: Queue) -> None:
    choose(schedule="Hourly")
    since_long()
    SiteBudget(_tenant()).save(BudgetState(day_remaining=20, seen=CLOCK.now()))
    automatic.tick()
    assert queue.runs == []
    SiteBudget(_tenant()).save(BudgetState(day_remaining=200, seen=CLOCK.now()))
    automatic.tick()
    assert queue.triggers() == [("Schedule", None)]


def test_nothing_begins_while_a_run_is_under_way(
    xero: Simulator, queue: Queue, world: SiteWorld
) -> None:
    choose(schedule="Hourly", on_save=1)
    since_long()
    run = jobs._new_run(jobs.SYNC, _tenant(), Scope(only=INVOICES))
    world.insert(organization_name=unique("Meanwhile"))
    automatic.tick()
    assert queue.runs == []
    ended(run)
    choose(schedule="Off")
    automatic.tick()
    assert queue.triggers() == [("On Save", "Organizations")]


# On save


def test_what_a_person_saves_goes_over_in_one_run(
    xero: Simulator, queue: Queue, world: SiteWorld
) -> None:
    choose(on_save=1)
    titles = [unique("Saved") for _ in range(3)]
    for title in titles:
        world.insert(organization_name=title)
    assert queue.looks == 3
    automatic.tick()
    automatic.tick()
    assert queue.triggers() == [("On Save", "Organizations")]
    assert queue.runs[0]["user"] == "Administrator"
    assert queue.carry_out() == "Completed"
    assert all(xero.organisation.contacts.active_named(title) for title in titles)


def test_what_the_sync_writes_asks_for_no_run(
    xero: Simulator, queue: Queue, world: SiteWorld
) -> None:
    choose(on_save=1)
    contact = {"FirstName": "Ada", "LastName": "Lovelace"}
    xero.organisation.add_contact_in_xero(Name=unique("Theirs"), **contact)
    assert run_now().status == "Completed"
    assert wanted.waiting(_tenant()) == []
    automatic.tick()
    assert queue.runs == []


def test_a_run_on_save_ends_and_makes_no_other(
    xero: Simulator, queue: Queue, world: SiteWorld
) -> None:
    choose(on_save=1)
    world.insert(organization_name=unique("Once"), contacts=(Person("Ada", "Lovelace"),))
    automatic.tick()
    assert queue.carry_out() == "Completed"
    a_minute_later(queue)
    automatic.tick()
    assert len(queue.runs) == 1


def a_minute_later(queue: Queue) -> None:
    for run in queue.runs:
        past = add_to_date(now_datetime(), minutes=-2)
        ended(run["run"], creation=past)


def test_there_is_one_run_on_save_a_minute(xero: Simulator, queue: Queue, world: SiteWorld) -> None:
    choose(on_save=1)
    for number in (1, 1, 2):
        world.insert(organization_name=unique("Soon"))
        automatic.tick()
        assert len(queue.runs) == number
        ended(queue.runs[-1]["run"])
        if len(queue.runs) == number == 1 and queue.looks == 2:
            a_minute_later(queue)
    assert wanted.waiting(_tenant()) == []


def test_saving_in_several_modules_makes_a_run_of_all(xero: Simulator, queue: Queue) -> None:
    enabled = [{"module": each.value, "enable_sync": 1} for each in Module]
    choose(on_save=1, modules=enabled)
    shop = Shop()
    shop.invoice(shop.line(100))
    frappe.db.commit()
    automatic.tick()
    assert queue.triggers() == [("On Save", None)]


def test_a_contact_concerns_its_organization(
    xero: Simulator, queue: Queue, world: SiteWorld
) -> None:
    name = world.insert(organization_name=unique("Known"))
    choose(on_save=1)
    contact = world.add_contact(name, Person("Ada", "Lovelace"))
    assert {each.module for each in wanted.take(_tenant())} == {ORGANIZATIONS}
    world.trash_contact(contact)
    assert {each.module for each in wanted.take(_tenant())} == {ORGANIZATIONS}


@pytest.mark.parametrize("what", ["trash", "merge"])
def test_what_is_gone_is_news_too(
    xero: Simulator, queue: Queue, world: SiteWorld, what: str
) -> None:
    title = unique("Twin")
    first, second = (world.insert(organization_name=title) for _ in range(2))
    choose(on_save=1)
    if what == "trash":
        world.trash(second)
    else:
        frappe.rename_doc("Vtiger Organization", second, first, merge=True)
        frappe.db.commit()
    assert [each.module for each in wanted.waiting(_tenant())] == [ORGANIZATIONS]


def _to_the_crm() -> dict[str, Any]:
    direction = "Sync Xero data with Vtiger"
    return {"modules": [{"module": "Organizations", "enable_sync": 1, "sync_direction": direction}]}


@pytest.mark.parametrize(
    "settings",
    [
        {"on_save": 0},
        {"enabled": 0},
        {"modules": [{"module": "Organizations", "enable_sync": 0}]},
        _to_the_crm(),
    ],
)
def test_where_nothing_may_be_sent_saving_asks_for_no_run(
    xero: Simulator, queue: Queue, world: SiteWorld, settings: dict[str, Any]
) -> None:
    choose(**{"on_save": 1, **settings})
    world.insert(organization_name=unique("Quiet"))
    assert (queue.looks, wanted.waiting(_tenant())) == (0, [])


@pytest.mark.parametrize("flag", ["in_import", "in_patch", "in_migrate", "in_install"])
def test_imports_and_upgrades_ask_for_no_run(
    xero: Simulator, queue: Queue, flag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(on_save=1)
    monkeypatch.setitem(frappe.flags, flag, True)
    automatic.saved(ORGANIZATIONS)
    frappe.db.commit()
    assert (queue.looks, wanted.waiting(_tenant())) == (0, [])


def test_what_is_taken_back_asks_for_no_run(xero: Simulator, queue: Queue) -> None:
    choose(on_save=1)
    Shop()
    frappe.db.rollback()
    frappe.db.commit()
    assert (queue.looks, wanted.waiting(_tenant())) == (0, [])


# Resuming


def test_a_run_that_waits_for_xero_goes_on_in_the_name_of_who_started_it(
    xero: Simulator, queue: Queue
) -> None:
    xero.faults.add(Fault.day_limit(times=1))
    assert run_now().status == "Waiting"
    automatic.tick()
    assert queue.runs == [], "the day is spent still"
    starter = new_person("Xero User")
    SiteBudget(_tenant()).save(BudgetState(spent_until=CLOCK.now()))
    frappe.db.set_value("Xero Sync Run", {"status": "Waiting"}, "user", starter)
    automatic.tick()
    assert queue.triggers() == [("Resumed", None)]
    assert queue.runs[0]["user"] == starter
    assert frappe.session.user == "Administrator"
    assert queue.carry_out() == "Completed"
    automatic.tick()
    assert len(queue.runs) == 1


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
        run = jobs._new_run(trigger, _tenant())
        ended(run, "Waiting", creation=created)
    automatic.tick()
    assert queue.runs == []


def test_a_worker_that_died_does_not_keep_others_from_running(
    xero: Simulator, queue: Queue
) -> None:
    choose(schedule="Hourly")
    since_long()
    run = jobs._new_run(jobs.SYNC, _tenant(), Scope(only=INVOICES))
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
    assert [dict(each) for each in jobs_of_ours] == [
        {"method": "vtiger_xero.automatic.tick", "frequency": "Cron", "cron_format": "* * * * *"}
    ]
    frappe.get_attr("vtiger_xero.automatic.tick")()
