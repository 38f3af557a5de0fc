"""The chart of accounts, tax rates and currencies change once a month, and each costs a call.

A run that nobody waits for takes over what an earlier one has read today; one that a person starts
reads everything anew, because they may have just mended it. What is out of date Xero refuses, with
its reason.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from ..engine import stored

LIFE = timedelta(hours=6)


class Shelf(Protocol):
    """Where texts are kept for a while, by name; what is lost is read again."""

    def load(self, name: str) -> str:
        """The text, "" where there is none."""

    def save(self, name: str, text: str, life: timedelta) -> None:
        """Keep a text for as long."""


class MemoryShelf:
    """A `Shelf` within one process; whoever reads knows how old it is."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def load(self, name: str) -> str:
        """The text, "" where there is none."""
        return self._texts.get(name, "")

    def save(self, name: str, text: str, life: timedelta) -> None:
        """Keep a text."""
        self._texts[name] = text


class KeptBooks:
    """Lists of Xero's reference data, kept for six hours; only a run that may, reads them there."""

    def __init__(self, shelf: Shelf | None = None, *, may_read: bool = False) -> None:
        self._shelf, self._may_read = shelf, may_read

    def load(self, collection: str, now: datetime) -> list[object] | None:
        """The list as it was read less than six hours ago, else None."""
        if self._shelf is None or not self._may_read:
            return None
        held = stored.load(self._shelf.load(collection))
        if not held or not timedelta(0) <= now - held["at"] < LIFE:
            return None
        return list(held["rows"])

    def save(self, collection: str, rows: list[object], now: datetime) -> None:
        """Keep a list for others; an empty one was not read."""
        if self._shelf is not None and rows:
            self._shelf.save(collection, stored.dump({"at": now, "rows": rows}), LIFE)
