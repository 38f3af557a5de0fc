"""What a payment takes from its invoice when it is saved, and what it brings to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from decimal import Decimal
from typing import Any

from ..errors import RecordRefused
from ..messages import _lt
from ..money import ZERO, decimals_of, round_amount
from ..totals import number, received_amount
from .checks import Findings, PaymentBounds

Row = Mapping[str, Any]


def follow_invoice(payment: MutableMapping[str, Any], invoice: Row | None) -> None:
    """Organization and currency are the invoice's, and the amount is rounded to that currency.

    `RecordRefused` for an amount of nothing or less.
    """
    if invoice is not None:
        payment.update({field: invoice[field] for field in ("organization_name", "currency")})
    amount = round_amount(number(payment.get("amount")), decimals_of(payment.get("currency") or ""))
    if amount <= 0:
        raise RecordRefused(
            _lt("Amount must be more than 0."),
            remedy=_lt("Correct Amount. A refund is not a payment of an invoice."),
        )
    payment["amount"] = amount


def received_changes(before: Row | None, after: Row | None) -> Mapping[str, Decimal]:
    """What the change of a payment adds to what each invoice has received, in their order."""
    changes: dict[str, Decimal] = {}
    for payment, sign in ((before, -1), (after, 1)):
        if payment is not None:
            status = str(payment.get("payment_status") or "")
            brought = received_amount([(status, number(payment.get("amount")))])
            invoice = payment.get("related_to") or ""
            changes[invoice] = changes.get(invoice, ZERO) + brought * sign
    return {name: changes[name] for name in sorted(changes) if changes[name]}


def findings(
    find: Callable[[Row, PaymentBounds], Findings], before: Row | None, after: Row, invoice: Row
) -> tuple[Findings, Findings]:
    """What is found in a payment of this invoice, and what was so before this save.

    What is open on the invoice is counted without what this payment itself has brought so far.
    A payment that was of another invoice brings nothing along.
    """
    name = str(after.get("related_to") or "")
    bounds = PaymentBounds(
        title=str(invoice.get("invoice_no") or name),
        status=str(invoice.get("status") or ""),
        open=number(invoice.get("balance")) - received_changes(before, None).get(name, ZERO),
        grand_total=number(invoice.get("grand_total")),
    )
    same = before is not None and before.get("related_to") == after.get("related_to")
    return find(after, bounds), find(before, bounds) if before is not None and same else ()
