"""Whole syncs against the simulator, over HTTP: its limits, refusals and faults are Xero's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from demo.crm import Database, EmbeddedCrm, EmbeddedJournal
from tests.support.fakes import Quiet
from tests.support.stage import SimulatedClock, consent
from vtiger_xero.engine.actions import Operation
from vtiger_xero.engine.errors import AccessLost, ConfigurationError, RetryLater, SyncError
from vtiger_xero.engine.records import Module, Side
from vtiger_xero.engine.report import Report, RunStatus
from vtiger_xero.engine.settings import ModuleSettings, Settings
from vtiger_xero.engine.sync import Sync
from vtiger_xero.xero import Addresses, App, Budget, MemoryBudget, MemoryTokens, auth, connect
from xero_simulator import (
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    DEMO_REDIRECT_URI,
    Fault,
    Simulator,
)

ORGANIZATIONS = Module.ORGANIZATIONS


@dataclass
class Stage:
    """An embedded CRM, connected to a simulator."""

    xero: Simulator
    clock: SimulatedClock
    crm: EmbeddedCrm
    journal: EmbeddedJournal
    budget: Budget
    tokens: MemoryTokens

    @property
    def books(self) -> Any:
        return self.xero.organisation

    def sync(self, **options: Any) -> Report:
        app, at = App(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET), Addresses.at(self.xero.url)
        tenant = self.books.tenant_id
        ledger = connect(app, tenant, self.tokens, self.budget, self.clock, at)
        settings = Settings(tenant, {ORGANIZATIONS: ModuleSettings()}, assigned_to="Administrator")
        engine = Sync(self.crm, ledger, self.journal, self.clock, Quiet(), settings)
        report = engine.run(**options)
        self.xero.clock.advance(timedelta(minutes=10))
        return report

    def add(self, count: int, start: int = 0) -> None:
        names = [{"organization_name": f"Kea {n}"} for n in range(start, start + count)]
        self.crm.load(ORGANIZATIONS, names)

    @property
    def contact_names(self) -> list[str]:
        return sorted(contact.name for contact in self.books.contacts.values())


@pytest.fixture
def stage() -> Iterator[Stage]:
    with Simulator(seed=1) as xero:
        clock = SimulatedClock(xero)
        database = Database.open()
        crm = EmbeddedCrm(database, clock, base_currency="NZD")
        journal = EmbeddedJournal(database, xero.organisation.tenant_id)
        budget = Budget(MemoryBudget(), clock)
        yield Stage(xero, clock, crm, journal, budget, MemoryTokens(consent(xero, clock)))


def counts(report: Report) -> dict[tuple[str, str], int]:
    (log,) = report.logs
    return {(side.name, done.value): n for (side, done), n in log.counts.items() if n}


def test_both_sides_end_equal_and_the_next_run_makes_one_call_per_object(stage: Stage) -> None:
    stage.add(60)
    stage.books.add_contact_in_xero(Name="Moa", EmailAddress="moa@example.com")
    assert counts(stage.sync()) == {("CRM", "Created"): 1, ("XERO", "Created"): 60}
    stage.xero.reset_calls()
    assert counts(stage.sync()) == {}
    paths = [call.path.rsplit("/", 1)[1] for call in stage.xero.calls]
    assert sorted(paths) == ["Contacts", "Currencies", "Organisation"]


def test_a_thousand_organizations_cost_twenty_writes(stage: Stage) -> None:
    stage.add(1000)
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
    stage.add(120)
    stage.xero.faults.add(fault)
    stage.sync()
    stage.sync()
    stage.sync()
    assert stage.contact_names == sorted(f"Kea {n}" for n in range(120))
    stage.xero.reset_calls()
    assert counts(stage.sync()) == {}
    assert stage.journal.open_batches(ORGANIZATIONS) == []


def test_the_minute_limit_is_waited_for_not_run_into(stage: Stage) -> None:
    stage.add(50 * 70)
    report = stage.sync()
    assert report.header.status is RunStatus.COMPLETED
    assert len(stage.contact_names) == 50 * 70
    assert stage.clock.slept > timedelta(0)


def test_the_day_limit_ends_the_run_with_the_hour_and_the_next_one_goes_on() -> None:
    with Simulator(seed=1, day_limit=12) as xero:
        clock, database = SimulatedClock(xero), Database.open()
        crm = EmbeddedCrm(database, clock, base_currency="NZD")
        journal = EmbeddedJournal(database, xero.organisation.tenant_id)
        tokens = MemoryTokens(consent(xero, clock))
        stage = Stage(xero, clock, crm, journal, Budget(MemoryBudget(), clock), tokens)
        stage.add(1000)
        report = stage.sync()
        assert report.header.status is RunStatus.WAITING
        assert "day" in report.header.message
        written = len(stage.contact_names)
        assert 0 < written < 1000
        assert report.logs[0].counts[Side.XERO, Operation.CREATED] == written
        for _ in range(3):
            xero.clock.advance(timedelta(days=1))
            stage.sync()
        assert stage.contact_names == sorted(f"Kea {n}" for n in range(1000))


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


def test_another_base_currency_is_one_clear_notice_and_organizations_still_sync() -> None:
    with Simulator(seed=1) as xero:
        clock, database = SimulatedClock(xero), Database.open()
        crm = EmbeddedCrm(database, clock, base_currency="USD")
        journal = EmbeddedJournal(database, xero.organisation.tenant_id)
        tokens = MemoryTokens(consent(xero, clock))
        stage = Stage(xero, clock, crm, journal, Budget(MemoryBudget(), clock), tokens)
        stage.add(1)
        report = stage.sync()
        (notice,) = report.header.notices
        assert "base currency is USD" in notice
        assert "NZD" in notice
        assert counts(report) == {("XERO", "Created"): 1}


def test_without_network_the_run_says_so_and_nothing_is_lost(stage: Stage) -> None:
    stage.add(1)
    url = stage.xero.url
    stage.xero.stop()
    app, at = App(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET), Addresses.at(url)
    ledger = connect(app, "tenant", stage.tokens, stage.budget, stage.clock, at)
    settings = Settings("tenant", {ORGANIZATIONS: ModuleSettings()})
    report = Sync(stage.crm, ledger, stage.journal, stage.clock, Quiet(), settings).run()
    assert report.header.status is RunStatus.WAITING
    assert "Xero" in report.header.message
    assert len(stage.crm.heads(ORGANIZATIONS)) == 1


def test_a_connection_that_was_taken_away_at_xero_says_to_connect_again(stage: Stage) -> None:
    stage.add(1)
    stage.xero.faults.add(Fault.forbidden())
    report = stage.sync()
    assert report.header.status is RunStatus.FAILED
    assert "connect" in report.header.message.lower()


def test_a_refused_consent_is_a_clear_sentence(stage: Stage) -> None:
    with pytest.raises(SyncError, match="access was not allowed"):
        consent(stage.xero, stage.clock, allow=False)


def test_a_wrong_client_id_is_a_clear_sentence(stage: Stage) -> None:
    app, at = App("WRONG", DEMO_CLIENT_SECRET), Addresses.at(stage.xero.url)
    begun = auth.authorization(app, at, DEMO_REDIRECT_URI)
    with pytest.raises(ValueError, match="client"):
        stage.xero.consent(begun.url)  # Xero's own page refuses; nobody comes back
    known = App(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET)
    begun = auth.authorization(known, at, DEMO_REDIRECT_URI)
    back = stage.xero.consent(begun.url)
    with pytest.raises(ConfigurationError, match=r"(?i)client"):
        auth.exchange(App(DEMO_CLIENT_ID, "wrong"), at, begun, back, stage.clock.now())


def test_an_expired_or_forged_state_connects_nobody(stage: Stage) -> None:
    app, at = App(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET), Addresses.at(stage.xero.url)
    begun = auth.authorization(app, at, DEMO_REDIRECT_URI)
    back = stage.xero.consent(begun.url)
    with pytest.raises((AccessLost, ConfigurationError)):
        auth.exchange(app, at, None, back, stage.clock.now())
    with pytest.raises((AccessLost, ConfigurationError)):
        auth.exchange(app, at, begun, back.replace("state=", "state=x"), stage.clock.now())


def test_two_crms_that_share_one_xero_end_up_equal(stage: Stage) -> None:
    """Both count from ACC1; a number alone must not tie strangers together."""
    database = Database.open()
    other_crm = EmbeddedCrm(database, stage.clock, base_currency="NZD")
    other_journal = EmbeddedJournal(database, stage.books.tenant_id)
    other = Stage(stage.xero, stage.clock, other_crm, other_journal, stage.budget, stage.tokens)
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
    stage.add(10)
    stage.xero.faults.add(Fault.dropped_after_commit(method="PUT", times=None))
    report = stage.sync()
    assert report.header.status is RunStatus.WAITING
    assert len(stage.journal.open_batches(ORGANIZATIONS)) == 1
    stage.xero.faults.clear()
    report = stage.sync()
    assert report.header.status is RunStatus.COMPLETED
    assert len(stage.contact_names) == 10
    assert issubclass(RetryLater, SyncError)
