"""A CRM on SQLite in a file of its own, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.contract.world import ORGANIZATIONS
from vtiger_xero.embedded import Database, EmbeddedCrm, EmbeddedJournal
from vtiger_xero.engine.records import Person

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

    def insert(self, **fields: Any) -> str:
        return self.crm.insert(ORGANIZATIONS, fields).name

    def edit(self, name: str, **fields: Any) -> None:
        self.crm.edit(ORGANIZATIONS, name, **fields)

    def trash(self, name: str) -> None:
        self.crm.trash(ORGANIZATIONS, name)

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

    def make_mandatory(self, field: str) -> None:
        self.crm.customize(ORGANIZATIONS, field, reqd=1)


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
