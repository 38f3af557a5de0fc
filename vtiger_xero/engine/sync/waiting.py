"""What waits to be sent to Xero: in memory what orders it, the rest in a file.

A plan's writes to Xero are ordered among all of them, so none is sent before the last is decided.
An invoice with what both sides hold of it takes some 27 KB, 75,000 of them 2 GB; what orders it
takes a hundredth. A few stay in memory: the file begins where there are many.
"""

from __future__ import annotations

import pickle
from tempfile import SpooledTemporaryFile

from ..actions import Decision, Delete
from ..outbox import Item
from ..records import Side
from .batching import Sized

_IN_MEMORY = 4_000_000  # bytes


class Waiting:
    """What waits, in the order in which it was decided; each is known by its CRM name."""

    def __init__(self) -> None:
        self.sized: list[Sized] = []
        self._places: dict[str, int] = {}
        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - it ends with this object

    def add(self, item: Item, decision: Decision) -> None:
        """Add an item, and the decision that it carries out."""
        is_removal = isinstance(decision.on(Side.XERO), Delete)
        self.sized.append(Sized.of(item, is_removal=is_removal))
        self._places[item.crm_name] = self._file.tell()
        pickle.dump((item, decision), self._file, pickle.HIGHEST_PROTOCOL)

    def get(self, crm_name: str) -> tuple[Item, Decision]:
        """Those of this name, as they were added."""
        self._file.seek(self._places[crm_name])
        found: tuple[Item, Decision] = pickle.load(self._file)  # our own, which has no name
        return found
