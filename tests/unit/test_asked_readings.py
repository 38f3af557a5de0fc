"""Which tests run again under another reading: those whose simulator asked for it."""

from types import SimpleNamespace

import pytest

from tests.support.readings import Asked, asks_for, readings_of

ASKED = {
    "test_a.py::test_merge": ["merge_moves_documents"],
    "test_a.py::test_nothing": [],
    "test_b.py": ["rate_wins"],
    "test_b.py::test_of_a_shared_fixture": [],
}


def test_readings_note_what_they_are_asked_for() -> None:
    Asked.names.clear()
    assert Asked().rate_wins
    assert "rate_wins" in Asked.names
    assert "closes_nothing" not in Asked.names


@pytest.mark.parametrize(
    ("reading", "test", "runs"),
    [
        ("R7", "test_a.py::test_merge", True),
        ("R14", "test_a.py::test_merge", False),
        ("R7", "test_a.py::test_nothing", False),
        ("L4", "test_b.py::test_of_a_shared_fixture", True),
        ("L5", "test_b.py::test_of_a_shared_fixture", False),
        ("R7", "test_c.py::test_that_nobody_noted", True),
    ],
)
def test_a_test_runs_again_under_a_reading_that_it_or_its_file_asks_for(
    reading: str, test: str, runs: bool
) -> None:
    assert readings_of(reading) != readings_of("")
    assert asks_for(reading, ASKED, SimpleNamespace(nodeid=test)) is runs
