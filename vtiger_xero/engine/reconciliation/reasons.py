"""Why a record stands on one side alone."""

from __future__ import annotations

from ..links import Link, LinkState
from ..lookups import PLACEHOLDER
from ..messages import _lt, label
from ..records import Side
from ..settings import Settings
from .kept_out import REASON, REMEDY
from .postings import Posting, Standing

Reason = tuple[str, str, bool]  # reason, remedy, whether it is known

_NOT_KNOWN = (
    _lt("No run has processed it yet."),
    _lt("Sync now; if it is still on one side only, see the Sync Log for the reason."),
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
        return _lt("It was deleted on the other side, and deletions do not sync."), "", True
    return _lt("Its document is archived or deleted in Xero."), _lt("Restore it in Xero."), True


def _by_kind(posting: Posting, side: Side) -> Reason | None:
    if posting.standing is Standing.APART:
        return (
            _lt("Invoices with the status {0} do not sync.").format(label(posting.status)),
            "",
            True,
        )
    if side is Side.CRM and posting.title == PLACEHOLDER:
        return _lt("It is used for lines in Xero without an item."), "", True
    return None


def _by_settings(posting: Posting, side: Side, settings: Settings | None) -> Reason:
    module = posting.module
    if settings is None:
        return _NOT_KNOWN
    if not settings.of(module).enabled:
        return (
            _lt("{0} do not sync.").format(label(module)),
            _lt("Tick Enable Sync in Xero Settings."),
            True,
        )
    if not settings.writes(module, side.other):
        direction = label(settings.of(module).direction)
        return (
            _lt("The Sync Direction is: {0}.").format(direction),
            _lt("Change the Sync Direction."),
            True,
        )
    if settings.customers_only and posting.is_no_customer:
        return _lt("It is not a customer, and Customers Only is ticked in Xero Settings."), "", True
    return _NOT_KNOWN
