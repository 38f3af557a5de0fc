"""A trial: runs that are killed, one that is not, and what both sides say in the end."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.reliability.deadly import Point
from tests.reliability.places import PROCESSES, Place, in_a_process
from tests.reliability.trade import stage_at
from tests.reliability.worker import Conditions, Ending, Worker
from tests.reliability.xero_process import XeroProcess, clear_faults
from tests.support.agreement import disagreements
from tests.support.state import State, state_of_crm, state_of_xero
from vtiger_xero.engine.outbox import AT_WORK, KEY_LIFE
from vtiger_xero.engine.records import Module
from xero_simulator import Fault, Simulator
from xero_simulator.answers import Answer, ConnectionDropped
from xero_simulator.faults import Match

ALL_ARRIVED = KEY_LIFE + AT_WORK  # by then nothing is left to be waited for
MOST_RUNS = 12  # after the last kill; a run that Xero's key still holds up waits for it


@dataclass(frozen=True)
class AtXero:
    """Kill while Xero has a request in its hands: `when` is one of ARRIVING, WORKING, LEAVING."""

    when: str
    method: str
    path: str
    nth: int = 1

    def __str__(self) -> str:
        return f"{self.when}: {self.method} {self.path} #{self.nth}"


@dataclass(frozen=True)
class AtRandom:
    """Kill after so many seconds, wherever the run is by then."""

    seconds: float

    def __str__(self) -> str:
        return f"after {self.seconds:.3f} s"


LOST = "sent, and lost on the way"
ARRIVING = "sent, and Xero works on it after the death"
LEAVING = "Xero committed, its answer unread"
Kill = Point | AtXero | AtRandom


@dataclass
class Final:
    """What is left when everything has ended."""

    crm: State
    xero: State
    disagreements: list[str]
    open_batches: int
    told: Counter[tuple[str, str]]
    twice: list[str]


@dataclass
class Outcome:
    """What became of a trial."""

    killed: list[Kill] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    final: Final | None = None
    further_writes: int = 0


def tried(
    template: Path,
    folder: Path,
    kills: Sequence[Kill],
    *,
    elapsed: bool = False,
    conditions: Conditions | None = None,
) -> Outcome:
    """Kill a run at each of `kills` in turn; then let it end, and run once more.

    `elapsed`: between two runs Xero forgets its Idempotency-Keys.
    """
    outcome = Outcome()
    shutil.rmtree(folder, ignore_errors=True)
    place = Place.of(template).copy(folder)
    victim = PROCESSES.RawValue("i", 0)  # no lock: see `Time`
    with XeroProcess(place, victim) as xero:
        for kill in kills:
            if _killed(place, xero, victim, kill, conditions):
                outcome.killed.append(kill)
            place.time.sleep(timedelta(minutes=7) if elapsed else timedelta(seconds=1))
        for _ in range(MOST_RUNS):
            ending = Worker(place, xero.url, conditions=conditions).ending()
            outcome.endings.append(ending)
            if ending.status == "Completed":
                break
            place.time.sleep(timedelta(minutes=7))
        place.time.sleep(ALL_ARRIVED)
        outcome.further_writes = Worker(place, xero.url, conditions=conditions).ending().writes
        outcome.final = xero.ask(final)
    shutil.rmtree(folder, ignore_errors=True)
    return outcome


def _killed(
    place: Place, xero: XeroProcess, victim: Any, kill: Kill, conditions: Conditions | None
) -> bool:
    point = kill if isinstance(kill, Point) else None
    if isinstance(kill, AtXero):
        xero.ask(_arm, kill)
    worker = Worker(place, xero.url, point=point, victim=victim, conditions=conditions)
    if isinstance(kill, AtRandom):
        worker.process.join(kill.seconds)
        if worker.process.is_alive():
            os.kill(worker.process.pid, signal.SIGKILL)
    died = worker.ending().killed
    if isinstance(kill, AtXero):
        xero.ask(clear_faults)
    return died


def _arm(xero: Simulator, kill: AtXero) -> None:
    """Have Xero itself pull the plug of its client."""

    def strike() -> None:
        os.kill(xero.victim.value, signal.SIGKILL)  # type: ignore[attr-defined]

    def arriving(clock: Any) -> None:
        strike()
        if kill.when == LOST:
            raise ConnectionDropped

    def leaving(answer: Answer) -> Answer:
        strike()
        return answer

    match = Match(kill.method, kill.path)
    if kill.when == LEAVING:
        xero.faults.add(Fault("kill", match, skip=kill.nth - 1, leaving=leaving))
    else:
        xero.faults.add(Fault("kill", match, skip=kill.nth - 1, arriving=arriving))


def final(xero: Simulator) -> Final:
    """Read from both stores, in Xero's own process, where its books are."""
    stage = stage_at(xero.place, xero)  # type: ignore[attr-defined]
    told = Counter(
        (row["module"], row["crm_name"])
        for row in stage.journal._database.rows(
            "SELECT module, crm_name FROM \"Xero Sync Entry\" WHERE side = 'Xero' "
            "AND operation = 'Created'"
        )
    )
    return Final(
        state_of_crm(stage.crm),
        state_of_xero(stage.books),
        disagreements(stage),
        sum(len(stage.journal.open_batches(module)) for module in Module),
        told,
        _doubled(stage.books),
    )


def _doubled(books: Any) -> list[str]:
    """Numbers and codes that Xero holds twice; of payments, those that are alike are counted."""
    numbers = Counter(each.number.lower() for each in books.invoices.values() if each.number)
    codes = Counter(each.code.lower() for each in books.items.values())
    names = Counter(each.name.lower() for each in books.contacts.values() if each.is_active)
    return [key for found in (numbers, codes, names) for key, held in found.items() if held > 1]


def reached(template: Path, folder: Path) -> tuple[Ending, Final, Counter[tuple[str, str]], float]:
    """A run that nobody kills: the points on its way, its end, its calls, and how long it took."""
    shutil.rmtree(folder, ignore_errors=True)
    place = Place.of(template).copy(folder)
    with XeroProcess(place) as xero:
        began = time.monotonic()
        ending = Worker(place, xero.url).ending()
        took = time.monotonic() - began
        again = Worker(place, xero.url).ending()
        assert (ending.status, again.writes) == ("Completed", 0), (ending.message, again.wrote)
        calls = xero.ask(_calls)
        found = xero.ask(final)
    shutil.rmtree(folder, ignore_errors=True)
    return ending, found, calls, took


def _calls(xero: Simulator) -> Counter[tuple[str, str]]:
    return Counter((call.method, call.path) for call in xero.calls)


def rebuilt(work: Any, folder: Path, *given: Any) -> Path:
    """A template, made in a process of its own: this one must stay free of threads."""
    shutil.rmtree(folder, ignore_errors=True)
    in_a_process(work, folder, *given)
    return folder
