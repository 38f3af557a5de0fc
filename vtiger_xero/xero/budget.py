"""Xero's call limits, as its answers tell them, shared by every worker.

A minute that is spent is waited for, a day is not: the run stops and says until when. The last
calls of a day are kept for people: an automatic run leaves them alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from ..engine.errors import BudgetSpent, RetryLater
from ..engine.ports import Clock

AT_ONCE = 5  # Xero's limit per organisation; here per process, so a little stricter
RESERVE = 25
PLANS = (1_000, 5_000)  # calls a day: Starter, and every plan that costs something
MOST_WAITS = 3
LONGEST_WAIT = timedelta(seconds=90)  # a minute's window and a little; longer is no minute limit
# Xero does not say when a day's window ends before it is spent. So an automatic run that met
# the reserve looks again after this time: at most six calls a day, spent on looking.
LOOK_AGAIN = timedelta(hours=4)
A_MINUTE = timedelta(minutes=1)
DAY_UNKNOWN = timedelta(hours=1)
PAUSE = timedelta(seconds=2)  # for limits that come without a Retry-After

_in_flight = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class BudgetState:
    """What is known of the limits (None: nothing yet). Times are UTC.

    `seen` is when Xero last told the numbers, `day_most` the highest that it told for a day;
    `paused_until` ends a spent minute, `spent_until` a spent day.
    """

    minute_remaining: int | None = None
    day_remaining: int | None = None
    seen: datetime | None = None
    paused_until: datetime | None = None
    spent_until: datetime | None = None
    day_most: int | None = None

    @property
    def day_limit(self) -> int | None:
        """What a day seems to allow: the smallest of Xero's plans that fits what it told."""
        if self.day_most is None:
            return None
        return next((plan for plan in PLANS if self.day_most <= plan), self.day_most)


class BudgetStore(Protocol):
    """Where every worker finds the state. The last one to write wins; Xero corrects it."""

    def load(self) -> BudgetState:
        """The state as last saved; a new one says nothing."""

    def save(self, state: BudgetState) -> None:
        """Keep it."""


class MemoryBudget:
    """A `BudgetStore` within one process, for tests and the demo."""

    def __init__(self, state: BudgetState | None = None) -> None:
        self._state = state or BudgetState()

    def load(self) -> BudgetState:
        """The state as last saved."""
        return self._state

    def save(self, state: BudgetState) -> None:
        """Keep it."""
        self._state = state


class Budget:
    """Asks before each call, listens to each answer.

    `automatic` runs leave the last `reserve` calls of a day to people. `on_wait` is told the
    seconds of every wait for a minute to end, before it begins.
    """

    def __init__(
        self,
        store: BudgetStore,
        clock: Clock,
        *,
        reserve: int = RESERVE,
        automatic: bool = False,
        on_wait: Callable[[int], None] | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._reserve = reserve
        self._automatic = automatic
        self._on_wait = on_wait or (lambda seconds: None)

    @contextmanager
    def place(self) -> Iterator[None]:
        """One of the five places that this process has at Xero, for the length of a request."""
        with _in_flight:
            yield

    def before(self) -> None:
        """Wait for a spent minute to end; `BudgetSpent` if the day allows no further call."""
        state, now = self._store.load(), self._clock.now()
        if state.spent_until and now < state.spent_until:
            raise _spent(state.spent_until)
        if until := self._reserved_until(state, now):
            raise _reserved(self._reserve, until)
        if state.paused_until and now < state.paused_until:
            self._wait(state.paused_until - now)

    def closed_until(self) -> datetime | None:
        """Until when the day allows this run no call; None where it may call now."""
        state, now = self._store.load(), self._clock.now()
        if state.spent_until and now < state.spent_until:
            return state.spent_until
        return self._reserved_until(state, now)

    def saw(self, headers: Mapping[str, str]) -> None:
        """Take over what an answer's headers say is left."""
        minute = _whole(headers.get("X-MinLimit-Remaining"))
        day = _whole(headers.get("X-DayLimit-Remaining"))
        if day is not None:
            state = self._store.load()
            told = replace(state, minute_remaining=minute, day_remaining=day)
            most = max(day, state.day_most or 0)
            self._store.save(replace(told, seen=self._clock.now(), day_most=most))

    def refused(self, headers: Mapping[str, str], waits: int) -> None:
        """Take note of a 429. `before` does the waiting, of this worker and of all others.

        `waits` counts the 429s that this call has met before. Raises `BudgetSpent` for a day,
        `RetryLater` when waiting has gone on for too long.
        """
        now, after = self._clock.now(), _whole(headers.get("Retry-After"))
        wait = PAUSE * (waits + 1) if after is None else timedelta(seconds=after)
        if (headers.get("X-Rate-Limit-Problem") or "").lower() == "day":
            until = now + (DAY_UNKNOWN if after is None else wait)
            self._store.save(replace(self._store.load(), spent_until=until))
            raise _spent(until)
        self._store.save(replace(self._store.load(), paused_until=now + wait))
        if waits >= MOST_WAITS or wait > LONGEST_WAIT:
            raise _too_often(max(wait, A_MINUTE))

    def _reserved_until(self, state: BudgetState, now: datetime) -> datetime | None:
        """Until when what is left of the day is kept for people, if this run is none of theirs."""
        if not self._automatic or state.day_remaining is None or state.seen is None:
            return None
        until = state.seen + LOOK_AGAIN
        return until if state.day_remaining <= self._reserve and now < until else None

    def _wait(self, duration: timedelta) -> None:
        if duration > LONGEST_WAIT:
            raise _too_often(duration)
        self._on_wait(-(-duration // timedelta(seconds=1)))
        self._clock.sleep(duration)


def _too_often(after: timedelta) -> RetryLater:
    return RetryLater(
        "Xero is asked more often than it allows in a minute. The sync goes on by itself.",
        after=after,
    )


def _spent(until: datetime) -> BudgetSpent:
    return BudgetSpent(
        "Xero's limit of calls for today is used up. The sync goes on by itself where it "
        f"stopped, from {until:%Y-%m-%d %H:%M UTC}.",
        until=until,
    )


def _reserved(reserve: int, until: datetime) -> BudgetSpent:
    return BudgetSpent(
        f"Only the last {reserve} of today's calls to Xero are left, and those are kept for "
        "people. Press Sync Now to use them; otherwise the sync goes on by itself, from "
        f"{until:%Y-%m-%d %H:%M UTC}.",
        until=until,
    )


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.strip().isdecimal() else None
