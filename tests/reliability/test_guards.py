"""Each guard stands where the list says, so that `scripts/mutations.py` can take it out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability.guards import GUARDS, Guard

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.what)
def test_a_guard_stands_where_the_list_says(guard: Guard) -> None:
    assert (ROOT / guard.file).read_text("utf-8").count(guard.code) == 1
    assert guard.code != guard.instead
    file, _, test = guard.test.partition("::")
    assert not test or f"def {test}(" in (ROOT / file).read_text("utf-8")
