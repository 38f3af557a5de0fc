"""What may still be sent to an invoice that Xero has approved or closed (rule I10)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..actions import Skip
from ..mapping.invoice_figures import amount_settled, closes_at_once
from ..mapping.invoices import (
    CANCELLED,
    DUE,
    ITEMS,
    NUMBER,
    OF_CRM,
    STATUS,
    SUBJECT,
)
from ..mapping.lines import pair_up, read_lines, same_amounts, same_figures
from ..mapping.resources import DELETED, VOIDED
from ..mapping.rows import text_of
from ..messages import _lt, listed
from ..records import Line, Side
from ..showing import format_value
from .base import Context, Finding, Proposal
from .invoices import locked_period

RULE = "I10"
PROMISES = (
    "an approved invoice without payments is still changed as a whole",
    "of one with a payment or credit only Reference, DueDate, InvoiceNumber and the lines' "
    "descriptions and accounts are sent, the rest is skipped",
    "to one that is paid, voided or in a locked period nothing is sent",
)
_ALWAYS = frozenset({SUBJECT, DUE, NUMBER})
_OVER = {
    VOIDED: _lt("The invoice is voided in Xero and cannot be changed any more."),
    DELETED: _lt("The invoice is deleted in Xero and cannot be changed any more."),
}


def restrict(proposal: Proposal, context: Context) -> tuple[frozenset[str], Skip | None]:
    """(the changed fields that may be sent, the skip that reports the others)."""
    if ITEMS not in context.tables[proposal.module] or not proposal.document:
        return proposal.changed, None
    if _is_over(proposal):
        return frozenset(), None
    reported = proposal.changed - words_never_agreed(proposal, context).keys()
    found = _why_nothing_syncs(proposal, context)
    if found is not None:
        return frozenset(), Skip(Side.XERO, RULE, *found) if reported else None
    if proposal.values.get(STATUS) == CANCELLED and context.settings.deletions:
        # With the request to void it Xero takes nothing else, and nothing else is needed.
        return frozenset({STATUS}), None
    if not amount_settled(proposal.document):
        return proposal.changed, None
    allowed = frozenset(name for name in proposal.changed if _may_change(name, proposal, context))
    kept_back = reported - allowed
    return allowed, _partly(kept_back, context) if kept_back else None


def _is_over(proposal: Proposal) -> bool:
    """Whether it is cancelled on both sides: then no other difference matters."""
    over = proposal.document.get("Status") in (VOIDED, DELETED)
    return over and OF_CRM.get(text_of(proposal.held.get(STATUS))) == CANCELLED


def _why_nothing_syncs(proposal: Proposal, context: Context) -> Finding | None:
    status = proposal.document.get("Status")
    if status in (VOIDED, DELETED):
        return _OVER[status], _lt("Cancel it here too, and make a new one.")
    if closes_at_once(proposal.document):
        return (
            _lt(
                "The total of the invoice is zero. Xero marks such an invoice as paid when it "
                "is approved, and then it cannot be changed."
            ),
            _lt("Enter the old values here again, and make a new invoice."),
        )
    if status == "PAID":
        return (
            _lt("The invoice is paid in Xero and cannot be changed any more."),
            _lt(
                "Enter the old values here again. To correct the amount, enter a credit note "
                "in Xero."
            ),
        )
    return next(locked_period(proposal.document.get("Date"), context.reference), None)


def words_never_agreed(proposal: Proposal, context: Context) -> dict[str, str]:
    """What differs since before the two met, and changes no figure: words, numbers and items.

    Nobody edited it, and Xero takes none of it any more: there is nothing to report. The values
    are for the base, by `key_of_seen`: an edit here is reported like any other.
    """
    if not proposal.document or not is_closed(proposal, context):
        return {}
    found = {}
    for name in proposal.changed - proposal.pair.base.keys():
        is_words = name in _ALWAYS or (
            name == ITEMS and _lines_agree(proposal, context, same_amounts)
        )
        value = format_value(proposal.values[name])
        if is_words and proposal.pair.base.get(key_of_seen(name), value) == value:
            found[name] = value
    return found


def key_of_seen(name: str) -> str:
    """The key in the base of the CRM's words when they met other ones in Xero."""
    return f"seen {name}"


def is_closed(proposal: Proposal, context: Context) -> bool:
    """Whether Xero takes not all, or nothing, of what would be written."""
    document = proposal.document
    return bool(amount_settled(document)) or _why_nothing_syncs(proposal, context) is not None


def _may_change(name: str, proposal: Proposal, context: Context) -> bool:
    if name in _ALWAYS:
        return True
    return name == ITEMS and _lines_agree(proposal, context, same_figures)


def _lines_agree(proposal: Proposal, context: Context, same: Callable[[Line, Line], bool]) -> bool:
    value = proposal.values.get(ITEMS)
    lines = [each for each in value if isinstance(each, Line)] if isinstance(value, tuple) else []
    held = read_lines(proposal.document, context.lookups, known=lines)
    pairs = pair_up(lines, held)
    return len(lines) == len(held) and all(old and same(new, old) for new, old in pairs)


def _partly(kept_back: Iterable[str], context: Context) -> Skip:
    names = listed(sorted(context.label(each) for each in kept_back))
    return Skip(
        Side.XERO,
        RULE,
        _lt(
            "The invoice has a payment or credit in Xero, so {0} can no longer be changed there."
        ).format(names),
        _lt("Remove the payment in Xero first, or enter the old values here again."),
    )
