"""OAuth 2.0: from the consent page to the last refresh, and everything that must not work."""

import base64
import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.simulator.client import (
    CHALLENGE,
    VERIFIER,
    Client,
    authorize_url,
    consent,
    exchange,
    refresh,
)
from xero_simulator import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_REDIRECT_URI, Fault

INVALID_GRANT = (400, {"error": "invalid_grant"})


def outcome(response):
    return response.status_code, response.json()


def claims(token):
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def test_the_consent_page_offers_every_organisation_and_both_buttons_and_cannot_be_framed(xero):
    page = requests.get(authorize_url(xero))
    assert page.status_code == 200
    for text in ("Demo app", "Demo Company (NZ)", "Kea Trading Ltd", "Allow access", "Cancel"):
        assert text in page.text
    assert page.headers["X-Frame-Options"] == "DENY"


def test_allowing_brings_back_a_code_and_the_state_unchanged(xero):
    back = consent(xero, state="ä &=? state")
    assert back["state"] == "ä &=? state"
    assert back["code"]


def test_cancelling_brings_back_access_denied_and_no_connection(xero):
    back = consent(xero, allow=False)
    assert back == {"error": "access_denied", "state": "a state & more"}
    connected = Client(xero, tenant=list(xero.organisations)[1])
    assert len(connected.http.get(f"{xero.url}/connections").json()) == 1


def test_the_redirect_uri_keeps_a_query_of_its_own(xero):
    uri = "http://localhost:8000/api/method/callback?site=one"
    xero.register_app("MINE", "mine", [uri], "Mine")
    location = xero.consent(authorize_url(xero, client_id="MINE", redirect_uri=uri))
    query = parse_qs(urlsplit(location).query)
    assert query["site"] == ["one"]
    assert "code" in query


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_id": "NOBODY"}, "unauthorized_client"),
        ({"redirect_uri": DEMO_REDIRECT_URI + "/"}, "Invalid redirect_uri"),
        ({"redirect_uri": DEMO_REDIRECT_URI.upper()}, "Invalid redirect_uri"),
        ({"redirect_uri": None}, "Invalid redirect_uri"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "accounting.everything"}, "invalid_scope"),
        ({"scope": "accounting.transactions"}, "invalid_scope"),  # an app of today: granular only
        ({"scope": ""}, "invalid_scope"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": CHALLENGE}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
    ],
)
def test_a_wrong_authorize_url_is_shown_to_the_person_and_never_sent_to_the_app(
    xero, change, error
):
    page = requests.get(authorize_url(xero, **change), allow_redirects=False)
    assert page.status_code == 400
    assert error in page.text
    assert "Location" not in page.headers


def test_an_app_gets_one_organisation_per_consent_unless_it_may_connect_in_bulk(xero):
    both = list(xero.organisations)
    with pytest.raises(ValueError, match="Choose one organisation"):
        consent(xero, tenants=both)
    xero.register_app(
        DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, [DEMO_REDIRECT_URI], "Bulk", bulk_connections=True
    )
    token = exchange(xero, consent(xero, tenants=both)["code"]).json()
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    connections = requests.get(f"{xero.url}/connections", headers=headers).json()
    assert [connection["tenantId"] for connection in connections] == both


def test_a_form_with_a_made_up_organisation_is_refused(xero):
    form = {"decision": "allow", "tenant": "00000000-0000-0000-0000-000000000000"}
    answer = requests.post(authorize_url(xero), data=form, allow_redirects=False)
    assert answer.status_code == 400


def test_the_token_answer_has_what_xero_sends(xero):
    token = exchange(xero, consent(xero, scope="openid offline_access accounting.contacts")["code"])
    body = token.json()
    assert body["expires_in"] == 1800
    assert body["token_type"] == "Bearer"
    assert body["scope"] == "openid offline_access accounting.contacts"
    assert body["refresh_token"]
    assert claims(body["id_token"])["aud"] == DEMO_CLIENT_ID
    inside = claims(body["access_token"])
    assert inside["scope"] == ["openid", "offline_access", "accounting.contacts"]
    assert inside["exp"] - inside["nbf"] == 1800
    assert inside["authentication_event_id"]
    assert inside["xero_userid"]


def test_without_offline_access_there_is_no_refresh_token(xero):
    token = exchange(xero, consent(xero, scope="accounting.contacts")["code"]).json()
    assert "refresh_token" not in token


def test_scopes_add_up_over_consents(xero):
    consent(xero, scope="offline_access accounting.contacts")
    token = exchange(xero, consent(xero, scope="accounting.settings")["code"]).json()
    assert token["scope"] == "offline_access accounting.contacts accounting.settings"


def test_a_code_works_once(xero):
    code = consent(xero)["code"]
    assert exchange(xero, code).status_code == 200
    assert outcome(exchange(xero, code)) == INVALID_GRANT


def test_a_code_is_dead_after_five_minutes(xero):
    late, in_time = consent(xero)["code"], consent(xero)["code"]
    xero.clock.freeze()
    xero.clock.advance(timedelta(minutes=4, seconds=55))
    assert exchange(xero, in_time).status_code == 200
    xero.clock.advance(timedelta(seconds=6))
    assert outcome(exchange(xero, late)) == INVALID_GRANT


@pytest.mark.parametrize(
    "change", [{"code": "forged"}, {"redirect_uri": "http://localhost/elsewhere"}]
)
def test_a_forged_code_or_another_redirect_uri_is_an_invalid_grant(xero, change):
    code = consent(xero)["code"]
    assert outcome(exchange(xero, **{"code": code, **change})) == INVALID_GRANT


def test_another_apps_code_is_an_invalid_grant_and_stays_good_for_its_owner(xero):
    xero.register_app("OTHER", "other", [DEMO_REDIRECT_URI], "Other")
    code = consent(xero, client_id="OTHER")["code"]
    assert outcome(exchange(xero, code)) == INVALID_GRANT
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": DEMO_REDIRECT_URI,
        "client_id": "OTHER",
        "client_secret": "other",
    }
    assert requests.post(f"{xero.url}/connect/token", data=form).status_code == 200


@pytest.mark.parametrize("verifier", [None, "w" * 43, "v" * 42, "v" * 129])
def test_pkce_refuses_every_other_verifier(xero, verifier):
    back = consent(xero, code_challenge=CHALLENGE, code_challenge_method="S256")
    assert outcome(exchange(xero, back["code"], code_verifier=verifier)) == INVALID_GRANT


def test_pkce_takes_the_right_verifier(xero):
    back = consent(xero, code_challenge=CHALLENGE, code_challenge_method="S256")
    assert exchange(xero, back["code"], code_verifier=VERIFIER).status_code == 200


@pytest.mark.parametrize(
    "auth", [(DEMO_CLIENT_ID, "wrong"), ("NOBODY", DEMO_CLIENT_SECRET), (DEMO_CLIENT_ID, "")]
)
def test_a_wrong_client_is_an_invalid_client(xero, auth):
    form = {"grant_type": "refresh_token", "refresh_token": "any"}
    in_header = requests.post(f"{xero.url}/connect/token", data=form, auth=auth)
    in_form = {**form, "client_id": auth[0], "client_secret": auth[1]}
    for answer in (in_header, requests.post(f"{xero.url}/connect/token", data=in_form)):
        assert outcome(answer) == (400, {"error": "invalid_client"})


@pytest.mark.parametrize("header", ["Basic !!!", "Basic " + "/w==", "Basic"])
def test_an_unreadable_basic_header_is_an_invalid_client(xero, header):
    answer = requests.post(f"{xero.url}/connect/token", headers={"Authorization": header})
    assert outcome(answer) == (400, {"error": "invalid_client"})


@pytest.mark.parametrize(
    ("kind", "error"),
    [("password", "unsupported_grant_type"), ("client_credentials", "unauthorized_client")],
)
def test_other_grants_are_refused(xero, kind, error):
    answer = requests.post(
        f"{xero.url}/connect/token",
        data={"grant_type": kind},
        auth=(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET),
    )
    assert outcome(answer) == (400, {"error": error})


class TestRefresh:
    def test_gives_a_new_pair_each_time(self, xero, client):
        first = refresh(xero, client.token["refresh_token"]).json()
        second = refresh(xero, first["refresh_token"]).json()
        tokens = {t["refresh_token"] for t in (client.token, first, second)}
        assert len(tokens) == 3
        assert first["access_token"] != second["access_token"]

    def test_forgives_a_lost_answer_for_thirty_minutes(self, xero, client):
        old = client.token["refresh_token"]
        xero.faults.add(Fault.dropped_after_commit(path="/connect/token"))
        with pytest.raises(requests.ConnectionError):
            refresh(xero, old)
        xero.clock.advance(timedelta(minutes=29))
        assert refresh(xero, old).status_code == 200
        xero.clock.advance(timedelta(minutes=2))
        assert outcome(refresh(xero, old)) == INVALID_GRANT

    def test_kills_a_token_for_good_once_its_successor_was_used(self, xero, client):
        old = client.token["refresh_token"]
        new = refresh(xero, old).json()["refresh_token"]
        assert refresh(xero, new).status_code == 200
        assert outcome(refresh(xero, old)) == INVALID_GRANT

    def test_ends_sixty_days_after_the_last_use(self, xero, client):
        xero.clock.advance(timedelta(days=59))
        new = refresh(xero, client.token["refresh_token"]).json()["refresh_token"]
        xero.clock.advance(timedelta(days=59))
        newer = refresh(xero, new).json()["refresh_token"]
        xero.clock.advance(timedelta(days=61))
        assert outcome(refresh(xero, newer)) == INVALID_GRANT

    def test_refuses_a_forged_token_and_another_apps(self, xero, client):
        assert outcome(refresh(xero, "forged")) == INVALID_GRANT
        xero.register_app("OTHER", "other", [DEMO_REDIRECT_URI], "Other")
        form = {
            "grant_type": "refresh_token",
            "refresh_token": client.token["refresh_token"],
            "client_id": "OTHER",
            "client_secret": "other",
        }
        assert outcome(requests.post(f"{xero.url}/connect/token", data=form)) == INVALID_GRANT


class TestAccess:
    def test_runs_out_after_thirty_minutes(self, xero, client):
        xero.clock.freeze()
        xero.clock.advance(timedelta(minutes=29))
        assert client.get("/Organisation").status_code == 200
        xero.clock.advance(timedelta(minutes=2))
        answer = client.get("/Organisation")
        assert answer.status_code == 401
        assert answer.json()["Title"] == "Unauthorized"
        assert answer.json()["Detail"].startswith("TokenExpired: token expired at ")
        assert set(answer.json()) == {
            "Type",
            "Title",
            "Status",
            "Detail",
            "Instance",
            "Extensions",
        }

    @pytest.mark.parametrize("header", ["Bearer forged", "Basic abc", ""])
    def test_needs_a_token_that_xero_issued(self, client, header):
        answer = client.get("/Organisation", headers={"Authorization": header})
        assert answer.status_code == 401
        assert answer.json()["detail"] == "AuthenticationUnsuccessful"
        assert answer.headers["WWW-Authenticate"] == "Bearer error=invalid_token"

    def test_needs_the_scope(self, xero):
        client = Client(xero, scope="accounting.contacts.read")
        assert client.get("/Contacts").status_code == 200
        for answer in (client.get("/Organisation"), client.put({"Name": "ABC"})):
            assert answer.status_code == 401
            assert answer.json()["Detail"] == "AuthorizationUnsuccessful"
            assert "insufficient_scope" in answer.headers["WWW-Authenticate"]

    def test_needs_a_tenant_that_is_connected(self, xero, client):
        other = list(xero.organisations)[1]
        for tenant in (other, "nonsense", ""):
            answer = client.get("/Organisation", headers={"xero-tenant-id": tenant})
            assert answer.status_code == 403
            assert answer.json()["Detail"] == "AuthenticationUnsuccessful"

    def test_of_one_tenant_shows_nothing_of_another(self, xero, client):
        other = Client(xero, tenant=list(xero.organisations)[1])
        client.create(Name="Only in the demo company")
        assert other.names() == []
        assert other.get("/Organisation").json()["Organisations"][0]["BaseCurrency"] == "AUD"


class TestConnections:
    def connections(self, client, **query):
        return client.http.get(f"{client.xero.url}/connections", params=query).json()

    def test_are_listed_as_xero_lists_them(self, xero, client):
        [connection] = self.connections(client)
        assert connection["tenantId"] == xero.organisation.tenant_id
        assert connection["tenantType"] == "ORGANISATION"
        assert connection["tenantName"] == "Demo Company (NZ)"
        assert len(connection["createdDateUtc"].partition(".")[2]) == 7
        assert connection["createdDateUtc"] == connection["updatedDateUtc"]
        assert client.http.get(f"{xero.url}/Connections").json() == [connection]

    def test_keep_their_id_when_the_person_connects_again(self, xero, client):
        [before] = self.connections(client)
        xero.clock.advance(timedelta(seconds=5))
        [after] = self.connections(Client(xero))
        assert after["id"] == before["id"]
        assert after["createdDateUtc"] == before["createdDateUtc"]
        assert after["updatedDateUtc"] > before["updatedDateUtc"]

    def test_can_be_deleted_once(self, xero, client):
        [connection] = self.connections(client)
        url = f"{xero.url}/connections/{connection['id']}"
        assert client.http.delete(url).status_code == 204
        assert client.http.delete(url).status_code == 404
        assert client.get("/Organisation").status_code == 403

    def test_of_another_app_cannot_be_seen_or_deleted(self, xero, client):
        [connection] = self.connections(client)
        xero.register_app("OTHER", "other", [DEMO_REDIRECT_URI], "Other")
        code = consent(xero, client_id="OTHER", tenants=[list(xero.organisations)[1]])["code"]
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": DEMO_REDIRECT_URI,
            "client_id": "OTHER",
            "client_secret": "other",
        }
        token = requests.post(f"{xero.url}/connect/token", data=form).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        seen = requests.get(f"{xero.url}/connections", headers=headers).json()
        assert connection["id"] not in [row["id"] for row in seen]
        url = f"{xero.url}/connections/{connection['id']}"
        assert requests.delete(url, headers=headers).status_code == 404

    def test_are_all_gone_after_revocation_and_so_are_the_tokens(self, xero, client):
        Client(xero, tenant=list(xero.organisations)[1])
        answer = requests.post(
            f"{xero.url}/connect/revocation",
            data={"token": client.token["refresh_token"]},
            auth=(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET),
        )
        assert (answer.status_code, answer.content) == (200, b"")
        assert self.connections(client) == []
        assert client.get("/Organisation").status_code == 403
        assert outcome(refresh(xero, client.token["refresh_token"])) == INVALID_GRANT

    def test_survive_the_revocation_of_an_unknown_token_and_by_a_wrong_client(self, xero, client):
        url = f"{xero.url}/connect/revocation"
        good = (DEMO_CLIENT_ID, DEMO_CLIENT_SECRET)
        assert requests.post(url, data={"token": "unknown"}, auth=good).status_code == 200
        wrong = requests.post(
            url, data={"token": client.token["refresh_token"]}, auth=(DEMO_CLIENT_ID, "wrong")
        )
        assert outcome(wrong) == (400, {"error": "invalid_client"})
        assert len(self.connections(client)) == 1
