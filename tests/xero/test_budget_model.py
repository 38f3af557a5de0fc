"""The count of calls against a Xero of a few lines: whatever the workers do, it refuses none.

Windows lie anywhere, calls take any time on either way, workers die in a call, answers come late
and out of order, the count is lost and begins anew.
"""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from itertools import count
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from vtiger_xero.xero.budget_state import (
    A_MINUTE,
    AT_ONCE,
    LOOK_AGAIN,
    BudgetState,
    Closed,
    Go,
    Wait,
    ask,
    ended,
    spent,
)

NOON = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)
LEASE = timedelta(seconds=120)
DAY = timedelta(days=1)


@dataclass
class TinyXero:
    """Fixed windows from `phase` on, and what it counted in them."""

    per_minute: int
    per_day: int
    phase: timedelta
    used: Counter[tuple[str, int]] = field(default_factory=Counter)
    under_way: int = 0
    refused: list[str] = field(default_factory=list)

    def begins(self) -> None:
        self.under_way += 1
        if self.under_way > AT_ONCE:
            self.refused.append("concurrent")

    def works(self, now: datetime) -> tuple[int, int]:
        """Count the call; returns what is left of the minute and the day."""
        left = []
        for name, length, allowed in (
            ("minute", A_MINUTE, self.per_minute),
            ("day", DAY, self.per_day),
        ):
            window = (name, (now - NOON + self.phase) // length)
            self.used[window] += 1
            if self.used[window] > allowed:
                self.refused.append(name)
            left.append(allowed - self.used[window])
        self.under_way -= 1
        return left[0], left[1]


@dataclass
class Office:
    """Workers that all want to call, one after the other, as fast as they may."""

    xero: TinyXero
    random: Random
    keep: int = 0
    slowest: float = 0.3
    losses: float = 0.05
    state: BudgetState = field(default_factory=BudgetState)
    now: datetime = NOON
    made: int = 0
    closed: list[Closed] = field(default_factory=list)
    events: list[tuple[datetime, int, Any]] = field(default_factory=list)
    numbers: Any = field(default_factory=count)

    def after(self, seconds: float, what: Any) -> None:
        moment = self.now + timedelta(seconds=max(0.0, seconds))
        heapq.heappush(self.events, (moment, next(self.numbers), what))

    def open(self, workers: int, until: timedelta) -> None:
        for _ in range(workers):
            self.after(self.random.uniform(0, 3), self.tries)
        while self.events and self.events[0][0] < NOON + until:
            self.now, _, what = heapq.heappop(self.events)
            what()

    def tries(self) -> None:
        call = str(next(self.numbers))
        self.state, verdict = ask(self.state, self.now, call, LEASE, self.keep)
        if isinstance(verdict, Go):
            self.made += 1
            self.xero.begins()
            self.after(self.delay(), lambda: self.works(call))
        elif isinstance(verdict, Wait):
            pause = self.random.uniform(0.01, 2)
            until = (verdict.until - self.now).total_seconds() if verdict.until else pause
            self.after(until, self.tries)
        else:
            self.closed.append(verdict)
            self.after((verdict.until - self.now).total_seconds(), self.tries)

    def works(self, call: str) -> None:
        left = self.xero.works(self.now)
        if left[1] < 0:  # 429, with the time to wait
            until = self.now + DAY - (self.now - NOON + self.xero.phase) % DAY
            self.state = spent(ended(self.state, self.now, call, None, None), until)
            self.after(0, self.tries)
            return
        if (
            self.random.random() < self.losses / 2
        ):  # the worker was killed: another one takes its seat
            self.after(self.random.uniform(0, 30), self.tries)
            return
        if self.random.random() < self.losses:
            left = (None, None)  # type: ignore[assignment]
        self.after(self.delay(), lambda: self.answered(call, *left))

    def answered(self, call: str, minute: int | None, day: int | None) -> None:
        self.state = ended(BudgetState.of(self.state.text()), self.now, call, minute, day)
        rest = self.random.uniform(0, 90) if self.random.random() < 0.02 else 0.0
        self.after(rest, self.tries)

    def delay(self) -> float:
        return self.random.choice([0.05, self.random.uniform(0, self.slowest)])


often = settings(max_examples=20, deadline=None)
seeds = st.integers(0, 10**9)
phases = st.floats(0, 86_400).map(lambda seconds: timedelta(seconds=seconds))


@often
@given(seeds, phases, st.integers(1, 8), st.sampled_from([0.1, 0.3, 3, 40]))
def test_no_minute_and_no_five_at_once_are_ever_exceeded(
    seed: int, phase: timedelta, workers: int, slowest: float
) -> None:
    office = Office(TinyXero(60, 100_000, phase), Random(seed), slowest=slowest)
    office.open(workers, timedelta(minutes=7))
    assert office.xero.refused == []
    if slowest < 1 < workers:
        assert office.made >= 60 * 2, "and what may be done is done, whoever died"


@often
@given(seeds, phases, st.integers(1, 8), st.sampled_from([0, 25]))
def test_no_day_is_exceeded_and_the_reserve_stays(
    seed: int, phase: timedelta, workers: int, keep: int
) -> None:
    office = Office(TinyXero(60, 90, phase), Random(seed), keep, losses=0)
    office.open(workers, timedelta(days=1, hours=20))
    used = [number for (name, _), number in office.xero.used.items() if name == "day"]
    # To look whether the day is a new one costs a call each time, and only that.
    looks = DAY // LOOK_AGAIN
    assert max(used) <= 90 - keep + looks
    assert len(office.xero.refused) <= (0 if keep else len(used)), "one question a day at most"
    assert office.closed
    assert {each.reserved for each in office.closed if keep} <= {True}
    whole = used[1:-1] or used  # of the first and the last of three days it saw minutes, perhaps
    assert min(whole) > 30, "and what may be done is done"


@often
@given(seeds, phases, st.integers(0, 59))
def test_a_count_that_begins_anew_in_the_middle_of_a_minute_learns_what_is_left(
    seed: int, phase: timedelta, before: int
) -> None:
    xero = TinyXero(60, 100_000, phase)
    xero.used["minute", phase // A_MINUTE] = before  # the window at hand
    office = Office(xero, Random(seed), losses=0)
    office.open(4, timedelta(minutes=3))
    assert office.xero.refused == []


def test_a_place_of_a_dead_worker_comes_free() -> None:
    state = BudgetState(day_remaining=900, seen=NOON)
    for number in range(AT_ONCE):
        state, verdict = ask(state, NOON, str(number), LEASE, 0)
        assert verdict == Go()
    assert ask(state, NOON, "6", LEASE, 0)[1] == Wait()
    assert ask(state, NOON + LEASE, "6", LEASE, 0)[1] == Go()


def test_a_clock_that_was_put_back_stops_nobody_for_long() -> None:
    state = BudgetState(day_remaining=900, seen=NOON)
    for number in range(60):
        state, _ = ask(state, NOON, str(number), LEASE, 0)
        state = ended(state, NOON, str(number), 59 - number, 899 - number)
    before = NOON - timedelta(hours=1)
    state, verdict = ask(state, before, "late", LEASE, 0)
    assert verdict == Wait(before + A_MINUTE)
    assert ask(state, before + A_MINUTE, "late", LEASE, 0)[1] == Go()


def test_a_clock_that_was_put_back_lengthens_no_minute_of_others_and_no_lease() -> None:
    """What others used is known for a minute, and a place of the dead comes free in two."""
    before = NOON - timedelta(hours=1)
    state = BudgetState(others=60, others_until=NOON + A_MINUTE, day_remaining=900, seen=before)
    state, verdict = ask(state, before, "late", LEASE, 0)
    assert verdict == Wait(before + A_MINUTE)
    assert ask(state, before + A_MINUTE, "late", LEASE, 0)[1] == Go()
    state = BudgetState()  # nothing is known of the day: one at a time
    state, _ = ask(state, NOON, "dead", LEASE, 0)
    state, verdict = ask(state, before, "late", LEASE, 0)
    assert verdict == Wait()
    assert ask(state, before + LEASE, "late", LEASE, 0)[1] == Go()


def test_the_state_is_the_same_after_a_rest_as_text() -> None:
    state = BudgetState(59, 999, NOON, day_since=NOON)
    state, _ = ask(state, NOON, "one", LEASE, 0)
    state, _ = ask(state, NOON, "two", LEASE, 0)
    state = ended(state, NOON, "one", 58, 998)
    assert BudgetState.of(state.text()) == state
    assert BudgetState.of("") == BudgetState()
    assert replace(state, begun=0) != state
