"""Large books are synced whole, and a worker that runs for long takes no more memory for it.

Only in `make reliability`: the large books alone take a while.
"""

from __future__ import annotations

import os
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.reliability.figures import note
from tests.reliability.growth import counted, measured, prepare_books, soaked
from tests.reliability.places import Place, in_a_process
from tests.reliability.trials import rebuilt
from tests.reliability.xero_process import XeroProcess
from xero_simulator import Fault

CONTACTS = int(os.environ.get("RELIABILITY_CONTACTS", "100000"))
INVOICES = CONTACTS // 2
ROUNDS = int(os.environ.get("RELIABILITY_ROUNDS", "150"))
SPARE = 1.05  # what the second half of a soak may hold more than the first, for an allocator's sake

pytestmark = [pytest.mark.reliability, pytest.mark.timeout(7200)]


def takes_its_time(xero: Any) -> None:
    """300 ms a call on Xero's clock, as at Xero.

    In no time thousands of rows would bear that of the last second, and whoever reads what changed
    since then reads all of those again.
    """
    a_while = partial(xero.place.time.sleep, timedelta(milliseconds=300))
    xero.faults.add(Fault.meanwhile(a_while, times=None))


def test_a_hundred_thousand_contacts_and_half_as_many_invoices(tmp_path: Path) -> None:
    template = rebuilt(prepare_books, tmp_path / "large", CONTACTS, INVOICES)
    place = Place.of(template)
    runs = {}
    with XeroProcess(place, minute_limit=60) as xero:
        xero.ask(takes_its_time)
        for title in ("the first run", "nothing to do", "again"):
            runs[title] = run = in_a_process(measured, place, xero.url)
            assert (run.status, run.message) == ("Completed", "")
            row = [title, run.writes, run.calls, round(run.seconds, 1), round(run.peak)]
            note("large", rows=[row], contacts=0)
        held = xero.ask(counted)
    note("large", contacts=CONTACTS, invoices=INVOICES)
    # The shop itself has one customer and one product more than what was loaded.
    assert {held["contacts at Xero"], held["organizations in the CRM"]} == {CONTACTS + 1}
    assert {held["invoices at Xero"], held["invoices in the CRM"]} == {INVOICES}
    assert [run.writes for run in runs.values()] == [CONTACTS + INVOICES + 2, 0, 0]
    assert runs["again"].calls <= 8


def test_a_worker_that_runs_for_long_holds_no_more_memory_for_it(tmp_path: Path) -> None:
    template = rebuilt(prepare_books, tmp_path / "soak", 400, 400)
    found = in_a_process(soaked, template, tmp_path / "work", ROUNDS)
    assert [run.status for run in found.rounds] == ["Completed"] * len(found.rounds)
    assert (found.disagreements, found.twice) == ([], [])
    warm = [run.memory for run in found.rounds[len(found.rounds) // 5 :]]
    half = len(warm) // 2
    first, second = max(warm[:half]), max(warm[half:])
    writes = sum(run.writes for run in found.rounds)
    note("soak", runs=len(found.rounds), edits=found.edits, writes=writes)
    note("soak", rows=[["after the first run", round(found.rounds[0].memory)]])
    note(
        "soak",
        rows=[["at most, first half", round(first)], ["at most, second half", round(second)]],
    )
    assert second <= first * SPARE, [round(run.memory) for run in found.rounds]
