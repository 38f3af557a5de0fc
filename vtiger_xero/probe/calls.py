"""Calls to Xero: counted, within the probe's budget, written down as they may be shown.

The body that is asked for is the body that is sent; an answer is looked at whatever its status.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode

from ..engine.ports import Clock
from ..xero import wire
from ..xero.errors import Reply, validation_messages
from . import exact_json
from .findings import CouldNotTellError
from .journal import Journal
from .scrubbing import Scrubber

Send = Callable[[str, str, str, bytes | None, Mapping[str, str]], Reply]
_API = "/api.xro/2.0"
_SHOWN_HEADERS = (
    "X-DayLimit-Remaining", "X-MinLimit-Remaining", "X-AppMinLimit-Remaining", "Retry-After",
    "X-Rate-Limit-Problem", "Location",
)  # fmt: skip
_LONGEST_TEXT = 2_000


class BudgetUsedUpError(Exception):
    """The calls of this probe are used up."""


@dataclass(frozen=True)
class Answer:
    """What Xero answered: `body` is None where it was no JSON object."""

    status: int
    body: Mapping[str, Any] | None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def messages(self) -> list[str]:
        """Xero's sentences about what it refused; none where it refused nothing."""
        return list(validation_messages(self.body or {}))

    @property
    def is_refused(self) -> bool:
        """Whether Xero refused all or part of it."""
        return not 200 <= self.status < 300 or bool(self.messages)

    @property
    def why(self) -> str:
        """Its sentences, else its status, for people."""
        return " ".join(self.messages) or f"HTTP {self.status}"

    def rows(self, collection: str) -> list[dict[str, Any]]:
        """The records of the answer."""
        found = (self.body or {}).get(collection)
        return [each for each in found or () if isinstance(each, dict)]


def updated(row: Mapping[str, Any]) -> datetime:
    """When Xero says that a record was changed."""
    return wire.moment(row.get("UpdatedDateUTC"))


class Calls:
    """Makes calls for the rows that are `tried` at the moment."""

    def __init__(
        self, send: Send, clock: Clock, journal: Journal, scrubber: Scrubber, limit: int
    ) -> None:
        self._send = send
        self._clock = clock
        self._journal = journal
        self._scrubber = scrubber
        self._limit = limit
        self.origin = ""
        self.trying: Sequence[str] = ()

    @property
    def left(self) -> int:
        """How many calls the budget still allows."""
        return self._limit - self._journal.calls

    def wait(self, seconds: int) -> None:
        """Let time pass, so that two changes bear two times."""
        self._clock.sleep(timedelta(seconds=seconds))

    def now(self) -> datetime:
        """The time by the clock of this machine."""
        return self._clock.now()

    def ask(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One call, written down."""
        answer, exchange = self.ask_quietly(method, path, params, body, headers)
        self.show(exchange)
        if not _is_of_xero(answer):
            raise CouldNotTellError(f"Xero answered {method} {path} with HTTP {answer.status}.")
        return answer

    def ask_quietly(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[Answer, dict[str, Any]]:
        """One call, and what is to be written down of it once it can be scrubbed."""
        if self.left <= 0:
            raise BudgetUsedUpError
        self._journal.call()
        at = self._clock.now()
        sent = None if body is None else exact_json.dump(body).encode()
        reply = self._send(method, path, urlencode(params or {}), sent, headers or {})
        found = _read(reply.body)
        exchange = {
            "origin": self.origin,
            "at": at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "assumptions": list(self.trying),
            "request": {
                "method": method,
                "path": _API + path,
                "params": dict(params or {}),
                "headers": dict(headers or {}),
                "body": body,
            },
            "response": {
                "status": reply.status,
                "content_type": _header(reply, "Content-Type") or "",
                "headers": dict(_shown(reply)),
            },
            "body": found,
        }
        body_found = found if isinstance(found, dict) else None
        return Answer(reply.status, body_found, dict(_shown(reply))), exchange

    def show(self, exchange: Mapping[str, Any]) -> None:
        """Write a call down, scrubbed."""
        self._journal.exchange(self._scrubber.exchange({**exchange, "origin": self.origin}))


def _is_of_xero(answer: Answer) -> bool:
    """Whether it says something of what was asked; an outage or a gateway's page does not."""
    if answer.status >= 500 or answer.status in (401, 403, 408):
        return False
    return answer.body is not None or answer.status in (204, 404, 412)


def _read(body: bytes) -> Any:
    if not body:
        return None
    try:
        return exact_json.load(body)
    except ValueError:
        return body.decode("utf-8", "replace")[:_LONGEST_TEXT]


def _shown(reply: Reply) -> Iterator[tuple[str, str]]:
    for name in _SHOWN_HEADERS:
        value = _header(reply, name)
        if value is not None:
            yield name, value


def _header(reply: Reply, name: str) -> str | None:
    found = {key.lower(): value for key, value in reply.headers.items()}
    return found.get(name.lower())
