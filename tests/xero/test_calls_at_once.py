"""Calls that are on their way together, and reference data that costs none."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest

from tests.xero.support import Desk
from vtiger_xero.engine.errors import RetryLater
from vtiger_xero.engine.records import Module
from vtiger_xero.xero.kept_books import LIFE, KeptBooks, MemoryShelf
from vtiger_xero.xero.lanes import Threads
from vtiger_xero.xero.ledger import XeroLedger
from xero_simulator import Fault

T = TypeVar("T")


def kept(desk: Desk, shelf: MemoryShelf, *, may_read: bool) -> XeroLedger:
    client = desk.ledger()._client
    return XeroLedger(client, desk.clock, KeptBooks(shelf, may_read=may_read))


def test_a_reading_is_under_way_before_anybody_waits_for_it(desk: Desk) -> None:
    desk.simulator.organisation.load_contacts([{"Name": f"Kea {n}"} for n in range(3)])
    pages = desk.ledger().changed_since(Module.ORGANIZATIONS, None)
    for _ in range(1_000):
        if desk.api_calls():
            break
        time.sleep(0.01)
    assert len(desk.api_calls()) == 1
    assert sum(len(page.records) for page in pages) == 3


def test_a_passing_fault_of_a_reading_is_tried_again_like_any_other(desk: Desk) -> None:
    desk.simulator.faults.add(Fault.internal_error(path="/Contacts"))
    pages = list(desk.ledger().changed_since(Module.ORGANIZATIONS, None))
    assert [call.status for call in desk.api_calls()] == [500, 200]
    assert sum(len(page.records) for page in pages) == 0


def test_a_reading_that_fails_says_so_where_it_is_waited_for(desk: Desk) -> None:
    pages = desk.ledger().changed_since(Module.ORGANIZATIONS, None)
    desk.simulator.stop()
    later = desk.ledger().changed_since(Module.INVOICES, None)
    with pytest.raises(RetryLater):
        list(later)
    del pages


def test_threads_hand_over_results_and_errors() -> None:
    def fail() -> int:
        raise ValueError("no")

    lanes = Threads()
    answers: list[Callable[[], int]] = [lanes.submit(lambda n=n: n) for n in range(8)]
    failing = lanes.submit(fail)
    assert [answer() for answer in answers] == list(range(8))
    with pytest.raises(ValueError, match="no"):
        failing()


def test_kept_books_cost_no_call_and_are_the_same(desk: Desk) -> None:
    shelf = MemoryShelf()
    read = kept(desk, shelf, may_read=False).reference()
    calls = len(desk.api_calls())
    assert kept(desk, shelf, may_read=True).reference() == read
    assert len(desk.api_calls()) == calls == 4
    kept(desk, shelf, may_read=False).reference()
    assert len(desk.api_calls()) == 8  # who presses a button has perhaps just mended something


def test_kept_books_are_good_for_six_hours(desk: Desk) -> None:
    shelf = MemoryShelf()
    kept(desk, shelf, may_read=True).reference()
    desk.simulator.clock.advance(LIFE + timedelta(minutes=1))
    kept(desk, shelf, may_read=True).reference()
    assert len(desk.api_calls()) == 8


def test_an_empty_list_is_not_kept(desk: Desk) -> None:
    books = KeptBooks(MemoryShelf(), may_read=True)
    books.save("Accounts", [], desk.clock.now())
    assert books.load("Accounts", desk.clock.now()) is None
