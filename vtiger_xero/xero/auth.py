"""The consent at Xero and the tokens that come of it, without any web framework.

OAuth's own rules (PKCE, forms, answers, error codes) are oauthlib's `WebApplicationClient`; the
requests are made by `requests`. The road not taken is requests-oauthlib's `OAuth2Session`: it
writes the client secret, the code and both tokens into the DEBUG log, and it refuses the
simulator's http://localhost unless an environment variable lifts that check for the whole
process. `Addresses` makes the check instead: https, or http on this machine only.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import requests
from oauthlib.oauth2 import OAuth2Error, WebApplicationClient

from ..engine.errors import AccessLost
from ..engine.messages import _lt
from .endpoints import SCOPES, Addresses
from .identity import (
    AGAIN,
    CODE_EXPIRED,
    REFRESH_EXPIRED,
    ask,
    post,
    refused,
    succeeded,
    unreadable,
)
from .tokens import App, Tokens
from .wire import moment, parsed

LIFE = 1800  # seconds; every answer of Xero says it, this is for one that does not


@dataclass(frozen=True)
class Authorization:
    """A consent under way: send the person to `url`, keep this until they come back.

    Keep it for that person only, for 15 minutes or so, and forget it once used: `state` and
    `code_verifier` prove that the answer belongs to the question.
    """

    url: str = field(repr=False)
    state: str = field(repr=False)
    code_verifier: str = field(repr=False)
    redirect_uri: str


@dataclass(frozen=True)
class Connection:
    """An organisation that Xero lets the app into; reconnected if `updated` is not `created`."""

    id: str
    tenant_id: str
    tenant_name: str
    tenant_type: str
    auth_event_id: str
    created: datetime
    updated: datetime


# -- consent ---------------------------------------------------------------------------------


def authorization(
    app: App, addresses: Addresses, redirect_uri: str, scopes: tuple[str, ...] = SCOPES
) -> Authorization:
    """Begin a consent. `redirect_uri` must be in the app's list at Xero, byte for byte."""
    client = WebApplicationClient(app.client_id)
    verifier = client.create_code_verifier(64)
    state = WebApplicationClient(app.client_id).create_code_verifier(43)  # as hard to guess
    url = client.prepare_request_uri(
        _shown_as_https(addresses.authorize),
        redirect_uri=redirect_uri,
        scope=list(scopes),
        state=state,
        code_challenge=client.create_code_challenge(verifier, "S256"),
        code_challenge_method="S256",
    )
    scheme = urlsplit(addresses.authorize).scheme
    return Authorization(f"{scheme}{url[len('https') :]}", state, verifier, redirect_uri)


def _shown_as_https(address: str) -> str:
    """What oauthlib checks is the letters of the scheme; `Addresses` has checked in earnest."""
    return f"https{address[len(urlsplit(address).scheme) :]}"


def exchange(
    app: App, addresses: Addresses, begun: Authorization | None, callback: str, now: datetime
) -> Tokens:
    """Turn the callback (its URL, or its query alone) into tokens.

    `begun` is None where nothing is kept for this person, or not any more. Raises `AccessLost`
    where pressing the button again helps, `ConfigurationError` where a setting is wrong,
    `RetryLater` where Xero could not be reached.
    """
    query = dict(parse_qsl(urlsplit(callback).query or callback.lstrip("?")))
    kept = _own(begun, callback)
    if "error" in query:
        raise refused(query["error"], query.get("error_description", ""))
    if not query.get("code"):
        raise refused("missing_code", "neither a code nor an error")
    client = WebApplicationClient(app.client_id)
    body = client.prepare_request_body(
        code=query["code"],
        redirect_uri=kept.redirect_uri,
        code_verifier=kept.code_verifier,
        include_client_id=False,
    )
    return _tokens(client, post(addresses.token, app, body), now, CODE_EXPIRED)


def answers(begun: Authorization | None, callback: str) -> bool:
    """Whether a callback belongs to this consent, compared in constant time."""
    query = dict(parse_qsl(urlsplit(callback).query or callback.lstrip("?")))
    state = query.get("state", "")
    return begun is not None and hmac.compare_digest(begun.state.encode(), state.encode())


def _own(begun: Authorization | None, callback: str) -> Authorization:
    """The consent that this answer belongs to."""
    if begun is None or not answers(begun, callback):
        raise AccessLost(
            _lt(
                "This sign-in was not started here, or it took too long, so it was not "
                "accepted. {0}"
            ).format(AGAIN)
        )
    return begun


# -- tokens ----------------------------------------------------------------------------------


def refresh(app: App, addresses: Addresses, tokens: Tokens, now: datetime) -> Tokens:
    """New tokens for old; call it only from within `TokenStore.refreshed`.

    If the answer is lost, the old refresh token still works for 30 minutes.
    """
    client = WebApplicationClient(app.client_id)
    body = client.prepare_refresh_body(refresh_token=tokens.refresh_token)
    return _tokens(client, post(addresses.token, app, body), now, REFRESH_EXPIRED, tokens)


def revoke(app: App, addresses: Addresses, tokens: Tokens) -> None:
    """Make the tokens worthless. At Xero this ends ALL connections of the user to the app."""
    answer = post(addresses.revoke, app, f"token={quote(tokens.refresh_token, safe='')}")
    if not succeeded(answer):
        raise _refusal(WebApplicationClient(app.client_id), answer, REFRESH_EXPIRED)


def _tokens(
    client: WebApplicationClient,
    answer: requests.Response,
    now: datetime,
    expired: str,
    before: Tokens | None = None,
) -> Tokens:
    if not succeeded(answer):
        raise _refusal(client, answer, expired)
    found = _parsed(client, answer)
    if not isinstance(found, dict) or not found.get("refresh_token"):
        raise unreadable(answer)
    return Tokens(
        str(found["access_token"]),
        str(found["refresh_token"]),
        now + timedelta(seconds=_life(found)),
        _scopes(found) or (before.scopes if before else ()),
    )


def _life(found: Mapping[str, Any]) -> int:
    told = str(found.get("expires_in") or "")
    return int(told) if told.isdecimal() and len(told) < 9 else LIFE


def _scopes(found: Mapping[str, Any]) -> tuple[str, ...]:
    scopes = found.get("scope") or ()
    return tuple(scopes.split() if isinstance(scopes, str) else scopes)


def _refusal(client: WebApplicationClient, answer: requests.Response, expired: str) -> Exception:
    found = _parsed(client, answer)
    if isinstance(found, OAuth2Error) and found.error and found.error in answer.text:
        return refused(found.error, found.description or "", expired=expired)
    return unreadable(answer)


def _parsed(
    client: WebApplicationClient, answer: requests.Response
) -> dict[str, Any] | OAuth2Error | None:
    """The tokens, the OAuth error, or None for what is neither: a proxy's page, half an answer.

    oauthlib takes for granted that all of it is text, so it is given nothing else.
    """
    try:
        found = parsed(answer.content)
        told = found if isinstance(found, dict) else {}
        texts = {key: value for key, value in told.items() if isinstance(value, str)}
        life = {"expires_in": told["expires_in"]} if "expires_in" in told else {}
        return {**client.parse_request_body_response(json.dumps(texts)), **life}
    except OAuth2Error as error:
        return error
    except ValueError:
        return None


# -- connections -----------------------------------------------------------------------------


def connections(addresses: Addresses, tokens: Tokens) -> list[Connection]:
    """The organisations that the tokens open, the latest consent first."""
    answer = ask("GET", f"{addresses.identity}/connections", tokens)
    with suppress(ValueError, KeyError, TypeError):  # torn, or not Xero that answered
        found = [_connection(each) for each in answer.json()]
        return sorted(found, key=lambda connection: connection.updated, reverse=True)
    raise unreadable(answer)


def of_this_consent(tokens: Tokens, found: Sequence[Connection]) -> list[Connection]:
    """The connections that the person has just allowed, among all that the tokens open.

    The access token names its consent. Another person may finish one of their own meanwhile, so
    the newest connection is taken only where the token names none that is there.
    """
    own = [each for each in found if each.auth_event_id == tokens.consent_id]
    return own or [each for each in found if each.auth_event_id == found[0].auth_event_id]


def disconnect(addresses: Addresses, tokens: Tokens, connection_id: str) -> None:
    """Close one organisation to the app; one that is closed already is no error."""
    path = quote(connection_id, safe="")
    ask("DELETE", f"{addresses.identity}/connections/{path}", tokens, allowed=404)


def _connection(found: Mapping[str, Any]) -> Connection:
    if not (isinstance(found["id"], str) and isinstance(found["tenantId"], str)):
        raise TypeError("a connection without ids")
    return Connection(
        id=found["id"],
        tenant_id=found["tenantId"],
        tenant_name=str(found.get("tenantName") or ""),
        tenant_type=str(found.get("tenantType") or ""),
        auth_event_id=str(found.get("authEventId") or ""),
        created=moment(found["createdDateUtc"]),
        updated=moment(found["updatedDateUtc"]),
    )
