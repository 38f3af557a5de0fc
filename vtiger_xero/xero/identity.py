"""Requests to Xero's identity service: with a timeout, and without a word about their secrets."""

from __future__ import annotations

from urllib.parse import quote

import requests
from requests.auth import AuthBase, HTTPBasicAuth

from ..engine.errors import AccessLost, ConfigurationError, RetryLater, SyncError
from ..engine.messages import _lt
from .endpoints import SCOPES
from .errors import SOON
from .masking import mask
from .tokens import App, Tokens

TIMEOUT = (5, 30)  # seconds to connect, and between two bytes of the answer
AGAIN = _lt("Connect again under Xero Settings → Connection.")
NOT_ACCEPTED = _lt("Xero no longer accepts the connection of this CRM. {0}").format(AGAIN)


def post(url: str, app: App, body: str) -> requests.Response:
    """Send a form as the app; `RetryLater` if nothing comes back."""
    # RFC 6749, 2.3.1: id and secret are form-encoded before they become Basic credentials.
    basic = HTTPBasicAuth(quote(app.client_id, safe=""), quote(app.client_secret, safe=""))
    headers = {
        "Accept": "application/json",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return _sent(requests.Request("POST", url, headers=headers, data=body, auth=basic))


def ask(method: str, url: str, tokens: Tokens, *, allowed: int = 200) -> requests.Response:
    """Ask as the user; `AccessLost` if the tokens open nothing, `allowed` is no error."""
    answer = _sent(requests.Request(method, url, auth=_Bearer(tokens)))
    if answer.status_code in (401, 403):
        raise AccessLost(NOT_ACCEPTED, detail=_detail(answer))
    if not succeeded(answer) and answer.status_code != allowed:
        raise _out_of_order(_detail(answer))
    return answer


def succeeded(answer: requests.Response) -> bool:
    """Whether Xero did it; a redirect is somebody between us and Xero."""
    return 200 <= answer.status_code < 300


class _Bearer(AuthBase):
    """An auth object and no bare header, which would give way to the machine's .netrc."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._tokens.access_token}"
        return request


def _sent(request: requests.Request) -> requests.Response:
    with requests.Session() as session:
        prepared = session.prepare_request(request)
        settings = session.merge_environment_settings(prepared.url or "", {}, None, None, None)
        try:
            return session.send(prepared, timeout=TIMEOUT, allow_redirects=False, **settings)
        except requests.RequestException as error:
            fault = mask(f"{type(error).__name__}: {error}")
    # Raised out here, so that the exception of requests, which holds the whole request, does
    # not hang on ours.
    raise RetryLater(
        _lt(
            "Xero's sign-in service could not be reached. Check the internet connection of "
            "the server, then try again."
        ),
        after=SOON,
        detail=fault,
    )


# -- refused ---------------------------------------------------------------------------------

CODE_EXPIRED = _lt("The sign-in took longer than five minutes, or it was already used. {0}").format(
    AGAIN
)
REFRESH_EXPIRED = _lt(
    "Xero no longer accepts the connection of this CRM: it was ended in Xero, or it was "
    "not used for 60 days. {0}"
).format(AGAIN)
_NOT_ALLOWED = _lt(
    "Xero was not connected, because access was not allowed on Xero's page. Nothing has "
    "changed. {0}"
).format(AGAIN)
_NO_CODE = _lt(
    "Xero's answer to the sign-in was not complete, so nothing was connected. {0}"
).format(AGAIN)
_WRONG_APP = _lt(
    "Xero does not know this Client ID, or the Client Secret does not belong to it. Copy "
    "both again from your app's Configuration page at developer.xero.com."
)
_WRONG_SCOPES = _lt(
    "Xero does not give this app the permissions that the sync needs ({0}). Check at "
    "developer.xero.com that it is a Web app that may use these scopes."
).format(", ".join(SCOPES))
_ERRORS: dict[str, tuple[type[AccessLost] | type[ConfigurationError], str]] = {
    "access_denied": (AccessLost, _NOT_ALLOWED),
    "missing_code": (AccessLost, _NO_CODE),
    "invalid_client": (ConfigurationError, _WRONG_APP),
    "unauthorized_client": (ConfigurationError, _WRONG_APP),
    "invalid_scope": (ConfigurationError, _WRONG_SCOPES),
}
_UNKNOWN = _lt(
    "Xero refused the sign-in. Check at developer.xero.com that the Client ID, the Client "
    "Secret and the redirect URI are the ones of this CRM."
)


def refused(code: str, description: str, *, expired: str = _NO_CODE) -> SyncError:
    """The error for an OAuth error code; `expired` is what `invalid_grant` means this time."""
    detail = mask(f"{code}: {description}")
    if code == "invalid_grant":
        return AccessLost(expired, detail=detail)
    kind, sentence = _ERRORS.get(code, (ConfigurationError, _UNKNOWN))
    return kind(sentence, detail=detail)


def unreadable(answer: requests.Response) -> SyncError:
    """The error for an answer that is neither tokens nor an OAuth error."""
    return _out_of_order(_detail(answer))


def _out_of_order(detail: str) -> RetryLater:
    return RetryLater(
        _lt("Xero's sign-in service is not working at the moment. Try again in a few minutes."),
        after=SOON,
        detail=detail,
    )


def _detail(answer: requests.Response) -> str:
    # The body of a token answer may hold tokens in any half-readable form: only its size is told.
    return f"HTTP {answer.status_code}, {len(answer.content)} bytes"
