"""The Desk in a real browser: run by `make test-site`, or not at all.

CHROMIUM names the browser. Without it, without Playwright or without a site (see tests/site),
the folder is left out, and the last line says so.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from tests.site.conftest import BENCH, SITE, _clean  # noqa: F401

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.desk import Desk
    from tests.browser.office import Office
    from xero_simulator import Simulator

CHROMIUM = os.environ.get("CHROMIUM", "")
_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Frappe's templates name their loops' variables by three random letters, and one page in some
# thousands draws "for" or "new" and does not open. Capital letters are no word of JavaScript's.
_NO_WORDS = "const draw = Math.random; Math.random = () => draw() / 2;"
_PATIENCE = 15_000  # milliseconds that the browser waits for what a test expects

if not (BENCH and SITE and CHROMIUM and find_spec("playwright")):
    collect_ignore_glob = ["test_*.py"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line about what was left out."""
    if "collect_ignore_glob" in globals():
        terminalreporter.write_line(
            "tests/browser left out: there is no CHROMIUM, no Playwright or no site of a bench"
        )


@pytest.fixture(scope="session")
def office(connected_site: None) -> Iterator[Office]:
    """The site with its servers and its people."""
    from tests.browser.office import opened

    with opened() as office:
        yield office


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def sit_down(office: Office, browser: Browser) -> Iterator[Callable[..., Desk]]:
    """`sit_down("manager")`: a person at a browser of their own; `narrow=True` holds a phone."""
    from tests.browser.desk import NARROW, WIDE, Desk
    from tests.browser.office import forget_what_people_chose

    forget_what_people_chose()
    desks: list[Desk] = []

    def sit(who: str, *, narrow: bool = False, theme: str = "Light") -> Desk:
        context = browser.new_context(viewport=NARROW if narrow else WIDE)
        context.set_default_timeout(_PATIENCE)
        context.add_init_script(_NO_WORDS)
        desk = Desk(context, office.address, office.people[who]).sign_in()
        desks.append(desk)
        return desk.theme(theme)

    yield sit
    for desk in desks:
        desk.context.close()
    assert not [complaint for desk in desks for complaint in desk.said]


@pytest.fixture
def german(office: Office, sit_down: Callable[..., Desk]) -> Iterator[Desk]:
    """A manager who reads German."""
    from tests.browser.office import choose_language

    choose_language(office, "de")
    yield sit_down("manager")
    choose_language(office, None)


@pytest.fixture
def xero(office: Office) -> Iterator[Simulator]:
    """A Xero that is connected already, with everything switched on."""
    from tests.browser.office import enable_everything

    with office.xero(minute_limit=1_000) as xero:
        enable_everything()
        yield xero


@pytest.fixture
def manager(sit_down: Callable[..., Desk]) -> Desk:
    return sit_down("manager")
