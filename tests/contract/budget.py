"""What `Budget` may rely on in every store: a change is one step, over all workers.

A `Place` gives the store of a Xero organisation, and workers: processes of their own that know
nothing of each other but the store.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Protocol
from uuid import uuid4

import pytest

from tests.support.stage import consented
from vtiger_xero.xero import App, BudgetState, BudgetStore
from vtiger_xero.xero.budget_state import AT_ONCE
from xero_simulator import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Simulator

NOON = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)
WORKERS = 8


class Place(Protocol):
    """Where a store is kept."""

    def store(self, tenant: str) -> BudgetStore:
        """The store of a Xero organisation."""

    def at_once(self, tenant: str, workers: Sequence[str]) -> list[str]:
        """Run programs in processes of their own, all at once; what each of them printed.

        In each, `store` is the organisation's store, and `clock` the machine's own.
        """


_COUNT = """
from dataclasses import replace
for _ in range(50):
    store.change(lambda state: replace(state, begun=state.begun + 1))
"""
_CALL = """
from datetime import timedelta
from vtiger_xero.engine.errors import SyncError
from vtiger_xero.xero import Addresses, App, Budget, MemoryTokens, Tokens, connect

class Impatient:
    now = clock.now
    def sleep(self, duration):
        if duration > timedelta(seconds=5):
            print("would wait", flush=True)
            raise SystemExit
        clock.sleep(duration)

tokens = MemoryTokens(Tokens({token!r}, "", clock.now() + timedelta(hours=1)))
for _ in range({calls}):
    budget = Budget(store, Impatient())
    ledger = connect(App("DEMO-CLIENT", "demo-secret"), {tenant!r}, tokens, budget, clock,
                     Addresses.at({url!r}))
    try:
        ledger._documents("get_accounts", "Accounts")
        print("answered", flush=True)
    except SyncError as error:
        print(type(error).__name__, flush=True)
"""


class BudgetPromises:
    """One state for all workers, and no call beyond a limit, however many of them there are."""

    def test_a_new_store_says_nothing(self, place: Place) -> None:
        assert place.store(str(uuid4())).load() == BudgetState()

    def test_what_is_changed_stays_for_the_next(self, place: Place) -> None:
        tenant, said = str(uuid4()), BudgetState(59, 999, NOON, others=3, others_until=NOON)
        assert place.store(tenant).change(lambda state: said) == said
        assert place.store(tenant).load() == said
        assert place.store(str(uuid4())).load() == BudgetState()

    def test_what_fails_changes_nothing(self, place: Place) -> None:
        store = place.store(str(uuid4()))
        store.change(lambda state: BudgetState(day_remaining=7))
        with pytest.raises(ZeroDivisionError):
            store.change(lambda state: BudgetState(day_remaining=1 // 0))
        assert store.load() == BudgetState(day_remaining=7)

    def test_of_changes_at_once_none_is_lost(self, place: Place) -> None:
        tenant = str(uuid4())
        place.at_once(tenant, [_COUNT] * WORKERS)
        assert place.store(tenant).load().begun == 50 * WORKERS

    def test_eight_workers_never_have_more_than_five_calls_under_way(self, place: Place) -> None:
        with Simulator(minute_limit=1_000, concurrent_limit=AT_ONCE, latency=0.05) as xero:
            said = _said(place, xero, calls=5)
            assert said == {"answered": 5 * WORKERS}
            assert _statuses(xero) == {200: 5 * WORKERS}

    def test_eight_workers_never_exceed_a_minute(self, place: Place) -> None:
        with Simulator() as xero:
            said = _said(place, xero, calls=9)
            assert said["answered"] == 60
            assert said["would wait"] > 0, "for the second minute"
            assert _statuses(xero) == {200: 60}

    def test_eight_workers_never_exceed_a_day(self, place: Place) -> None:
        with Simulator(minute_limit=1_000, day_limit=30) as xero:
            said = _said(place, xero, calls=5)
            assert said == {"answered": 30, "BudgetSpent": 10}
            assert _statuses(xero) == {200: 30}


def _said(place: Place, xero: Simulator, calls: int) -> Counter[str]:
    """What the workers said of their calls, all at once."""
    tenant = next(iter(xero.organisations))
    token = consented(xero, App(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET), [tenant]).access_token
    xero.reset_calls()
    work = _CALL.format(token=token, tenant=tenant, url=xero.url, calls=calls)
    said = place.at_once(str(uuid4()), [work] * WORKERS)
    return Counter(line for each in said for line in each.splitlines())


def _statuses(xero: Simulator) -> Counter[int]:
    return Counter(call.status for call in xero.calls)
