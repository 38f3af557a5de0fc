"""Where requests go: to Xero's own hosts, over TLS, and never where an answer points to."""

from __future__ import annotations

import socket
from dataclasses import fields
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.stage import SimulatedClock
from tests.xero.support import ORGANIZATIONS, Desk
from vtiger_xero.engine.errors import ConfigurationError, SyncError
from vtiger_xero.xero import Budget, MemoryBudget, auth, connect
from vtiger_xero.xero.endpoints import XERO, Addresses
from xero_simulator import Fault, Simulator
from xero_simulator.answers import Answer
from xero_simulator.faults import Match

HOSTS = {"login.xero.com", "identity.xero.com", "api.xero.com"}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The hosts that somebody wants to reach; nobody is reached."""
    hosts: set[str] = set()

    def nowhere(host: str, *what: Any, **how: Any) -> Any:
        hosts.add(host)
        raise socket.gaierror("no name")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    return hosts


def test_every_address_is_xeros_over_tls() -> None:
    parts = [urlsplit(getattr(XERO, each.name)) for each in fields(XERO)]
    assert {each.scheme for each in parts} == {"https"}
    assert {each.hostname for each in parts} == HOSTS


def test_whatever_is_asked_only_xeros_hosts_are_looked_up(desk: Desk, asked: set[str]) -> None:
    tokens = desk.tokens.load()
    budget = Budget(MemoryBudget(), SimulatedClock(desk.simulator))
    ledger = connect(desk.app, desk.tenant, desk.tokens, budget, desk.clock, XERO)
    for call in (
        lambda: ledger.reference(),
        lambda: list(ledger.changed_since(ORGANIZATIONS, None)),
        lambda: auth.connections(XERO, tokens),
        lambda: auth.refresh(desk.app, XERO, tokens, desk.clock.now()),
    ):
        with pytest.raises(SyncError):
            call()
    assert asked == {"identity.xero.com", "api.xero.com"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(desk: Desk, status: int) -> None:
    """Neither with our tokens nor without: an answer does not choose where we ask next."""
    with Simulator(seed=2) as elsewhere:
        away = Answer(status, headers={"Location": f"{elsewhere.url}/connections"})
        desk.simulator.faults.add(Fault("away", Match(), times=None, leaving=lambda answer: away))
        tokens, at = desk.tokens.load(), desk.addresses
        for call in (
            lambda: desk.ledger().reference(),
            lambda: list(desk.ledger().changed_since(ORGANIZATIONS, None)),
            lambda: auth.connections(at, tokens),
            lambda: auth.refresh(desk.app, at, tokens, desk.clock.now()),
        ):
            with pytest.raises(SyncError):
                call()
        assert desk.simulator.calls
        assert elsewhere.calls == []


def test_plain_http_is_for_this_machine_alone() -> None:
    with pytest.raises(ConfigurationError, match="could be read on the way"):
        Addresses.at("http://xero.example.com")
    Addresses.at("http://localhost:1234")
