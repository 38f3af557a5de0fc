"""The limits of Xero, shared by all processes that use one database file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Thread

import pytest

from demo.crm import Database, SharedText
from tests.contract.budget import BudgetPromises
from tests.contract.world import ORGANIZATIONS
from vtiger_xero.engine.errors import AccessLost
from vtiger_xero.xero import BudgetState, TextBudget, TextTokens, Tokens

from .conftest import NOON, EmbeddedWorld

ROOT = Path(__file__).parents[2]
_START = """
from demo.stage import RealClock
from demo.crm import Database, SharedText
from vtiger_xero.xero import TextBudget
store, clock = TextBudget(SharedText(Database.open({path!r}), {tenant!r})), RealClock()
"""


class EmbeddedPlace:
    """A database file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def store(self, tenant: str) -> TextBudget:
        return TextBudget(SharedText(Database.open(self._path), tenant))

    def at_once(self, tenant: str, workers: Sequence[str]) -> list[str]:
        start = _START.format(path=str(self._path), tenant=tenant)
        pipe = subprocess.PIPE
        running = [
            subprocess.Popen([sys.executable, "-c", start + work], cwd=ROOT, stdout=pipe, text=True)
            for work in workers
        ]
        said = [each.communicate(timeout=120)[0] for each in running]
        assert [each.returncode for each in running] == [0] * len(workers)
        return said


@pytest.fixture
def place(path: Path) -> EmbeddedPlace:
    return EmbeddedPlace(path)


class TestEmbeddedBudget(BudgetPromises):
    """In a file."""


class TestBudgetInMemory:
    """A database in memory has one process, which finds what it wrote."""

    def test_it_is_kept_as_long_as_the_database(self) -> None:
        database = Database.open()
        TextBudget(SharedText(database, "t")).save(BudgetState(day_remaining=7))
        assert TextBudget(SharedText(database, "t")).load().day_remaining == 7
        assert TextBudget(SharedText(database, "u")).load() == BudgetState()

    def test_of_changes_by_threads_none_is_lost(self) -> None:
        """The calls of one run are counted by its threads."""
        text = SharedText(Database.open(), "t")
        other = Thread(target=lambda: text.change(lambda held: f"{held}b"))

        def meeting(held: str) -> str:
            other.start()
            other.join(0.2)  # done by then, if nothing keeps it from that
            return f"{held}a"

        text.change(meeting)
        other.join()
        assert text.load() == "ab"


def test_what_a_run_has_open_neither_stops_the_budget_nor_is_committed_by_it(
    world: EmbeddedWorld,
) -> None:
    with world.journal.record():
        world.crm.create(ORGANIZATIONS, {"organization_name": "Kea"})
    TextBudget(SharedText(world.database, "t")).save(BudgetState(day_remaining=7))
    world.journal.rollback()
    assert list(world.crm.heads(ORGANIZATIONS)) == []
    assert TextBudget(SharedText(world.database, "t")).load().day_remaining == 7


def test_tokens_are_renewed_by_one_and_kept_for_all(world: EmbeddedWorld, path: Path) -> None:
    store = TextTokens(SharedText(world.database, "tokens", lasting=True))
    with pytest.raises(AccessLost):
        store.load()
    store.save(Tokens("access", "refresh", NOON, ("offline_access",)))
    with Database.open(path) as elsewhere:
        other = TextTokens(SharedText(elsewhere, "tokens", lasting=True))
        after = other.refreshed(lambda held: Tokens("next", held.refresh_token + "2", NOON))
        assert after == store.load() == Tokens("next", "refresh2", NOON)
        with pytest.raises(ZeroDivisionError):
            other.refreshed(lambda held: 1 // 0)  # type: ignore[return-value]
    assert store.load() == after
    store.save(None)
    with pytest.raises(AccessLost):
        store.load()
