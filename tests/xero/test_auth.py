"""The way in: consent, tokens, connections, and what a person is told when it goes wrong."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
import requests

from tests.support.stage import consented
from tests.xero.support import Desk, ask, on_threads
from vtiger_xero.engine.errors import AccessLost, ConfigurationError, RetryLater
from vtiger_xero.xero import SCOPES, XERO, Addresses, App, MemoryTokens, Tokens, auth
from vtiger_xero.xero.auth import Authorization
from xero_simulator import DEMO_REDIRECT_URI, Fault, Simulator

CLOSED_PORT = "http://localhost:9"


def begin(desk: Desk) -> Authorization:
    return auth.authorization(desk.app, desk.addresses, DEMO_REDIRECT_URI)


def finish(desk: Desk, begun: Authorization | None, callback: str) -> Tokens:
    return auth.exchange(desk.app, desk.addresses, begun, callback, desk.clock.now())


# -- the way in ------------------------------------------------------------------------------


def test_the_consent_url_asks_for_a_code_with_a_challenge() -> None:
    begun = auth.authorization(App("id", "secret"), XERO, "https://crm.example/callback")
    parts = urlsplit(begun.url)
    asked = {name: value for name, (value,) in parse_qs(parts.query).items()}
    assert begun.url.startswith("https://login.xero.com/identity/connect/authorize?")
    assert asked["response_type"] == "code"
    assert asked["redirect_uri"] == "https://crm.example/callback"
    assert asked["scope"].split() == list(SCOPES)
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert asked["state"] == begun.state
    assert begun.code_verifier not in begun.url


def test_no_two_consents_share_a_state_or_a_verifier(desk: Desk) -> None:
    begun = [begin(desk) for _ in range(50)]
    assert len({each.state for each in begun}) == 50
    assert len({each.code_verifier for each in begun}) == 50
    assert all(43 <= len(each.code_verifier) <= 128 for each in begun)


def test_allow_access_gives_tokens_for_half_an_hour(desk: Desk) -> None:
    begun = begin(desk)
    tokens = finish(desk, begun, desk.simulator.consent(begun.url))
    assert tokens.expires_at - desk.clock.now() > timedelta(minutes=29)
    assert tokens.expires_at.tzinfo is not None
    assert set(SCOPES) <= set(tokens.scopes)
    assert tokens.refresh_token


def test_the_callbacks_query_alone_will_do(desk: Desk) -> None:
    begun = begin(desk)
    query = urlsplit(desk.simulator.consent(begun.url)).query
    assert finish(desk, begun, query).access_token
    begun = begin(desk)
    query = urlsplit(desk.simulator.consent(begun.url)).query
    assert finish(desk, begun, f"?{query}").access_token


def test_the_connections_name_the_organisation(desk: Desk) -> None:
    (connection,) = auth.connections(desk.addresses, desk.tokens.load())
    assert connection.tenant_id == desk.tenant
    assert connection.tenant_name == desk.organisation.name
    assert connection.tenant_type == "ORGANISATION"
    assert connection.created == connection.updated
    assert connection.created.tzinfo is not None


def test_an_organisation_that_is_connected_again_says_so(desk: Desk) -> None:
    desk.simulator.clock.advance(timedelta(hours=1))
    tokens = consented(desk.simulator, desk.app, [desk.tenant])
    (connection,) = auth.connections(desk.addresses, tokens)
    assert connection.updated > connection.created


def test_disconnecting_closes_the_organisation_and_may_be_repeated(desk: Desk) -> None:
    tokens = desk.tokens.load()
    (connection,) = auth.connections(desk.addresses, tokens)
    auth.disconnect(desk.addresses, tokens, connection.id)
    auth.disconnect(desk.addresses, tokens, connection.id)
    assert auth.connections(desk.addresses, tokens) == []
    with pytest.raises(AccessLost, match="no longer has access to the Xero organisation"):
        desk.ledger().reference()


def test_revoked_tokens_open_nothing(desk: Desk) -> None:
    tokens = desk.tokens.load()
    auth.revoke(desk.app, desk.addresses, tokens)
    with pytest.raises(AccessLost):
        auth.refresh(desk.app, desk.addresses, tokens, desk.clock.now())
    assert auth.connections(desk.addresses, tokens) == []  # the access token lives on, emptied
    with pytest.raises(AccessLost):
        desk.ledger().reference()


def test_a_refresh_gives_new_tokens_and_keeps_the_scopes(desk: Desk) -> None:
    before = desk.tokens.load()
    after = auth.refresh(desk.app, desk.addresses, before, desk.clock.now())
    assert after.access_token != before.access_token
    assert after.refresh_token != before.refresh_token
    assert after.scopes == before.scopes


# -- bad input -------------------------------------------------------------------------------


def test_consent_refused_is_told_as_that(desk: Desk) -> None:
    begun = begin(desk)
    callback = desk.simulator.consent(begun.url, allow=False)
    with pytest.raises(
        AccessLost, match=r"access was not allowed on Xero's page\. Nothing has changed"
    ):
        finish(desk, begun, callback)


def test_a_forged_state_is_not_accepted_though_the_code_is_good(desk: Desk) -> None:
    begun = begin(desk)
    callback = desk.simulator.consent(begun.url)
    forged = replace(begun, state="x" * len(begun.state))
    for wrong in (forged, None):
        with pytest.raises(AccessLost, match="was not started here, or it took too long"):
            finish(desk, wrong, callback)
    assert finish(desk, begun, callback).access_token  # the code was not spent on it


def test_a_callback_without_state_or_code_connects_nothing(desk: Desk) -> None:
    begun = begin(desk)
    with pytest.raises(AccessLost, match="was not started here"):
        finish(desk, begun, "")
    with pytest.raises(AccessLost, match="was not complete"):
        finish(desk, begun, urlencode({"state": begun.state}))


def test_a_code_that_is_too_old_or_used_twice_says_so(desk: Desk) -> None:
    begun = begin(desk)
    callback = desk.simulator.consent(begun.url)
    desk.simulator.clock.advance(timedelta(minutes=6))
    with pytest.raises(AccessLost, match="took longer than five minutes"):
        finish(desk, begun, callback)
    begun = begin(desk)
    callback = desk.simulator.consent(begun.url)
    finish(desk, begun, callback)
    with pytest.raises(AccessLost, match="or it was already used"):
        finish(desk, begun, callback)


def test_a_code_of_another_verifier_is_worth_nothing(desk: Desk) -> None:
    begun = begin(desk)
    callback = desk.simulator.consent(begun.url)
    with pytest.raises(AccessLost):
        finish(desk, replace(begun, code_verifier="v" * 64), callback)


@pytest.mark.parametrize("app", [App("DEMO-CLIENT", "wrong"), App("NOBODY", "demo-secret")])
def test_a_wrong_client_id_or_secret_sends_to_the_apps_page(desk: Desk, app: App) -> None:
    begun = begin(desk)
    callback = desk.simulator.consent(begun.url)
    for attempt in (
        lambda: auth.exchange(app, desk.addresses, begun, callback, desk.clock.now()),
        lambda: auth.refresh(app, desk.addresses, desk.tokens.load(), desk.clock.now()),
        lambda: auth.revoke(app, desk.addresses, desk.tokens.load()),
    ):
        with pytest.raises(ConfigurationError, match="Copy both again from your app"):
            attempt()


def test_scopes_that_the_app_may_not_use_are_named(desk: Desk) -> None:
    begun = begin(desk)
    callback = urlencode({"state": begun.state, "error": "invalid_scope"})
    with pytest.raises(ConfigurationError, match="accounting\\.contacts"):
        finish(desk, begun, callback)


def test_an_error_that_nobody_knows_points_to_the_settings(desk: Desk) -> None:
    begun = begin(desk)
    callback = urlencode({"state": begun.state, "error": "server_error"})
    with pytest.raises(ConfigurationError, match="redirect URI") as raised:
        finish(desk, begun, callback)
    assert "server_error" in raised.value.detail


def test_without_a_network_it_says_so_and_may_be_tried_again(desk: Desk) -> None:
    begun = begin(desk)
    callback = desk.simulator.consent(begun.url)
    away = Addresses.at(CLOSED_PORT)
    with pytest.raises(RetryLater, match="could not be reached"):
        auth.exchange(desk.app, away, begun, callback, desk.clock.now())
    with pytest.raises(RetryLater, match="could not be reached"):
        auth.connections(away, desk.tokens.load())


def test_half_an_answer_is_no_answer(desk: Desk) -> None:
    desk.simulator.faults.add(Fault.torn(path="/connect/token"))
    with pytest.raises(RetryLater):
        auth.refresh(desk.app, desk.addresses, desk.tokens.load(), desk.clock.now())
    desk.simulator.faults.add(Fault.torn(path="/connections"))
    with pytest.raises(RetryLater):
        auth.connections(desk.addresses, desk.tokens.load())


def test_a_sign_in_service_out_of_order_may_be_tried_again(desk: Desk) -> None:
    desk.simulator.faults.add(Fault.unavailable(path="/connect/token"))
    with pytest.raises(RetryLater, match="not working"):
        auth.refresh(desk.app, desk.addresses, desk.tokens.load(), desk.clock.now())


def test_an_app_without_id_or_secret_is_told_where_they_are() -> None:
    for client_id, secret in (("", "secret"), ("id", "  ")):
        with pytest.raises(ConfigurationError, match=r"developer\.xero\.com"):
            App(client_id, secret)
    assert App(" id\n", "secret ").client_id == "id"


@pytest.mark.parametrize(
    "address", ["http://login.xero.com", "http://localhost.evil.example", "ftp://localhost", "x"]
)
def test_tokens_never_travel_in_the_open(address: str) -> None:
    with pytest.raises(ConfigurationError, match="https://"):
        Addresses.at(address)


@pytest.mark.parametrize("address", ["http://localhost:80", "http://127.0.0.1:8", "https://x.eu"])
def test_this_machine_and_https_are_good_addresses(address: str) -> None:
    assert Addresses.at(address).api == f"{address}/api.xro/2.0"


def test_a_redirect_uri_with_a_query_comes_back_whole(desk: Desk) -> None:
    uri = "http://localhost/callback?site=one"
    desk.simulator.register_app("DEMO-CLIENT", "demo-secret", [uri], "Demo app")
    begun = auth.authorization(desk.app, desk.addresses, uri)
    callback = desk.simulator.consent(begun.url)
    assert dict(parse_qsl(urlsplit(callback).query))["site"] == "one"
    assert finish(desk, begun, callback).access_token


# -- the store -------------------------------------------------------------------------------


def test_a_store_without_tokens_says_how_to_connect() -> None:
    with pytest.raises(AccessLost, match="Authenticate your Xero Account"):
        MemoryTokens().load()


def test_eight_workers_that_find_the_token_expired_refresh_it_once(desk: Desk) -> None:
    desk.simulator.clock.advance(timedelta(minutes=31))
    ledgers = [desk.ledger() for _ in range(8)]

    def work(number: int) -> None:
        ask(ledgers[number])

    on_threads(8, work)
    refreshes = [call for call in desk.simulator.calls if call.path == "/connect/token"]
    assert len(refreshes) == 1


def test_a_refresh_that_fails_keeps_the_old_tokens(desk: Desk) -> None:
    before = desk.tokens.load()
    desk.simulator.clock.advance(timedelta(minutes=31))
    desk.simulator.faults.add(Fault.dropped_before_commit(path="/connect/token", times=None))
    with pytest.raises(RetryLater):
        ask(desk.ledger())
    assert desk.tokens.load() is before


def test_a_refresh_whose_answer_was_lost_is_made_good_with_the_old_token(desk: Desk) -> None:
    desk.simulator.clock.advance(timedelta(minutes=31))
    desk.simulator.faults.add(Fault.dropped_after_commit(path="/connect/token"))
    assert ask(desk.ledger())


def test_tokens_that_were_not_used_for_60_days_ask_for_a_new_sign_in(desk: Desk) -> None:
    desk.simulator.clock.advance(timedelta(days=61))
    with pytest.raises(AccessLost, match="not used for 60 days"):
        ask(desk.ledger())


def test_an_answer_without_a_refresh_token_is_not_taken(desk: Desk) -> None:
    def without(payload: dict[str, object]) -> dict[str, object]:
        return {key: value for key, value in payload.items() if key != "refresh_token"}

    desk.simulator.faults.add(Fault.altered(without, path="/connect/token"))
    with pytest.raises(RetryLater):
        auth.refresh(desk.app, desk.addresses, desk.tokens.load(), desk.clock.now())


def test_no_environment_variable_is_needed_or_left_behind(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, simulator: Simulator
) -> None:
    monkeypatch.delenv("OAUTHLIB_INSECURE_TRANSPORT", raising=False)
    assert consented(simulator, desk.app).access_token
    assert "OAUTHLIB_INSECURE_TRANSPORT" not in os.environ


def test_every_request_to_the_sign_in_service_has_a_timeout(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[object] = []
    real = requests.Session.send

    def send(self: requests.Session, request: Any, **options: Any) -> requests.Response:
        given.append(options.get("timeout"))
        return real(self, request, **options)

    monkeypatch.setattr(requests.Session, "send", send)
    tokens = desk.tokens.load()
    begun = begin(desk)
    finish(desk, begun, desk.simulator.consent(begun.url))
    auth.refresh(desk.app, desk.addresses, tokens, desk.clock.now())
    (connection,) = auth.connections(desk.addresses, tokens)
    auth.disconnect(desk.addresses, tokens, connection.id)
    auth.revoke(desk.app, desk.addresses, tokens)
    assert given == [(5, 30)] * 5
