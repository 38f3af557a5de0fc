"""A first sync against Xero's limits, on a clock of which only calls and waits take something.

Every call takes 300 ms; calls that are under way at the same time take them together. What the
sync itself computes takes nothing here: what is asked is whether Xero is kept waiting.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from benchmarks.books import Sizes
from benchmarks.figures import Figure
from benchmarks.meters import MeteredClient, SimulatedClock
from benchmarks.stage import Stage, staged
from vtiger_xero.xero import Addresses, App
from vtiger_xero.xero.errors import Reply
from vtiger_xero.xero.ledger import XeroLedger

SECTION = "A first sync on a virtual clock: Xero's limits, 300 ms a call"
LATENCY = timedelta(milliseconds=300)
A_MINUTE, A_DAY = 60, 1_000  # calls: Xero's limits for a free app
AT_ONCE = 5
PAGE = 1_000
FULL = Sizes(10_000, 5_000, 20_000, 15_000)
T = TypeVar("T")


class VirtualLanes:
    """Calls that are under way together: each is ready its latency after it was begun."""

    def __init__(self, clock: SimulatedClock) -> None:
        self._clock = clock
        self.is_under_way = False

    def submit(self, work: Callable[[], T]) -> Callable[[], T]:
        """Xero sees the call now; who asks for its answer waits until it is there."""
        self.is_under_way = True
        try:
            result = work()
        finally:
            self.is_under_way = False
        ready = self._clock.now() + LATENCY

        def answer() -> T:
            self._clock.sleep(max(timedelta(0), ready - self._clock.now()))
            return result

        return answer


class SlowClient(MeteredClient):
    """A client whose calls take their time on the stage's clock."""

    lanes: VirtualLanes

    def _send_once(self, request: Any) -> Reply:
        reply = super()._send_once(request)
        if not self.lanes.is_under_way:
            self._clock.sleep(LATENCY)
        return reply


@dataclass
class FirstSync:
    """What a first sync in one direction took. `dictated` is what the limits themselves ask for."""

    direction: str
    sizes: Sizes
    calls: int
    day: int
    seconds: float
    dictated: float
    moments: list[float]

    @property
    def ratio(self) -> float:
        """How much longer than it must."""
        return self.seconds / self.dictated


def first_syncs(sizes: Sizes) -> Iterator[FirstSync]:
    """From Xero, and to Xero."""
    with _stage() as stage:
        stage.fill_xero(sizes)
        yield _first_sync(stage, "from Xero", sizes)
    with _stage() as stage:
        stage.fill_crm(sizes)
        yield _first_sync(stage, "to Xero", sizes)


@contextmanager
def _stage() -> Iterator[Stage]:
    clock = SimulatedClock()
    with staged(day_limit=A_DAY, clock=clock) as stage:
        lanes = VirtualLanes(clock)

        def ledger() -> XeroLedger:
            app, at = App("DEMO-CLIENT", "demo-secret"), Addresses.at(stage.xero.url)
            parts = (stage.settings.tenant, stage.tokens, stage.budget, clock, at, lanes)
            client = SlowClient(app, *parts)
            client.lanes = lanes
            return XeroLedger(client, clock)

        stage.ledger = ledger  # type: ignore[method-assign]
        yield stage


def _first_sync(stage: Stage, direction: str, sizes: Sizes) -> FirstSync:
    stage.rest()
    stage.xero.reset_calls()
    began = stage.clock.now()
    report = stage.sync().run()
    ended = stage.clock.now()
    if report.writes < sizes.records:
        raise RuntimeError(f"{report.writes} of {sizes.records}: {report.header.message}")
    api = [call for call in stage.xero.calls if call.tenant and call.status != 429]
    seconds = (ended - began).total_seconds()
    moments = [_since(began, call.at) for call in api]
    return FirstSync(
        direction, sizes, len(api), A_DAY, seconds, _dictated(direction, sizes, len(api)), moments
    )


def _since(began: datetime, at: datetime) -> float:
    return (at - began).total_seconds()


def _dictated(direction: str, sizes: Sizes, calls: int) -> float:
    """The least that so many calls take: sixty a minute, five at once, and what waits for what.

    A page can be asked for when the last row of the one before it is known; first comes what must
    be known of the organisation, and last what the payments have made of the invoices.
    """
    one = LATENCY.total_seconds()
    minutes, rest = divmod(calls - 1, A_MINUTE)
    pages = math.ceil(max(sizes.contacts, sizes.invoices, sizes.payments) / PAGE)
    chain = 1 + pages + 1 if direction == "from Xero" else 1
    return max(minutes * 60.0 + math.ceil((rest + 1) / AT_ONCE) * one, chain * one)


# Calls of the whole, and those that a run makes whatever its size.
_MOST = {"from Xero": (60, 10), "to Xero": (A_DAY, 25)}


def figures(run: FirstSync, part: float) -> Iterator[Figure]:
    """Calls and time of a first sync, which is that part of the one that the targets are for."""
    sizes = run.sizes
    whole, least = _MOST[run.direction]
    most = whole if part == 1 else math.ceil(whole * part) + least
    title = (
        f"{run.direction}: {sizes.contacts:,} contacts, {sizes.items:,} items, "
        f"{sizes.invoices:,} invoices, {sizes.payments:,} payments: calls"
    )
    yield Figure(SECTION, title, run.calls, target=most)
    yield Figure(SECTION, "… minutes", run.seconds / 60)
    title = "… times what the limits themselves dictate"
    # Writes go out one after the other: below a minute's calls the limits do not yet bite.
    is_bound = run.direction == "from Xero" or run.calls > A_MINUTE
    yield Figure(SECTION, title, run.ratio, "×", target=1.2 if is_bound else None)
