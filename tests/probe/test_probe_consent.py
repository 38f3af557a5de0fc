"""The consent at this machine: a browser, Xero's page, and back to localhost."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import pytest
import requests

from tests.support.stage import SimulatedClock
from vtiger_xero.engine.errors import AccessLost
from vtiger_xero.probe.consent import consent
from vtiger_xero.xero import Addresses, App
from vtiger_xero.xero.auth import Connection
from vtiger_xero.xero.tokens import Tokens
from xero_simulator import Simulator

PORT = 8417
BACK = f"http://localhost:{PORT}/callback"
APP = App("PROBE", "a secret of the probe")


@pytest.fixture
def xero() -> Iterator[Simulator]:
    with Simulator(seed=1) as simulator:
        simulator.register_app(
            APP.client_id, APP.client_secret, [BACK], "Probe", bulk_connections=True
        )
        yield simulator


def given(
    xero: Simulator, tenants: Sequence[str], choose: int = 0, allow: bool = True
) -> tuple[Tokens, Connection]:
    """A person in the browser presses the button; meanwhile their browser asks for an icon."""

    def open_page(url: str) -> None:
        def browse() -> None:
            requests.get(f"http://localhost:{PORT}/favicon.ico", timeout=5)
            requests.get(xero.consent(url, allow, tenants), timeout=5)

        threading.Thread(target=browse).start()

    return consent(
        APP,
        Addresses.at(xero.url),
        SimulatedClock(xero),
        lambda names: choose,
        redirect_uri=BACK,
        open_page=open_page,
    )


def test_a_person_allows_one_organisation(xero: Simulator) -> None:
    tenant = next(iter(xero.organisations))
    tokens, connection = given(xero, [tenant])
    assert connection.tenant_id == tenant
    assert tokens.access_token


def test_of_several_the_person_chooses_one(xero: Simulator) -> None:
    _, connection = given(xero, list(xero.organisations), choose=1)
    assert connection.tenant_name in [o.books.profile["Name"] for o in xero.organisations.values()]


def test_who_does_not_allow_it_is_told_so(xero: Simulator) -> None:
    with pytest.raises(AccessLost):
        given(xero, [next(iter(xero.organisations))], allow=False)
