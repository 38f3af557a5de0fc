"""What triggers an automatic run: saved records, and changes that Xero's webhook reports.

Triggers in a set of the site's Redis, so that a hundred of them make one run. Losing them costs the
wait for the next run, which finds every change without them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import frappe

from ..connection import shared
from ..crm.rows import select_in
from ..crm.times import to_utc
from ..engine import stored
from ..engine.records import Module
from ..engine.report import RunStatus

_KEY = "vtiger_xero:wanted"
_MAX_TRIGGERS = 1000  # triggers; beyond, the module alone is remembered
_SEPARATOR = "\n"
# Xero does not promise to report the time of a change to the millisecond of UpdatedDateUTC.
_TOLERANCE = timedelta(seconds=1)
# Xero sends a message again for a day; older ones are known by their events' times.
_MESSAGES, _KNOWN_FOR = "vtiger_xero:message", timedelta(days=2)
# How far this server's clock and Xero's may be apart.
_CLOCKS_DIFFER = timedelta(minutes=5)
# Runs that ask Xero for the changes of each module; one by the schedule may leave modules out.
_READS_ALL = ("Sync Now", "On Save", "Webhook", "Resumed")


@dataclass(frozen=True)
class SyncTrigger:
    """One trigger. `xero_id` and `changed` (UTC) are given where the webhook names a document."""

    module: Module
    trigger: str
    xero_id: str = ""
    changed: datetime | None = None

    @property
    def text(self) -> str:
        """The stored form."""
        changed = stored.time_text(self.changed) or ""
        return _SEPARATOR.join((self.module.value, self.trigger, self.xero_id, changed))

    @classmethod
    def of(cls, text: str) -> "SyncTrigger":
        """The trigger that `text` stores."""
        module, trigger, xero_id, changed = text.split(_SEPARATOR)
        return cls(Module(module), trigger, xero_id, stored.time_of(changed))


def remember(tenant: str, triggers: Iterable[SyncTrigger]) -> None:
    """Store triggers until a run for them has begun."""
    texts = {each.text for each in triggers}
    if len(texts) > _MAX_TRIGGERS:
        kept = [SyncTrigger.of(each) for each in texts]
        texts = {SyncTrigger(each.module, each.trigger).text for each in kept}
    if texts:
        shared.add(_place(tenant), *texts)


def pending(tenant: str) -> Sequence[SyncTrigger]:
    """The stored triggers, which stay stored."""
    return [SyncTrigger.of(each) for each in shared.texts(_place(tenant))]


def take(tenant: str) -> Sequence[SyncTrigger]:
    """Remove the stored triggers and return them, for the run that begins now."""
    return [SyncTrigger.of(each) for each in shared.take(_place(tenant))]


def forget(tenant: str) -> None:
    """Drop all triggers: the sync is off, or the organisation is another."""
    shared.drop(_place(tenant))


def is_known(message: str) -> bool:
    """Whether the webhook's message with this digest has led to triggers already."""
    return bool(shared.kept(f"{_MESSAGES}:{message}"))


def remember_message(message: str) -> None:
    """Recognize this message if it is sent again. Call it once its triggers are stored."""
    shared.keep(f"{_MESSAGES}:{message}", 1, int(_KNOWN_FOR.total_seconds()))


def without_known(tenant: str, triggers: Sequence[SyncTrigger]) -> Sequence[SyncTrigger]:
    """The triggers without those that the journal knows, above all what the sync itself wrote.

    Xero reports every change, also ours: a run for each would make the next one. What changed
    before the last run began was read by that run, so an old message that is sent again is none.
    """
    keys = [stored.xero_key(tenant, each.module, each.xero_id) for each in triggers]
    rows = select_in("Xero Document", ("document_key", "updated"), "document_key", keys)
    known = {row["document_key"]: stored.time_of(row["updated"]) for row in rows}
    return [
        each
        for each, key in zip(triggers, keys, strict=True)
        if not _is_known_change(known.get(key), each.changed) and not _was_read(tenant, each)
    ]


def _was_read(tenant: str, trigger: SyncTrigger) -> bool:
    """Whether a run that began after the change has read this module to the end.

    A change of an invoice may be a payment, which only a run of all modules asks for.
    """
    if trigger.changed is None:
        return False
    begun = {
        "tenant": tenant,
        "status": RunStatus.COMPLETED.value,
        "triggered_by": ["in", _READS_ALL],
        "chosen": ["is", "not set"],
        "plan": ["is", "not set"],
    }
    modules = [["is", "not set"]]
    if trigger.module is not Module.INVOICES:
        modules.append(["=", trigger.module.value])
    latest = (
        frappe.db.get_value(
            "Xero Sync Run", {**begun, "only_module": each}, "started", order_by="started desc"
        )
        for each in modules
    )
    return any(time and to_utc(time) - _CLOCKS_DIFFER > trigger.changed for time in latest)


def _is_known_change(known: datetime | None, changed: datetime | None) -> bool:
    return known is not None and changed is not None and changed <= known + _TOLERANCE


def _place(tenant: str) -> str:
    return f"{_KEY}:{tenant}"
