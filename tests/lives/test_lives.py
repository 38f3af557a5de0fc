"""Many lives of two ledgers end with both wires equal, and every payment counted once.

The sample is the same each time. `HUNT=1` lives thousands of new ones; what it prints can be lived
again: `python -m tests.lives --seed N --lives 1`.
"""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest

from tests.lives.countries import known_countries
from tests.lives.living import Lived, lived
from tests.lives.shrinking import shrunk
from tests.lives.writing import written

HUNTING = bool(os.environ.get("HUNT"))
SAMPLE, HUNT = 8, 500  # lives of each country
MOST_STORIES, TRIES = 1, 25  # that a failing test tells, and takes to make them short


@pytest.mark.timeout(3600 if HUNTING else 300)
@pytest.mark.parametrize("country", known_countries())
def test_lives_end_with_both_wires_equal(country: str, capsys: pytest.CaptureFixture[str]) -> None:
    first = random.SystemRandom().randrange(10**6) if HUNTING else 1
    seeds = range(first, first + (HUNT if HUNTING else SAMPLE))
    with capsys.disabled():
        print(f"\n{country}: {len(seeds)} lives, seeds {seeds[0]} to {seeds[-1]}")
    wrong = [life for life in (lived(written(seed, country)) for seed in seeds) if life.findings]
    assert not wrong, _told(wrong)


def _told(wrong: list[Lived]) -> str:
    kinds = Counter(kind for life in wrong for kind in life.kinds)
    told = [f"{len(wrong)} lives are not right: {dict(kinds.most_common())}"]
    for kind in list(kinds)[:MOST_STORIES]:
        life = next(life for life in wrong if kind in life.kinds)
        short = lived(
            shrunk(life.story, lambda story, kind=kind: kind in lived(story).kinds, TRIES)
        )
        told += [str(short.story), *(f"  ! {each}" for each in short.findings)]
    return "\n".join(told)
