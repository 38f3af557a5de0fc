"""A CRM, a Xero and the sync between them, all in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from demo.crm import Database, EmbeddedCrm, EmbeddedJournal
from tests.support.fakes import FakeXero, HandClock, Quiet
from tests.support.openapi import Judge, description, judged
from tests.support.shop import Shop, open_shop
from vtiger_xero.engine.mapping.organizations import TABLE
from vtiger_xero.engine.modules import TABLES
from vtiger_xero.engine.plan import Plan
from vtiger_xero.engine.records import CrmRecord, Direction, Module, Side, Value
from vtiger_xero.engine.report import Report
from vtiger_xero.engine.settings import ModuleSettings, Settings
from vtiger_xero.engine.sync import Sync
from xero_simulator import server

ORGANIZATIONS = Module.ORGANIZATIONS


@dataclass
class World:
    """Both sides, and what a person does on each."""

    clock: HandClock
    crm: EmbeddedCrm
    xero: FakeXero
    journal: EmbeddedJournal
    settings: Settings
    watcher: Quiet

    @staticmethod
    def new() -> World:
        clock = HandClock()
        database = Database.open()
        crm = EmbeddedCrm(database, clock, base_currency="NZD")
        settings = Settings(
            "tenant-1", {ORGANIZATIONS: ModuleSettings()}, assigned_to="Administrator"
        )
        journal = EmbeddedJournal(database, settings.tenant)
        return World(clock, crm, FakeXero(clock), journal, settings, Quiet())

    def set(self, direction: Direction = Direction.BOTH, **settings: Any) -> None:
        modules = {ORGANIZATIONS: ModuleSettings(direction=direction)}
        self.settings = replace(self.settings, modules=modules, **settings)

    @property
    def engine(self) -> Sync:
        ports = (self.crm, self.xero, self.journal, self.clock, self.watcher)
        return Sync(*ports, self.settings)

    def sync(self, **options: Any) -> Report:
        self.clock.advance(minutes=10)
        report = self.engine.run(**options)
        self.clock.advance(minutes=10)
        return report

    def preview(self) -> Plan:
        (plan,) = self.engine.preview()
        return plan

    # What each side holds

    def organization(self, **fields: Any) -> str:
        return self.crm.insert(ORGANIZATIONS, {"organization_name": "Kea", **fields}).name

    def organizations(self) -> list[CrmRecord]:
        names = [head.name for head in self.crm.heads(ORGANIZATIONS)]
        return list(self.crm.get(ORGANIZATIONS, names))

    def one(self) -> CrmRecord:
        (record,) = self.organizations()
        return record

    def compared(self, side: Side) -> dict[str, dict[str, Value]]:
        """What a side says, in the form in which the two are compared, by name."""
        if side is Side.CRM:
            values = [TABLE.comparable(record.fields) for record in self.organizations()]
        else:
            values = [TABLE.read(each.document) for each in self.xero.contacts.values()]
        fields = [
            row.field for row in TABLES[ORGANIZATIONS].rows_to_compare if row.field != "contacts"
        ]
        return {str(v["organization_name"]): {field: v[field] for field in fields} for v in values}


@pytest.fixture
def world() -> World:
    return World.new()


@pytest.fixture
def shop() -> Iterator[Shop]:
    with open_shop() as shop:
        yield shop


@pytest.fixture(scope="session")
def judge() -> Judge:
    """Xero's own description hears every request to the simulator, and every answer of it."""
    return Judge()


@pytest.fixture(scope="module", autouse=True)
def simulators_are_judged(judge: Judge) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        if description():
            patch.setattr(server, "Application", judged(server.Application, judge))
        yield


@pytest.fixture(autouse=True)
def is_as_xero_describes_it(judge: Judge, request: pytest.FixtureRequest) -> Iterator[None]:
    """A test fails by what the app sent, or the simulator answered, against the description."""
    judge.take_faults()
    yield
    faults = judge.take_faults()
    if request.node.get_closest_marker("answers_unlike_xero"):
        faults = [each for each in faults if not each.startswith("answer ")]
    assert not faults, "\n".join(["Xero's description does not allow:", *faults[:20]])


def counts(report: Report) -> dict[tuple[str, str], int]:
    (log,) = report.logs
    return {(side.name, done.value): n for (side, done), n in log.counts.items() if n}
