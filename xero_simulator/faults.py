"""Faults on demand. The first one that fits a call strikes it, then counts down.

xero.faults.add(Fault.minute_limit(retry_after=26, method="POST", path="/Contacts"))
xero.faults.add(Fault.dropped_after_commit(path="/Contacts", times=1))
xero.faults.add(Fault.batch_refused(containing="Poison", times=None))   # until cleared
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from werkzeug.wrappers import Request

from xero_simulator import answers
from xero_simulator.answers import Answer, ConnectionDropped, Refused
from xero_simulator.clock import AdjustableClock

Work = Callable[[], Answer]
Arriving = Callable[[AdjustableClock], None]
Working = Callable[[Work], Answer]
Leaving = Callable[[Answer], Answer]


@dataclass(frozen=True)
class Match:
    """Which calls a fault strikes: method, a part of the path, a part of the body."""

    method: str | None = None
    path: str | None = None
    containing: str | None = None

    def fits(self, request: Request) -> bool:
        """Whether it strikes this call. `path="/Contacts"` also fits `/Contacts/{id}`."""
        return (
            self.method in (None, request.method)
            and (self.path is None or self.path.lower() in request.path.lower())
            and (self.containing is None or self.containing.encode() in request.get_data())
        )


@dataclass(frozen=True)
class Fault:
    """What goes wrong, and where on a call's way through.

    `arriving`: before Xero looks at it. `admitted`: it counts as under way. `working`: round
    the work, under the Idempotency-Key. `leaving`: everything is done and kept. `twice`: it
    arrives again before its answer goes out.
    `times=None` strikes until `faults.clear()`; `skip` lets so many fitting calls pass first.
    """

    name: str
    match: Match
    times: int | None = 1
    skip: int = 0
    arriving: Arriving | None = None
    admitted: Callable[[], None] | None = None
    working: Working | None = None
    leaving: Leaving | None = None
    twice: bool = False

    @classmethod
    def minute_limit(cls, retry_after: int = 26, **match: Any) -> "Fault":
        """429: the minute is spent."""
        return _refusal("minute", _limit("minute", retry_after, "X-MinLimit-Remaining"), match)

    @classmethod
    def day_limit(cls, retry_after: int = 21_600, **match: Any) -> "Fault":
        """429: the day is spent."""
        return _refusal("day", _limit("day", retry_after, "X-DayLimit-Remaining"), match)

    @classmethod
    def concurrent_limit(cls, **match: Any) -> "Fault":
        """429: five are under way. No Retry-After [DOC]."""
        return _refusal("concurrent", _limit("concurrent", None), match)

    @classmethod
    def bare_limit(cls, **match: Any) -> "Fault":
        """429 of a gateway in front of Xero, without a word. # invented [A5]: that there is one."""
        return _refusal("429", lambda clock: answers.Answer(429, bare=True), match)

    @classmethod
    def internal_error(cls, **match: Any) -> "Fault":
        """500; kept under the Idempotency-Key and replayed [XPL]."""
        return _fault("500", match, working=lambda work: answers.internal_error())

    @classmethod
    def internal_error_after_commit(cls, **match: Any) -> "Fault":
        """500 although the work was done: the reason to GET before trying again [XPL]."""
        return _fault("500 after commit", match, working=_fail_after)

    @classmethod
    def unavailable(cls, text: str = answers.UNAVAILABLE_TEXTS[0], **match: Any) -> "Fault":
        """503 with plain text."""
        return _refusal("503", lambda clock: answers.unavailable(text), match)

    @classmethod
    def expired_token(cls, **match: Any) -> "Fault":
        """401 as for an access token that has run out."""
        return _refusal("401", lambda clock: answers.token_expired(clock()), match)

    @classmethod
    def forbidden(cls, **match: Any) -> "Fault":
        """403 as for a tenant that is not connected."""
        return _refusal("403", lambda clock: answers.tenant_forbidden(), match)

    @classmethod
    def turned_away(
        cls, body: bytes, content_type: str = "text/html", status: int = 400, **match: Any
    ) -> "Fault":
        """A gateway or proxy answers in Xero's place, and passes nothing on [A6]."""
        raw = answers.Answer(status, body, content_type, bare=True)
        return _refusal("turned away", lambda clock: raw, match)

    @classmethod
    def batch_refused(cls, message: str = "The batch could not be read", **match: Any) -> "Fault":
        """400 for the whole request; with `containing=` until the poison is sent alone."""
        return _fault("400", match, working=lambda work: answers.post_data_invalid(message))

    @classmethod
    def dropped_before_commit(cls, **match: Any) -> "Fault":
        """The connection closes and nothing was done."""
        return _fault("dropped before commit", match, arriving=_drop)

    @classmethod
    def dropped_after_commit(cls, **match: Any) -> "Fault":
        """The connection closes although everything was done."""
        return _fault("dropped after commit", match, leaving=_drop_answer)

    @classmethod
    def slow(cls, seconds: float, **match: Any) -> "Fault":
        """The call takes that long, in real time, and holds its place among the five."""
        return _fault("slow", match, admitted=lambda: time.sleep(seconds))

    @classmethod
    def torn(cls, **match: Any) -> "Fault":
        """The work is done, and half of the body comes back with status 200."""
        return _fault("torn", match, leaving=lambda answer: replace(answer, torn=True))

    @classmethod
    def repeated(cls, **match: Any) -> "Fault":
        """The request arrives twice, as a proxy may send it; the second answer goes out."""
        return _fault("arrived twice", match, twice=True)

    @classmethod
    def replaced(
        cls, body: bytes, content_type: str | None = answers.JSON, status: int = 200, **match: Any
    ) -> "Fault":
        """The work is done, and something else than Xero's answer comes back.

        # invented [A6]: every body; proxies, captive portals and broken caches answer so.
        """
        raw = answers.Answer(status, body, content_type, bare=True)
        return _fault("replaced", match, leaving=lambda answer: raw)

    @classmethod
    def altered(cls, change: Callable[[Any], Any], **match: Any) -> "Fault":
        """The work is done, and one thing about the JSON of the answer is not as it should be."""
        return _fault(
            "altered",
            match,
            leaving=lambda answer: replace(answer, payload=change(answer.payload)),
        )

    @classmethod
    def meanwhile(cls, happens: Callable[[], Any], **match: Any) -> "Fault":
        """No fault at all: somebody works in Xero just when it has answered a call."""
        return _fault("meanwhile", match, leaving=lambda answer: _after(answer, happens))

    @classmethod
    def clock_skew(cls, by: timedelta, **match: Any) -> "Fault":
        """From this call on Xero's clock runs `by` ahead (or, negative, behind)."""
        return _fault("clock skew", match, arriving=lambda clock: clock.advance(by))


class Faults:
    """The faults that wait for a call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, *faults: Fault) -> None:
        """Have them wait, in this order."""
        with self._lock:
            self._waiting.extend(faults)

    def clear(self) -> None:
        """Send all of them away."""
        with self._lock:
            self._waiting.clear()

    def __len__(self) -> int:
        return len(self._waiting)

    def strike(self, request: Request) -> Fault | None:
        """The fault for this call, if any."""
        with self._lock:
            for position, fault in enumerate(self._waiting):
                if fault.match.fits(request):
                    if fault.skip:
                        self._waiting[position] = replace(fault, skip=fault.skip - 1)
                        continue
                    self._count_down(position, fault)
                    return fault
        return None

    def _count_down(self, position: int, fault: Fault) -> None:
        if fault.times is None:
            return
        if fault.times <= 1:
            del self._waiting[position]
        else:
            self._waiting[position] = replace(fault, times=fault.times - 1)


def _fault(name: str, options: dict[str, Any], **effect: Any) -> Fault:
    times, skip = options.pop("times", 1), options.pop("skip", 0)
    return Fault(name, Match(**options), times, skip, **effect)


def _refusal(
    name: str, answer: Callable[[AdjustableClock], Answer], options: dict[str, Any]
) -> Fault:
    def refuse(clock: AdjustableClock) -> None:
        raise Refused(answer(clock))

    return _fault(name, options, arriving=refuse)


def _limit(
    problem: str, retry_after: int | None, spent: str | None = None
) -> Callable[[AdjustableClock], Answer]:
    remaining = {spent: "0"} if spent else {}
    return lambda clock: answers.rate_limited(problem, retry_after, remaining)


def _fail_after(work: Work) -> Answer:
    work()
    return answers.internal_error()


def _after(answer: Answer, happens: Callable[[], Any]) -> Answer:
    happens()
    return answer


def _drop(clock: AdjustableClock) -> None:
    raise ConnectionDropped


def _drop_answer(answer: Answer) -> Answer:
    raise ConnectionDropped
