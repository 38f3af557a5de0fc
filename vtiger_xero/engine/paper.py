"""What an invoice is on paper, and what its stored taxes come to by rate.

Nothing is computed anew: what the record has is grouped, so that no cent differs from the form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from .mapping.invoices import AUTHORISED, CANCELLED, CREDIT, DRAFT, OF_CRM, SUBMITTED
from .money import ZERO, exactly, round_amount
from .totals import number
from .totals.fields import AppliesTo
from .totals.invoice import TaxMode
from .totals.taxes import Method

Row = Mapping[str, Any]


class Paper(str, Enum):
    """What an invoice of a status is to its reader."""

    DRAFT = "draft"
    WAITING = "waiting for approval"
    INVOICE = "invoice"
    CREDIT = "credit"
    CANCELLED = "cancelled"


_PAPERS = {
    DRAFT: Paper.DRAFT,
    SUBMITTED: Paper.WAITING,
    AUTHORISED: Paper.INVOICE,
    CREDIT: Paper.CREDIT,
    CANCELLED: Paper.CANCELLED,
}


def paper_of(status: str) -> Paper:
    """What a record with this Status prints as; one whose status nobody knows is a draft."""
    return _PAPERS[OF_CRM.get(status, DRAFT)]


@dataclass(frozen=True)
class TaxSum:
    """A tax of one rate: on how much it stands, and what it comes to.

    `tax` is "" for what no tax stands on.
    """

    tax: str
    rate: Decimal
    net: Decimal
    amount: Decimal


def tax_summary(invoice: Row, lines: Sequence[Row], taxes: Sequence[Row]) -> tuple[TaxSum, ...]:
    """Each tax and rate once, in the order of the rows; what is untaxed comes last.

    A deducted tax is none that a customer is charged: it stands among the totals. An invoice
    without any tax has no summary.
    """
    charged = [row for row in taxes if is_charged(row)]
    if not charged:
        return ()
    sums: dict[tuple[str, Decimal], list[Decimal]] = {}
    bases = _bases(invoice, lines)
    with exactly():
        for row in charged:
            held = sums.setdefault((str(row["tax"]), number(row.get("rate"))), [ZERO, ZERO])
            held[0] += bases.get(_place(row), ZERO)
            held[1] += number(row.get("amount"))
        taxed = {_place(row) for row in charged}
        untaxed = sum((base for place, base in bases.items() if place not in taxed), ZERO)
    found = [TaxSum(tax, rate, *sums[tax, rate]) for tax, rate in sums]
    return (*found, TaxSum("", ZERO, untaxed, ZERO)) if untaxed else tuple(found)


def taxes_of_line(invoice: Row, line: Row, taxes: Sequence[Row]) -> list[Row]:
    """The taxes that a line bears: its own, or those of the whole invoice."""
    place = _place_of_line(invoice, line)
    return [row for row in taxes if is_charged(row) and _place(row) == place]


def is_charged(tax: Row) -> bool:
    """Whether a row of taxes adds to the total."""
    return (tax.get("method") or Method.SIMPLE.value) != Method.DEDUCTED.value


def tax_in_base(total_tax: Decimal, rate: Decimal, decimals: int) -> Decimal | None:
    """The tax of an invoice in another currency, in the base currency.

    `rate` is units of the invoice's currency for one of the base. None where it is 1, which says
    that Xero takes the rate of the day.
    """
    if rate in (ZERO, Decimal(1)):
        return None
    with exactly():
        return round_amount(total_tax / rate, decimals)


Place = tuple[str, int]  # where a tax stands: AppliesTo, and the number of the line


def _place(tax: Row) -> Place:
    applies = str(tax.get("applies_to") or "")
    return applies, int(tax.get("line") or 0) if applies == AppliesTo.ITEM.value else 0


def _place_of_line(invoice: Row, line: Row) -> Place:
    if _is_group(invoice):
        return AppliesTo.ITEMS_TOTAL.value, 0
    return AppliesTo.ITEM.value, int(line.get("line_no") or 0)


def _is_group(invoice: Row) -> bool:
    return invoice.get("tax_mode") == TaxMode.GROUP.value


def _bases(invoice: Row, lines: Sequence[Row]) -> Mapping[Place, Decimal]:
    """What the taxes of each place are computed on; see `totals/invoice.py`."""
    bases = {(AppliesTo.CHARGES.value, 0): number(invoice.get("charges"))}
    if _is_group(invoice):
        total, discount = (number(invoice.get(f)) for f in ("items_total", "overall_discount"))
        return {(AppliesTo.ITEMS_TOTAL.value, 0): total - discount, **bases}
    nets = {
        _place_of_line(invoice, each): number(each.get("total_after_discount")) for each in lines
    }
    return {**nets, **bases}
