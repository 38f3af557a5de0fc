"""The way of a request: fault, route, token, tenant, scope, limits, idempotency, work, answer.

# invented [A1]: the order of the gates. It is the cheapest first, as a gateway would have it: what
# is refused for its token costs no call, and a 429 is not kept under an Idempotency-Key.
"""

import logging
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.http import http_date
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from xero_simulator import (
    connections,
    contacts,
    credit_notes,
    invoices,
    items,
    oauth,
    payments,
    reference,
)
from xero_simulator.accounting import AccountingCall, Endpoint
from xero_simulator.answers import (
    HTML,
    JSON,
    TEXT,
    Answer,
    ConnectionDropped,
    Refused,
    internal_error,
    not_found,
    not_implemented,
    tenant_forbidden,
    too_large,
)
from xero_simulator.calls import Call
from xero_simulator.faults import Fault, Work
from xero_simulator.idempotency import METHODS, fingerprint
from xero_simulator.identity import AccessToken
from xero_simulator.organisation import Organisation
from xero_simulator.wire import write_json
from xero_simulator.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

API = "/api.xro/2.0"
LARGEST_BODY = 10 * 1024 * 1024  # [PLAT]
# invented [I1]: Xero's servers are IIS, whose limit for a query string is this, and whose answer is
# a 404 page. It explains the reported ceiling of about 52 IDs (Xero-Java PR 331) exactly:
# 52 GUIDs with their encoded commas are 2,028 characters.
LONGEST_QUERY = 2_048
XML = "text/xml; charset=utf-8"
# Who does not ask for JSON gets XML [DOC], here with nothing in it. # invented [Y2]: its body.
NO_JSON = b"<Response/>"
# What nobody here sends, and so is not made: a 501, so that it is never passed over.
LEFT_OUT = {
    "summaryOnly", "searchTerm", "SearchTerm", "createdByMyApp", "InvoiceNumbers", "ContactIDs",
    "allowBackorders",
}  # fmt: skip

# A further endpoint module adds its rows here, and nothing else changes.
ENDPOINTS: tuple[Endpoint, ...] = (
    *reference.ENDPOINTS,
    *contacts.ENDPOINTS,
    *items.ENDPOINTS,
    *invoices.ENDPOINTS,
    *payments.ENDPOINTS,
    *credit_notes.ENDPOINTS,
)

_log = logging.getLogger(__name__)

PlainHandler = Callable[..., Answer]
_PLAIN: tuple[tuple[str, str, PlainHandler], ...] = (
    ("GET POST", "/identity/connect/authorize", oauth.authorize),
    ("POST", "/connect/token", oauth.token),
    ("POST", "/connect/revocation", oauth.revocation),
    ("GET", "/connections", connections.list_connections),
    ("GET", "/Connections", connections.list_connections),  # as xero-python spells it [SDK]
    ("DELETE", "/connections/<connection_id>", connections.delete_connection),
    ("DELETE", "/Connections/<connection_id>", connections.delete_connection),
)
_ROUTES = Map(
    [
        *(Rule(path, endpoint=work, methods=verbs.split()) for verbs, path, work in _PLAIN),
        *(Rule(API + endpoint.path, endpoint=endpoint) for endpoint in ENDPOINTS),
    ],
    merge_slashes=False,
    strict_slashes=False,
)


class Application:
    """The WSGI application over a World."""

    def __init__(self, world: World, latency: float = 0.0) -> None:
        self._world = world
        self._latency = latency

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request; ConnectionDropped is for the server to carry out."""
        request = Request(environ)
        try:
            answer = self._answer(request)
        except ConnectionDropped:
            self._note(request, 0)
            raise
        except Exception:  # noqa: BLE001 - a bug of ours: log it, and be a Xero with an outage
            _log.exception("%s %s", request.method, request.path)
            answer = internal_error()
        response = self._response(request, answer)
        self._note(request, answer.status)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Answer:
        fault = self._world.faults.strike(request)
        try:
            if fault and fault.arriving:
                fault.arriving(self._world.clock)
            answer = self._dispatch(request, fault)
        except Refused as refused:
            answer = refused.answer
        self._world.save()
        return fault.leaving(answer) if fault and fault.leaving else answer

    def _dispatch(self, request: Request, fault: Fault | None) -> Answer:
        if len(request.query_string) > LONGEST_QUERY:
            return not_found()
        if (request.content_length or 0) > LARGEST_BODY:
            return too_large()
        try:
            found, arguments = _ROUTES.bind_to_environ(request.environ).match()
        except MethodNotAllowed:
            return Answer(405)
        except HTTPException:
            return not_found()
        if isinstance(found, Endpoint):
            work = partial(self._accounting, request, fault, found, arguments)
        else:
            work = partial(self._plain, fault, partial(found, self._world, request, **arguments))
        if fault and fault.twice:
            with suppress(Refused):
                work()
        return work()

    def _plain(self, fault: Fault | None, work: Work) -> Answer:
        if fault and fault.admitted:
            fault.admitted()
        with self._world.lock:
            return fault.working(work) if fault and fault.working else work()

    # -- the Accounting API ------------------------------------------------------------------

    def _accounting(
        self, request: Request, fault: Fault | None, endpoint: Endpoint, arguments: Any
    ) -> Answer:
        with self._world.lock:
            bearer = self._world.identity.bearer(request.headers.get("Authorization", ""))
            organisation = self._tenant(request, bearer)
            bearer.require_any_of(endpoint.scopes(request.method))
        handler = endpoint.handlers.get(request.method)
        with self._world.limits.admitted(bearer.client_id, organisation.tenant_id):
            time.sleep(self._latency)
            if fault and fault.admitted:
                fault.admitted()
            if handler is None or LEFT_OUT & set(request.args):
                return not_implemented()
            with self._world.lock:
                call = self._call(request, bearer, organisation)
                work = partial(_settled, partial(handler, call, **arguments))
                if fault and fault.working:
                    work = partial(fault.working, work)
                return self._once(request, bearer.client_id, work)

    def _tenant(self, request: Request, bearer: AccessToken) -> Organisation:
        tenant_id = request.headers.get("xero-tenant-id", "").strip().lower()
        if self._world.identity.connection(bearer.client_id, tenant_id) is None:
            raise Refused(tenant_forbidden())
        return self._world.organisations[tenant_id]

    def _call(
        self, request: Request, bearer: AccessToken, organisation: Organisation
    ) -> AccountingCall:
        app = self._world.identity.apps[bearer.client_id]
        return AccountingCall(request, app, organisation, self._world.clock, self._world.new_id)

    def _once(self, request: Request, client_id: str, work: Work) -> Answer:
        key = request.headers.get("Idempotency-Key")
        if not key or request.method not in METHODS:
            return work()
        url = f"{request.path}?{request.query_string.decode('latin-1')}"
        asked = fingerprint(request.method, url, request.get_data())
        return self._world.idempotency.answer(client_id, key, asked, work)

    # -- the answer on the wire --------------------------------------------------------------

    def _response(self, request: Request, answer: Answer) -> Response:
        body, content_type = _body(request, answer)
        if answer.torn:
            body = body[: len(body) // 2]
        response = Response(body, answer.status)
        response.headers["Date"] = http_date(self._world.now)
        response.headers.pop("Content-Type", None)
        if content_type:
            response.headers["Content-Type"] = content_type
        limits = {} if answer.bare else self._limit_headers(request)
        for name, value in {**limits, **answer.headers}.items():
            response.headers[name] = value
        return response

    def _limit_headers(self, request: Request) -> dict[str, str]:
        """On every answer of the Accounting API whose caller is known [REC]."""
        if not request.path.startswith(API):
            return {}
        tenant_id = request.headers.get("xero-tenant-id", "").strip().lower()
        try:
            bearer = self._world.identity.bearer(request.headers.get("Authorization", ""))
        except Refused:
            return {}
        if tenant_id not in self._world.organisations:
            return {}
        return self._world.limits.headers(bearer.client_id, tenant_id)

    def _note(self, request: Request, status: int) -> None:
        self._world.calls.add(
            Call(
                request.method,
                request.path,
                request.query_string.decode("latin-1"),
                status,
                request.headers.get("xero-tenant-id"),
                request.headers.get("Idempotency-Key"),
                self._world.now,
            )
        )


def _settled(handler: Work) -> Answer:
    """A refusal is an answer too, so that the idempotency cache can keep it."""
    try:
        return handler()
    except Refused as refused:
        return refused.answer


def _body(request: Request, answer: Answer) -> tuple[bytes, str | None]:
    if answer.payload is None:
        return b"", None
    if isinstance(answer.payload, bytes):  # a fault: not what the endpoint answered
        return answer.payload, answer.content_type
    if answer.content_type in (HTML, TEXT):
        return str(answer.payload).encode(), answer.content_type
    if request.path.startswith(API) and answer.status in (200, 400) and not _wants_json(request):
        return NO_JSON, XML
    return write_json(answer.payload), JSON


def _wants_json(request: Request) -> bool:
    """XML is the default [REC]: `*/*` gets it too, as does no Accept at all."""
    return "json" in request.headers.get("Accept", "").lower()
