"""OAuth 2.0 as HTTP: the consent page, the token endpoint, revocation."""

import base64
import binascii
import re
from pathlib import Path
from string import Template
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit, urlunsplit

from markupsafe import escape
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Request

from xero_simulator.answers import HTML, Answer, Refused
from xero_simulator.identity import App, GrantRefused
from xero_simulator.scopes import unknown_scopes
from xero_simulator.world import World

_PAGE = Template((Path(__file__).parent / "consent.html").read_text("utf-8"))
_CHALLENGE = re.compile(r"^[A-Za-z0-9_-]{43}$")
# The page cannot be framed [PLAT]; a form on another site must not find its answer cached.
_PAGE_HEADERS = {
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
_TOKEN_HEADERS = {"Cache-Control": "no-store, no-cache", "Pragma": "no-cache"}


def authorize(world: World, request: Request) -> Answer:
    """GET shows the consent page; POST is the button the person pressed."""
    app, redirect_uri, scopes = _checked(world, request.args)
    if request.method == "GET":
        return Answer(200, _page(world, app, scopes), HTML, _PAGE_HEADERS)
    if request.form.get("decision") != "allow":
        return _back(redirect_uri, request.args, error="access_denied")
    tenants = _picked(world, app, request)
    challenge = request.args.get("code_challenge")
    code = world.identity.allow(app, redirect_uri, scopes, challenge, tenants)
    return _back(redirect_uri, request.args, code=code, scope=" ".join(scopes))


def token(world: World, request: Request) -> Answer:
    """Exchange a code, or rotate a refresh token."""
    try:
        app = world.identity.authenticated(*_client_credentials(request))
        payload = _grant(world, app, request.form)
    except GrantRefused as refused:
        # 400 as IdentityServer, on which Xero's identity runs, also for invalid_client [3P].
        return Answer(400, {"error": str(refused)}, headers=_TOKEN_HEADERS)
    return Answer(200, payload, headers=_TOKEN_HEADERS)


def revocation(world: World, request: Request) -> Answer:
    """200 and nothing in it, whether or not the token was known [PLAT]."""
    try:
        app = world.identity.authenticated(*_client_credentials(request))
    except GrantRefused as refused:
        return Answer(400, {"error": str(refused)}, headers=_TOKEN_HEADERS)
    world.identity.revoke(app, request.form.get("token", ""))
    return Answer(200)


def _grant(world: World, app: App, form: MultiDict[str, str]) -> dict[str, object]:
    kind = form.get("grant_type")
    if kind == "authorization_code":
        code, redirect_uri = form.get("code", ""), form.get("redirect_uri", "")
        return world.identity.redeem_code(app, code, redirect_uri, form.get("code_verifier"))
    if kind == "refresh_token":
        return world.identity.refresh(app, form.get("refresh_token", ""))
    # Custom connections are a paid app type that this simulator does not register.
    raise GrantRefused(
        "unauthorized_client" if kind == "client_credentials" else "unsupported_grant_type"
    )


def _client_credentials(request: Request) -> tuple[str | None, str | None]:
    """Basic, as a web app sends them, or in the form, as xero-python does."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return request.form.get("client_id"), request.form.get("client_secret")
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise GrantRefused("invalid_client") from None
    return unquote_plus(client_id), unquote_plus(secret)


def _checked(world: World, query: MultiDict[str, str]) -> tuple[App, str, list[str]]:
    """What is wrong with an authorize URL is shown to the person, never sent to the app.

    # invented [Y2]: the look and the status of the error page; Xero's names the OAuth error too.
    """
    app = world.identity.apps.get(query.get("client_id", ""))
    redirect_uri, scopes = query.get("redirect_uri", ""), query.get("scope", "").split()
    if app is None:
        raise _wrong("unauthorized_client", "Unknown client or client not enabled")
    if redirect_uri not in app.redirect_uris:  # byte for byte [PLAT]
        raise _wrong("unauthorized_client", "Invalid redirect_uri")
    if query.get("response_type") != "code":
        raise _wrong("unsupported_response_type", "Only the code flow is supported")
    if not scopes or unknown_scopes(scopes):
        raise _wrong("invalid_scope", "Invalid scope for client")
    _check_challenge(query)
    return app, redirect_uri, scopes


def _check_challenge(query: MultiDict[str, str]) -> None:
    challenge = query.get("code_challenge")
    if challenge is None:
        return
    if query.get("code_challenge_method") != "S256":
        raise _wrong("invalid_request", "Transform algorithm not supported")
    if not _CHALLENGE.match(challenge):
        raise _wrong("invalid_request", "Invalid code_challenge")


def _picked(world: World, app: App, request: Request) -> list[str]:
    """The organisations chosen: one, or several where the app may connect in bulk [PLAT]."""
    picked = list(dict.fromkeys(request.form.getlist("tenant")))
    if not picked or any(tenant not in world.organisations for tenant in picked):
        raise _wrong("invalid_request", "Choose an organisation")
    if len(picked) > 1 and not app.bulk_connections:
        raise _wrong("invalid_request", "Choose one organisation")
    return picked


def _page(world: World, app: App, scopes: list[str]) -> str:
    kind = "checkbox" if app.bulk_connections else "radio"
    return _PAGE.substitute(
        app=escape(app.name),
        scopes="".join(f"<li>{escape(scope)}</li>" for scope in scopes),
        organisations="".join(
            f'<label><input type="{kind}" name="tenant" value="{escape(tenant_id)}"'
            f"{' checked' if index == 0 else ''}> {escape(organisation.name)}</label>"
            for index, (tenant_id, organisation) in enumerate(world.organisations.items())
        ),
    )


def _wrong(error: str, description: str) -> Refused:
    page = (
        "<!doctype html><title>Sorry, something went wrong | Xero simulator</title>"
        f"<h1>Sorry, something went wrong</h1><p>Error: {error}</p><p>{description}</p>"
    )
    return Refused(Answer(400, page, HTML, _PAGE_HEADERS))


def _back(redirect_uri: str, query: MultiDict[str, str], **result: str) -> Answer:
    if "state" in query:
        result["state"] = query["state"]
    parts = urlsplit(redirect_uri)
    added = urlencode([*parse_qsl(parts.query), *result.items()])
    return Answer(302, headers={"Location": urlunsplit(parts._replace(query=added))})
