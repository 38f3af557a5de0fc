"""Limits: what is waited for, what is not, and what is kept for people."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from tests.xero.support import Desk, ask, batch, desk_at, on_threads, read_all
from vtiger_xero.engine.errors import BudgetSpent, RetryLater
from vtiger_xero.xero import Budget, BudgetState, MemoryBudget
from vtiger_xero.xero.budget import LONGEST_WAIT, _ours, _Threads
from vtiger_xero.xero.budget_state import AT_ONCE, LOOK_AGAIN
from xero_simulator import Fault, Simulator

NOON = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)


class Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at

    def sleep(self, duration: timedelta) -> None:
        self.at += duration


def left(minute: int, day: int) -> dict[str, str]:
    return {"X-MinLimit-Remaining": str(minute), "X-DayLimit-Remaining": str(day)}


def call(budget: Budget, *said: dict[str, str]) -> None:
    """A call that is admitted, and what its answer says is left."""
    with budget.call() as told:
        for headers in said:
            told(headers)


def minute_spent(seconds: int) -> dict[str, str]:
    return {"Retry-After": str(seconds), "X-Rate-Limit-Problem": "minute"}


def test_what_an_answer_says_is_known_to_every_worker(desk: Desk) -> None:
    ask(desk.ledger())
    state = desk.budget.load()
    assert state.day_remaining == 999
    assert state.minute_remaining == 59
    assert state.seen is not None


def test_answers_without_numbers_change_nothing() -> None:
    store = MemoryBudget(BudgetState(day_remaining=7))
    call(Budget(store, Hand()), {})
    call(Budget(store, Hand()), {"X-DayLimit-Remaining": "many"})
    assert store.load().day_remaining == 5


def test_a_minute_that_another_worker_found_spent_is_waited_for_as_well() -> None:
    store, clock, told = MemoryBudget(), Hand(), list[int]()
    Budget(store, clock).refused(minute_spent(26), waits=0)
    call(Budget(store, clock, on_wait=told.append))
    assert told == [26]
    assert clock.at == NOON + timedelta(seconds=26)
    call(Budget(store, clock, on_wait=told.append))
    assert told == [26]


def test_a_wait_that_is_longer_than_a_minute_can_be_is_not_waited() -> None:
    clock = Hand()
    with pytest.raises(RetryLater) as raised:
        Budget(MemoryBudget(), clock).refused(minute_spent(3_600), waits=0)
    assert raised.value.after == timedelta(hours=1)
    state = BudgetState(paused_until=NOON + LONGEST_WAIT * 2)
    with pytest.raises(RetryLater):
        call(Budget(MemoryBudget(state), clock))
    assert clock.at == NOON


def test_a_spent_day_is_over_when_xero_said() -> None:
    store, clock = MemoryBudget(), Hand()
    with pytest.raises(BudgetSpent, match="2026-01-05 18:00 UTC") as raised:
        Budget(store, clock).refused(
            {"Retry-After": "21600", "X-Rate-Limit-Problem": "day"}, waits=0
        )
    assert raised.value.until == NOON + timedelta(hours=6)
    clock.at = raised.value.until
    call(Budget(store, clock))


def test_a_spent_day_without_a_time_is_asked_about_in_an_hour() -> None:
    with pytest.raises(BudgetSpent) as raised:
        Budget(MemoryBudget(), Hand()).refused({"X-Rate-Limit-Problem": "day"}, waits=0)
    assert raised.value.until == NOON + timedelta(hours=1)


def test_the_last_calls_of_a_day_are_kept_for_people() -> None:
    store, clock = MemoryBudget(), Hand()
    call(Budget(store, clock), left(59, 25))
    with pytest.raises(BudgetSpent, match="kept for Sync Now") as raised:
        call(Budget(store, clock, automatic=True))
    assert raised.value.until == NOON + LOOK_AGAIN
    call(Budget(store, clock), left(58, 24))  # a person pressed Sync Now
    call(Budget(store, clock, automatic=True, reserve=10), left(57, 23))


def test_an_automatic_run_looks_again_later_because_the_day_may_be_new() -> None:
    store, clock = MemoryBudget(), Hand()
    call(Budget(store, clock), left(59, 3))
    clock.at += LOOK_AGAIN
    call(Budget(store, clock, automatic=True), left(59, 2))
    with pytest.raises(BudgetSpent):
        call(Budget(store, clock, automatic=True))
    clock.at += LOOK_AGAIN
    call(Budget(store, clock, automatic=True), left(59, 999))
    call(Budget(store, clock, automatic=True), left(58, 998))


def test_an_automatic_run_stops_before_the_reserve_and_sends_nothing_more() -> None:
    with Simulator(day_limit=30) as simulator:
        desk = desk_at(simulator)
        ledger = desk.ledger(automatic=True)
        for _ in range(5):
            ask(ledger)
        with pytest.raises(BudgetSpent):
            ask(ledger)
        assert ledger.calls == len(desk.api_calls()) == 5
        assert ask(desk.ledger())


def test_a_day_runs_out_for_people_too_and_comes_back() -> None:
    with Simulator(day_limit=2) as simulator:
        desk = desk_at(simulator)
        ledger = desk.ledger()
        ask(ledger)
        ask(ledger)
        with pytest.raises(BudgetSpent) as raised:
            ask(ledger)
        assert len(desk.api_calls()) == 2, "what Xero would refuse is not sent"
        simulator.clock.advance(raised.value.until - desk.clock.now())
        with pytest.raises(BudgetSpent) as raised:
            ask(ledger)  # nobody knew when the day ends; this is the one call that asks
        assert raised.value.until - desk.clock.now() <= timedelta(days=1) - LOOK_AGAIN
        simulator.clock.advance(raised.value.until - desk.clock.now())
        assert ask(ledger)
        assert [each.status for each in desk.api_calls()] == [200, 200, 429, 200]


def test_a_minute_runs_out_and_the_run_goes_on_in_the_next() -> None:
    with Simulator(minute_limit=3) as simulator:
        desk = desk_at(simulator)
        ledger = desk.ledger()
        for _ in range(7):
            assert ask(ledger)
        assert all(0 < wait <= 60 for wait in desk.waits)
        assert 120 <= sum(desk.waits) <= 130
        assert {each.status for each in desk.api_calls()} == {200}, "and none is refused"


def test_whoever_waited_for_the_state_forgets_no_call_earlier_than_it_ended() -> None:
    """Its minute would be over for us before it is over at Xero: the next call is one too many."""
    clock, ended = Hand(), NOON + timedelta(milliseconds=3)

    class Waited(MemoryBudget):
        def change(self, work: Callable[[BudgetState], BudgetState]) -> BudgetState:
            clock.sleep(timedelta(milliseconds=5))
            return super().change(work)

    store = Waited(BudgetState(ended=(ended,)))
    call(Budget(store, clock))
    assert min(store.load().ended) == ended


def test_a_refusal_that_is_noted_late_forgets_no_call_of_the_minute_after() -> None:
    """Whoever waited for the state must not say that nothing is in a minute that is half over."""
    clock = Hand()

    class Waited(MemoryBudget):
        def change(self, work: Callable[[BudgetState], BudgetState]) -> BudgetState:
            clock.sleep(timedelta(seconds=5))
            meanwhile = (clock.now(),) * 30
            told = {"others": 7, "others_until": clock.now() + timedelta(minutes=1)}
            super().change(lambda state: replace(state, ended=(*state.ended, *meanwhile), **told))
            return super().change(work)

    store = Waited(BudgetState(ended=(NOON,) * 60))
    Budget(store, clock).refused(minute_spent(2), waits=0)
    assert (len(store.load().ended), store.load().others) == (30, 7)


def test_a_call_that_ends_while_another_is_told_to_wait_wakes_it() -> None:
    threads = _Threads()
    threads.begin()
    threads.begin()
    over = threads.over
    threads.end()  # between the answer of the store and the waiting
    begun = time.monotonic()
    assert threads.wait(over)
    assert time.monotonic() - begun < 0.5
    threads.end()
    assert not threads.wait(threads.over)


def test_a_call_whose_end_cannot_be_kept_is_over_all_the_same() -> None:
    class Broken(MemoryBudget):
        asked = 0

        def change(self, work: Callable[[BudgetState], BudgetState]) -> BudgetState:
            self.asked += 1
            if self.asked > 1:
                raise OSError("the disk is full")
            return super().change(work)

    with pytest.raises(OSError, match="full"):
        call(Budget(Broken(), Hand()))
    assert not _ours.wait(_ours.over), "else whoever waits for a place waits for this call"


def test_a_limit_met_while_writing_makes_no_duplicate(desk: Desk) -> None:
    desk.simulator.faults.add(Fault.minute_limit(method="PUT"))
    desk.ledger().send(batch(desk, {"Name": "Once"}))
    assert desk.names() == ["Once"]
    assert len(desk.api_calls("PUT")) == 2


def test_threads_never_have_more_than_five_requests_under_way() -> None:
    with Simulator(minute_limit=1_000, concurrent_limit=AT_ONCE) as simulator:
        desk = desk_at(simulator)
        simulator.faults.add(Fault.slow(0.02, path="/Contacts", times=None))
        ledgers = [desk.ledger() for _ in range(12)]

        def work(number: int) -> None:
            for _ in range(3):
                read_all(ledgers[number])

        on_threads(12, work)
        assert {call.status for call in desk.api_calls()} == {200}


def test_whoever_begins_a_run_by_itself_asks_first_whether_it_may_call() -> None:
    store, clock = MemoryBudget(), Hand()
    person, automatic = Budget(store, clock), Budget(store, clock, automatic=True)
    assert automatic.closed_until() is None
    call(person, left(59, 25))
    assert (person.closed_until(), automatic.closed_until()) == (None, NOON + LOOK_AGAIN)
    clock.at += LOOK_AGAIN
    assert automatic.closed_until() is None
    with pytest.raises(BudgetSpent):
        person.refused({"X-Rate-Limit-Problem": "day"}, waits=0)
    assert person.closed_until() == automatic.closed_until() == clock.at + timedelta(hours=1)


@pytest.mark.parametrize(
    ("told", "limit"),
    [([], None), ([999, 1000], 1000), ([900, 12], 1000), ([4999, 40], 5000), ([9000], 9000)],
)
def test_the_plan_is_the_smallest_that_fits_what_xero_has_told(
    told: list[int], limit: int | None
) -> None:
    store = MemoryBudget()
    for day in told:
        call(Budget(store, Hand()), left(59, day))
    assert store.load().day_limit == limit
