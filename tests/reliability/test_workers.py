"""Eight workers at once: one run at a time, no limit exceeded, and everything as if it was one."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from tests.reliability.crashes import Grounds
from tests.reliability.figures import note
from tests.reliability.places import Place
from tests.reliability.trade import prepare
from tests.reliability.trials import final
from tests.reliability.worker import Ending, Worker
from tests.reliability.xero_process import XeroProcess, statuses

WORKERS, ROUNDS = 8, 3


@pytest.fixture(scope="module")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> Grounds:
    return Grounds.of(tmp_path_factory.mktemp("workers"), prepare)


def at_once(place: Place, xero: XeroProcess) -> list[Ending]:
    workers = [Worker(place, xero.url) for _ in range(WORKERS)]
    return [each.ending() for each in workers]


def test_of_eight_workers_one_runs_and_the_others_say_so(grounds: Grounds) -> None:
    place = Place.of(grounds.template).copy(grounds.folder)
    with XeroProcess(place, minute_limit=60, day_limit=1_000, latency=0.002) as xero:
        ended = Counter[str]()
        for _ in range(ROUNDS):
            found = at_once(place, xero)
            ended.update(each.status for each in found)
            assert any(each.status == "Completed" for each in found)
        assert set(ended) <= {"Completed", "AnotherRun"}
        assert ended["AnotherRun"] > 0
        assert set(xero.ask(statuses)) <= {200, 204}, "no call was refused"
        held = xero.ask(final)
        note("workers", calls=len(xero.ask(statuses)), refused=0)
    assert (held.crm, held.xero, held.twice) == (grounds.final.crm, grounds.final.xero, [])
    assert runs_apart(place) == ended["Completed"]


def runs_apart(place: Place) -> int:
    """How many runs there were; no two of them at the same time."""
    with place.database() as database:
        rows = database.rows('SELECT started, finished FROM "Xero Sync Run" ORDER BY started')
    for before, after in pairwise(rows):
        assert before["finished"] <= after["started"]
    return len(rows) - 2  # those that made the template


def test_the_others_do_not_wait_long_for_a_worker_that_was_killed(
    grounds: Grounds, tmp_path: Path
) -> None:
    place = Place.of(grounds.template).copy(tmp_path / "killed")
    with XeroProcess(place, latency=0.01) as xero:
        first = Worker(place, xero.url)
        first.process.join(0.3)
        first.process.kill()
        first.ending()
        ended = at_once(place, xero)
    # Only what the dead one may have had on its way has to wait.
    late = "may still be processing"
    assert any(each.status == "Completed" or late in each.message for each in ended)
