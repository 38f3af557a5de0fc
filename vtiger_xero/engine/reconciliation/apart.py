"""A payment that is on one side alone moves Received and Balance of an invoice that both have.

Such a payment is listed with its reason, and counted apart; so is what it does to its invoice,
where that is all the two sides differ in. Else a cheque of a locked period would look like a
fault of the invoice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from ..money import ZERO, exactly
from ..records import Side
from .pairing import Pair, Paired
from .postings import Posting
from .result import Alone

_Paid = dict[str, Decimal]  # what was paid on an invoice, by its key


def separate_explained(
    invoices: Paired, payments: Iterable[Posting], alone: Iterable[Alone]
) -> tuple[list[Pair], list[tuple[Posting, Side]]]:
    """Pairs of invoices without what explains itself, and that by itself, with its side.

    `alone` are payments of one side; those without a known reason explain nothing.
    """
    known = {(each.side, each.key) for each in alone if each.known}
    ours, theirs = _sum_payments(payments, known)
    pairs, apart = [], []
    with exactly():
        for pair in invoices.pairs:
            mine = ours.get(pair.crm.key, ZERO) if pair.crm else ZERO
            its = theirs.get(pair.xero.key, ZERO) if pair.xero else ZERO
            if pair.crm and pair.xero and _explains(pair.crm, pair.xero, mine, its):
                apart += [(_part(pair.crm, mine), Side.CRM), (_part(pair.xero, its), Side.XERO)]
                pair = replace(pair, crm=_reduce(pair.crm, mine), xero=_reduce(pair.xero, its))
            pairs.append(pair)
    return pairs, apart


def _sum_payments(payments: Iterable[Posting], known: set[tuple[Side, str]]) -> tuple[_Paid, _Paid]:
    """What payments that are alone come to, on the CRM's invoices and on Xero's."""
    found: Mapping[Side, _Paid] = {side: {} for side in Side}
    for payment in payments:
        for side in Side:
            if (side, payment.key) in known:
                before = found[side].get(payment.invoice, ZERO)
                found[side][payment.invoice] = before + payment.amounts[0]
    return found[Side.CRM], found[Side.XERO]


def _explains(crm: Posting, xero: Posting, mine: Decimal, its: Decimal) -> bool:
    """Whether both figures differ by just these payments."""
    if mine == its or crm.currency != xero.currency or not (crm.amounts and xero.amounts):
        return False
    _, received, balance = (
        ours - theirs for ours, theirs in zip(crm.amounts, xero.amounts, strict=True)
    )
    return received == mine - its and balance == its - mine


def _reduce(invoice: Posting, paid: Decimal) -> Posting:
    total, received, balance = invoice.amounts
    return replace(invoice, amounts=(total, received - paid, balance + paid))


def _part(invoice: Posting, paid: Decimal) -> Posting:
    return replace(invoice, amounts=(ZERO, paid, -paid))
