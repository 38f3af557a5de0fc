"""A cache of what a run reads whole (heads, links), until the run writes.

An invoice needs all customers, products and payments, a payment all invoices; and an idle run
reads nothing else. What others change meanwhile is seen after the next write of the run, or in the
next run.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from ..journal import Journal
from ..ports import Crm
from ..records import Module

_CACHED = frozenset({"heads", "links", "xero_heads", "answers", "mapping_seen"})
_READ_ONLY = frozenset(
    {
        *("get", "mandatory_fields", "labels", "base_currency", "taxes", "kept_rates"),
        *("xero_records", "bases", "watermark", "open_batches"),
    }
)


class ReadCache:
    """The answers of both ports since the last write; `version` counts the writes."""

    def __init__(self) -> None:
        self.version = 0
        self._answers: dict[tuple[str, Module], Any] = {}

    def get(self, name: str, ask: Callable[[Module], Any], module: Module) -> Any:
        """The cached answer; `ask` is called for it once."""
        if (name, module) not in self._answers:
            self._answers[name, module] = ask(module)
        return self._answers[name, module]

    def clear(self) -> None:
        """Drop all answers: something may have changed."""
        self.version += 1
        self._answers.clear()


class _CachingPort:
    """A port with a cache. Any call that is not known to only read clears that of both ports."""

    def __init__(self, port: object, cache: ReadCache) -> None:
        self._port, self._cache = port, cache

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if name in _CACHED:
            return partial(self._cache.get, name, found)
        if name not in _READ_ONLY:
            self._cache.clear()
        return found


def with_cache(crm: Crm, journal: Journal, cache: ReadCache) -> tuple[Crm, Journal]:
    """Both ports, with one cache."""
    return cast(Crm, _CachingPort(crm, cache)), cast(Journal, _CachingPort(journal, cache))
