"""Whatever goes wrong between here and Xero: once it has ended, nothing is lost or doubled.

Every fault of the catalogue at every call of a run, then several at once, then storms of them. A
sample of each in `make test`, all of it in `make reliability`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice, product
from typing import Any

import pytest

from tests.reliability.crashes import Grounds
from tests.reliability.faults import (
    LYING,
    NAMES,
    ODD,
    ONLY_WRITES,
    PLACES,
    REVOKED,
    TOKEN,
    Strike,
    Struck,
    faulted,
)
from tests.reliability.figures import SHARES, note
from tests.reliability.trade import prepare

PAIRS, STORMS = 150, 100


@pytest.fixture(scope="module")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> Grounds:
    return Grounds.of(tmp_path_factory.mktemp("faults"), prepare)


def survives(
    grounds: Grounds, strikes: Sequence[Strike], *, seed: int = 0, kinds: bool = True, **how: Any
) -> Struck:
    found = faulted(grounds.template, grounds.folder, strikes, seed=seed, **how)
    faults = grounds.faults_of(found.outcome)
    if any(each.name in LYING for each in strikes):
        faults = [each for each in faults if "told" not in each]
    lost = sum("lost" in each for each in faults)
    doubled = sum("doubled" in each or "twice" in each for each in faults)
    names = sorted({each.name for each in strikes}) if kinds else []
    note("faults", trials=1, struck=found.struck, lost=lost, doubled=doubled, kinds=names)
    assert faults == [], [str(each) for each in strikes]
    return found


def possible() -> Iterator[tuple[str, str, str]]:
    """Every fault at every place where it can be."""
    for name, (method, path) in product((*NAMES, *ODD), PLACES):
        reads_only = method == "GET" and name in ONLY_WRITES
        if not reads_only and not ((method, path) == TOKEN and name in ODD):
            yield name, method, path


def chosen(chance: random.Random, count: int) -> list[Strike]:
    return [
        Strike(*place, skip=chance.choice((0, 0, 0, 1, 2)), times=chance.choice((1, 1, 2, 4)))
        for place in chance.sample(list(possible()), count)
    ]


def test_a_sample_of_faults_is_survived(grounds: Grounds) -> None:
    chance = random.Random(3)
    struck = sum(survives(grounds, chosen(chance, 2), seed=n).struck for n in range(12))
    assert struck >= 12


@pytest.mark.reliability
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("share", range(SHARES))
def test_every_fault_is_survived_at_every_call(grounds: Grounds, share: int) -> None:
    for seed, place in islice(enumerate(possible()), share, None, SHARES):
        survives(grounds, [Strike(*place)], seed=seed)


@pytest.mark.reliability
@pytest.mark.timeout(7200)
def test_several_faults_at_once_are_survived(grounds: Grounds) -> None:
    chance = random.Random(31)
    for seed in range(PAIRS):
        survives(grounds, chosen(chance, chance.randint(2, 5)), seed=seed)


@pytest.mark.reliability
@pytest.mark.timeout(7200)
def test_a_storm_is_survived(grounds: Grounds) -> None:
    """Faults that ask neither for a method nor for a path, one after the other."""
    chance = random.Random(37)
    for seed in range(STORMS):
        strikes = [
            Strike(chance.choice(NAMES), None, None, skip=chance.randint(0, 6))
            for _ in range(chance.randint(5, 20))
        ]
        survives(grounds, strikes, seed=seed)


# Access


def test_access_that_is_revoked_in_mid_run_comes_back_with_a_new_consent(grounds: Grounds) -> None:
    found = survives(grounds, [Strike(REVOKED, "GET", "/Invoices")])
    assert found.reconnected >= 1


@pytest.mark.parametrize("wait", [1, 40], ids=["within the grace", "after it"])
def test_a_refresh_whose_answer_is_lost_costs_a_consent_at_most(
    grounds: Grounds, wait: int
) -> None:
    """Xero takes the old refresh token for half an hour more; after that a person must connect."""
    lost = [Strike("dropped after the work", *TOKEN, times=3)]
    found = survives(grounds, lost, pause=timedelta(minutes=wait))
    assert found.reconnected == (0 if wait == 1 else 1)


# Clocks


@pytest.mark.parametrize("minutes", [-1500, -90, -7, -1, 1, 7, 90, 1500])
def test_a_clock_that_differs_from_xeros_loses_nothing(grounds: Grounds, minutes: int) -> None:
    survives(grounds, [], skew=timedelta(minutes=minutes))
    note("faults", skews=1)


# Limits of a real size


def test_a_first_run_through_real_limits_goes_on_until_it_is_done(grounds: Grounds) -> None:
    found = survives(grounds, [], minute_limit=12, day_limit=40)
    assert found.days >= 2
    hours = 7 * found.days  # a person comes back every seven hours
    assert found.limited <= hours // 24, "but for one question a day, Xero refused no call"
