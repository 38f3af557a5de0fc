"""What keeps an invoice from being written to Xero, found before sending (rules I1 to I12)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from ..mapping.doctypes import UNTICK
from ..mapping.drafting import Draft, draft
from ..mapping.invoice_figures import amount_settled
from ..mapping.invoices import (
    AUTHORISED,
    CANCELLED,
    CREDIT,
    DATE,
    DRAFT,
    DUE,
    ITEMS,
    NUMBER,
    ORGANIZATION,
    STATUS,
    SUBMITTED,
)
from ..mapping.line_writing import count_below_a_cent
from ..mapping.lines import read_lines
from ..mapping.rows import date_of, text_of
from ..merge import is_empty
from ..messages import _lt
from ..money import ZERO, round_amount
from ..records import Document, Line, Module, NotInXero, Side, Value
from ..reference import Reference
from ..text import name_key
from .base import Condition, Context, Finding, Proposal
from .everywhere import lacking_currency


def _value(proposal: Proposal, name: str, context: Context) -> Value:
    """A value as it would stand at Xero after the write."""
    if name in proposal.values or not proposal.document:
        return proposal.values.get(name)
    return context.tables[Module.INVOICES][name].read(proposal.document)


def _lines(value: Value) -> list[Line]:
    return [each for each in value if isinstance(each, Line)] if isinstance(value, tuple) else []


# CRM → Xero


def _no_organization(proposal: Proposal, context: Context) -> Iterator[Finding]:
    if ORGANIZATION in proposal.changed and is_empty(proposal.values.get(ORGANIZATION)):
        yield (
            _lt("The invoice has neither an organization nor a contact that belongs to one."),
            _lt("Choose {0}.").format(context.label(ORGANIZATION)),
        )


def _organization_unknown(proposal: Proposal, context: Context) -> Iterator[Finding]:
    contact = text_of(proposal.values.get(ORGANIZATION))
    if ORGANIZATION in proposal.changed and contact in context.lookups.archived:
        yield (
            _lt(
                "The contact of this invoice's organization is archived in Xero, and Xero "
                "accepts no new invoices for it."
            ),
            _lt("Restore the contact in Xero, or choose another {0}.").format(
                context.label(ORGANIZATION)
            ),
        )
    if (name := _not_in_xero(proposal)) and name not in context.lookups.excluded:
        yield (
            _lt("The organization {0} of this invoice is not in Xero yet.").format(
                _quoted_title(name, context)
            ),
            context.lookups.remedy_if_missing(Module.ORGANIZATIONS, Side.XERO),
        )


def _organization_kept_out(proposal: Proposal, context: Context) -> Iterator[Finding]:
    if (name := _not_in_xero(proposal)) and name in context.lookups.excluded:
        yield (
            _lt(
                "The organization {0} of this invoice does not sync: Do Not Sync with Xero is "
                "ticked there."
            ).format(_quoted_title(name, context)),
            UNTICK,
        )


def _not_in_xero(proposal: Proposal) -> str:
    """The CRM's name of an organization that the invoice gets and that has no contact."""
    contact = proposal.values.get(ORGANIZATION)
    is_new = ORGANIZATION in proposal.changed
    return contact.name if is_new and isinstance(contact, NotInXero) else ""


def _quoted_title(name: str, context: Context) -> str:
    return _lt("“{0}”").format(context.lookups.organization_names.get(name, name))


def _fault(rule: str) -> Callable[[Proposal, Context], Iterator[Finding]]:
    """Whatever drafting the invoice's lines found under a rule."""

    def find(proposal: Proposal, context: Context) -> Iterator[Finding]:
        if ITEMS in proposal.changed and proposal.held:
            faults = _draft_of(proposal, context).faults
            yield from ((each.reason, each.remedy) for each in faults if each.rule == rule)

    return find


def _draft_of(proposal: Proposal, context: Context) -> Draft:
    if "draft" not in proposal.memory:
        lookups, document = context.lookups, proposal.document
        proposal.memory["draft"] = draft(proposal.held, lookups, document)
    drafted: Draft = proposal.memory["draft"]
    return drafted


def _unapprovable(proposal: Proposal, context: Context) -> Iterator[Finding]:
    """Lines that a draft may have: found when they are sent, and when the invoice is approved."""
    if not proposal.held or _value(proposal, STATUS, context) != AUTHORISED:
        return
    approves = STATUS in proposal.changed and proposal.document.get("Status") != AUTHORISED
    if approves or ITEMS in proposal.changed:
        faults = _draft_of(proposal, context).unapprovable
        held = count_below_a_cent(proposal.document) if not approves else 0
        if len(faults) > held:  # else Xero has approved as many already
            yield from ((each.reason, each.remedy) for each in faults)


def _below_zero(proposal: Proposal, context: Context) -> Iterator[Finding]:
    if not proposal.held or _value(proposal, STATUS, context) != AUTHORISED:
        return
    total = _draft_of(proposal, context).total
    if total < 0 and proposal.changed & {STATUS, ITEMS}:
        yield (
            _lt(
                "The total of the invoice is {0}. Xero does not approve an invoice below zero."
            ).format(round_amount(total, 2)),
            _lt("Correct its lines, or enter a credit note in Xero instead."),
        )


def _credit(proposal: Proposal, context: Context) -> Iterator[Finding]:
    if proposal.values.get(STATUS) == CREDIT:
        yield (
            _lt("A Credit Invoice is a credit note in Xero, which this sync does not write."),
            _lt(
                "Enter the credit note in Xero and apply it there; it will count as received here."
            ),
        )


def _due_date(proposal: Proposal, context: Context) -> Iterator[Finding]:
    becomes = proposal.values.get(STATUS) == AUTHORISED
    cleared = DUE in proposal.changed and _value(proposal, STATUS, context) == AUTHORISED
    if (becomes or cleared) and not _value(proposal, DUE, context):
        label = context.label(DUE)
        yield (
            _lt("{0} is empty. Xero requires it to approve the invoice.").format(label),
            _lt("Fill in {0}.").format(label),
        )


def _description(proposal: Proposal, context: Context) -> Iterator[Finding]:
    if _value(proposal, STATUS, context) != AUTHORISED or ITEMS not in proposal.changed:
        return
    for place, line in enumerate(_lines(proposal.values.get(ITEMS)), 1):
        if not line.description and not line.fault:
            yield (
                _lt(
                    "Line {0} has no description. Xero requires one to approve the invoice."
                ).format(place),
                _lt("Fill in the Item Comment of line {0}.").format(place),
            )


def _number_taken(proposal: Proposal, context: Context) -> Iterator[Finding]:
    number = text_of(proposal.values.get(NUMBER))
    holder = context.names_at_xero.get(name_key(number))
    own = proposal.pair.xero.id if proposal.pair.xero else None
    if NUMBER in proposal.changed and holder and holder != own:
        yield (
            _lt(
                "Another invoice in Xero already has the number “{0}”. It has another "
                "customer or amount, or it is void."
            ).format(number),
            _lt("Enter another {0} here.").format(context.label(NUMBER)),
        )


def _in_locked_period(proposal: Proposal, context: Context) -> Iterator[Finding]:
    if proposal.changed:
        yield from locked_period(_value(proposal, DATE, context), context.reference)


def locked_period(value: object, reference: Reference) -> Iterator[Finding]:
    """What is wrong with a date in a locked period; nothing with any other."""
    day = date_of(value)
    if reference.is_locked(day):
        yield (
            _lt("The date {0} lies in a period that is locked in Xero up to {1}.").format(
                day, reference.lock_date
            ),
            _lt("Change the date, or the lock date in Xero."),
        )


def _status_back(proposal: Proposal, context: Context) -> Iterator[Finding]:
    wanted, held = proposal.values.get(STATUS), proposal.document.get("Status")
    if wanted in (DRAFT, SUBMITTED) and held in (AUTHORISED, "PAID"):
        yield (
            _lt(
                "The invoice is approved in Xero. An approved invoice cannot become a draft again."
            ),
            _lt("Set it back to Approved, or cancel it and make a new one."),
        )


def _cancelled_with_payments(proposal: Proposal, context: Context) -> Iterator[Finding]:
    if proposal.values.get(STATUS) == CANCELLED and amount_settled(proposal.document):
        yield (
            _lt("The invoice has payments or credits in Xero. Xero does not void such an invoice."),
            _lt("Remove the payments and credits in Xero first."),
        )


def _stock(proposal: Proposal, context: Context) -> Iterator[Finding]:
    """Before approving: what the lines take beyond what the approved document takes already."""
    if _value(proposal, STATUS, context) != AUTHORISED:
        return
    approved = proposal.document.get("Status") in (AUTHORISED, "PAID")
    before = read_lines(proposal.document, context.lookups) if approved else ()
    held = _quantities(before)
    for code, quantity in _quantities(_lines(_value(proposal, ITEMS, context))).items():
        at_hand, more = context.lookups.stock.get(code), quantity - held.get(code, ZERO)
        if at_hand is not None and more > max(at_hand, ZERO):
            yield (
                _lt("The invoice sells {0} of “{1}”, but Xero has only {2} in stock.").format(
                    f"{more.normalize():f}", code, f"{at_hand.normalize():f}"
                ),
                _lt("Enter the purchase in Xero first, or reduce the quantity."),
            )


def _quantities(lines: Iterable[Line]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        if line.item:
            found[line.item] += line.quantity
    return found


def finding_of_kept_invoice(document: Document) -> Finding:
    """A cancelled invoice that the settings keep from being voided at Xero."""
    reason = _lt(
        "It was cancelled in the CRM. It is not voided in Xero, because Sync Deletions is off."
    )
    if document.get("Status") in (None, DRAFT, SUBMITTED):
        reason = _lt(
            "It was cancelled in the CRM. It is not deleted in Xero, because Sync Deletions is off."
        )
    return reason, _lt("Void it in Xero too, or tick Sync Deletions in Xero Settings.")


def _not_voided(proposal: Proposal, context: Context) -> Iterator[Finding]:
    cancelled = proposal.values.get(STATUS) == CANCELLED
    if cancelled and proposal.document and not context.settings.deletions:
        yield finding_of_kept_invoice(proposal.document)


_TO_XERO = (Module.INVOICES, Side.XERO)

CONDITIONS: tuple[Condition, ...] = (
    Condition(
        "I1",
        *_TO_XERO,
        "an invoice with neither an organization nor a contact is skipped",
        _no_organization,
    ),
    Condition(
        "I1-contact",
        *_TO_XERO,
        "an invoice waits until its organization is in Xero",
        _organization_unknown,
    ),
    Condition(
        "I1-excluded",
        *_TO_XERO,
        "an invoice of an organization that is kept out and not in Xero is skipped",
        _organization_kept_out,
    ),
    Condition("G5-invoice", *_TO_XERO, "a currency unknown to Xero is skipped", lacking_currency),
    Condition(
        "I3", *_TO_XERO, "an overall (group) discount is skipped", _fault("I3"), when_saved=True
    ),
    Condition(
        "I4",
        *_TO_XERO,
        "group taxes that are no single rate in Xero are skipped",
        _fault("I4"),
    ),
    Condition(
        "I5-item", *_TO_XERO, "an invoice waits until its products are in Xero", _fault("I5-item")
    ),
    Condition(
        "I5-excluded",
        *_TO_XERO,
        "an invoice with a product that is kept out and not in Xero is skipped",
        _fault("I5-excluded"),
    ),
    Condition("I6", *_TO_XERO, "deducted taxes are skipped", _fault("I6"), when_saved=True),
    Condition(
        "I7", *_TO_XERO, "taxes of a line that match no rate in Xero are skipped", _fault("I7")
    ),
    Condition(
        "I8",
        *_TO_XERO,
        "an account or tax that does not fit is found before sending",
        _fault("I8"),
    ),
    Condition(
        "I9", *_TO_XERO, "a tracked item with too little stock is found before approving", _stock
    ),
    Condition(
        "I12",
        *_TO_XERO,
        "a total that cannot be made equal to the cent is skipped with both figures",
        _fault("I12"),
    ),
    Condition("X-credit", *_TO_XERO, "a Credit Invoice is skipped", _credit, when_saved=True),
    Condition(
        "X-negative",
        *_TO_XERO,
        "an approved invoice that comes to less than nothing is skipped",
        _below_zero,
    ),
    Condition(
        "G1-due",
        *_TO_XERO,
        "an approved invoice without a due date is skipped",
        _due_date,
        when_saved=True,
    ),
    Condition(
        "X-description",
        *_TO_XERO,
        "an approved line without a description is skipped",
        _description,
    ),
    Condition(
        "X-line-length",
        *_TO_XERO,
        "a line description that is too long for Xero is skipped, not cut",
        _fault("X-line-length"),
    ),
    Condition(
        "X-cent",
        *_TO_XERO,
        "an approved line that comes to less than half a cent is skipped",
        _unapprovable,
    ),
    Condition(
        "X-returned",
        *_TO_XERO,
        "a returned item whose stock Xero counts is skipped",
        _fault("X-returned"),
    ),
    Condition(
        "X-number",
        *_TO_XERO,
        "a number that another invoice in Xero holds is skipped",
        _number_taken,
    ),
    Condition(
        "I10-locked",
        *_TO_XERO,
        "a date in a locked period is skipped, the lock named",
        _in_locked_period,
    ),
    Condition(
        "X-status", *_TO_XERO, "an approved invoice does not become a draft again", _status_back
    ),
    Condition(
        "G9-paid",
        *_TO_XERO,
        "a cancelled invoice with payments in Xero is not voided",
        _cancelled_with_payments,
    ),
    Condition(
        "G9-void",
        *_TO_XERO,
        "a cancelled invoice is voided only where deletions sync",
        _not_voided,
    ),
)
