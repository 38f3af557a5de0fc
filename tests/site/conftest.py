"""A real site: these tests run inside a bench's environment, or not at all.

FRAPPE_BENCH=<bench> FRAPPE_SITE=<site> <bench>/env/bin/python -m pytest tests/site

The site needs this app, `allow_tests` and nothing else; commits are real, and every test takes
away what it made. Use a site that is there for nothing but this.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.site.queueing import Queue
    from tests.site.world import SiteWorld
    from xero_simulator import Simulator

BENCH, SITE = os.environ.get("FRAPPE_BENCH", ""), os.environ.get("FRAPPE_SITE", "")

if not (BENCH and SITE and Path(BENCH, "sites", SITE).is_dir()):
    collect_ignore_glob = ["test_*.py"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line about what was left out."""
    if "collect_ignore_glob" in globals():
        terminalreporter.write_line(
            "tests/site left out: FRAPPE_BENCH and FRAPPE_SITE name no site of a bench"
        )


@pytest.fixture(autouse=True)
def _clean(connected_site: None) -> Iterator[None]:
    """Each test begins as Administrator in a new transaction, and leaves nothing."""
    import frappe

    from tests.site.cleaning import everything, take_away

    frappe.db.rollback()
    frappe.set_user("Administrator")
    before = everything()
    yield
    frappe.set_user("Administrator")
    frappe.db.rollback()
    take_away(before)


@pytest.fixture
def world() -> SiteWorld:
    from tests.site.world import SiteWorld

    return SiteWorld()


@pytest.fixture
def xero() -> Iterator[Simulator]:
    """A simulator to which the site is connected; what more a file needs, it says itself."""
    from tests.site.xero import connect, simulated_xero

    with simulated_xero() as simulator:
        connect(simulator)
        yield simulator


@pytest.fixture
def in_new_zealand() -> Iterator[None]:
    """A site whose base currency is NZD, as the setup wizard leaves one."""
    import frappe

    def choose(currency: str | None) -> None:
        frappe.db.set_default("currency", currency)
        frappe.db.commit()
        frappe.local.new_doc_templates = {}  # what Frappe fills in, remembered for a request

    before = frappe.db.get_default("currency")
    choose("NZD")
    yield
    frappe.db.rollback()
    choose(before)


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Queue:
    """What is given to the workers from here on; none of them gets it."""
    import frappe

    from tests.site.queueing import Queue

    queue = Queue()
    monkeypatch.setattr(frappe, "enqueue", queue.take)
    return queue


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that are sent to the database from here on."""
    import frappe

    sent: list[str] = []
    run = frappe.db.sql

    def counting(query: Any, *how: Any, **more: Any) -> Any:
        sent.append(str(query))
        return run(query, *how, **more)

    monkeypatch.setattr(frappe.db, "sql", counting)
    return sent
