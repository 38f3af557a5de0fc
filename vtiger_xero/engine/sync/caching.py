"""A cache of what a run reads of the records at hand (heads, links), until the run writes.

An invoice needs its customer, products and payments, a payment its invoice; and an idle run reads
nothing else. What others change meanwhile is seen after the next write of the run, or in the next
run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, cast

from ..journal import Journal
from ..links import Link
from ..mapping import Values
from ..ports import Crm
from ..records import CrmRecord, Fields, Module
from ..run_filter import RunFilter
from .at_hand import AtHand

_AT_HAND = frozenset({"heads", "links", "xero_heads"})
_CACHED = frozenset({"answers", "mapping_seen"})
_READ_ONLY = frozenset(
    {
        *("heads_of", "changed", "unsettled", "referring", "get"),
        *("mandatory_fields", "labels", "base_currency", "taxes", "kept_rates"),
        *("unsettled_links", "living_ids", "heads_of_documents", "xero_records"),
        *("bases", "watermark", "open_batches"),
    }
)


class ReadCache:
    """The answers of both ports since the last write; `version` counts the writes."""

    def __init__(self, at_hand: AtHand) -> None:
        self.version = 0
        self.at_hand = at_hand
        self._looked = -1  # the version at which it was found what is at hand
        self._answers: dict[tuple[str, Module], Any] = {}

    def get(self, name: str, ask: Callable[[Module], Any], module: Module) -> Any:
        """The cached answer; `ask` is called for it once."""
        if (name, module) not in self._answers:
            self._answers[name, module] = ask(module)
        return self._answers[name, module]

    def at_hand_of(self, name: str, module: Module) -> Any:
        """The heads or links of the records at hand."""
        self.look()
        return self.get(name, getattr(self.at_hand, name), module)

    def look(self, *modules: Module) -> None:
        """Find what is at hand by now, if the run wrote since the last time.

        Of these modules, what users changed meanwhile, too.
        """
        if self._looked != self.version:
            self.at_hand.look(modules)
            self._looked = self.version

    def choose(self, run_filter: RunFilter) -> None:
        """Limit the run to this from here on."""
        self.at_hand.choose(run_filter)
        self.clear()

    def take_everything(self) -> None:
        """From here on all records are at hand."""
        if not self.at_hand.is_everything:
            self.at_hand.take_everything()
            self.clear()

    def take_only(self, module: Module, names: Iterable[str]) -> None:
        """From here on these records are at hand alone (see `AtHand.take_only`)."""
        self.at_hand.take_only(module, names)
        self.clear()

    def free_others(self, module: Module) -> None:
        """Keep of a run that reads everything what it read of this module alone."""
        if self.at_hand.is_everything:
            self._answers = {key: held for key, held in self._answers.items() if key[1] is module}

    def clear(self) -> None:
        """Drop all answers: something may have changed."""
        self.version += 1
        self._answers.clear()


class _CachingPort:
    """A port with a cache. Any call that is not known to only read clears that of both ports."""

    def __init__(self, port: Any, cache: ReadCache) -> None:
        self._port, self._cache = port, cache

    def __getattr__(self, name: str) -> Any:
        if name in _AT_HAND:
            return partial(self._cache.at_hand_of, name)
        found = getattr(self._port, name)
        if name in _CACHED:
            return partial(self._cache.get, name, found)
        if name not in _READ_ONLY:
            self._cache.clear()
        return found


class _CachingCrm(_CachingPort):
    """What the run creates is at hand."""

    def create(self, module: Module, fields: Fields) -> CrmRecord:
        self._cache.clear()
        record: CrmRecord = self._port.create(module, fields)
        self._cache.at_hand.add(module, [record.name], ())
        return record


class _CachingJournal(_CachingPort):
    """What the run links is at hand."""

    def save_link(self, link: Link, base: Values | None = None) -> None:
        self._cache.clear()
        self._port.save_link(link, base)
        self._cache.at_hand.add(link.module, [link.crm_name], [link.xero_id])


def with_cache(crm: Crm, journal: Journal, cache: ReadCache) -> tuple[Crm, Journal]:
    """Both ports, with one cache."""
    return cast(Crm, _CachingCrm(crm, cache)), cast(Journal, _CachingJournal(journal, cache))
