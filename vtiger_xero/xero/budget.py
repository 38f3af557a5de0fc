"""Xero's call limits, as its answers tell them, shared by every worker.

A minute that is spent is waited for, a day is not: the run stops and says until when. The last
calls of a day are kept for people: an automatic run leaves them alone. What follows from which
number is in `budget_state`; here is the waiting.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Protocol
from uuid import uuid4

from ..engine.errors import BudgetSpent, RetryLater
from ..engine.messages import _lt
from ..engine.ports import Clock
from . import budget_state as rules
from .budget_state import A_MINUTE, BudgetState, Closed, Go, Verdict
from .shared import SharedText

RESERVE = 25
MOST_WAITS = 3
LONGEST_WAIT = timedelta(seconds=90)  # a minute's window and a little; longer is no minute limit
DAY_UNKNOWN = timedelta(hours=1)
PAUSE = timedelta(seconds=2)  # for limits that come without a Retry-After
# For a place that another process holds: so often, and then less often, it is asked whether it is
# free. How long depends on that one's call, which takes a second or a minute.
FIRST_LOOK, LONGEST_LOOK = timedelta(milliseconds=50), timedelta(seconds=2)
LEASE = timedelta(seconds=120)  # a call is over by then: longer than any timeout of the client

Told = Callable[[Mapping[str, str]], None]


class BudgetStore(Protocol):
    """Where every worker finds the state, and changes it: one after the other, over all of them."""

    def load(self) -> BudgetState:
        """The state as it is now; a new one says nothing."""

    def change(self, work: Callable[[BudgetState], BudgetState]) -> BudgetState:
        """What `work` makes of the state that is kept NOW, kept.

        Nobody else's change comes between. `work` may be called more than once; the last counts.
        """


class MemoryBudget:
    """A `BudgetStore` within one process, for tests."""

    def __init__(self, state: BudgetState | None = None) -> None:
        self._state = state or BudgetState()
        self._lock = threading.Lock()

    def load(self) -> BudgetState:
        """The state as it is now."""
        return self._state

    def change(self, work: Callable[[BudgetState], BudgetState]) -> BudgetState:
        """What `work` makes of it, under a lock of this process."""
        with self._lock:
            self._state = work(self._state)
            return self._state


class TextBudget:
    """A `BudgetStore` in a text that workers share."""

    def __init__(self, text: SharedText) -> None:
        self._text = text

    def load(self) -> BudgetState:
        """The state as it is now."""
        return BudgetState.of(self._text.load())

    def change(self, work: Callable[[BudgetState], BudgetState]) -> BudgetState:
        """What `work` makes of it."""
        return BudgetState.of(self._text.change(lambda held: work(BudgetState.of(held)).text()))

    def save(self, state: BudgetState) -> None:
        """Put a state there, whatever is kept."""
        self._text.change(lambda held: state.text())


class _Threads:
    """The calls of this process: who waits for one of them need not ask the store.

    `over` is how many have ended so far.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._under_way = 0
        self.over = 0

    def begin(self) -> None:
        with self._changed:
            self._under_way += 1

    def end(self) -> None:
        with self._changed:
            self._under_way -= 1
            self.over += 1
            self._changed.notify_all()

    def wait(self, over: int) -> bool:
        """Wait until more than `over` of our own have ended; False if none is under way."""
        with self._changed:
            if self.over == over and self._under_way:
                self._changed.wait(1.0)
            return self.over != over or self._under_way > 0


_ours = _Threads()


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
        self._keep = reserve if automatic else 0
        self._on_wait = on_wait or (lambda seconds: None)

    @contextmanager
    def call(self) -> Iterator[Told]:
        """One call to Xero, admitted: tell what is given the headers of its answer.

        Waits for a spent minute to end and for one of the five places that all workers have;
        `BudgetSpent` if the day allows no further call.
        """
        name, told = uuid4().hex, list[Mapping[str, str]]()
        self._wait_for_turn(name)
        _ours.begin()
        try:
            yield told.append
        finally:
            try:
                self._note_end(name, told[-1] if told else {})
            finally:
                _ours.end()

    def closed_until(self) -> datetime | None:
        """Until when the day allows this run no call; None where it may call now."""
        found = rules.closed(self._store.load(), self._clock.now(), self._keep)
        return found.until if found else None

    def refused(self, headers: Mapping[str, str], waits: int) -> None:
        """Take note of a 429. `call` does the waiting, of this worker and of all others.

        `waits` counts the 429s that this call has met before. Raises `BudgetSpent` for a day,
        `RetryLater` when waiting has gone on for too long.
        """
        now, after = self._clock.now(), rules.whole(headers, "Retry-After")
        wait = PAUSE * (waits + 1) if after is None else timedelta(seconds=after)
        if (headers.get("X-Rate-Limit-Problem") or "").lower() == "day":
            until = now + (DAY_UNKNOWN if after is None else wait)
            self._store.change(lambda state: rules.spent(state, until))
            raise _spent(until)
        is_new = after is not None
        self._store.change(lambda state: rules.paused(state, now + wait, is_new=is_new))
        if waits >= MOST_WAITS or wait > LONGEST_WAIT:
            raise _too_often(max(wait, A_MINUTE))

    def _note_end(self, name: str, headers: Mapping[str, str]) -> None:
        minute = rules.whole(headers, "X-MinLimit-Remaining")
        day = rules.whole(headers, "X-DayLimit-Remaining")
        self._store.change(lambda state: rules.ended(state, self._clock.now(), name, minute, day))

    def _wait_for_turn(self, name: str) -> None:
        """Return when the call may begin, `BudgetSpent` where it may not today."""
        look = FIRST_LOOK
        while True:
            over = _ours.over  # before the store is asked: what ends meanwhile is not waited for
            verdict = self._ask_store(name)
            if isinstance(verdict, Go):
                return
            if isinstance(verdict, Closed):
                raise self._closed(verdict)
            if verdict.until is not None:
                self._wait(verdict.until - self._clock.now())
            elif not _ours.wait(over):
                self._clock.sleep(look)
                look = min(look * 2, LONGEST_LOOK)

    def _ask_store(self, name: str) -> Verdict:
        said = list[Verdict]()

        def work(state: BudgetState) -> BudgetState:
            # The time is that of the state: whoever waited for it would else bring one from before
            # the last call ended, and count that call's minute from there.
            now = self._clock.now()
            changed, verdict = rules.ask(state, now, name, LEASE, self._keep)
            said.append(verdict)
            return changed

        self._store.change(work)
        return said[-1]

    def _closed(self, verdict: Closed) -> BudgetSpent:
        if verdict.reserved:
            return _reserved(self._keep, verdict.until)
        return _spent(verdict.until)

    def _wait(self, duration: timedelta) -> None:
        if duration > LONGEST_WAIT:
            raise _too_often(duration)
        if duration > timedelta(0):
            self._on_wait(-(-duration // timedelta(seconds=1)))
            self._clock.sleep(duration)


def _too_often(after: timedelta) -> RetryLater:
    return RetryLater(
        _lt("Xero's limit of calls per minute was reached. The sync resumes automatically."),
        after=after,
    )


def _spent(until: datetime) -> BudgetSpent:
    return BudgetSpent(
        _lt(
            "Xero allows no more calls today. The sync resumes automatically where it "
            "stopped, from {0}."
        ).format(until),
        until=until,
    )


def _reserved(reserve: int, until: datetime) -> BudgetSpent:
    return BudgetSpent(
        _lt(
            "Only {0} of today's calls to Xero are left, and they are kept for Sync Now. "
            "Press Sync Now to use them; otherwise the sync resumes automatically, from {1}."
        ).format(reserve, until),
        until=until,
    )
