"""The figures of an invoice at Xero: total, received and due, and what makes them differ from sums.

Xero shows a RoundingAmount only where one invoice is asked for or written, never in lists. What a
list says is due contains it, its Total probably, and SubTotal and TotalTax do not.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from ..entered_twice import EnteredPayment
from ..money import ZERO, exactly, round_amount
from ..records import Document
from ..xero_totals import DECIMALS
from .lines import amount_of
from .resources import GONE
from .rows import date_of, decimal_of, text_of

# What must be sent to Xero together, so that a rounding counts.
ROUNDED = ("RoundingAmount", "SubTotal", "TotalTax", "Total")
_SUMS = ("SubTotal", "TotalTax")
_MOST_ROUNDING = Decimal("0.10")


class Figures(NamedTuple):
    """What both sides must agree on."""

    total: Decimal
    received: Decimal
    due: Decimal


def figures_of(document: Document) -> Figures:
    """Total, what was paid or credited, and what is due."""
    total, due = decimal_of(document.get("Total")), document.get("AmountDue")
    received = _amount_received(document, total)
    open_amount = total - cis_deduction_of(document) - received
    return Figures(total, received, open_amount if due is None else decimal_of(due))


def _amount_received(document: Document, total: Decimal) -> Decimal:
    """What was received; an answer to a write has no AmountCredited, so AmountDue counts."""
    due = document.get("AmountDue")
    if "AmountCredited" not in document and due is not None:
        return total - decimal_of(document.get("CISDeduction")) - decimal_of(due)
    return amount_settled(document)


def amount_settled(document: Document) -> Decimal:
    """What was paid or credited on an invoice at Xero."""
    return decimal_of(document.get("AmountPaid")) + decimal_of(document.get("AmountCredited"))


def payments_of(document: Document) -> dict[str, EnteredPayment]:
    """The payments on an invoice at Xero, by their PaymentID."""
    return {
        text_of(each.get("PaymentID")): EnteredPayment(
            decimal_of(each.get("Amount")), date_of(each.get("Date"))
        )
        for each in document.get("Payments") or ()
    }


def closes_at_once(document: Document) -> bool:
    """Whether it is an invoice of nothing, which Xero closes as paid once it is approved."""
    return document.get("Status") == "PAID" and not amount_settled(document)


def cis_deduction_of(document: Document) -> Decimal:
    """What the customer pays to the tax office instead, as far as Xero does not count it as due.

    Where Xero shows a deduction and counts it as due all the same, it is for information only.
    """
    deducted, due = decimal_of(document.get("CISDeduction")), document.get("AmountDue")
    if not deducted or due is None or document.get("Status") in GONE:
        return deducted
    return decimal_of(document.get("Total")) - amount_settled(document) - decimal_of(due)


def with_whole_total(document: Document) -> Document:
    """The document with a Total that contains its rounding, also where a list leaves it out.

    It is not published whether a list's Total contains it. What is due, paid and credited comes
    to the whole total in either case.
    """
    figures = [document.get(key) for key in ("AmountDue", "AmountPaid", "AmountCredited", "Total")]
    is_complete = all(each is not None for each in (*figures, *map(document.get, _SUMS)))
    if not is_complete or document.get("Status") in GONE or document.get("CISDeduction"):
        return document
    due, paid, credited, total = (decimal_of(each) for each in figures)
    missing = due + paid + credited - total
    is_a_rounding = missing and abs(missing) <= _MOST_ROUNDING and not rounding_of(document)
    return {**document, "Total": total + missing} if is_a_rounding else document


def rounding_of(document: Document) -> Decimal:
    """By how much Total differs from SubTotal and TotalTax; without them, RoundingAmount."""
    sums = [document.get(key) for key in (*_SUMS, "Total")]
    if any(each is None for each in sums):
        return decimal_of(document.get("RoundingAmount"))
    sub_total, tax, total = (decimal_of(each) for each in sums)
    return total - sub_total - tax


def write_rounding(document: Document, rounding: Decimal) -> None:
    """Put a rounding into a document, with the sums that must be sent with it."""
    sub_total, tax = sums_of_lines(document)
    document.update(
        zip(ROUNDED, (rounding, sub_total, tax, sub_total + tax + rounding), strict=True)
    )


def rounding_to_send(held: Document, filled: Document) -> Document:
    """What a request must say so that Xero keeps a rounding, or drops one that no longer applies.

    Nothing where there is none. Whether Xero keeps a rounding that an update does not mention is
    not known; mentioned, it stays either way. It was typed for one total: other lines end it.
    """
    before, after = rounding_of(held), rounding_of(filled)
    if not (before or after) or filled.get("Status") in GONE:
        return {}
    sums = sums_of_lines(filled)
    is_for_these = sums == tuple(decimal_of(held.get(key)) for key in _SUMS)
    rounding = after if is_for_these else ZERO
    return dict(zip(ROUNDED, (rounding, *sums, sum(sums, ZERO) + rounding), strict=True))


def sums_of_lines(document: Document) -> tuple[Decimal, Decimal]:
    """SubTotal and TotalTax of the lines as they stand in a document."""
    lines = document.get("LineItems") or ()
    with exactly():
        amount = sum((_line_amount(line) for line in lines), ZERO)
        if document.get("LineAmountTypes") == "NoTax":
            return amount, ZERO
        tax = sum((decimal_of(line.get("TaxAmount")) for line in lines), ZERO)
        is_inclusive = document.get("LineAmountTypes") == "Inclusive"
        return (amount - tax if is_inclusive else amount), tax


def _line_amount(line: Mapping[str, Any]) -> Decimal:

    amount = line.get("LineAmount")
    return round_amount(amount_of(line) if amount is None else decimal_of(amount), DECIMALS)
