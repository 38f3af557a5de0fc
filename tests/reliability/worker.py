"""One run in a process of its own, which may not live to its end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from types import ModuleType
from typing import Any

from tests.reliability.deadly import Deadly, DeadlyTokens, Point, Trigger
from tests.reliability.places import APP, PROCESSES, Place, Skewed
from tests.support.fakes import Quiet
from vtiger_xero.engine.actions import Operation
from vtiger_xero.engine.errors import SyncError
from vtiger_xero.engine.sync import Sync, batching, planning, to_crm
from vtiger_xero.xero import Addresses, Budget, connect, paging


@dataclass
class Small:
    """Pages, parts, batches and commits of a few records, so that a small shop has many of them."""

    page: int = 6
    margin: int = 2
    part: int = 5
    batch: int = 4
    commit: int = 3

    def apply(self) -> None:
        _set(paging, "PAGE_SIZE", self.page)
        _set(paging, "MARGIN", self.margin)
        _set(planning, "_AT_ONCE", self.part)
        _set(batching, "largest_batch", lambda module: self.batch)
        _set(to_crm, "_COMMIT_EVERY", self.commit)


def _set(module: ModuleType, name: str, value: object) -> None:
    """A size that has another name by now must not stay large without a word."""
    getattr(module, name)
    setattr(module, name, value)


@dataclass
class Ending:
    """How a run ended; `killed` where it did not."""

    killed: bool = False
    status: str = ""
    message: str = ""
    writes: int = 0
    calls: int = 0
    wrote: list[tuple[str, str, str, str]] = field(default_factory=list)
    reached: Counter[tuple[str, str, str]] = field(default_factory=Counter)


@dataclass
class Conditions:
    """What a run is given beside its place."""

    small: Small = field(default_factory=Small)
    skew: timedelta = timedelta(0)
    automatic: bool = False


class Worker:
    """A process that syncs."""

    def __init__(
        self,
        place: Place,
        url: str,
        *,
        point: Point | None = None,
        victim: Any = None,
        conditions: Conditions | None = None,
    ) -> None:
        self._wire, there = PROCESSES.Pipe()
        given = (there, place, url, point, victim, conditions or Conditions())
        self.process = PROCESSES.Process(target=_run, args=given)
        self.process.start()
        there.close()

    def ending(self) -> Ending:
        """Wait for the end, whichever it is."""
        try:
            found: Ending = self._wire.recv()
        except EOFError:
            found = Ending(killed=True)
        self.process.join()
        if found.killed and self.process.exitcode != -9:
            raise RuntimeError(
                f"The worker ended with {self.process.exitcode}, and by nobody's hand."
            )
        return found


def _run(
    wire: Any, place: Place, url: str, point: Point | None, victim: Any, conditions: Conditions
) -> None:
    trigger = Trigger(point)
    if victim is not None:
        victim.value = PROCESSES.current_process().pid
    conditions.small.apply()
    clock = Skewed(place.time, conditions.skew)
    with place.database() as database:
        trigger.watch(database)
        budget = Budget(place.budget(database), clock, automatic=conditions.automatic)
        tokens = DeadlyTokens(place.tokens(database), trigger)
        ledger = connect(APP, place.settings.tenant, tokens, budget, clock, Addresses.at(url))
        ports = (
            Deadly("crm", place.crm(database, clock), trigger),
            Deadly("ledger", ledger, trigger),
            Deadly("journal", place.journal(database), trigger),
        )
        wire.send(_ended(Sync(*ports, clock, Quiet(), place.settings), trigger))


def _ended(sync: Sync, trigger: Trigger) -> Ending:
    try:
        report = sync.run()
    except SyncError as error:
        return Ending(status=type(error).__name__, message=error.message)
    head = report.header
    wrote = [
        (each.module.value, each.side.name, each.operation.value, each.title)
        for each in report.entries
        if each.operation is not Operation.SKIPPED
    ]
    return Ending(
        status=head.status.value,
        message=head.message,
        writes=report.writes,
        calls=head.calls,
        wrote=wrote,
        reached=trigger.reached,
    )
