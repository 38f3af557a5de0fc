"""One way for every call: budget, token, send, listen to the headers, map errors, read.

xero-python gives the paths, the parameters, the serialising and the connection pool. What it
does on the quiet is turned off here: its hidden retries, its refresh without
a lock, the token that all clients of a process share, its models for reading.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import urllib3
from requests.utils import get_environ_proxies, select_proxy
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.exceptions import ApiSSLException, HTTPStatusException

from ..engine.errors import RetryLater
from ..engine.ports import Clock
from ..engine.records import Document
from . import auth, errors, wire
from .budget import Budget
from .endpoints import Addresses
from .errors import SOON, Reply
from .lanes import Lanes, Threads
from .tokens import App, Tokens, TokenStore

# Whole seconds, to connect and to read: the SDK ignores a float without a word (trap 3). Fifty
# contacts take Xero a while, so a write is given longer.
READ_TIMEOUT = (5, 30)
WRITE_TIMEOUT = (5, 90)
_NOT_LOOKED_AT = (401, 429)
_AS_GIVEN = "as given"  # instead of the name of an operation: a request in its own words
NO_CONTENT = 204  # Xero's answer to the deletion of an item
REFRESH_BEFORE = timedelta(seconds=60)
PAUSES = (timedelta(seconds=1), timedelta(seconds=4))  # between three attempts
# Xero keeps a key for six minutes and may be at work on a request for five: one that is sent again
# within the first minute finds the key, whichever of the two is carried out first.
TRIED_FOR = timedelta(seconds=50)


class _Write:
    """A write on its way: how long it may still be sent under its Idempotency-Key."""

    def __init__(self, clock: Clock, until: datetime) -> None:
        self._clock, self._until = clock, until

    def begin(self) -> datetime:
        """Now, if it may be sent now."""
        now = self._clock.now()
        if now >= self._until:
            raise errors.unanswered()
        return now

    def sent(self, begun: datetime, reply: Reply | None) -> None:
        """It may have been carried out, unless Xero said that it would not even look at it."""
        if reply is None or reply.status not in _NOT_LOOKED_AT:
            self._until = min(self._until, begun + TRIED_FOR)


@dataclass(frozen=True)
class _Request:
    """A method of `AccountingApi` by its name, with its arguments; `write` for one that writes."""

    operation: str
    arguments: Mapping[str, Any]
    write: _Write | None = None


class XeroClient:
    """Calls to the Accounting API of one organisation. Threads may share it."""

    def __init__(
        self,
        app: App,
        tenant_id: str,
        store: TokenStore,
        budget: Budget,
        clock: Clock,
        addresses: Addresses,
        lanes: Lanes | None = None,
    ) -> None:
        self._app = app
        self._tenant = tenant_id
        self._store = store
        self._budget = budget
        self._clock = clock
        self._addresses = addresses
        self._lanes = lanes or Threads()
        self._tokens: Tokens | None = None
        self._counter = threading.Lock()
        self._api = AccountingApi(_sdk(self._sdk_token, addresses.api), base_url=addresses.api)
        self.calls = 0

    def call(
        self, operation: str, *, write_until: datetime | None = None, **arguments: Any
    ) -> Document:
        """Call a method of `AccountingApi` by name and return the envelope that it answers.

        A passing fault is tried again, three times in all, with the same arguments and so with
        the same Idempotency-Key; a write is not sent after `write_until`, nor again once its key
        may be forgotten. Raises the errors of `engine.errors` and nothing else.
        """
        write = _Write(self._clock, write_until) if write_until else None
        send = partial(self._send, _Request(operation, arguments, write))
        return self._read_with_retries(send, send, writes=write is not None)

    def reply(
        self,
        method: str,
        path: str,
        query: str = "",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Xero's answer, whatever its status, to a request that is sent as it is given, once.

        For the probe, which must know what was asked: the SDK adds elements and turns amounts
        into floats. Raises the errors of `engine.errors` where there is no answer.
        """
        request = {"method": method, "path": path, "query": query, "body": body}
        return self._send(_Request(_AS_GIVEN, {**request, "headers": headers or {}}))

    def begin(self, operation: str, **arguments: Any) -> Callable[[], Document]:
        """Begin to read; the answer is what the returned function returns when it is called.

        That one raises what `call` raises, and does what `call` does where an answer is no good.
        """
        tokens = self._valid_tokens()
        request = _Request(operation, arguments)
        under_way = self._lanes.submit(partial(self._send_within_limits, request))

        def answer() -> Reply:
            return self._repeat_if_expired(under_way(), tokens, request)

        send = partial(self._send, request)
        return partial(self._read_with_retries, answer, send, writes=False)

    def _read_with_retries(
        self, first: Callable[[], Reply], again: Callable[[], Reply], *, writes: bool
    ) -> Document:
        """Read what one of three attempts brings, a passing fault of the others apart."""
        attempt = first
        for pause in PAUSES:
            try:
                return self._document(attempt(), writes=writes)
            except RetryLater as error:
                if error.after > SOON:
                    raise
            self._clock.sleep(pause)
            attempt = again
        return self._document(attempt(), writes=writes)

    @staticmethod
    def _document(reply: Reply, *, writes: bool) -> Document:
        if not 200 <= reply.status < 300:
            raise errors.of_reply(reply, writes=writes)
        if reply.status == NO_CONTENT:
            return {}
        try:
            return wire.envelope(reply.body)
        except ValueError as error:
            fault = errors.torn(f"{type(error).__name__} in {len(reply.body)} bytes")
        raise fault

    def _send(self, request: _Request) -> Reply:
        """Send a request with a good token."""
        tokens = self._valid_tokens()
        return self._repeat_if_expired(self._send_within_limits(request), tokens, request)

    def _repeat_if_expired(self, reply: Reply, tokens: Tokens, request: _Request) -> Reply:
        """Renew a token that Xero calls expired, and send once more (trap 4)."""
        if not errors.wants_new_token(reply):
            return reply
        self._renew(tokens)
        return self._send_within_limits(request)

    def _send_within_limits(self, request: _Request) -> Reply:
        """Send until the answer is no 429; the budget does the waiting and knows when to stop."""
        waits = 0
        while True:
            with self._budget.call() as note_headers:
                reply = self._send_once(request)
                note_headers(reply.headers)
            if reply.status != 429:
                return reply
            self._budget.refused(reply.headers, waits)
            waits += 1

    def _send_once(self, request: _Request) -> Reply:
        write = request.write
        if write is None:
            return self._call_api(request, READ_TIMEOUT)
        begun, reply = write.begin(), None
        try:
            reply = self._call_api(request, WRITE_TIMEOUT)
        finally:
            write.sent(begun, reply)
        return reply

    def _call_api(self, request: _Request, timeout: tuple[int, int]) -> Reply:
        with self._counter:
            self.calls += 1
        try:
            if request.operation == _AS_GIVEN:
                return _reply(self._request(**request.arguments))
            answer = getattr(self._api, request.operation)(
                self._tenant, _preload_content=False, _request_timeout=timeout, **request.arguments
            )
            return _reply(answer)
        except HTTPStatusException as refused:
            return _reply(refused.http_resp.urllib3_response)
        except (urllib3.exceptions.HTTPError, ApiSSLException, OSError) as fault:
            error = errors.of_fault(fault)
        raise error  # out here, so that the SDK's exception does not hang on ours

    def _request(
        self, method: str, path: str, query: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Any:
        own = {
            "Authorization": f"Bearer {self._sdk_token()['access_token']}",
            "xero-tenant-id": self._tenant,
            "Accept": "application/json",
            **({} if body is None else {"Content-Type": "application/json"}),
        }
        url = f"{self._addresses.api}{path}" + (f"?{query}" if query else "")
        pool: urllib3.PoolManager = self._api.api_client.rest_client.pool_manager
        connect, read = WRITE_TIMEOUT
        return pool.request(
            method,
            url,
            body=body,
            headers={**own, **headers},
            timeout=urllib3.Timeout(connect=connect, read=read),
            redirect=False,
        )

    # -- tokens ------------------------------------------------------------------------------

    @property
    def scopes(self) -> frozenset[str]:
        """What Xero has given leave for, empty where nobody knows. Makes no call."""
        return (self._tokens or self._store.load()).granted

    def _valid_tokens(self) -> Tokens:
        tokens = self._tokens or self._store.load()
        if tokens.expires_at - self._clock.now() <= REFRESH_BEFORE:
            return self._renew(tokens)
        self._tokens = tokens
        return tokens

    def _renew(self, stale: Tokens) -> Tokens:
        """Refresh under the lock of all workers; take theirs if one of them was faster."""

        def use(kept: Tokens) -> Tokens:
            if kept.access_token != stale.access_token:
                return kept
            return auth.refresh(self._app, self._addresses, kept, self._clock.now())

        self._tokens = self._store.refreshed(use)
        return self._tokens

    def _sdk_token(self) -> dict[str, Any]:
        """What the SDK asks for before every request.

        Without `expires_at` it takes a token as good for ever, so that it never refreshes: it
        has no lock round it, no timeout in it, and would spend a refresh token that another
        worker needs.
        """
        tokens = self._tokens or self._store.load()
        return {
            "access_token": tokens.access_token,
            "scope": list(tokens.scopes),
            "expires_in": 0,
            "token_type": "Bearer",
        }


def _sdk(token: Any, address: str) -> ApiClient:
    """An SDK client with a token of its own and no hidden retries."""
    # `Configuration(oauth2_token=...)` ignores its argument after the first call in a process
    # and shares one token among all clients (trap 1). Assigned to the copy, it is ours alone.
    configuration = Configuration()
    configuration.oauth2_token = OAuth2Token()
    # The sign-in goes by the machine's proxy settings, as requests does; so must the rest.
    configuration.proxy = select_proxy(address, get_environ_proxies(address))
    client = ApiClient(configuration, oauth2_token_getter=token)
    # total=False: every fault comes up at once and raw, no redirect is followed with our token,
    # and no Retry-After is slept through behind our back, six hours of a day limit included.
    client.rest_client.pool_manager.connection_pool_kw["retries"] = urllib3.Retry(
        total=False, respect_retry_after_header=False
    )
    return client


def _reply(answer: Any) -> Reply:
    # `.headers`, because the SDK's own `getheaders()` is missing from some urllib3 (trap 10).
    return Reply(answer.status, answer.headers, answer.data)
