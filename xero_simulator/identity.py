"""Who may do what: apps, consents, tokens and connections. No HTTP in here.

One person ("the user") has access to every organisation of the simulator.
"""

import base64
import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from xero_simulator.answers import Refused, not_authenticated, scope_missing, token_expired
from xero_simulator.clock import TellTime
from xero_simulator.shelf import Shelf
from xero_simulator.wire import milliseconds

CODE_LIFE = timedelta(minutes=5)
ACCESS_TOKEN_LIFE = timedelta(minutes=30)
ID_TOKEN_LIFE = timedelta(minutes=5)
REFRESH_TOKEN_LIFE = timedelta(days=60)
GRACE = timedelta(minutes=30)

USER_ID = "0f6f1f9a-7c5b-4a43-9d52-51c0ffee0001"


@dataclass(frozen=True)
class App:
    """A registered app."""

    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...] | list[str]
    name: str
    bulk_connections: bool = False


@dataclass(frozen=True)
class Code:
    """An authorisation code on its way back to the app."""

    client_id: str
    redirect_uri: str
    challenge: str | None
    scopes: list[str]
    event_id: str
    expires: datetime


@dataclass(frozen=True)
class Consent:
    """One "Allow access": the event whose id every later token carries."""

    client_id: str
    scopes: list[str]
    given: datetime
    revoked: bool = False


@dataclass(frozen=True)
class AccessToken:
    """What a bearer token stands for."""

    event_id: str
    client_id: str
    scopes: list[str]
    expires: datetime

    def require_any_of(self, scopes: Iterable[str]) -> None:
        """Refuse with 401 unless one of the scopes was granted."""
        if not set(scopes) & set(self.scopes):
            raise Refused(scope_missing())


@dataclass(frozen=True)
class RefreshToken:
    """A refresh token. `parent` is the one it replaced, `used` when it was first spent."""

    event_id: str
    issued: datetime
    parent: str | None
    used: datetime | None = None


@dataclass(frozen=True)
class Connection:
    """An organisation that the user let an app into."""

    connection_id: str
    client_id: str
    event_id: str
    tenant_id: str
    created: datetime
    updated: datetime


class GrantRefused(Exception):
    """An OAuth error code for the token endpoint."""


class Identity:
    """Issues, rotates, checks and revokes."""

    def __init__(self, clock: TellTime, new_id: Callable[[], str], issuer: Callable[[], str]):
        self._clock = clock
        self._new_id = new_id
        self._issuer = issuer
        self.apps: Shelf[App] = Shelf("app", App)
        self.codes: Shelf[Code] = Shelf("code", Code)
        self.consents: Shelf[Consent] = Shelf("consent", Consent)
        self.access_tokens: Shelf[AccessToken] = Shelf("access_token", AccessToken)
        self.refresh_tokens: Shelf[RefreshToken] = Shelf("refresh_token", RefreshToken)
        self.connections: Shelf[Connection] = Shelf("connection", Connection)

    @property
    def shelves(self) -> list[Shelf[Any]]:
        """All that the state file has to keep."""
        return [
            self.apps,
            self.codes,
            self.consents,
            self.access_tokens,
            self.refresh_tokens,
            self.connections,
        ]

    # -- consent ---------------------------------------------------------------------------

    def allow(
        self,
        app: App,
        redirect_uri: str,
        scopes: list[str],
        challenge: str | None,
        tenants: Iterable[str],
    ) -> str:
        """The person pressed "Allow access": connect the tenants, return the code."""
        event_id, now = self._new_id(), self._clock()
        # Scopes are additive over the consents of one user and app [XPL].
        granted = list(dict.fromkeys([*self._scopes_before(app.client_id), *scopes]))
        self.consents[event_id] = Consent(app.client_id, granted, now)
        for tenant_id in tenants:
            self._connect(app.client_id, event_id, tenant_id, now)
        code = secrets.token_urlsafe(32)
        self.codes[code] = Code(
            app.client_id, redirect_uri, challenge, granted, event_id, now + CODE_LIFE
        )
        return code

    def _scopes_before(self, client_id: str) -> list[str]:
        given = [c for c in self.consents.values() if c.client_id == client_id and not c.revoked]
        return given[-1].scopes if given else []

    def _connect(self, client_id: str, event_id: str, tenant_id: str, now: datetime) -> None:
        existing = self.connection(client_id, tenant_id)
        if existing:  # reconnected: updated differs from created [OAS]
            changed = replace(existing, event_id=event_id, updated=now)
            self.connections[existing.connection_id] = changed
            return
        connection_id = self._new_id()
        self.connections[connection_id] = Connection(
            connection_id, client_id, event_id, tenant_id, now, now
        )

    # -- tokens ----------------------------------------------------------------------------

    def authenticated(self, client_id: str | None, secret: str | None) -> App:
        """The app that asks for a token, or `invalid_client`."""
        app = self.apps.get(client_id or "")
        if app is None or not hmac.compare_digest(app.client_secret, secret or ""):
            raise GrantRefused("invalid_client")
        return app

    def redeem_code(
        self, app: App, code: str, redirect_uri: str, verifier: str | None
    ) -> dict[str, Any]:
        """Exchange a code, once. Whatever is wrong with it, the answer is `invalid_grant`."""
        kept = self.codes.get(code)
        if kept is None or kept.client_id != app.client_id:
            raise GrantRefused("invalid_grant")
        del self.codes[code]  # single use; a failed attempt spends it too, as in IdentityServer
        late = self._clock() >= kept.expires
        if late or kept.redirect_uri != redirect_uri or not _verified(kept.challenge, verifier):
            raise GrantRefused("invalid_grant")
        return self._issue(kept.event_id, kept.scopes, parent=None)

    def refresh(self, app: App, refresh_token: str) -> dict[str, Any]:
        """Rotate: a new pair, while the spent token may be retried for 30 minutes [PLAT].

        # invented [A7]: what a retry leaves behind. It gives another new pair; the pair that was
        # lost stays good, since a client may have received it after all; and a token is dead
        # for good once its successor was used, for then nothing had been lost.
        """
        kept = self.refresh_tokens.get(refresh_token)
        now = self._clock()
        if kept is None or not self._still_good(kept, app, now):
            raise GrantRefused("invalid_grant")
        if kept.used is None:
            self.refresh_tokens[refresh_token] = replace(kept, used=now)
        if kept.parent is not None:
            self.refresh_tokens.pop(kept.parent, None)
        scopes = self.consents[kept.event_id].scopes
        return self._issue(kept.event_id, scopes, parent=refresh_token)

    def _still_good(self, token: RefreshToken, app: App, now: datetime) -> bool:
        consent = self.consents[token.event_id]
        if consent.revoked or consent.client_id != app.client_id:
            return False
        if token.used is not None:
            return now < token.used + GRACE
        return now < token.issued + REFRESH_TOKEN_LIFE

    def revoke(self, app: App, token: str) -> None:
        """Kill the consent and remove ALL of the user's connections to this app [PLAT]."""
        kept = self.refresh_tokens.get(token)
        if kept is None or self.consents[kept.event_id].client_id != app.client_id:
            return  # RFC 7009: an unknown token is no error
        for event_id, consent in list(self.consents.items()):
            if consent.client_id == app.client_id:
                self.consents[event_id] = replace(consent, revoked=True)
        for connection in self.connections_of(app.client_id):
            del self.connections[connection.connection_id]

    def _issue(self, event_id: str, scopes: list[str], parent: str | None) -> dict[str, Any]:
        now = self._clock()
        client_id = self.consents[event_id].client_id
        expires = now + ACCESS_TOKEN_LIFE
        access_token = self._jwt(event_id, client_id, scopes, now, expires)
        self.access_tokens[access_token] = AccessToken(event_id, client_id, scopes, expires)
        answer: dict[str, Any] = {
            "access_token": access_token,
            "expires_in": int(ACCESS_TOKEN_LIFE.total_seconds()),
            "token_type": "Bearer",
            "scope": " ".join(scopes),
        }
        if "openid" in scopes:
            answer["id_token"] = self._jwt(event_id, client_id, None, now, now + ID_TOKEN_LIFE)
        if "offline_access" in scopes:
            refresh_token = secrets.token_urlsafe(32)
            self.refresh_tokens[refresh_token] = RefreshToken(event_id, now, parent)
            answer["refresh_token"] = refresh_token
        return answer

    def _jwt(
        self,
        event_id: str,
        client_id: str,
        scopes: list[str] | None,
        now: datetime,
        expires: datetime,
    ) -> str:
        # JWT-shaped, so that clients can read the claims. Xero signs with RS256 and publishes
        # the keys; nothing here checks a signature, tokens are looked up instead.
        claims: dict[str, Any] = {
            "nbf": milliseconds(now) // 1000,
            "exp": milliseconds(expires) // 1000,
            "iss": self._issuer(),
            "aud": client_id if scopes is None else f"{self._issuer()}/resources",
            "client_id": client_id,
            "sub": USER_ID.replace("-", ""),
            "auth_time": milliseconds(now) // 1000,
            "xero_userid": USER_ID,
            "jti": uuid.uuid4().hex,
            "authentication_event_id": event_id,
        }
        if scopes is not None:
            claims["scope"] = scopes
        head = _base64url(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
        body = _base64url(json.dumps(claims).encode())
        return f"{head}.{body}.{_base64url(secrets.token_bytes(32))}"

    # -- use -------------------------------------------------------------------------------

    def bearer(self, authorization: str) -> AccessToken:
        """The token of an Authorization header, or 401."""
        scheme, _, token = authorization.partition(" ")
        kept = self.access_tokens.get(token.strip())
        if scheme.lower() != "bearer" or kept is None:
            raise Refused(not_authenticated())
        if self._clock() >= kept.expires:
            raise Refused(token_expired(kept.expires))
        return kept

    def connections_of(self, client_id: str) -> list[Connection]:
        """What an app is connected to, oldest first."""
        return [c for c in self.connections.values() if c.client_id == client_id]

    def connection(self, client_id: str, tenant_id: str) -> Connection | None:
        """The connection between an app and a tenant, when there is one."""
        return next((c for c in self.connections_of(client_id) if c.tenant_id == tenant_id), None)


def _verified(challenge: str | None, verifier: str | None) -> bool:
    if challenge is None:
        return True
    if verifier is None or not 43 <= len(verifier) <= 128:
        return False
    digest = hashlib.sha256(verifier.encode("utf-8", "replace")).digest()
    return hmac.compare_digest(_base64url(digest), challenge)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
