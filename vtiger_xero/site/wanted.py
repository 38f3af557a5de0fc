"""What a run is wanted for: modules in which somebody saved, and what Xero says has changed.

Facts in a set of the site's Redis, so that a hundred of them make one run. Losing them costs the
wait for the next run: it sees every change by itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..engine import stored
from ..engine.records import Module
from . import shared
from .rows import select_in

_KEY = "vtiger_xero:wanted"
_MOST = 1000  # facts; beyond, the module alone is remembered
_PARTS = "\n"
# Xero does not say that it tells the time of a change to the millisecond of UpdatedDateUTC.
_AT_ONCE = timedelta(seconds=1)


@dataclass(frozen=True)
class Wanted:
    """One fact. `xero_id` and `changed` (UTC) are given where Xero told of a document."""

    module: Module
    trigger: str
    xero_id: str = ""
    changed: datetime | None = None

    @property
    def text(self) -> str:
        """As it is kept."""
        changed = stored.time_text(self.changed) or ""
        return _PARTS.join((self.module.value, self.trigger, self.xero_id, changed))

    @classmethod
    def of(cls, text: str) -> "Wanted":
        """The fact that `text` keeps."""
        module, trigger, xero_id, changed = text.split(_PARTS)
        return cls(Module(module), trigger, xero_id, stored.time_of(changed))


def remember(tenant: str, facts: Iterable[Wanted]) -> None:
    """Keep facts until a run has begun that heeds them."""
    texts = {each.text for each in facts}
    if len(texts) > _MOST:
        kept = [Wanted.of(each) for each in texts]
        texts = {Wanted(each.module, each.trigger).text for each in kept}
    if texts:
        shared.add(_place(tenant), *texts)


def waiting(tenant: str) -> Sequence[Wanted]:
    """What is kept, and stays kept."""
    return [Wanted.of(each) for each in shared.texts(_place(tenant))]


def take(tenant: str) -> Sequence[Wanted]:
    """What is kept, for whoever now begins a run for it."""
    return [Wanted.of(each) for each in shared.take(_place(tenant))]


def forget(tenant: str) -> None:
    """Nothing is wanted any more: the sync is off, or the organisation is another."""
    shared.drop(_place(tenant))


def news(tenant: str, facts: Sequence[Wanted]) -> Sequence[Wanted]:
    """Without what the journal knows already, which is first of all what the sync itself wrote.

    Xero tells of every change, also of ours: a run for each would make the next one.
    """
    keys = [stored.xero_key(tenant, each.module, each.xero_id) for each in facts]
    rows = select_in("Xero Document", ("document_key", "updated"), "document_key", keys)
    known = {row["document_key"]: stored.time_of(row["updated"]) for row in rows}
    return [
        each
        for each, key in zip(facts, keys, strict=True)
        if not _tells(known.get(key), each.changed)
    ]


def _tells(known: datetime | None, changed: datetime | None) -> bool:
    return known is not None and changed is not None and changed <= known + _AT_ONCE


def _place(tenant: str) -> str:
    return f"{_KEY}:{tenant}"
