"""Xero's call limits: a minute, a day, five at once, and one over all tenants of an app.

Fixed windows, per app and tenant [DOC][PLAT].
# invented [A8]: a window opens with the first call after the last one closed. Xero says only that
# windows "reset at different times per tenant"; a clock-aligned window would make every test
# that counts calls fail once in a while at the turn of a minute.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from xero_simulator.answers import Refused, rate_limited
from xero_simulator.clock import TellTime
from xero_simulator.shelf import Shelf

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Allowance:
    """How many calls an app may make. 1,000 a day is the Starter tier, 5,000 Core and up."""

    minute: int = 60
    day: int = 1_000
    concurrent: int = 5
    app_minute: int = 10_000


@dataclass(frozen=True)
class Window:
    """The calls used since `opened`."""

    opened: datetime
    used: int = 0


class Limits:
    """Admits calls or refuses them with 429, and tells the headers of every answer."""

    def __init__(
        self,
        clock: TellTime,
        allowance: Allowance,
        windows: Shelf[Window],
        lock: threading.RLock,
    ) -> None:
        self.allowance = allowance
        self._clock = clock
        self._windows = windows
        self._in_flight: dict[tuple[str, str], int] = {}
        self._lock = lock

    @contextmanager
    def admitted(self, client_id: str, tenant_id: str) -> Iterator[None]:
        """Count one call for as long as it runs, or raise Refused(429), which costs nothing."""
        caller = (client_id, tenant_id)
        with self._lock:
            self._refuse_when_spent(client_id, tenant_id)
            for name, length, _ in self._meters(client_id, tenant_id):
                window = self._window(name, length)
                self._windows[name] = Window(window.opened, window.used + 1)
            self._in_flight[caller] = self._in_flight.get(caller, 0) + 1
        try:
            yield
        finally:
            with self._lock:
                self._in_flight[caller] -= 1

    def headers(self, client_id: str, tenant_id: str) -> dict[str, str]:
        """What is left, as on every answer, 400 and 429 included [REC]."""
        with self._lock:
            return self._remaining(client_id, tenant_id)

    def reset(self) -> None:
        """Forget every window, as if all of them had just closed."""
        with self._lock:
            self._windows.clear()

    def _meters(self, client_id: str, tenant_id: str) -> tuple[tuple[str, timedelta, int], ...]:
        return (
            (f"appminute {client_id}", MINUTE, self.allowance.app_minute),
            (f"day {client_id} {tenant_id}", DAY, self.allowance.day),
            (f"minute {client_id} {tenant_id}", MINUTE, self.allowance.minute),
        )

    def _window(self, name: str, length: timedelta) -> Window:
        now = self._clock()
        window = self._windows.get(name)
        if window is None or not window.opened <= now < window.opened + length:
            return Window(now)
        return window

    def _left(self, name: str, length: timedelta, allowed: int) -> int:
        return max(0, allowed - self._window(name, length).used)

    def _remaining(self, client_id: str, tenant_id: str) -> dict[str, str]:
        app, day, minute = (str(self._left(*meter)) for meter in self._meters(client_id, tenant_id))
        return {
            "X-AppMinLimit-Remaining": app,
            "X-DayLimit-Remaining": day,
            "X-MinLimit-Remaining": minute,
        }

    def _refuse_when_spent(self, client_id: str, tenant_id: str) -> None:
        # invented [A9]: the order of the checks, and the spelling of "concurrent" and "appminute"
        # (Xero's documents and third parties spell the latter in two ways).
        remaining = self._remaining(client_id, tenant_id)
        if self._in_flight.get((client_id, tenant_id), 0) >= self.allowance.concurrent:
            raise Refused(rate_limited("concurrent", None, remaining))
        for name, length, allowed in self._meters(client_id, tenant_id):
            if not self._left(name, length, allowed):
                problem = name.split()[0]
                wait = None if problem == "appminute" else self._seconds_left(name, length)
                raise Refused(rate_limited(problem, wait, remaining))

    def _seconds_left(self, name: str, length: timedelta) -> int:
        closes = self._window(name, length).opened + length
        return max(1, -((self._clock() - closes) // timedelta(seconds=1)))
