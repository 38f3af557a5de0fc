"""A run of organizations as such: its preview, its batches, who saves meanwhile, its log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from tests.support.fakes import Quiet
from tests.sync.conftest import ORGANIZATIONS, World, counts
from tests.sync.looking import edit_meanwhile
from vtiger_xero.engine.actions import Operation
from vtiger_xero.engine.ports import Page
from vtiger_xero.engine.records import Module, Side
from vtiger_xero.engine.report import RunStatus


def test_a_preview_is_the_plan_of_the_run_and_writes_nothing(world: World) -> None:
    world.organization(organization_name="Kea")
    world.xero.add(Name="Moa")
    plan = world.preview()
    assert world.xero.writes == 0
    assert len(world.organizations()) == 1
    assert plan.counts == world.sync().logs[0].counts


def test_a_stop_between_batches_loses_nothing(world: World) -> None:
    for number in range(60):
        world.organization(organization_name=f"Kea {number}")
    world.watcher.stop = True
    report = world.sync()
    assert report.header.status is RunStatus.STOPPED
    world.watcher.stop = False
    world.sync()
    assert len(world.xero.contacts) == 60


def test_batches_hold_fifty(world: World) -> None:
    for number in range(120):
        world.organization(organization_name=f"Kea {number}")
    world.sync()
    assert [len(batch.items) for batch in world.xero.batches] == [50, 50, 20]


def test_another_base_currency_is_said_once_and_organizations_still_sync(world: World) -> None:
    world.organization()
    world.xero._currency = "AUD"
    report = world.sync()
    (notice,) = report.header.notices
    assert "NZD" in notice
    assert "AUD" in notice
    assert counts(report) == {("XERO", "Created"): 1}


def test_a_person_who_saves_while_the_run_is_at_work_is_not_overwritten(world: World) -> None:
    name = world.organization(fax="1")
    world.sync()
    (key,) = world.xero.contacts
    world.xero.edit(key, TaxNumber="9")
    edit_meanwhile(world, name)
    assert counts(world.sync()) == {("CRM", "Updated"): 1, ("XERO", "Updated"): 1}
    assert world.one().fields["fax"] == "typed meanwhile"
    world.sync()
    assert world.one().fields["tax_number"] == "9"
    assert world.compared(Side.CRM) == world.compared(Side.XERO)


def test_nothing_is_left_open_while_xero_is_waited_for(world: World) -> None:
    """What a watcher writes of a run would lock its row for as long as Xero takes."""
    database, ask, left_open = world.journal._database, world.xero.changed_since, list[bool]()

    class Writing(Quiet):
        def report(self, module: Module, step: str, done: int, total: int) -> None:
            database.write('UPDATE "Xero Sync Run" SET progress_done = ?', (done,))

    def pages(module: Module, since: datetime | None) -> Iterator[Page]:
        yield from ask(module, since)
        left_open.append(database._connection.in_transaction)

    world.watcher, world.xero.changed_since = Writing(), pages  # type: ignore[method-assign]
    world.xero.add(Name="Kea")
    world.sync()
    assert left_open == [False]


def test_the_log_tells_of_nothing_that_could_not_be_kept(world: World) -> None:
    commit, failed = world.journal.commit, list[str]()

    def fails_once() -> None:
        if world.organizations() and not failed:
            failed.append("the disk is full")
            raise OSError(*failed)
        commit()

    world.journal.commit = fails_once  # type: ignore[method-assign]
    world.xero.add(Name="Kea")
    with pytest.raises(OSError, match="full"):
        world.sync()
    (run,) = world.journal.runs()
    (log,) = world.journal.logs(run.id)
    assert (world.organizations(), world.journal.entries(run.id)) == ([], [])
    assert not log.counts


def test_the_log_is_kept_as_vtiger_shows_it(world: World) -> None:
    world.organization()
    world.sync()
    (run,) = world.journal.runs()
    (log,) = world.journal.logs(run.id)
    assert log.counts[Side.XERO, Operation.CREATED] == 1
    (entry,) = world.journal.entries(run.id, ORGANIZATIONS, Side.XERO, Operation.CREATED)
    assert entry.title == "Kea"
    assert run.header.finished is not None
    assert run.header.finished - run.header.started < timedelta(minutes=10)
