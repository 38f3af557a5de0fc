"""The consent when things happen at once, or halfway: forged answers, two people, lost answers."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import frappe
import pytest

from tests.site.conftest import SITE
from tests.site.test_site_organisations import connection, let_in
from tests.site.world import another_connection
from tests.site.xero import ALLOWED, connect, consented, simulated_xero
from vtiger_xero import api
from vtiger_xero.connection import consent
from vtiger_xero.connection.tokens import SiteTokens
from vtiger_xero.crm.lock import is_running, run_lock
from vtiger_xero.engine.errors import AccessLost, AnotherRun, RetryLater
from vtiger_xero.xero.tokens import Tokens
from xero_simulator import Fault, Simulator


@pytest.mark.parametrize(
    "forged",
    [
        "code=x&state=forged",
        "code=x",
        "",
        "error=access_denied&state=forged",
        "error=access_denied",
        "state=%00%ff",
    ],
)
def test_an_answer_that_does_not_belong_to_the_consent_leaves_it_open(forged: str) -> None:
    with simulated_xero() as xero:
        real = consented(xero)
        for _ in range(2):
            with pytest.raises(AccessLost, match="was not started here"):
                consent.finish(ALLOWED, forged)
        assert "Connected to" in consent.finish(ALLOWED, real).message


def test_a_consent_is_spent_by_its_own_answer_and_by_a_refusal() -> None:
    with simulated_xero() as xero:
        refused = urlsplit(xero.consent(consent.begin(ALLOWED), allow=False)).query
        for expected in ("access was not allowed", "was not started here"):
            with pytest.raises(AccessLost, match=expected):
                consent.finish(ALLOWED, refused)


def test_two_people_who_connect_at_once_each_get_what_they_allowed() -> None:
    with simulated_xero() as xero:
        demo, own = xero.organisations
        mine = urlsplit(xero.consent(consent.begin(ALLOWED), tenants=[demo])).query
        theirs = urlsplit(xero.consent(consent.begin("Guest"), tenants=[own])).query
        assert finished(ALLOWED, mine) == "Connected to Demo Company (NZ)."
        assert finished("Guest", theirs) == "Connected to Kea Trading Ltd."


@pytest.mark.parametrize("path", ["/Organisation", "/Accounts", "/TaxRates", "/Currencies"])
def test_where_xero_does_not_answer_halfway_the_connection_and_its_tokens_stay(
    xero: Simulator, path: str
) -> None:
    _, own = xero.organisations
    before, tokens = connection(), SiteTokens().load()
    answer = consented(xero, tenants=[own])
    xero.faults.add(Fault.unavailable(path=path, times=None))
    with pytest.raises(RetryLater):
        consent.finish(ALLOWED, answer)
    frappe.db.rollback()
    assert connection() == before
    assert SiteTokens().load() == tokens
    xero.faults.clear()
    assert api.choose_organisation(own)["message"] == "Connected to Kea Trading Ltd."
    frappe.db.commit()
    assert not SiteTokens(pending=True).are_there()


def test_a_consent_that_another_person_finishes_meanwhile_gives_nobody_elses_tokens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Between the answer of Xero and the end of it another worker keeps what it was given."""
    with simulated_xero() as xero:
        demo, _ = xero.organisations
        mine = urlsplit(xero.consent(consent.begin(ALLOWED), tenants=[demo])).query
        given: list[Tokens] = []
        exchange, read = consent.auth.exchange, consent.ledger

        def taking(*how: Any) -> Tokens:
            given.append(exchange(*how))
            return given[0]

        def reading(*how: Any, **more: Any) -> Any:
            SiteTokens(pending=True).save(Tokens("theirs", "theirs", given[0].expires_at))
            return read(*how, **more)

        monkeypatch.setattr(consent.auth, "exchange", taking)
        monkeypatch.setattr(consent, "ledger", reading)
        assert finished(ALLOWED, mine) == "Connected to Demo Company (NZ)."
        assert SiteTokens().load() == given[0]


def test_where_the_settings_changed_meanwhile_the_tokens_stay_too(
    xero: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, own = xero.organisations
    before, tokens = connection(), SiteTokens().load()
    answer = consented(xero, tenants=[own])

    def touched(form: Any) -> None:
        form.modified = "2001-01-01 00:00:00"  # another manager has saved them
        form.flags.connecting = True
        form.save(ignore_permissions=True)

    monkeypatch.setattr(consent, "_save", touched)
    with pytest.raises(frappe.TimestampMismatchError):
        consent.finish(ALLOWED, answer)
    frappe.db.rollback()
    assert (connection(), SiteTokens().load()) == (before, tokens)


def test_while_the_connection_changes_no_run_of_it_begins(
    xero: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo, own = xero.organisations
    seen: list[bool] = []
    refresh = consent.states.refresh_all

    def watched() -> None:
        with another_connection():
            seen.append(is_running(demo))
        refresh()

    monkeypatch.setattr(consent.states, "refresh_all", watched)
    assert let_in(xero, own).message == "Connected to Kea Trading Ltd."
    assert seen == [True]
    assert not is_running(demo)


def test_a_run_keeps_the_connection_from_changing(xero: Simulator) -> None:
    demo, own = xero.organisations
    answer = consented(xero, tenants=[own])
    before, tokens = connection(), SiteTokens().load()
    with another_connection(), run_lock(demo):
        outer = frappe.local.db
        with another_connection():
            for act in (consent.disconnect, lambda: consent.finish(ALLOWED, answer)):
                with pytest.raises(AnotherRun):
                    act()
        assert frappe.local.db is outer
    assert (connection(), SiteTokens().load()) == (before, tokens)
    assert consent.finish(ALLOWED, answer).message == "Connected to Kea Trading Ltd."


def finished(user: str, query: str) -> str:
    """As the request of the callback ends: with a commit."""
    outcome = consent.finish(user, query)
    frappe.db.commit()
    return outcome.message


def in_another_worker(work: Any) -> Any:
    def done() -> Any:
        frappe.init(SITE, sites_path=".")
        frappe.connect()
        try:
            return work()
        finally:
            frappe.destroy()

    return done


def test_a_worker_that_renews_the_tokens_during_a_disconnect_finds_none(xero: Simulator) -> None:
    renewed: list[Tokens] = []
    waiting: list[Future[Any]] = []

    def renew() -> None:
        SiteTokens().refreshed(lambda held: renewed.append(held) or held)

    with ThreadPoolExecutor(1) as workers:

        def ending(held: Tokens) -> None:
            waiting.append(workers.submit(in_another_worker(renew)))
            with pytest.raises(TimeoutError):
                waiting[0].result(timeout=0.7)  # it waits for the lock

        SiteTokens().end(ending)
        with pytest.raises(AccessLost, match="not connected"):
            waiting[0].result(timeout=20)
    assert renewed == []
    assert not SiteTokens().are_there()


def test_what_a_worker_has_renewed_before_is_what_a_disconnect_revokes(
    xero: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    revoked: list[str] = []
    monkeypatch.setattr(
        consent.auth, "revoke", lambda app, addresses, held: revoked.append(held.refresh_token)
    )
    old = SiteTokens().load()
    SiteTokens().refreshed(
        lambda held: consent.auth.refresh(
            consent.app(), consent.addresses(), held, consent.CLOCK.now()
        )
    )
    new = SiteTokens().load()
    consent.disconnect()
    assert revoked == [new.refresh_token] != [old.refresh_token]


def test_where_xero_does_not_answer_a_disconnect_the_tokens_are_kept(xero: Simulator) -> None:
    before = connection()
    xero.faults.add(Fault.unavailable(path="/connect/revocation", times=None))
    with pytest.raises(RetryLater):
        consent.disconnect()
    frappe.db.rollback()
    assert SiteTokens().load().refresh_token
    assert connection() == before
    xero.faults.clear()
    assert "Disconnected" in consent.disconnect()
    assert not SiteTokens().are_there()


def test_after_a_disconnection_the_same_person_may_connect_again(xero: Simulator) -> None:
    consent.disconnect()
    assert "Connected to" in connect(xero)
