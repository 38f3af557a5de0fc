"""What a run need not ask Xero for, because another one did a while ago."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import frappe

from ..crm.journal import OPEN
from ..crm.times import to_utc
from ..engine.records import Module
from . import shared

_KEY, _WEBHOOKS = "vtiger_xero:books", "vtiger_xero:webhooks"
# A webhook without messages for so long may be switched off: then runs read Xero again.
_WORKS_FOR = timedelta(days=3)


class SiteShelf:
    """A `Shelf` in the site's Redis, one for each Xero organisation."""

    def __init__(self, tenant: str) -> None:
        self._tenant = tenant

    def load(self, name: str) -> str:
        """The text, "" where there is none (any more)."""
        return shared.kept(self._place(name)) or ""

    def save(self, name: str, text: str, life: timedelta) -> None:
        """Keep a text for as long."""
        shared.keep(self._place(name), text, int(life.total_seconds()))

    def _place(self, name: str) -> str:
        return f"{_KEY}:{self._tenant}:{name}"


def note_webhook(tenant: str) -> None:
    """Remember that a webhook message about this organisation has arrived."""
    shared.keep(f"{_WEBHOOKS}:{tenant}", 1, int(_WORKS_FOR.total_seconds()))


def webhooks_work(tenant: str) -> bool:
    """Whether Xero's webhooks work, as far as anybody can see."""
    return bool(shared.kept(f"{_WEBHOOKS}:{tenant}"))


def forget(tenant: str) -> None:
    """Another organisation is connected, or another webhook: nothing is known any more."""
    shared.drop(f"{_WEBHOOKS}:{tenant}")


def last_read(tenant: str) -> Mapping[Module, datetime | None]:
    """When each module's changes were last read: with every page its watermark is written.

    Empty after a run that stopped early: it may have read only some of the pages.
    """
    if _broke_off(tenant):
        return {}
    known = {"tenant": tenant, "watermark": ["is", "set"]}
    rows = frappe.get_all("Xero Watermark", known, ["module", "modified"])
    return {Module(row.module): to_utc(row.modified) for row in rows}


def _broke_off(tenant: str) -> bool:
    ended = {"tenant": tenant, "status": ["not in", OPEN]}
    last = frappe.get_all("Xero Sync Run", ended, "status", order_by="creation desc", limit=1)
    return any(run.status != "Completed" for run in last)
