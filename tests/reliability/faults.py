"""Everything that can go wrong between here and Xero, and where: a catalogue, and trials of it."""

from __future__ import annotations

import gc
import random
import shutil
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.reliability.places import Place, Time, in_a_process
from tests.reliability.trade import PlacedStage, stage_at
from tests.reliability.trials import ALL_ARRIVED, Outcome, final
from tests.reliability.worker import Ending, Small
from tests.reliability.xero_process import statuses
from vtiger_xero.engine.report import Report
from vtiger_xero.xero import client, identity
from xero_simulator import UNAVAILABLE_TEXTS, Fault, Simulator
from xero_simulator.faults import Match

Make = Callable[..., Fault]

HTML = "text/html; charset=utf-8"
PORTAL = b"<!doctype html><html><body>Sign in to the network of this hotel</body></html>"

SLOWER = "slower than we wait"
TIMEOUT = 1  # seconds
LONGEST = timedelta(minutes=5)  # after that Xero's API gives a request up

# What strikes a call of any kind.
ANYWHERE: Mapping[str, Make] = {
    "minute limit": Fault.minute_limit,
    "day limit": Fault.day_limit,
    "five at once": Fault.concurrent_limit,
    "429 without a word": Fault.bare_limit,
    "500": Fault.internal_error,
    "500 after the work": Fault.internal_error_after_commit,
    "503 maintenance": lambda **at: Fault.unavailable(UNAVAILABLE_TEXTS[0], **at),
    "503 organisation offline": lambda **at: Fault.unavailable(UNAVAILABLE_TEXTS[2], **at),
    "502 of a proxy": lambda **at: Fault.replaced(PORTAL, HTML, 502, **at),
    "401 in mid-run": Fault.expired_token,
    "dropped before the work": Fault.dropped_before_commit,
    "dropped after the work": Fault.dropped_after_commit,
    "answer torn": Fault.torn,
    "answer empty": lambda **at: Fault.replaced(b"", None, **at),
    "HTML with 200": lambda **at: Fault.replaced(PORTAL, HTML, **at),
    "not UTF-8": lambda **at: Fault.replaced(b'{"Contacts": "\xff\xfe"}', **at),
    "JSON of another kind": lambda **at: Fault.replaced(b"[1, 2, 3]", **at),
    "JSON null": lambda **at: Fault.replaced(b"null", **at),
    "not a number": lambda **at: Fault.replaced(b'{"Contacts": [NaN, Infinity]}', **at),
    "nested without end": lambda **at: Fault.replaced(b"[" * 200_000, **at),
    "huge": lambda **at: Fault.replaced(b'{"Pad": "' + b"x" * 20_000_000 + b'"}', **at),
    "arrives twice": Fault.repeated,
}
NAMES = (*ANYWHERE, SLOWER)
REVOKED = "access revoked"  # right after Xero has answered a call


def _each(change: Callable[[dict[str, Any]], Any]) -> Callable[[Any], Any]:
    """Change the elements of the collection of an answer, wherever it is."""

    def altered(payload: Any) -> Any:
        if not isinstance(payload, dict):
            return payload
        return {
            key: [change(dict(each)) if isinstance(each, dict) else each for each in value]
            if isinstance(value, list)
            else value
            for key, value in payload.items()
        }

    return altered


def _collection(change: Callable[[list[Any]], Any]) -> Callable[[Any], Any]:
    def altered(payload: Any) -> Any:
        if not isinstance(payload, dict):
            return payload
        return {k: change(v) if isinstance(v, list) else v for k, v in payload.items()}

    return altered


def _one(place: int, change: Callable[[dict[str, Any]], Any]) -> Callable[[Any], Any]:
    def altered(rows: list[Any]) -> list[Any]:
        if not rows or not isinstance(rows[place], dict):
            return rows
        changed = list(rows)
        changed[place] = change(dict(rows[place]))
        return changed

    return _collection(altered)


def _gone(each: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in each.items() if key not in keys}


def _with(**odd: Any) -> Callable[[Any], Any]:
    return _each(lambda each: {**each, **odd})


def _without(*keys: str) -> Callable[[Any], Any]:
    return _each(lambda each: _gone(each, *keys))


_IDS = ("ContactID", "ItemID", "InvoiceID", "PaymentID")
# What makes the JSON of an answer odd, in ways that lose nothing if it is read with care.
ODD: Mapping[str, Callable[[Any], Any]] = {
    "a field that nobody knows": _with(FutureField={"Deep": [1, 2, {"x": None}]}),
    "nulls": _with(Warnings=None, Attachments=None, Website=None),
    "no time of change": _without("UpdatedDateUTC"),
    "another order": _collection(lambda rows: rows[::-1]),
    "an element twice": _collection(lambda rows: [*rows, *rows[:1]]),
    "a stranger among them": _collection(lambda rows: [*rows, {"Name": "Nobody"}]),
    "text among them": _collection(lambda rows: [*rows, "and so on", None, 7]),
    "an element left out": _collection(lambda rows: rows[1:]),
    "no ids": _without(*_IDS),
    "ids of nobody": _each(
        lambda each: {
            key: "00000000-0000-0000-0000-000000000000" if key in _IDS else value
            for key, value in each.items()
        }
    ),
    "lines that are an object": _with(LineItems={"0": {}}),
    "amounts that are text": _with(Total="12,50", Amount="many"),
    "a date that no calendar knows": _with(UpdatedDateUTC="/Date(99999999999999999)/"),
    "a validation error without a flag": _with(ValidationErrors=[{"Message": "Odd"}]),
    "the collection is missing": lambda payload: {"Status": "OK"},
    "the collection is an object": lambda payload: {k: {} for k in payload or ()},
    # Of a page only one, the first or the last: the others must not go with it.
    "one without an id": _one(0, lambda each: _gone(each, *_IDS)),
    "one with lines that are text": _one(-1, lambda each: {**each, "LineItems": "many"}),
    "one in a status that nobody knows": _one(
        0, lambda each: {**each, "Status": "FROZEN", "ContactStatus": "FROZEN"}
    ),
    "one changed at no time": _one(-1, lambda each: _gone(each, "UpdatedDateUTC")),
}

# What Xero did is told as not done: such a creation is found, and not told of as one.
LYING = frozenset({"ids of nobody", "a validation error without a flag"})
# What is not on a list that Xero gave nobody can miss.
ONLY_WRITES = frozenset({"an element left out"})

READS = ("/Organisation", "/Currencies", "/Accounts", "/TaxRates")
BOOKS = ("/Contacts", "/Items", "/Invoices", "/Payments")
TOKEN = ("POST", "/connect/token")
PLACES: tuple[tuple[str, str], ...] = (
    TOKEN,
    *(("GET", path) for path in (*READS, *BOOKS)),
    *(("PUT", path) for path in BOOKS),
    *(("POST", path) for path in BOOKS),
    ("DELETE", "/Items"),
)


class Unhurried(Time):
    """Time that is only counted goes on in leaps; what is due on the way happens when it is due.

    Due are requests that Xero has in its hands for minutes: whoever sent them has long given up.
    No server keeps one for ever; Xero's API gives a request up after five minutes.
    """

    def __init__(self, ahead: float) -> None:
        super().__init__(ahead)
        self._due: dict[int, datetime] = {}

    def held(self, **at: Any) -> Fault:
        """Hold a call, then carry it out; nobody hears the answer."""
        match = Match(at["method"], at["path"])
        times, skip = at["times"], at["skip"]
        return Fault(SLOWER, match, times, skip, arriving=self._hold, leaving=self._let_go)

    def _hold(self, clock: Any) -> None:
        self._due[threading.get_ident()] = due = self.now() + LONGEST
        while self.now() < due:
            time.sleep(0.002)

    def _let_go(self, answer: Any) -> Any:
        del self._due[threading.get_ident()]
        return answer

    def sleep(self, duration: timedelta) -> None:
        until = self.now() + duration
        while due := [each for each in list(self._due.values()) if each <= until]:
            super().sleep(min(due) - self.now())
            time.sleep(0.002)
        super().sleep(until - self.now())


@dataclass(frozen=True)
class Strike:
    """A fault of the catalogue at a place, after so many calls there, so many times."""

    name: str
    method: str | None
    path: str | None
    skip: int = 0
    times: int = 1

    def fault(self, xero: Simulator, clock: Unhurried) -> Fault:
        at = {"method": self.method, "path": self.path, "skip": self.skip, "times": self.times}
        if self.name == SLOWER:
            return clock.held(**at)
        if self.name == REVOKED:
            return Fault.meanwhile(xero.end_connections, **at)
        if self.name in ODD:
            return Fault.altered(ODD[self.name], **at)
        return ANYWHERE[self.name](**at)

    def __str__(self) -> str:
        often = f" x{self.times}" if self.times > 1 else ""
        return f"{self.name}{often} at {self.method} {self.path} +{self.skip}"


@dataclass
class Struck:
    """What became of a trial with faults."""

    outcome: Outcome = field(default_factory=Outcome)
    struck: int = 0
    reconnected: int = 0
    days: int = 0
    limited: int = 0
    notices: list[str] = field(default_factory=list)


def faulted(
    template: Path,
    folder: Path,
    strikes: Sequence[Strike],
    *,
    seed: int = 0,
    pause: timedelta | None = None,
    skew: timedelta = timedelta(0),
    **how: Any,
) -> Struck:
    """Runs under faults until these have struck, then runs without, in a process of its own.

    `pause` is the time between two runs, else it is any; `skew` is how far the CRM's clock is
    ahead of Xero's. `how` are the simulator's limits.
    """
    chance = random.Random(seed)
    found: Struck = in_a_process(_faulted, template, folder, strikes, chance, pause, skew, how)
    return found


def _faulted(
    template: Path,
    folder: Path,
    strikes: Sequence[Strike],
    chance: random.Random,
    pause: timedelta | None,
    skew: timedelta,
    how: dict[str, Any],
) -> Struck:
    shutil.rmtree(folder, ignore_errors=True)
    place = Place.of(template).copy(folder)
    place.time = clock = Unhurried(place.time.ahead)
    Small().apply()
    client.READ_TIMEOUT = client.WRITE_TIMEOUT = identity.TIMEOUT = (TIMEOUT, TIMEOUT)
    with place.simulator(**how) as xero:
        xero.place = place  # type: ignore[attr-defined]
        trial = _Trial(stage_at(place, xero, skew), xero, clock, chance, pause)
        trial.under(strikes)
        trial.without()
        trial.struck.outcome.final = final(xero)
        trial.struck.limited = statuses(xero).count(429)
    shutil.rmtree(folder, ignore_errors=True)
    return trial.struck


class _Trial:
    """Runs at a stage, and a person who does what the app asks for."""

    MOST = 10

    def __init__(
        self,
        stage: PlacedStage,
        xero: Simulator,
        clock: Unhurried,
        chance: random.Random,
        pause: timedelta | None,
    ) -> None:
        self.stage, self.xero, self.clock = stage, xero, clock
        self.chance, self.pause = chance, pause
        self.struck = Struck()

    def under(self, strikes: Sequence[Strike]) -> None:
        self.xero.faults.add(*(each.fault(self.xero, self.clock) for each in strikes))
        wanted = sum(each.times for each in strikes)
        for _ in range(self.MOST):
            report = self.run()
            if not len(self.xero.faults):
                break
            if report.header.status.value == "Completed" and not report.writes:
                break  # nothing is left that the others could strike
        left = sum(fault.times or 0 for fault in self.xero.faults._waiting)
        self.struck.struck = wanted - left
        self.xero.faults.clear()

    def without(self) -> None:
        """The faults have ended: now everything must come right, by itself and by Sync Now."""
        for _ in range(self.MOST):
            report = self.run()
            if report.header.status.value == "Completed" and not report.writes:
                break
            self.clock.sleep(timedelta(minutes=7))  # what may still come is waited for
        self.struck.outcome.endings.append(_ending(report))
        self.clock.sleep(ALL_ARRIVED)
        self.struck.outcome.further_writes = self.stage.engine().run().writes

    def run(self) -> Report:
        report = self.stage.engine().run(retry=True)
        self.struck.notices += report.header.notices
        self.clock.sleep(self.pause or timedelta(seconds=self.chance.choice((1, 60, 420, 420))))
        self.mend(report.header.message)
        return report

    def mend(self, message: str) -> None:
        if "Connect again" in message or "Authenticate your" in message:
            # A person tries until the page comes; what waits is for the sync.
            waiting = list(self.xero.faults._waiting)
            self.xero.faults.clear()
            self.stage.place.connect(self.xero, self.stage.crm._database)
            self.xero.faults.add(*waiting)
            self.struck.reconnected += 1
        if "no more calls today" in message:
            _calls_ended()
            self.clock.sleep(timedelta(hours=7))
            self.struck.days += 1


def _calls_ended() -> None:
    """What a run had begun to read is over long before a person comes back: in no time, here.

    Its threads end when nobody has the pool any more; where a fault holds on to it, they rest.
    """
    patience = time.monotonic() + 1
    while pool := [each for each in threading.enumerate() if each.name.startswith("xero")]:
        if time.monotonic() > patience and not any(_is_at_work(each) for each in pool):
            return
        gc.collect()
        time.sleep(0.002)


def _is_at_work(thread: threading.Thread) -> bool:
    """Whether one of a pool's threads has something to do: else it waits in the pool's own loop."""
    frame = sys._current_frames().get(thread.ident or 0)
    return frame is not None and frame.f_code.co_name != "_worker"


def _ending(report: Report) -> Ending:
    head = report.header
    return Ending(status=head.status.value, message=head.message, writes=report.writes)
