"""What a run has read whole stays good until it writes: heads and links are asked for often.

An invoice needs to know of all customers, products and payments, a payment of all invoices; and an
idle run asks for nothing else. What others change meanwhile is seen after the next write of the
run; who is a moment too late for one run is in time for the next.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from ..ports import Crm, Journal
from ..records import Module

_RECALLED = frozenset({"heads", "links", "xero_heads", "answers", "mapping_seen"})
_ONLY_READ = frozenset(
    {
        *("get", "mandatory_fields", "labels", "base_currency", "taxes", "kept_rates"),
        *("xero_records", "bases", "watermark", "open_batches"),
    }
)


class Memory:
    """What both ports have answered since the last write; `version` moves with each write."""

    def __init__(self) -> None:
        self.version = 0
        self._held: dict[tuple[str, Module], Any] = {}

    def recall(self, name: str, ask: Callable[[Module], Any], module: Module) -> Any:
        """The answer, asked for once."""
        if (name, module) not in self._held:
            self._held[name, module] = ask(module)
        return self._held[name, module]

    def forget(self) -> None:
        """Something may have changed."""
        self.version += 1
        self._held.clear()


class _Recalling:
    """A port with a memory. Whatever it is asked to do but read, makes both ports forget."""

    def __init__(self, port: object, memory: Memory) -> None:
        self._port, self._memory = port, memory

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if name in _RECALLED:
            return partial(self._memory.recall, name, found)
        if name not in _ONLY_READ:
            self._memory.forget()
        return found


def recalling(crm: Crm, journal: Journal, memory: Memory) -> tuple[Crm, Journal]:
    """Both ports, with one memory."""
    return cast(Crm, _Recalling(crm, memory)), cast(Journal, _Recalling(journal, memory))
