"""A CRM on SQLite in a file of its own, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from demo.crm import Database, EmbeddedCrm, EmbeddedJournal
from demo.crm.documents import Documents
from tests.contract.world import ORGANIZATIONS
from vtiger_xero.engine.mapping.doctypes import ORGANIZATION
from vtiger_xero.engine.modules import MODULES
from vtiger_xero.engine.records import Module, Person

TENANT = "3f2b9c1e-0000-4000-8000-000000000001"
NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


class StoppedClock:
    """Time that only moves when a test moves it."""

    def __init__(self, time: datetime = NOON) -> None:
        self.time = time

    def now(self) -> datetime:
        return self.time

    def sleep(self, duration: timedelta) -> None:
        self.time += duration


@dataclass
class EmbeddedWorld:
    """The `World` of the contract, on one database file."""

    database: Database

    def __post_init__(self) -> None:
        self.crm = EmbeddedCrm(self.database, StoppedClock())
        self.journal = EmbeddedJournal(self.database, TENANT)

    def journal_of(self, tenant: str) -> EmbeddedJournal:
        return EmbeddedJournal(self.database, tenant)

    @contextmanager
    def another_worker(self) -> Iterator[EmbeddedWorld]:
        with Database.open(self.database.path) as database:
            yield EmbeddedWorld(database)

    def insert(self, module: Module = ORGANIZATIONS, /, **fields: Any) -> str:
        return self.crm.insert(module, fields).name

    def edit(self, name: str, module: Module = ORGANIZATIONS, /, **fields: Any) -> None:
        self.crm.edit(module, name, **fields)

    def trash(self, name: str, module: Module = ORGANIZATIONS, /) -> None:
        self.crm.trash(module, name)

    def add_contact(self, organization: str, person: Person) -> str:
        return self.crm.add_contact(organization, person).name or ""

    def edit_contact(self, contact: str, **values: Any) -> None:
        self.crm.edit_contact(contact, **values)

    def link_contact(self, contact: str, organization: str) -> None:
        self.crm.link_contact(contact, organization)

    def trash_contact(self, contact: str) -> None:
        self.crm.trash_contact(contact)

    def contact_exists(self, contact: str) -> bool:
        return self.database.exists("Contact", contact)

    def make_mandatory(self, field: str, doctype: str = ORGANIZATION) -> None:
        module = MODULES[doctype]
        self.crm.customize(module, field, only=doctype, reqd=1)

    def record(self, doctype: str, name: str) -> Mapping[str, Any]:
        return Documents(self.database, doctype).get([name])[name]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "crm.sqlite"


@pytest.fixture
def world(path: Path) -> Iterator[EmbeddedWorld]:
    with Database.open(path) as database:
        yield EmbeddedWorld(database)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()
