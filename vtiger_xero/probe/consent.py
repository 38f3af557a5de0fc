"""The consent of a person at this machine: a browser, and a callback on localhost."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

from ..engine.errors import AccessLost
from ..engine.ports import Clock
from ..xero import auth
from ..xero.auth import Connection
from ..xero.endpoints import Addresses
from ..xero.tokens import App, Tokens

REDIRECT_URI = "http://localhost:8400/callback"
_LIFE = 10 * 60  # seconds that a person has at Xero's page
_THANKS = b"<!doctype html><title>Probe</title><p>Go back to the terminal; this page can be closed."
Open = Callable[[str], object]
Choose = Callable[[Sequence[str]], int]


def consent(
    app: App,
    addresses: Addresses,
    clock: Clock,
    choose: Choose,
    *,
    redirect_uri: str = REDIRECT_URI,
    open_page: Open = webbrowser.open,
) -> tuple[Tokens, Connection]:
    """The tokens, kept nowhere, and the organisation that the person allowed.

    Of several, `choose` is given the names and returns the place of one.
    """
    begun = auth.authorization(app, addresses, redirect_uri)
    parts = urlsplit(redirect_uri)
    with _Callback((parts.hostname or "localhost", parts.port or 80), _Handler) as server:
        open_page(begun.url)
        query = server.wait(parts.path)
    tokens = auth.exchange(app, addresses, begun, query, clock.now())
    found = auth.connections(addresses, tokens)
    if not found:
        raise AccessLost("Xero gave access to no organisation. Try again and choose one.")
    own = auth.of_this_consent(tokens, found)
    place = choose([each.tenant_name for each in own]) if len(own) > 1 else 0
    return tokens, own[place]


class _Callback(HTTPServer):
    """Waits for the one request that Xero's page sends the browser with."""

    timeout = _LIFE
    query = ""
    path = "/"

    def wait(self, path: str) -> str:
        """The query of that request; browsers also ask for icons meanwhile."""
        self.path = path
        while not self.query:
            self.handle_request()
        return self.query

    def handle_timeout(self) -> None:
        """The person did not come back."""
        raise AccessLost("Nobody came back from Xero's page within ten minutes. Start it again.")


class _Handler(BaseHTTPRequestHandler):
    server: _Callback

    def do_GET(self) -> None:
        """Take the query, if it is the callback."""
        parts = urlsplit(self.path)
        is_callback = parts.path == self.server.path and bool(parts.query)
        self.send_response(200 if is_callback else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        if is_callback:
            self.wfile.write(_THANKS)
            self.server.query = f"?{parts.query}"

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: the request line holds the code."""
