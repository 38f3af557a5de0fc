"""Whole syncs against the simulator, over HTTP: its limits, refusals and faults are Xero's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from demo.crm import Database, EmbeddedCrm, EmbeddedJournal
from tests.support.stage import Stage, staged
from tests.sync.conftest import counts
from vtiger_xero.engine.actions import Operation
from vtiger_xero.engine.records import Module, Side
from vtiger_xero.engine.report import RunStatus
from vtiger_xero.engine.settings import ModuleSettings
from xero_simulator import Fault

ORGANIZATIONS = Module.ORGANIZATIONS


@contextmanager
def only_organizations(**how: Any) -> Iterator[Stage]:
    with staged(**how) as stage:
        stage.set(modules={ORGANIZATIONS: ModuleSettings()})
        yield stage


@pytest.fixture
def stage() -> Iterator[Stage]:
    with only_organizations() as stage:
        yield stage


def add(stage: Stage, count: int) -> None:
    names = [{"organization_name": f"Kea {n}"} for n in range(count)]
    stage.crm.load(ORGANIZATIONS, names)


def contact_names(stage: Stage) -> list[str]:
    return sorted(contact.name for contact in stage.books.contacts.values())


def test_both_sides_end_equal_and_the_next_run_makes_one_call_per_object(stage: Stage) -> None:
    add(stage, 60)
    stage.books.add_contact_in_xero(Name="Moa", EmailAddress="moa@example.com")
    assert counts(stage.sync()) == {("CRM", "Created"): 1, ("XERO", "Created"): 60}
    stage.xero.reset_calls()
    assert counts(stage.sync()) == {}
    paths = [call.path for call in stage.xero.calls if call.path.startswith("/api.xro")]
    assert sorted(path.rpartition("/")[2] for path in paths) == [
        "Contacts",
        "Currencies",
        "Organisation",
    ]


def test_a_thousand_organizations_cost_twenty_writes(stage: Stage) -> None:
    add(stage, 1000)
    report = stage.sync()
    assert counts(report) == {("XERO", "Created"): 1000}
    writes = [
        call
        for call in stage.xero.calls
        if call.method in ("PUT", "POST") and "Contacts" in call.path
    ]
    assert len(writes) == 20


@pytest.mark.parametrize(
    "fault",
    [
        Fault.dropped_after_commit(method="PUT"),
        Fault.dropped_before_commit(method="PUT"),
        Fault.torn(method="PUT"),
        Fault.internal_error_after_commit(method="PUT"),
        Fault.internal_error(method="PUT"),
        Fault.unavailable(method="PUT"),
        Fault.minute_limit(method="PUT"),
        Fault.concurrent_limit(method="PUT"),
        Fault.expired_token(method="PUT"),
        Fault.batch_refused(method="PUT"),
        Fault.torn(method="GET", path="Contacts"),
        Fault.unavailable(method="GET", path="Contacts"),
    ],
    ids=str,
)
def test_a_passing_fault_loses_nothing_and_doubles_nothing(stage: Stage, fault: Fault) -> None:
    add(stage, 120)
    stage.xero.faults.add(fault)
    stage.sync()
    stage.sync()
    stage.sync()
    assert contact_names(stage) == sorted(f"Kea {n}" for n in range(120))
    stage.xero.reset_calls()
    assert counts(stage.sync()) == {}
    assert stage.journal.open_batches(ORGANIZATIONS) == []


def test_the_minute_limit_is_waited_for_not_run_into(stage: Stage) -> None:
    add(stage, 50 * 70)
    report = stage.sync()
    assert report.header.status is RunStatus.COMPLETED
    assert len(contact_names(stage)) == 50 * 70
    assert sum(stage.clock.slept) > 0


def test_the_day_limit_ends_the_run_with_the_hour_and_the_next_one_goes_on() -> None:
    with only_organizations(day_limit=16) as stage:
        add(stage, 1000)
        report = stage.sync()
        assert report.header.status is RunStatus.WAITING
        assert "day" in report.header.message
        written = len(contact_names(stage))
        assert 0 < written < 1000
        assert report.logs[0].counts[Side.XERO, Operation.CREATED] == written
        for _ in range(3):
            stage.xero.clock.advance(timedelta(days=1))
            stage.sync()
        assert contact_names(stage) == sorted(f"Kea {n}" for n in range(1000))


def test_names_that_xero_refuses_are_skipped_with_a_sentence_and_the_rest_sync(
    stage: Stage,
) -> None:
    for name in ("K" * 300, "Kea <NZ>", "Moa"):
        stage.crm.insert(ORGANIZATIONS, {"organization_name": name})
    report = stage.sync()
    assert counts(report) == {("XERO", "Created"): 1, ("XERO", "Skipped"): 2}
    reasons = " ".join(entry.reason for entry in report.entries)
    assert "300 characters; Xero takes at most 255" in reasons
    assert "contains < or >" in reasons


def test_without_network_the_run_says_so_and_nothing_is_lost(stage: Stage) -> None:
    add(stage, 1)
    engine = stage.engine()
    stage.xero.stop()
    report = engine.run()
    assert report.header.status is RunStatus.WAITING
    assert "Xero" in report.header.message
    assert len(stage.crm.heads(ORGANIZATIONS)) == 1


def test_a_connection_that_was_taken_away_at_xero_says_to_connect_again(stage: Stage) -> None:
    add(stage, 1)
    stage.xero.faults.add(Fault.forbidden())
    report = stage.sync()
    assert report.header.status is RunStatus.FAILED
    assert "connect" in report.header.message.lower()


def test_two_crms_that_share_one_xero_end_up_equal(stage: Stage) -> None:
    """Both count from ACC1; a number alone must not tie strangers together."""
    database = Database.open()
    other_crm = EmbeddedCrm(database, stage.clock, base_currency="NZD")
    other_journal = EmbeddedJournal(database, stage.books.tenant_id)
    other = replace(stage, crm=other_crm, journal=other_journal)
    stage.crm.insert(ORGANIZATIONS, {"organization_name": "Kea", "fax": "1"})
    other.crm.insert(ORGANIZATIONS, {"organization_name": "Moa", "fax": "2"})
    other.crm.insert(ORGANIZATIONS, {"organization_name": "KEA", "tax_number": "9"})
    for each in (stage, other, stage, other):
        each.sync()
    assert len(stage.books.contacts) == 2

    def held(one: Stage) -> list[tuple[object, ...]]:
        names = [head.name for head in one.crm.heads(ORGANIZATIONS)]
        fields = [record.fields for record in one.crm.get(ORGANIZATIONS, names)]
        keys = ("organization_name", "fax", "tax_number")
        return sorted(tuple(str(f[key] or "").casefold() for key in keys) for f in fields)

    assert held(stage) == held(other)
    assert all(each.sync().writes == 0 for each in (stage, other))


def test_a_lost_answer_raises_nothing_but_retry_later(stage: Stage) -> None:
    """While Xero stays silent the run ends as waiting; its batch is open and found again later."""
    add(stage, 10)
    stage.xero.faults.add(Fault.dropped_after_commit(method="PUT", times=None))
    report = stage.sync()
    assert report.header.status is RunStatus.WAITING
    assert len(stage.journal.open_batches(ORGANIZATIONS)) == 1
    stage.xero.faults.clear()
    report = stage.sync()
    assert report.header.status is RunStatus.COMPLETED
    assert len(contact_names(stage)) == 10
