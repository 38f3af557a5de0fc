"""Xero's own clock. Limits, tokens and every timestamp read it, so tests never sleep."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

TellTime = Callable[[], datetime]


def real_time() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(timezone.utc)


class AdjustableClock:
    """Any source of aware UTC times, with an offset that a test or a fault can move."""

    def __init__(self, source: TellTime = real_time) -> None:
        self._source = source
        self._offset = timedelta(0)

    def __call__(self) -> datetime:
        """Now, as this clock has it."""
        return self._source() + self._offset

    def advance(self, by: timedelta) -> None:
        """Let `by` pass at once. A negative `by` turns the clock back, as clock skew does."""
        self._offset += by

    def freeze(self) -> None:
        """Stop at this very moment; from now on only `advance` moves the hands."""
        stopped_at = self._source()
        self._source = lambda: stopped_at
