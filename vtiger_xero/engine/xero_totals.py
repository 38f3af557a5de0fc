"""What Xero will make of an invoice: a pure model of Xero's own arithmetic.

Xero rounds a line's amount and its tax to two decimals, in every currency, and adds those up
(docs/xero.md, D8, D13 and L12). Half a cent is rounded away from zero, which fits every answer on
record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import cached_property

from .money import HUNDRED, ZERO, exactly, round_amount

DECIMALS = 2


class LineAmountTypes(str, Enum):
    """Whether a line's amount contains its tax; the values are Xero's own words."""

    EXCLUSIVE = "Exclusive"
    INCLUSIVE = "Inclusive"
    NO_TAX = "NoTax"


@dataclass(frozen=True)
class TaxComponent:
    """One component of a rate, in percent; a compound one is computed on the others too."""

    name: str
    rate: Decimal
    compound: bool = False


@dataclass(frozen=True)
class XeroRate:
    """A tax rate of Xero: its components, of which a line's tax is computed in one go."""

    components: tuple[TaxComponent, ...] = ()

    @cached_property
    def effective(self) -> Decimal:
        """In percent, exact; Xero's own EffectiveRate is the same, cut to four decimals."""
        with exactly():
            simple = sum((each.rate for each in self.components if not each.compound), ZERO)
            compound = sum((each.rate for each in self.components if each.compound), ZERO)
            return simple + compound * (HUNDRED + simple) / HUNDRED


NO_TAX = XeroRate()


@dataclass(frozen=True)
class XeroLine:
    """A line as it is sent. `unit_amount` contains the tax where the invoice is Inclusive.

    `discount_rate` is in percent and goes before `discount_amount`, as in Xero. `tax_amount`
    overrides what Xero would compute.
    """

    quantity: Decimal
    unit_amount: Decimal
    discount_rate: Decimal = ZERO
    discount_amount: Decimal = ZERO
    rate: XeroRate = NO_TAX
    tax_amount: Decimal | None = None


@dataclass(frozen=True)
class XeroLineTotals:
    """What Xero makes of a line: LineAmount and TaxAmount."""

    line_amount: Decimal
    tax_amount: Decimal


@dataclass(frozen=True)
class XeroTotals:
    """What Xero makes of an invoice: SubTotal (without tax), TotalTax and Total."""

    lines: tuple[XeroLineTotals, ...]
    sub_total: Decimal
    total_tax: Decimal

    @property
    def total(self) -> Decimal:
        """Total, with tax."""
        return self.sub_total + self.total_tax


def xero_totals(lines: Sequence[XeroLine], kind: LineAmountTypes) -> XeroTotals:
    """SubTotal, TotalTax and Total as Xero will answer them."""
    with exactly():
        found = tuple(XeroLineTotals(line_amount(line), _tax_amount(line, kind)) for line in lines)
        amount = sum((line.line_amount for line in found), ZERO)
        tax = sum((line.tax_amount for line in found), ZERO)
        inclusive = kind is LineAmountTypes.INCLUSIVE
        return XeroTotals(found, sub_total=amount - tax if inclusive else amount, total_tax=tax)


def line_amount(line: XeroLine) -> Decimal:
    """Quantity × UnitAmount less the discount, rounded once, at the end."""
    with exactly():
        whole = line.quantity * line.unit_amount
        if line.discount_rate:
            return round_amount(whole * (HUNDRED - line.discount_rate) / HUNDRED, DECIMALS)
        return round_amount(whole - line.discount_amount, DECIMALS)


def exact_tax(line: XeroLine, kind: LineAmountTypes) -> Decimal:
    """The line's tax before it is rounded."""
    if kind is LineAmountTypes.NO_TAX:
        return ZERO
    with exactly():
        rate = line.rate.effective
        whole = HUNDRED + rate if kind is LineAmountTypes.INCLUSIVE else HUNDRED
        return line_amount(line) * rate / whole


def _tax_amount(line: XeroLine, kind: LineAmountTypes) -> Decimal:
    if kind is LineAmountTypes.NO_TAX:
        return ZERO
    if line.tax_amount is not None:
        return round_amount(line.tax_amount, DECIMALS)
    return round_amount(exact_tax(line, kind), DECIMALS)
