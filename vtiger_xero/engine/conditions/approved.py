"""What may still travel to an invoice that Xero holds fast (mission I10)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..actions import Skip
from ..mapping.invoice_figures import closes_at_once, settled
from ..mapping.invoices import (
    CANCELLED,
    DUE,
    ITEMS,
    NUMBER,
    OF_CRM,
    STATUS,
    SUBJECT,
)
from ..mapping.kinds import DELETED, VOIDED
from ..mapping.lines import pair_up, read_lines, same_amounts, same_figures
from ..mapping.rows import date_of, text_of
from ..records import Line, Module, Side
from .base import Context, Finding, Proposal
from .invoices import locked_period

RULE = "I10"
PROMISES = (
    "an approved invoice without payments is still changed as a whole",
    "of one with a payment or credit only Reference, DueDate, InvoiceNumber and the lines' "
    "descriptions and accounts travel, the rest is skipped",
    "to one that is paid, voided or in a locked period nothing travels",
)
_ALWAYS = frozenset({SUBJECT, DUE, NUMBER})
_OVER = {
    VOIDED: "The invoice is voided in Xero and cannot be changed any more.",
    DELETED: "The invoice is deleted in Xero and cannot be changed any more.",
}


def restrict(proposal: Proposal, context: Context) -> tuple[frozenset[str], Skip | None]:
    """(the changed fields that may travel, the skip that tells of the others)."""
    if proposal.module is not Module.INVOICES or not proposal.document:
        return proposal.changed, None
    if _is_over(proposal):
        return frozenset(), None
    reported = proposal.changed - _words_never_agreed(proposal, context)
    found = _nothing_travels(proposal, context)
    if found is not None:
        return frozenset(), Skip(Side.XERO, RULE, *found) if reported else None
    if proposal.values.get(STATUS) == CANCELLED and context.settings.deletions:
        # With the request to void it Xero takes nothing else, and nobody needs it any more.
        return frozenset({STATUS}), None
    if not settled(proposal.document):
        return proposal.changed, None
    allowed = frozenset(name for name in proposal.changed if _may_change(name, proposal, context))
    kept_back = reported - allowed
    return allowed, _partly(kept_back, context) if kept_back else None


def _is_over(proposal: Proposal) -> bool:
    """Cancelled on both sides: what else differs concerns nobody any more."""
    over = proposal.document.get("Status") in (VOIDED, DELETED)
    return over and OF_CRM.get(text_of(proposal.held.get(STATUS))) == CANCELLED


def _nothing_travels(proposal: Proposal, context: Context) -> Finding | None:
    status = proposal.document.get("Status")
    if status in (VOIDED, DELETED):
        return _OVER[status], "Cancel it here too, and make a new one."
    if closes_at_once(proposal.document):
        return (
            "The invoice comes to nothing, and Xero closes such an invoice as paid as soon as it "
            "is approved: it cannot be changed any more.",
            "Put the old values back here, and make a new invoice.",
        )
    if status == "PAID" and _changes_no_amount(proposal, context):
        names = ", ".join(sorted(context.label(each) for each in proposal.changed))
        return (
            f"The invoice is paid in Xero and cannot be changed any more: {names} stays as it is "
            "there. No amount of its lines differs.",
            "Leave it so, or enter here what Xero has.",
        )
    if status == "PAID":
        return (
            "The invoice is paid in Xero and cannot be changed any more.",
            "Put the old values back here. What is wrong in its amount, a credit note in Xero "
            "corrects.",
        )
    locked, day = context.reference.lock_date, date_of(proposal.document.get("Date"))
    return locked_period(day, locked) if locked and day and day <= locked else None


def _words_never_agreed(proposal: Proposal, context: Context) -> frozenset[str]:
    """Fields that differ since before the two met, and that change no figure: words and numbers.

    Nobody edited them, and Xero takes none of them any more: there is nothing to report. An edit
    here is reported like any other.
    """
    link, crm = proposal.pair.link, proposal.pair.crm
    if link and link.xero_id and crm and link.crm_modified != crm.modified:
        return frozenset()
    new = proposal.changed - proposal.pair.base.keys()
    return frozenset(
        name
        for name in new
        if name in _ALWAYS or (name == ITEMS and _lines_agree(proposal, context, same_amounts))
    )


def _may_change(name: str, proposal: Proposal, context: Context) -> bool:
    if name in _ALWAYS:
        return True
    return name == ITEMS and _lines_agree(proposal, context, same_figures)


<<<<<<< HEAD
def _lines_agree(proposal: Proposal, context: Context, same: Callable[[Line, Line], bool]) -> bool:
    value = proposal.values.get(ITEMS)
    lines = [each for each in value if isinstance(each, Line)] if isinstance(value, tuple) else []
    held = read_lines(proposal.document, context.lookups, known=lines)
    pairs = pair_up(lines, held)
    return len(lines) == len(held) and all(old and same(new, old) for new, old in pairs)
=======
def _only_texts(proposal: Proposal, context: Context) -> bool:
    pairs = _lines_beside(proposal, context)
    return all(new and old and same_figures(new, old) for new, old in pairs)


def _changes_no_amount(proposal: Proposal, context: Context) -> bool:
    """Whether words, days and items alone differ, which is worth no correction of the ledger."""
    if not proposal.changed <= {*_ALWAYS, ITEMS}:
        return False
    if ITEMS not in proposal.changed:
        return True
    pairs = _lines_beside(proposal, context)
    return all(new and old and _amounts(new) == _amounts(old) for new, old in pairs)


def _amounts(line: Line) -> tuple[object, ...]:
    return line.amount, line.tax, line.tax_type, line.account


def _lines_beside(proposal: Proposal, context: Context) -> list[tuple[Line | None, Line | None]]:
    """The CRM's lines, each beside Xero's; what either has more of stands alone."""
    value = proposal.values.get(ITEMS)
    lines = [each for each in value if isinstance(each, Line)] if isinstance(value, tuple) else []
    held = read_lines(proposal.document, context.lookups, known=lines)
    more = [(None, None)] if len(lines) != len(held) else []
    return [*pair_up(lines, held), *more]
>>>>>>> attack


def _partly(kept_back: Iterable[str], context: Context) -> Skip:
    names = ", ".join(sorted(context.label(each) for each in kept_back))
    return Skip(
        Side.XERO,
        RULE,
        f"The invoice has a payment or credit in Xero, so {names} can no longer be changed there.",
        "Remove the payment in Xero first, or put the old values back here.",
    )
