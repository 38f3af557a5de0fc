"""Each other reading is one row of docs/xero.md, and differs from the usual one there alone."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from vtiger_xero.probe.assumptions import read_assumptions
from xero_simulator.readings import ALTERNATIVES, Alternative, Readings

TESTS = Path(__file__).parents[1]


def test_each_has_its_row_and_no_row_has_two() -> None:
    ids = [each.id for each in ALTERNATIVES]
    assert len(set(ids)) == len(ids)
    assert set(ids) <= set(read_assumptions())


@pytest.mark.parametrize("alternative", ALTERNATIVES, ids=lambda each: each.id)
def test_it_differs_in_one_thing(alternative: Alternative) -> None:
    names = [each.name for each in fields(Readings)]
    other = alternative.readings
    assert len([n for n in names if getattr(other, n) != getattr(Readings(), n)]) == 1


def test_every_reading_that_a_test_is_left_out_under_has_a_counterpart() -> None:
    files = [path.read_text() for path in sorted(TESTS.glob("s*/test_*.py"))]
    left_out = {row for text in files for row in re.findall(r'@only_read\("(\w+)"', text)}
    told = {row for text in files for row in re.findall(r'shop_under\("(\w+)"\)', text)}
    assert left_out and left_out <= told
