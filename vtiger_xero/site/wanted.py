"""What a run is wanted for: modules in which somebody saved, and what Xero says has changed.

Facts in a set of the site's Redis, so that a hundred of them make one run. Losing them costs the
wait for the next run: it sees every change by itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import frappe

from ..engine import stored
from ..engine.records import Module
from ..engine.report import RunStatus
from . import shared
from .rows import select_in
from .times import to_utc

_KEY = "vtiger_xero:wanted"
_MOST = 1000  # facts; beyond, the module alone is remembered
_PARTS = "\n"
# Xero does not say that it tells the time of a change to the millisecond of UpdatedDateUTC.
_AT_ONCE = timedelta(seconds=1)
# Xero sends a message again for a day; older ones are known by their events' times.
_MESSAGES, _KNOWN_FOR = "vtiger_xero:message", timedelta(days=2)
# How far this server's clock and Xero's may be apart.
_CLOCKS_DIFFER = timedelta(minutes=5)
# Runs that ask Xero for the changes of each module; one by the schedule may leave modules out.
_READS_ALL = ("Sync Now", "On Save", "Webhook", "Resumed")


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


def is_known(message: str) -> bool:
    """Whether a message of Xero's with this digest has led to facts already."""
    return bool(shared.kept(f"{_MESSAGES}:{message}"))


def note(message: str) -> None:
    """Recognize this message if it is sent again. Call it once its facts are remembered."""
    shared.keep(f"{_MESSAGES}:{message}", 1, int(_KNOWN_FOR.total_seconds()))


def news(tenant: str, facts: Sequence[Wanted]) -> Sequence[Wanted]:
    """Without what the journal knows already, which is first of all what the sync itself wrote.

    Xero tells of every change, also of ours: a run for each would make the next one. What changed
    before the last run began was read by that run, so an old message that is sent again is none.
    """
    keys = [stored.xero_key(tenant, each.module, each.xero_id) for each in facts]
    rows = select_in("Xero Document", ("document_key", "updated"), "document_key", keys)
    known = {row["document_key"]: stored.time_of(row["updated"]) for row in rows}
    return [
        each
        for each, key in zip(facts, keys, strict=True)
        if not _tells(known.get(key), each.changed) and not _was_read(tenant, each)
    ]


def _was_read(tenant: str, fact: Wanted) -> bool:
    """Whether a run that began after the change has read this module to the end.

    A change of an invoice may be a payment, which only a run of all modules asks for.
    """
    if fact.changed is None:
        return False
    begun = {
        "tenant": tenant,
        "status": RunStatus.COMPLETED.value,
        "triggered_by": ["in", _READS_ALL],
        "chosen": ["is", "not set"],
        "plan": ["is", "not set"],
    }
    modules = [["is", "not set"]]
    if fact.module is not Module.INVOICES:
        modules.append(["=", fact.module.value])
    latest = (
        frappe.db.get_value(
            "Xero Sync Run", {**begun, "only_module": each}, "started", order_by="started desc"
        )
        for each in modules
    )
    return any(time and to_utc(time) - _CLOCKS_DIFFER > fact.changed for time in latest)


def _tells(known: datetime | None, changed: datetime | None) -> bool:
    return known is not None and changed is not None and changed <= known + _AT_ONCE


def _place(tenant: str) -> str:
    return f"{_KEY}:{tenant}"
