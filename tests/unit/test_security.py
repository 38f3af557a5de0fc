"""What SECURITY.md promises has a test, and the test is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| Who ")
]


def test_the_table_is_read() -> None:
    assert len(ROWS) > 12
    assert {len(row) for row in ROWS} == {4}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1][:60])
def test_each_promise_names_tests_that_are_there(row: list[str]) -> None:
    named = re.findall(r"`([^`]+)`", row[-1])
    assert named
    for each in named:
        assert re.fullmatch(r"tests/\w+/test_\w+\.py", each)
        assert (ROOT / each).is_file(), each


def test_what_does_not_hold_is_said() -> None:
    (_, points) = PAGE.split("## What does not hold")
    for each in ("System Manager", "Xero Manager", "encryption key", "webhook key", "Frappe below"):
        assert each in points


def test_the_versions_of_frappe_are_those_of_the_list() -> None:
    from vtiger_xero.weaknesses import first_sound

    (old, new) = re.findall(r"Frappe below (\d+\.\d+) or (\d+\.\d+)", PAGE)[0]
    assert first_sound("frappe", "15.0.0") == f"{old}.0"
    assert first_sound("frappe", "16.0.0") == f"{new}.0"
