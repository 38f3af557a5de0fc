"""From what Xero or the network did wrong to the engine's errors: by a table, read from the top.

The first row that fits wins; a status that no row names is Xero refusing the request. Every
text is masked on its way into an error, and the SDK's own exceptions are never chained to ours:
they carry headers and bodies.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import urllib3

from ..engine.errors import (
    AccessLost,
    BatchRefused,
    ConfigurationError,
    RequestFailed,
    RetryLater,
    SyncError,
)
from ..engine.messages import _lt
from . import wire
from .masking import mask
from .refusals import Refusal, refusal

SOON = timedelta(seconds=5)  # passes by itself while a run waits
MINUTES = timedelta(minutes=5)  # Xero's advice for 503 (developer.xero.com, response codes)
# Under an Idempotency-Key Xero replays an internal error for six minutes; only after that does
# asking again, with a new key, tell anything.
KEY_FORGOTTEN = timedelta(minutes=6, seconds=30)


@dataclass(frozen=True)
class Reply:
    """An HTTP answer, whatever its status; header names in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body and the header that names an OAuth fault, for patterns and logs."""
        fault = self.headers.get("WWW-Authenticate", "")
        return f"{self.body.decode('utf-8', 'replace')} {fault}".strip()


class RequestRefused(BatchRefused):
    """A whole request was refused; `refusal` is what to say if it held one record only."""

    def __init__(self, found: Refusal, *, detail: str) -> None:
        super().__init__(found.reason, detail=detail)
        self.refusal = found


class RecordNotFound(RequestRefused):
    """Xero does not know a record that the request names; of several, it does not say which."""


Make = Callable[[Reply, str], SyncError]


@dataclass(frozen=True)
class Row:
    """Which answers it is about (`writes` None: reads and writes alike), and the error."""

    status: Container[int]
    pattern: str
    make: Make
    writes: bool | None = None
    foreign: bool = False  # only answers that are not Xero's

    def fits(self, reply: Reply, writes: bool) -> bool:
        """Whether this row speaks of that answer."""
        return (
            reply.status in self.status
            and self.writes in (None, writes)
            and (not self.foreign or _is_foreign(reply))
            and re.search(self.pattern, reply.text, re.IGNORECASE) is not None
        )


def _is_foreign(reply: Reply) -> bool:
    """Whether something else answered in Xero's place: a gateway, a proxy, a network's sign-in.

    Xero refuses in JSON of its own shape, and answers 404 with one plain sentence
    (Xero-OpenAPI 163, Xero-NetStandard 490). What is neither tells nothing about a record.
    """
    if _NOT_FOUND.search(reply.body):
        return False
    try:
        body = wire.parsed(reply.body)
    except ValueError:
        return b"<apiexception" not in reply.body.lower()  # Xero's error in XML
    return not isinstance(body, dict) or not (_XERO_KEYS & body.keys() or body.keys() >= _PROBLEM)


# The keys of Xero's errors; those in small letters are of its sign-in service, and others have one
# of them, too.
_XERO_KEYS = frozenset({"ErrorNumber", "Type", "Elements", "Message", "Detail"})
_PROBLEM = frozenset({"title", "status", "detail"})
_NOT_FOUND = re.compile(rb"resource you.re looking for cannot be found", re.IGNORECASE)


def _only(status: int) -> range:
    return range(status, status + 1)


def _lost(message: str) -> Make:
    return lambda reply, detail: AccessLost(message, detail=detail)


def _failed(message: str, after: timedelta) -> Make:
    return lambda reply, detail: RequestFailed(message, after=after, detail=detail)


def _later(message: str, after: timedelta) -> Make:
    return lambda reply, detail: RetryLater(message, after=after, detail=detail)


def _settings(message: str) -> Make:
    return lambda reply, detail: ConfigurationError(message, detail=detail)


def _refused(reply: Reply, detail: str) -> SyncError:
    return RequestRefused(refusal(messages(reply)), detail=detail)


class NothingFound(ConfigurationError):
    """Xero found nothing of what was to be read."""


def _nothing_found(reply: Reply, detail: str) -> SyncError:
    return NothingFound(_UNREADABLE, detail=detail)


def _not_found(reply: Reply, detail: str) -> SyncError:
    return RecordNotFound(refusal(messages(reply)), detail=detail)


_RECONNECT = _lt("Connect again under Xero Settings → Connection.")
_OFFLINE = _lt("Xero is offline at the moment. The sync resumes automatically when Xero is back.")
_TROUBLE = _lt("Xero had an internal error. The sync resumes automatically; nothing is sent twice.")
_NOT_PERMITTED = _lt("The connection is missing a permission that the sync needs. {0}").format(
    _RECONNECT
)
_NOT_ACCEPTED = _lt("Xero no longer accepts the connection of this CRM. {0}").format(_RECONNECT)
_DISCONNECTED = _lt(
    "This app no longer has access to the Xero organisation: it was disconnected in Xero, "
    "or the user who connected it lost access there. {0}"
).format(_RECONNECT)
_NOT_XERO = _lt(
    "Another server between this one and Xero answered in Xero's place. The sync resumes "
    "automatically; if this happens again, check the proxy and the internet connection of "
    "the server."
)
_TOO_LARGE = _lt("The records of this request are together larger than Xero takes.")
_UNREADABLE = _lt(
    "Xero refused to list its records, so nothing was read. Sync again; if this happens "
    "again, report it with the details of this run."
)
_NOT_UNDERSTOOD = _lt(
    "Xero did not understand a request of this app, so it read or wrote nothing. Update "
    "the app; if this is its newest version, report it with the details of this run."
)

ANY = range(100, 1000)
# Not among them: 401 and 403 may come with nothing but a header, 413 speaks of the size whoever
# says it, and what 5xx leaves open their own rows say. 404 is among them, because a gateway's would
# count as a deletion that was done.
_PAGES = frozenset(range(100, 500)) - {401, 403, 408, 409, 413, 429}
# A page instead of an answer says nothing of the connection: a proxy's page of a 403, for one.
_LOCKED_OUT_BY_A_PAGE = Row((401, 403), r"^\s*<", _later(_NOT_XERO, SOON))
_NEVER_GIVEN = Row(
    _only(401), r"AuthorizationUnsuccessful|insufficient_scope", _lost(_NOT_PERMITTED)
)
ROWS = (
    _LOCKED_OUT_BY_A_PAGE,
    _NEVER_GIVEN,
    Row(_only(401), "", _lost(_NOT_ACCEPTED)),
    Row(_only(403), "", _lost(_DISCONNECTED)),
    # The key was used with another body: what became of the first request nobody can say here,
    # and splitting the batch under new keys could create its records twice.
    Row(_only(400), r"used with a different request", _later(_TROUBLE, KEY_FORGOTTEN), True),
    # A gateway's page is about no record: blamed on one it would split the batch for nothing. What
    # became of a write is not known, and it is sent again under the same key.
    Row(_PAGES, "", _later(_NOT_XERO, SOON), foreign=True),
    Row(_only(404), "", _not_found, True),
    Row(_only(404), "", _nothing_found, False),
    Row(_only(413), "", lambda reply, detail: too_large(detail), True),
    Row(_only(408), "", _later(_TROUBLE, SOON)),
    Row(_only(409), "", _later(_TROUBLE, MINUTES)),
    # An internal error may have come after the work was done.
    Row(_only(500), "", _failed(_TROUBLE, KEY_FORGOTTEN), True),
    Row(_only(500), "", _later(_TROUBLE, SOON), False),
    Row(_only(501), "", _settings(_lt("Xero does not have what the sync asked for."))),
    Row(_only(503), r"offline", _later(_OFFLINE, MINUTES)),
    Row(range(500, 600), "", _later(_TROUBLE, SOON)),
    Row((405, 412, 415), "", _settings(_NOT_UNDERSTOOD)),
    Row(ANY, r"QueryParse", _settings(_NOT_UNDERSTOOD), False),
    Row(ANY, "", _refused, True),
    Row(ANY, "", _settings(_UNREADABLE), False),
)


def of_reply(reply: Reply, *, writes: bool) -> SyncError:
    """The error that an answer other than 2xx and 429 stands for."""
    row = next(row for row in ROWS if row.fits(reply, writes))
    return row.make(reply, f"HTTP {reply.status}: {mask(reply.text)[:2000]}")


def wants_new_token(reply: Reply) -> bool:
    """Whether a fresh access token may help: any 401 of Xero's, but for a scope never given."""
    no_help = (_LOCKED_OUT_BY_A_PAGE, _NEVER_GIVEN)
    return reply.status == 401 and not any(row.fits(reply, writes=False) for row in no_help)


def too_large(detail: str) -> RequestRefused:
    """A request beyond Xero's size limit; split, each part has its chance."""
    return RequestRefused(
        Refusal(_TOO_LARGE, _lt("Shorten the longest texts of the record.")), detail=detail
    )


# -- faults without an answer ----------------------------------------------------------------

_FAULTS: tuple[tuple[type[Exception], str], ...] = (
    (
        urllib3.exceptions.ProxyError,
        _lt("The proxy between this server and Xero could not be reached"),
    ),
    (urllib3.exceptions.SSLError, _lt("No secure connection to Xero could be made")),
    (urllib3.exceptions.ConnectTimeoutError, _lt("Xero could not be reached in time")),
    (urllib3.exceptions.ReadTimeoutError, _lt("Xero did not answer in time")),
    (urllib3.exceptions.NewConnectionError, _lt("Xero could not be reached")),
)


def of_fault(fault: Exception) -> RetryLater:
    """The error for a request that got no answer at all, or half of one."""
    what = next((said for kind, said in _FAULTS if isinstance(fault, kind)), None)
    sentence = what or _lt("The connection to Xero was interrupted")
    return _silence(sentence, SOON, mask(f"{type(fault).__name__}: {fault}"))


def _silence(sentence: str, after: timedelta, detail: str = "") -> RetryLater:
    return RetryLater(
        _lt("{0}. If this happens again, check the internet connection of the server.").format(
            sentence
        ),
        after=after,
        detail=detail,
    )


def unanswered() -> RetryLater:
    """The error for a write that must not be sent again: what became of it, Xero's books tell."""
    return _silence(_lt("Xero did not answer in time"), MINUTES)


def torn(detail: str) -> RetryLater:
    """The error for an answer that came with 200 and cannot be read."""
    return RetryLater(
        _lt(
            "Xero's answer was incomplete, or another server between this one and Xero "
            "answered in its place."
        ),
        after=SOON,
        detail=mask(detail),
    )


# -- what a refused request says -------------------------------------------------------------


def messages(reply: Reply) -> list[str]:
    """Xero's sentences in an error body, the ones about records first; HTML counts as text."""
    try:
        body = wire.plain(wire.parsed(reply.body))
    except ValueError:
        return [re.sub(r"<[^<>]+>", " ", reply.body.decode("utf-8", "replace")).strip()]
    found = list(validation_messages(body))
    if not found and isinstance(body, dict):
        found = [str(body[key]) for key in ("Detail", "detail", "Message") if body.get(key)]
    return found


def validation_messages(document: Any) -> Iterator[str]:
    """Every ValidationErrors message in a document, the element's own before nested ones."""
    if isinstance(document, dict):
        for error in document.get("ValidationErrors") or ():
            if isinstance(error, dict) and error.get("Message"):
                yield str(error["Message"])
        for key, piece in document.items():
            if key != "ValidationErrors":
                yield from validation_messages(piece)
    elif isinstance(document, list):
        for piece in document:
            yield from validation_messages(piece)
