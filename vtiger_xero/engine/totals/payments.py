"""What payments do to an invoice: Received, and the status that follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from ..money import ZERO

RECEIVED = "Received"
PAID = "Paid"
PARTIALLY_PAID = "Partially Paid"
APPROVED = "Approved"
OVERDUE = "Overdue"

CANCEL = "Cancel"
CREDIT_INVOICE = "Credit Invoice"
# A cancelled invoice stays cancelled and a credit stays a credit, whatever is paid on them.
_FINAL = frozenset({CANCEL, CREDIT_INVOICE})


def received_amount(
    payments: Iterable[tuple[str, Decimal]], received_otherwise: Decimal = ZERO
) -> Decimal:
    """What an invoice has received, from its payments' (Payment Status, Amount).

    Only the status Received counts: Pending, In Progress and Failure are no money yet, Paid and
    Refunded belong to bills and credit notes. `received_otherwise` is what Xero counts besides.
    """
    counted = (amount for status, amount in payments if status == RECEIVED)
    return sum(counted, ZERO) + received_otherwise


def open_balance(
    status: str, grand_total: Decimal, received: Decimal, cis_deduction: Decimal = ZERO
) -> Decimal:
    """What is still to be paid, negative where more was received; nothing once it is cancelled."""
    return ZERO if status == CANCEL else grand_total - cis_deduction - received


def status_after_payment(
    status: str, grand_total: Decimal, received: Decimal, cis_deduction: Decimal = ZERO
) -> str:
    """The status that follows from the figures; as it was where none follows.

    What the customer deducts for the tax office is not to be received.

    All received: Paid. A part: Partially Paid. Nothing: what had said so goes back to Approved.
    An invoice over nothing was never paid; more than the whole is Paid with a negative Balance.
    """
    if status in _FINAL:
        return status
    payable = grand_total - cis_deduction
    sign = -1 if payable < 0 else 1
    if not payable or received * sign <= 0:
        paid_before = status in (PAID, PARTIALLY_PAID)
        return APPROVED if paid_before and payable else status
    return PAID if received * sign >= payable * sign else PARTIALLY_PAID


def status_after_new_due_date(status: str, due: date | None, received: Decimal, today: date) -> str:
    """The status where Due Date was moved: what is not due any more is not Overdue."""
    if status != OVERDUE or (due is not None and due < today):
        return status
    return PARTIALLY_PAID if received else APPROVED
