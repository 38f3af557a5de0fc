"""What a person saves goes over by itself: what asks for a run, and what does not."""

from __future__ import annotations

from typing import Any

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from tests.contract.world import unique
from tests.site.queueing import Queue, choose, ended, tenant
from tests.site.shop import Shop
from tests.site.world import SiteWorld
from tests.site.xero import run_now
from vtiger_xero.engine.records import Module, Person
from vtiger_xero.runs import automatic, sync_triggers
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
