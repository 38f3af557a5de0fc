"""Why a record stands on one side alone."""

from __future__ import annotations

from ..links import Link, LinkState
from ..lookups import PLACEHOLDER
from ..records import Side
from ..settings import Settings
from .kept_out import REASON, REMEDY
from .postings import Posting, Standing

Reason = tuple[str, str, bool]  # reason, remedy, whether it is known

_NOT_KNOWN = (
    "No run has processed it yet.",
    "Sync now; if it is still on one side only, see the Sync Log for the reason.",
    False,
)


def why_alone(posting: Posting, side: Side, link: Link | None, settings: Settings | None) -> Reason:
    """Why it has no partner: excluded, else the link's reason, else the settings or its status."""
    if posting.is_excluded:
        return REASON, REMEDY, True
    if link is not None and link.reason:
        return link.reason, link.remedy, True
    return _by_link(link) or _by_kind(posting, side) or _by_settings(posting, side, settings)


def _by_link(link: Link | None) -> Reason | None:
    if link is None or not (link.crm_name and link.xero_id):
        return None
    if link.state is LinkState.GONE:
        return "It was deleted on the other side, and deletions do not sync.", "", True
    return "Its document is archived or deleted in Xero.", "Restore it in Xero.", True


def _by_kind(posting: Posting, side: Side) -> Reason | None:
    if posting.standing is Standing.APART:
        return f"Invoices with the status {posting.status} do not sync.", "", True
    if side is Side.CRM and posting.title == PLACEHOLDER:
        return "It is used for lines in Xero without an item.", "", True
    return None


def _by_settings(posting: Posting, side: Side, settings: Settings | None) -> Reason:
    module = posting.module
    if settings is None:
        return _NOT_KNOWN
    if not settings.of(module).enabled:
        return f"{module.value} do not sync.", "Tick Enable Sync in Xero Settings.", True
    if not settings.writes(module, side.other):
        direction = settings.of(module).direction.value
        return f"The Sync Direction is: {direction}.", "Change the Sync Direction.", True
    if settings.customers_only and posting.is_no_customer:
        return "It is not a customer, and Customers Only is ticked in Xero Settings.", "", True
    return _NOT_KNOWN
