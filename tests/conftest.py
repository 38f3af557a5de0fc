"""What all folders of tests share: the examples of property tests, and the real site.

Property tests try the same examples every time, so that nobody stumbles over another change.
`HUNT=1 make test` looks for new ones. What it finds becomes a test of its own, and is mended.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.readings import EVERY, NAMES, Notes, asks_for, readings_of, under
from xero_simulator.ledger import Ledger

# How long an example takes is up to the machine and to what else it does: no test fails for it.
_AT_EASE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", _AT_EASE, derandomize=True)
settings.register_profile("hunt", _AT_EASE)
settings.load_profile("hunt" if os.environ.get("HUNT") else "same")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--reading",
        choices=NAMES,
        default="",
        help="run under another reading of a row of docs/xero.md",
    )
    parser.addoption("--note-asked", help="a file to write which readings each test asks for")
    parser.addoption("--asked-in", help="such a file: only the tests that ask for --reading run")


def pytest_configure(config: pytest.Config) -> None:
    """Shared fixtures open simulators, too, before a test's own `reading` is there."""
    if path := config.getoption("--note-asked"):
        config.pluginmanager.register(Notes(Path(path)))
    elif name := config.getoption("--reading"):
        Ledger.first_readings = readings_of(name)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that the reading makes no difference for."""
    if path := config.getoption("--asked-in"):
        name, asked = config.getoption("--reading"), json.loads(Path(path).read_text())
        left_out = [each for each in items if not asks_for(name, asked, each)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [each for each in items if each not in set(left_out)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The files that say so run under every reading, whatever the option says."""
    if getattr(metafunc.module, "UNDER_EVERY_READING", False):
        metafunc.parametrize(
            "reading", EVERY, ids=[each or "usual" for each in EVERY], indirect=True
        )


@pytest.fixture(autouse=True)
def reading(request: pytest.FixtureRequest) -> Iterator[str]:
    """The row of docs/xero.md that every simulator reads otherwise here; "" is its own reading."""
    name = getattr(request, "param", "") or request.config.getoption("--reading")
    for mark in request.node.iter_markers("only_read"):
        if name in mark.args:
            pytest.skip(f"{name}: {mark.kwargs['because']}")
    with under(name) if name else nullcontext():
        yield name


@pytest.fixture(scope="session")
def connected_site() -> Iterator[None]:
    """The real site that FRAPPE_SITE names: one connection for tests/site and tests/browser."""
    import frappe

    from tests.site.cleaning import everything, take_away

    os.chdir(Path(os.environ["FRAPPE_BENCH"], "sites"))  # where Frappe looks for its logs
    frappe.init(os.environ["FRAPPE_SITE"], sites_path=".")
    frappe.connect()
    assert frappe.conf.allow_tests, "This site is not meant for tests."
    take_away(everything())  # organizations alone enabled, as after every test
    yield
    frappe.db.rollback()
    frappe.destroy()
