"""What a person saves goes over by itself: what asks for a run, and what does not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from tests.contract.world import unique
from tests.site.queueing import Queue, choose, ended, since_long, tenant
from tests.site.shop import Shop
from tests.site.world import SiteWorld
from tests.site.xero import run_now
from vtiger_xero.crm import versions
from vtiger_xero.engine.mapping.doctypes import ORGANIZATION
from vtiger_xero.engine.records import Module, Person
from vtiger_xero.runs import automatic, jobs, sync_triggers
from xero_simulator import Simulator

ORGANIZATIONS = Module.ORGANIZATIONS


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
    assert sync_triggers.pending(tenant()) == []
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
    assert sync_triggers.pending(tenant()) == []


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
    assert {each.module for each in sync_triggers.take(tenant())} == {ORGANIZATIONS}
    world.trash_contact(contact)
    assert {each.module for each in sync_triggers.take(tenant())} == {ORGANIZATIONS}


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
    assert [each.module for each in sync_triggers.pending(tenant())] == [ORGANIZATIONS]


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
    assert (queue.looks, sync_triggers.pending(tenant())) == (0, [])


@pytest.mark.parametrize("flag", ["in_import", "in_patch", "in_migrate", "in_install"])
def test_imports_and_upgrades_ask_for_no_run(
    xero: Simulator, queue: Queue, flag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(on_save=1)
    monkeypatch.setitem(frappe.flags, flag, True)
    automatic.saved(ORGANIZATIONS)
    frappe.db.commit()
    assert (queue.looks, sync_triggers.pending(tenant())) == (0, [])


def test_what_is_taken_back_asks_for_no_run(xero: Simulator, queue: Queue) -> None:
    choose(on_save=1)
    Shop()
    frappe.db.rollback()
    frappe.db.commit()
    assert (queue.looks, sync_triggers.pending(tenant())) == (0, [])


# What such a run looks at

_KEYS = {
    ORGANIZATION: ("name", "organization_number", "organization_name"),
    "Xero Link": ("name", "crm_name", "xero_id", "crm_key", "xero_key"),
}


def synced(world: SiteWorld, count: int = 1) -> list[str]:
    """Organizations that are in sync; from now on what is saved goes over by itself."""
    names = [world.insert(organization_name=unique("Known")) for _ in range(count)]
    assert run_now().status == "Completed"
    choose(on_save=1)
    return names


def copied(name: str, count: int) -> None:
    """So many more records, as much in sync as this one."""
    for doctype, keys in _KEYS.items():
        columns = frappe.db.get_table_columns(doctype)
        copy = (f"concat(`{x}`, '~', seq)" if x in keys else f"`{x}`" for x in columns)
        table, names = f"`tab{doctype}`", ", ".join(f"`{each}`" for each in columns)
        frappe.db.sql(
            f"insert into {table} ({names}) select {', '.join(copy)} from {table}, "
            f"seq_1_to_{count} where {keys[0] if doctype == ORGANIZATION else 'crm_name'} = %s",
            name,
        )
        frappe.db.commit()
        frappe.db.sql(f"analyze table {table}")


def renamed(world: SiteWorld, name: str) -> str:
    """Save a record under a new title, which it returns."""
    title = unique("Saved")
    world.edit(name, organization_name=title)
    return title


def read_by_run(queue: Queue) -> int:
    """Carry out a run on save; the rows, or entries of indexes, that MariaDB read for it."""
    automatic.tick()
    frappe.db.commit()
    assert queue.triggers()[-1] == ("On Save", "Organizations")
    before = _rows_read()
    assert queue.carry_out() == "Completed"
    read = _rows_read() - before
    a_minute_later(queue)
    return read


def _rows_read() -> int:
    return sum(int(each) for _, each in frappe.db.sql("show session status like 'Handler_read%'"))


def test_a_save_costs_what_was_saved_however_many_records_there_are(
    xero: Simulator, queue: Queue, world: SiteWorld, counted: list[str]
) -> None:
    first, second, other = synced(world, 3)
    renamed(world, first)
    read_by_run(queue)  # what a process does once
    title = renamed(world, first)
    few = read_by_run(queue)
    copied(other, 400)
    counted.clear()
    latest = renamed(world, second)
    many = read_by_run(queue)
    assert many <= few + 400 // 10, (few, many)  # the optimizer looks into an index now and then
    contacts = xero.organisation.contacts
    assert contacts.active_named(title) and contacts.active_named(latest)
    heads = [each for each in counted if "organization_name" in each and "CAST(" in each]
    assert heads and all(f"IN ('{second}')" in each or "IN (%" in each for each in heads)


def test_no_run_on_save_and_none_by_a_webhook_compares_all(
    xero: Simulator, queue: Queue, world: SiteWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    (name,) = synced(world)
    compared: list[Module] = []

    def noted(module: Module, tenant: str) -> Sequence[str]:
        compared.append(module)
        return ()

    monkeypatch.setattr(versions, "changed", noted)
    monkeypatch.setattr(versions, "linked_but_gone", noted)
    title = renamed(world, name)
    automatic.tick()
    for trigger in (jobs.ON_SAVE, jobs.WEBHOOK):
        jobs.run_sync(jobs._new_run(trigger, tenant()), trigger)
    assert compared == []
    assert xero.organisation.contacts.active_named(title)
    run_now()
    assert set(compared) == {ORGANIZATIONS}


def test_two_quick_saves_both_arrive(xero: Simulator, queue: Queue, world: SiteWorld) -> None:
    """One before the look, one while the job waits in the queue, and one while it runs."""
    names = synced(world, 3)
    titles = [renamed(world, names[0])]
    automatic.tick()
    titles.append(renamed(world, names[1]))
    carry_out, ledger = jobs._carry_out, xero.organisation.contacts

    def with_a_save(*how: Any) -> str:
        message = carry_out(*how)
        titles.append(renamed(world, names[2]))
        return message

    jobs._carry_out = with_a_save
    try:
        assert queue.carry_out() == "Completed"
    finally:
        jobs._carry_out = carry_out
    assert [bool(ledger.active_named(each)) for each in titles] == [True, True, False]
    a_minute_later(queue)
    automatic.tick()
    assert queue.carry_out() == "Completed"
    assert len(queue.runs) == 2
    assert ledger.active_named(titles[2])


def test_what_a_dead_worker_left_comes_with_the_next_save(
    xero: Simulator, queue: Queue, world: SiteWorld
) -> None:
    """The record itself says that it waits; no list in Redis must survive for that."""
    names = synced(world, 2)
    titles = [renamed(world, names[0])]
    automatic.tick()
    ended(queue.runs[-1]["run"], "Failed")
    a_minute_later(queue)
    titles.append(renamed(world, names[1]))
    automatic.tick()
    assert queue.carry_out() == "Completed"
    assert all(xero.organisation.contacts.active_named(each) for each in titles)


def test_a_record_deleted_by_a_user_is_seen_without_a_look_at_all(
    xero: Simulator, queue: Queue, world: SiteWorld
) -> None:
    (name,) = synced(world)
    choose(deletions=1)
    title = frappe.db.get_value(ORGANIZATION, name, "organization_name")
    world.trash(name)
    assert frappe.db.get_value("Xero Link", {"crm_name": name}, "state") == "Waiting"
    automatic.tick()
    assert queue.carry_out() == "Completed"
    assert not xero.organisation.contacts.active_named(title)


def test_a_deletion_that_is_refused_leaves_the_link_as_it_was(
    xero: Simulator, queue: Queue, world: SiteWorld
) -> None:
    (name,) = synced(world)
    frappe.delete_doc(ORGANIZATION, name)
    frappe.db.rollback()
    assert frappe.db.get_value("Xero Link", {"crm_name": name}, "state") == "In Sync"


def test_what_was_changed_past_the_crm_waits_for_a_full_run(
    xero: Simulator, queue: Queue, world: SiteWorld
) -> None:
    past, saved = synced(world, 2)
    title = unique("Past")
    frappe.db.set_value(ORGANIZATION, past, "organization_name", title)
    frappe.db.commit()
    renamed(world, saved)
    automatic.tick()
    assert queue.carry_out() == "Completed"
    assert not xero.organisation.contacts.active_named(title)
    run_now()
    assert xero.organisation.contacts.active_named(title)


@pytest.mark.parametrize(("trigger", "due"), [("On Save", 1), ("Webhook", 1), ("Sync Now", 0)])
def test_a_scheduled_run_is_spared_by_a_full_one_alone(
    xero: Simulator, queue: Queue, trigger: str, due: int
) -> None:
    choose(schedule="Hourly")
    since_long()
    ended(jobs._new_run(trigger, tenant()))
    automatic.tick()
    assert len(queue.runs) == due
