"""Cent-exact: line TaxAmounts that make Xero's total the CRM's total (rule I12).

Vtiger rounds every tax by itself, Xero a line's taxes in one go and always to two decimals; so
the two totals may differ by cents. Xero takes another TaxAmount than its own. The difference is
laid onto the lines whose rounding lost most (largest remainder), at most one cent for each tax
of a line: Vtiger's own rounding never moves a line further, so what is further apart is no
rounding, and must not be hidden as such.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from .messages import _lt
from .money import ZERO, exactly, minor_unit, round_amount
from .xero_totals import (
    DECIMALS,
    LineAmountTypes,
    XeroLine,
    XeroTotals,
    exact_tax,
    xero_totals,
)

CENT = minor_unit(DECIMALS)


@dataclass(frozen=True)
class Fit:
    """It can be done: the lines' TaxAmounts in their order, and what Xero makes of them."""

    tax_amounts: tuple[Decimal, ...]
    totals: XeroTotals
    lines: Sequence[XeroLine]
    kind: LineAmountTypes

    @property
    def changed(self) -> bool:
        """Whether Xero's own sums would come out otherwise, so that they must be overridden."""
        return list(self.tax_amounts) != _taxes_of_xero(self.lines, self.kind)


@dataclass(frozen=True)
class NoFit:
    """It cannot: both totals, and the clause that says why (the sentence's end, no full stop)."""

    wanted: Decimal
    xero: Decimal
    reason: str


@dataclass(frozen=True)
class _Range:
    """What a line's tax may be: near the exact one, of its sign, and none where there is none."""

    exact: Decimal
    reach: Decimal

    def bears(self, tax: Decimal) -> bool:
        if not self.exact:
            return not tax
        return tax * self.exact >= 0 and abs(tax - self.exact) <= self.reach


def fit_taxes(
    lines: Sequence[XeroLine],
    kind: LineAmountTypes,
    wanted: Decimal,
    *,
    held: Collection[int] = (),
    decimals: int = DECIMALS,
) -> Fit | NoFit:
    """TaxAmounts with which Xero's Total is `wanted`, or why there are none.

    A line that brings a `tax_amount` (the CRM's own figure) starts from that one. Those at the
    places `held` are Xero's own and stay. `decimals` are those of the currency, to which Vtiger
    rounds each tax: where they are fewer than Xero's, its rounding moves a line further, and the
    CRM could not hold anything finer when it comes back.
    """
    places = min(DECIMALS, decimals)
    step = minor_unit(places)
    started = [_start_from(line, kind, places) for line in lines]
    totals = xero_totals(started, kind)
    taxes = [line.tax_amount for line in totals.lines]
    ranges = [
        _Range(taxes[place], ZERO)
        if place in held
        else _Range(exact_tax(line, kind), step * len(line.rate.components))
        for place, line in enumerate(lines)
    ]
    missing = wanted - totals.total
    reason = _why_impossible(wanted, missing, kind) or _too_far(ranges, taxes)
    if not reason and not _distribute(ranges, taxes, missing, step):
        reason = _lt("the difference of {0} is more than rounding can explain").format(
            f"{abs(missing):f}"
        )
    if reason:
        return NoFit(wanted, totals.total, reason)
    if missing:
        sent = [replace(line, tax_amount=tax) for line, tax in zip(lines, taxes, strict=True)]
        totals = xero_totals(sent, kind)
    return Fit(tuple(taxes), totals, lines, kind)


def _start_from(line: XeroLine, kind: LineAmountTypes, places: int) -> XeroLine:
    if line.tax_amount is not None or kind is not LineAmountTypes.EXCLUSIVE:
        return line
    return replace(line, tax_amount=round_amount(exact_tax(line, kind), places))


def _why_impossible(wanted: Decimal, missing: Decimal, kind: LineAmountTypes) -> str:
    if wanted != round_amount(wanted, DECIMALS):
        return _lt("Xero keeps two decimals only")
    if missing and kind is not LineAmountTypes.EXCLUSIVE:
        return _lt("the total does not depend on the tax of its lines")
    return ""


def _too_far(ranges: Sequence[_Range], taxes: Sequence[Decimal]) -> str:
    for position, (line, tax) in enumerate(zip(ranges, taxes, strict=True), start=1):
        if not line.bears(tax):
            return _lt("the tax of line {0} is {1}, which is not the tax of its rate").format(
                position, f"{tax:f}"
            )
    return ""


def _taxes_of_xero(lines: Sequence[XeroLine], kind: LineAmountTypes) -> list[Decimal]:
    """What Xero computes where no tax is sent."""
    plain = [replace(line, tax_amount=None) for line in lines]
    return [line.tax_amount for line in xero_totals(plain, kind).lines]


def _distribute(
    ranges: Sequence[_Range], taxes: list[Decimal], missing: Decimal, step: Decimal
) -> bool:
    """Lay `missing` onto `taxes`, cent by cent; False where a cent finds no place."""
    cent = step if missing > 0 else -step
    with exactly():
        if missing % step:
            return False
        for _ in range(int(abs(missing) / step)):
            place = _line_for_next_cent(ranges, taxes, cent)
            if place is None:
                return False
            taxes[place] += cent
    return True


def _line_for_next_cent(
    ranges: Sequence[_Range], taxes: Sequence[Decimal], cent: Decimal
) -> int | None:
    """The line whose tax would still be nearest to the exact one with another cent on it."""
    after = [
        (abs(tax + cent - line.exact), place)
        for place, (line, tax) in enumerate(zip(ranges, taxes, strict=True))
        if line.bears(tax + cent)
    ]
    return min(after)[1] if after else None
