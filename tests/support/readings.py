"""Under which reading of docs/xero.md the simulators of a test behave.

`pytest tests/sync --reading L5` runs under another reading of the row L5. A file that says
`UNDER_EVERY_READING = True` runs under each of them in every run. A test that is true of one
reading alone names the row: `@only_read("F7", because="...")` leaves it out under the other.

`--note-asked FILE` writes down which readings each test asks the simulators for, and with
`--asked-in FILE` a run under another reading leaves out the tests that never ask for it: they are
the same under it, request by request.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from xero_simulator.ledger import Ledger
from xero_simulator.readings import ALTERNATIVES, Readings

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


class Asked(Readings):
    """The simulator's own readings, which notes the names of those that it is asked for."""

    names: ClassVar[set[str]] = set()

    def __getattribute__(self, name: str) -> Any:
        Asked.names.add(name)
        return super().__getattribute__(name)


class Notes:
    """A plugin for pytest: which readings each test asks for, and each file's shared fixtures."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._asked: dict[str, set[str]] = defaultdict(set)
        Ledger.first_readings = Asked()

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Iterator[None]:
        """What a shared fixture asks for counts for each test of its file."""
        if fixturedef.scope == "function":
            return (yield)
        before = set(Asked.names)
        Asked.names.clear()
        try:
            return (yield)
        finally:
            self._asked[request.node.nodeid.partition("::")[0]] |= Asked.names
            Asked.names |= before

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """From its fixtures to their ends."""
        Asked.names.clear()
        try:
            return (yield)
        finally:
            self._asked[item.nodeid] |= Asked.names

    def pytest_sessionfinish(self) -> None:
        """Write them down."""
        known = {each.name for each in fields(Readings)}
        asked = {test: sorted(names & known) for test, names in self._asked.items()}
        self._path.write_text(json.dumps(asked, indent=1))


def asks_for(name: str, asked: Mapping[str, Sequence[str]], item: pytest.Item) -> bool:
    """Whether a test may end otherwise under this reading; one that was not noted may."""
    if item.nodeid not in asked:
        return True
    file = item.nodeid.partition("::")[0]
    return bool(
        {*asked[item.nodeid], *asked.get(file, ())} & _differences(readings_of(name)).keys()
    )


def only_read(*rows: str, because: str) -> pytest.MarkDecorator:
    """The test is not true under the other reading of these rows; another one says what is."""
    return pytest.mark.only_read(*rows, "all", because=because)
