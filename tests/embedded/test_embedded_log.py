"""The sync log, read back as the demo shows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.contract.world import ORGANIZATIONS
from vtiger_xero.engine.actions import Change, Operation
from vtiger_xero.engine.records import Person, Side
from vtiger_xero.engine.report import Entry, ModuleLog, RunHeader, RunStatus, counts_of

from .conftest import NOON, TENANT, EmbeddedWorld

HEADER = RunHeader(TENANT, NOON, trigger="Schedule", user="ada")
CREATED = Entry(ORGANIZATIONS, Side.CRM, Operation.CREATED, "Zoë", "ACC1", "x-1")
SKIPPED = Entry(
    ORGANIZATIONS,
    Side.XERO,
    Operation.SKIPPED,
    "Kea",
    "ACC2",
    rule="X-length",
    reason="Billing City is “too” long.",
    remedy="Shorten it.",
)
ENTRIES = [CREATED, SKIPPED]


def test_a_run_is_read_back_as_it_ended(world: EmbeddedWorld) -> None:
    run = world.journal.start_run(HEADER)
    (started,) = world.journal.runs()
    assert (started.id, started.header) == (run, HEADER)
    ended = replace(
        HEADER,
        status=RunStatus.COMPLETED,
        finished=NOON + timedelta(seconds=1.5),
        calls=7,
        message="Done.",
        notices=("One.", "Two."),
    )
    world.journal.finish_run(run, ended)
    assert [each.header for each in world.journal.runs()] == [ended]


def test_the_newest_run_comes_first(world: EmbeddedWorld) -> None:
    runs = [world.journal.start_run(HEADER) for _ in range(3)]
    assert [each.id for each in world.journal.runs()] == runs[::-1]


def test_a_modules_counts_are_read_back(world: EmbeddedWorld) -> None:
    run, other = (world.journal.start_run(HEADER) for _ in range(2))
    log = ModuleLog(ORGANIZATIONS, NOON, counts_of([*ENTRIES, SKIPPED]))
    world.journal.finish_module(run, log)
    assert world.journal.logs(run) == [log]
    assert world.journal.logs(other) == []


def test_a_module_that_a_run_visits_twice_has_one_row(world: EmbeddedWorld) -> None:
    run = world.journal.start_run(HEADER)
    once, twice = (ModuleLog(ORGANIZATIONS, NOON, counts_of(ENTRIES * n)) for n in (1, 2))
    for each in (once, twice):
        world.journal.finish_module(run, each)
    assert world.journal.logs(run) == [twice]


def test_the_records_behind_a_number_are_found(world: EmbeddedWorld) -> None:
    run, other = (world.journal.start_run(HEADER) for _ in range(2))
    world.journal.log(run, ORGANIZATIONS, ENTRIES)
    world.journal.log(other, ORGANIZATIONS, ENTRIES)
    assert world.journal.entries(run) == ENTRIES
    assert world.journal.entries(run, ORGANIZATIONS, Side.XERO, Operation.SKIPPED) == [SKIPPED]
    assert world.journal.entries(run, side=Side.CRM) == [CREATED]
    assert world.journal.entries(run, operation=Operation.DELETED) == []


def test_changes_are_read_back_as_they_were_shown(world: EmbeddedWorld) -> None:
    run = world.journal.start_run(HEADER)
    people = (Person("Ada", "Lovelace", "ada@example.com"),)
    change = Change("contacts", (), people, overwrites=True)
    world.journal.log(run, ORGANIZATIONS, [replace(CREATED, changes=(change,))])
    (entry,) = world.journal.entries(run)
    shown = Change("contacts", "", "Ada Lovelace <ada@example.com>", overwrites=True)
    assert entry.changes == (shown,)
