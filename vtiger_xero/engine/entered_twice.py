"""Payments that people entered in both systems while payments do not sync.

Nothing links them, and no person is asked. So that an invoice does not receive the same money
twice, one of the same amount within a few days counts as the same payment; equal ones pair up by
how many there are. Another amount, or a day further away, is other money.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .money import ZERO
from .pairing_off import CLOSE


@dataclass(frozen=True)
class EnteredPayment:
    """A payment on one side; `partner` is the PaymentID that it is linked with, if it is."""

    amount: Decimal
    day: date | None
    partner: str = ""


def matched_payment_ids(
    ours: Sequence[EnteredPayment], theirs: Mapping[str, EnteredPayment]
) -> list[str]:
    """The PaymentID that each of an invoice's payments is at Xero, or ""."""
    free = dict(theirs)
    found = [each.partner if free.pop(each.partner, None) else "" for each in ours]
    apart = sorted(
        (abs((mine.day - other.day).days), number, key)
        for number, mine in enumerate(ours)
        for key, other in free.items()
        if mine.day and other.day and not found[number] and mine.amount == other.amount
    )
    for days, number, key in apart:
        if days <= CLOSE and key in free and not found[number]:
            del free[key]
            found[number] = key
    return found


def total_counted_twice(
    ours: Sequence[EnteredPayment], theirs: Mapping[str, EnteredPayment]
) -> Decimal:
    """What both sides count of an invoice."""
    pairs = zip(ours, matched_payment_ids(ours, theirs), strict=True)
    return sum((each.amount for each, partner in pairs if partner), ZERO)
