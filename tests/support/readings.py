"""Under which reading of docs/xero.md the simulators of a test behave.

`pytest tests/sync --reading L5` runs under another reading of the row L5. A file that says
`UNDER_EVERY_READING = True` runs under each of them in every run. A test that is true of one
reading alone names the row: `@only_read("F7", because="...")` leaves it out under the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from typing import Any

import pytest

from vtiger_xero.simulator.ledger import Ledger
from vtiger_xero.simulator.readings import ALTERNATIVES, Readings

# Readings of one thing exclude each other: of these, "all" takes the first alone.
EVERY = ("", *(each.id for each in ALTERNATIVES))
NAMES = (*EVERY, "all")


def readings_of(name: str) -> Readings:
    """The readings that differ from the simulator's own in that row, or wherever they can."""
    if name != "all":
        return next((each.readings for each in ALTERNATIVES if each.id == name), Readings())
    together = Readings()
    for alternative in reversed(ALTERNATIVES):
        together = replace(together, **_differences(alternative.readings))
    return together


def _differences(readings: Readings) -> dict[str, Any]:
    values = {each.name: getattr(readings, each.name) for each in fields(Readings)}
    return {name: each for name, each in values.items() if each != getattr(Readings(), name)}


@contextmanager
def under(name: str) -> Iterator[None]:
    """Every organisation that is opened within reads the row otherwise."""
    before, Ledger.first_readings = Ledger.first_readings, readings_of(name)
    try:
        yield
    finally:
        Ledger.first_readings = before


def only_read(*rows: str, because: str) -> pytest.MarkDecorator:
    """The test is not true under the other reading of these rows; another one says what is."""
    return pytest.mark.only_read(*rows, "all", because=because)
