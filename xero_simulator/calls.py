"""The log of calls, for tests and budgets that count them."""

import threading
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Call:
    """One request. `status` is 0 when the connection was dropped instead of answered."""

    method: str
    path: str
    query: str
    status: int
    tenant: str | None
    idempotency_key: str | None
    at: datetime


class CallLog:
    """Calls in the order they were answered. A call is in here before its answer is out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[Call] = []

    def add(self, call: Call) -> None:
        """Note one."""
        with self._lock:
            self._calls.append(call)

    def all(self) -> list[Call]:
        """A copy."""
        with self._lock:
            return list(self._calls)

    def clear(self) -> None:
        """Start counting anew."""
        with self._lock:
            self._calls.clear()
