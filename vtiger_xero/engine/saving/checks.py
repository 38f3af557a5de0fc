"""What is wrong with an invoice or a payment that a person saves.

An error is what no ledger could hold, and the record is not saved. A warning is what the CRM may
hold although Xero will refuse it. Only what this very save brings is an error: a record that came
from Xero with an odd figure, or that is older than a check, can still be edited.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ..conditions.payments import ELSEWHERE, no_payment_of
from ..errors import RecordRefused
from ..messages import _lt, listed
from ..money import HUNDRED, ZERO, as_text
from ..totals import number
from ..totals.payments import RECEIVED

Row = Mapping[str, Any]
Findings = Sequence[tuple[str, str]]  # reason, remedy


def require(after: Findings, before: Findings = ()) -> None:
    """`RecordRefused` with the first error that was not there before this save."""
    held = {reason for reason, _ in before}
    for reason, remedy in after:
        if reason not in held:
            raise RecordRefused(reason, remedy=remedy)


# Invoices


def invoice_errors(
    invoice: Row, lines: Sequence[Row], taxes: Sequence[Row], organizations: Mapping[str, str]
) -> Findings:
    """`organizations` are those of the invoice's contact, their titles by name.

    A contact of no organization at all may stand on anybody's invoice.
    """
    return [
        *_contact(invoice, organizations),
        *_percents(invoice, lines, taxes),
        *_discounts(invoice, lines),
    ]


def invoice_warnings(invoice: Row, same_number: str = "") -> Findings:
    """`same_number` is another invoice that bears this one's number."""
    found = []
    day, due = invoice.get("invoice_date"), invoice.get("due_date")
    if isinstance(day, date) and isinstance(due, date) and due < day:
        found.append(
            (
                _lt("Due Date {0} is before Invoice Date {1}.").format(due, day),
                _lt("Correct one of the two, if it is mistyped."),
            )
        )
    if same_number:
        found.append(
            (
                _lt(
                    "The invoice {0} also has the Invoice No “{1}”, but Xero allows a number "
                    "only once."
                ).format(same_number, invoice.get("invoice_no")),
                _lt("Give one of the two another number."),
            )
        )
    return found


def _contact(invoice: Row, organizations: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    contact, customer = invoice.get("contact_name"), invoice.get("organization_name")
    if contact and customer and organizations and customer not in organizations:
        theirs = listed(_lt("“{0}”").format(title) for title in organizations.values())
        yield (
            _lt(
                "The contact “{0}” belongs to {1}, and the invoice is another organization's."
            ).format(contact, theirs),
            _lt("Choose a contact of the invoice's organization, or none."),
        )


def _percents(
    invoice: Row, lines: Sequence[Row], taxes: Sequence[Row]
) -> Iterator[tuple[str, str]]:
    yield from _percent(_lt("Overall Discount Percent"), invoice.get("overall_discount_percent"))
    yield from _percent(
        _lt("Shipping & Handling Percent"), invoice.get("shipping_and_handling_percent")
    )
    for line in lines:
        where = _lt("Discount Percent of line {0}").format(line.get("line_no"))
        yield from _percent(where, line.get("discount_percent"))
    for row in taxes:  # a rate below 0 is refused by the field itself
        yield from _percent(
            _lt("The rate of {0}").format(row.get("tax")), max(number(row.get("rate")), ZERO)
        )


def _percent(what: str, value: object) -> Iterator[tuple[str, str]]:
    percent = number(value)
    if not ZERO <= percent <= HUNDRED:
        yield (
            _lt("{0} is {1}, and must be from 0 to 100.").format(what, f"{percent.normalize():f}"),
            _lt("Correct it."),
        )


def _discounts(invoice: Row, lines: Sequence[Row]) -> Iterator[tuple[str, str]]:
    for line in lines:
        where = _lt("line {0}").format(line.get("line_no"))
        yield from _discount(where, line.get("discount_amount"), line.get("total"))
    yield from _discount(
        _lt("the invoice"), invoice.get("overall_discount_amount"), invoice.get("items_total")
    )


def _discount(where: str, given: object, of: object) -> Iterator[tuple[str, str]]:
    """A discount lies between nothing and the whole, on a line that takes money back, too."""
    amount, whole = number(given), number(of)
    if not min(ZERO, whole) <= amount <= max(ZERO, whole):
        yield (
            _lt("The discount of {0} on {1} is not between 0 and its {2}.").format(
                as_text(amount), where, as_text(whole)
            ),
            _lt("Correct the discount."),
        )


# Payments


@dataclass(frozen=True)
class PaymentBounds:
    """The invoice that a payment is of, as far as the payment is bound by it.

    `open` is what is still to be paid without this very payment.
    """

    title: str
    status: str
    open: Decimal
    grand_total: Decimal


def payment_errors(payment: Row, invoice: PaymentBounds) -> Findings:
    """A payment that counts needs an invoice that takes one."""
    if payment.get("payment_status") != RECEIVED:
        return []
    reason = no_payment_of(invoice.title, invoice.status)
    return [(reason, ELSEWHERE)] if reason else []


def payment_warnings(payment: Row, invoice: PaymentBounds) -> Findings:
    """More than is open: Vtiger counts it with a negative Balance, Xero takes it on no invoice."""
    amount = number(payment.get("amount"))
    counts = payment.get("payment_status") == RECEIVED
    if not counts or invoice.grand_total < 0 or amount <= max(invoice.open, ZERO):
        return []
    return [
        (
            _lt(
                "Amount {0} is more than the {1} that is open on “{2}”. Xero does not accept "
                "more than is open."
            ).format(as_text(amount), as_text(max(invoice.open, ZERO)), invoice.title),
            _lt("Correct Amount, if it is mistyped."),
        )
    ]
