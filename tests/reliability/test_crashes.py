"""A process that is killed loses nothing and doubles nothing, wherever it was.

The CRM is a file, Xero a process of its own; SIGKILL ends the run, and another one begins. In the
end both sides say to the letter what they say where nobody was killed, each creation was told
once, and a further run writes nothing. A sample of this in `make test`, all of it in
`make reliability`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest

from tests.reliability.crashes import Grounds
from tests.reliability.deadly import NAMED
from tests.reliability.figures import note
from tests.reliability.trade import prepare, prepare_first_meeting
from tests.reliability.trials import Kill, Outcome

TRADES: dict[str, Callable[..., None]] = {
    "a trade that goes on": prepare,
    "two books that never met": prepare_first_meeting,
}
SAMPLE = 7
MOMENTS = 60


@pytest.fixture(scope="module", params=TRADES, ids=list(TRADES))
def grounds(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Grounds:
    return Grounds.of(tmp_path_factory.mktemp("crashes"), TRADES[request.param])


def survives(grounds: Grounds, kills: Sequence[Kill], *, elapsed: bool) -> Outcome:
    outcome = grounds.tried(kills, elapsed=elapsed)
    faults = grounds.faults_of(outcome)
    lost = sum("lost" in each for each in faults)
    doubled = sum("doubled" in each or "twice" in each for each in faults)
    note("crashes", trials=1, kills=len(outcome.killed), lost=lost, doubled=doubled)
    assert faults == [], (list(map(str, kills)), "keys forgotten" if elapsed else "keys kept")
    return outcome


def test_every_named_point_is_on_the_way(grounds: Grounds) -> None:
    missing = set(NAMED) - {name for name, _ in grounds.named()}
    if "never met" in str(grounds.template):
        return
    assert missing <= {"a CRM record deleted, its link not"}


def test_a_run_killed_here_and_there_is_as_if_it_was_not(grounds: Grounds) -> None:
    chance = random.Random(5)
    named = [kill for _, kill in grounds.named()]
    killed = 0
    for kill in chance.sample(named, SAMPLE):
        kills = [kill, *(grounds.any(chance) for _ in range(chance.choice((0, 1))))]
        killed += len(survives(grounds, kills, elapsed=chance.random() < 0.5).killed)
    assert killed >= SAMPLE // 2


@pytest.mark.reliability
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("elapsed", [False, True], ids=["keys kept", "keys forgotten"])
def test_a_run_killed_at_every_named_point_is_as_if_it_was_not(
    grounds: Grounds, elapsed: bool
) -> None:
    chance, struck = random.Random(17), set()
    for name, kill in grounds.named():
        kills = [kill, *(grounds.any(chance) for _ in range(chance.choice((0, 0, 1, 2))))]
        if kill in survives(grounds, kills, elapsed=elapsed).killed:
            struck.add(name)
    note("crashes", points=sorted(struck))


@pytest.mark.reliability
@pytest.mark.timeout(3600)
def test_a_run_killed_at_any_moment_is_as_if_it_was_not(grounds: Grounds) -> None:
    chance = random.Random(23)
    for _ in range(MOMENTS):
        kills = [grounds.any(chance) for _ in range(chance.randint(1, 4))]
        survives(grounds, kills, elapsed=chance.random() < 0.5)


@pytest.mark.reliability
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("elapsed", [False, True], ids=["keys kept", "keys forgotten"])
def test_a_run_that_dies_at_the_same_point_again_and_again_gets_through(
    grounds: Grounds, elapsed: bool
) -> None:
    chance = random.Random(29)
    for _, kill in chance.sample(list(grounds.named()), 10):
        survives(grounds, [kill] * 4, elapsed=elapsed)
