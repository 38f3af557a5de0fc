"""The engine alone: pairing, reading both sides, merging, deciding, with everything in memory."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.books import Sizes
from benchmarks.figures import Figure
from benchmarks.stage import Quiet, Stage, staged
from vtiger_xero.engine.ports import Ports
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.sync.planning import plan
from vtiger_xero.engine.sync.pull import pull
from vtiger_xero.engine.sync.session import Request, Session, open_session

SECTION = "The engine alone"
_TRIES = 3


class Remembering:
    """A port whose answers to equal questions are given from memory: no database is measured."""

    def __init__(self, port: object) -> None:
        self._port = port
        self._answers: dict[tuple[object, ...], Any] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        ask = getattr(self._port, name)

        def answer(*given: Any) -> Any:
            question = (name, *(tuple(each) if isinstance(each, list) else each for each in given))
            if question not in self._answers:
                self._answers[question] = ask(*given)
            return self._answers[question]

        return answer


def seconds_of_planning(sizes: Sizes) -> float:
    """The CPU that deciding so many new records takes, contacts and invoices, median of a few."""
    with staged() as stage:
        stage.fill_xero(Sizes(sizes.contacts, sizes.items))
        stage.run()
        stage.fill_xero(sizes)
        pull(_session(stage, stage.crm, stage.journal), Module.INVOICES)
        session = _session(stage, Remembering(stage.crm), Remembering(stage.journal))
        return _timed(lambda: plan(session, Module.INVOICES, retry=False))


def _session(stage: Stage, crm: object, journal: object) -> Session:
    ledger = stage.ledger()
    held: Any = (crm, ledger, journal)
    ports = Ports(*held, stage.clock, Quiet())
    return open_session(ports, stage.settings, ledger.reference(), Request())


def _timed(work: Callable[[], object]) -> float:
    work()  # now everything is in memory
    took = []
    for _ in range(_TRIES):
        began = time.thread_time()
        work()
        took.append(time.thread_time() - began)
    return statistics.median(took)


def figures(count: int) -> Iterator[Figure]:
    """How many a second, and whether twice as many take twice as long."""
    one = seconds_of_planning(Sizes(50, 50, count))
    two = seconds_of_planning(Sizes(50, 50, 2 * count))
    title = "invoices of 5 lines paired, read, decided: milliseconds each"
    yield Figure(SECTION, title, 1000 * two / (2 * count), " ms")
    yield Figure(SECTION, "… time for twice as many", two / one, "×", target=2.4)
