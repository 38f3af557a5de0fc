"""A Vtiger tax and its amount on a base: Simple, Compound or Deducted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from ..errors import RecordRefused
from ..messages import _lt
from ..money import HUNDRED, ZERO, round_amount

Amounts = Mapping[str, Decimal]  # a tax's name → its amount


class Method(str, Enum):
    """How a tax is computed; the values are Vtiger's own words."""

    SIMPLE = "Simple"
    COMPOUND = "Compound"
    DEDUCTED = "Deducted"


@dataclass(frozen=True)
class Tax:
    """A tax as it stands on a line, a charge or an invoice. `rate` is in percent.

    `compounds_on` are the names of the simple taxes whose amounts a compound tax is also
    computed on; those that do not stand beside it count as nothing. `given` is an amount that
    stands instead of the computed one: Xero's own, whose rounding differs by a cent.
    """

    name: str
    rate: Decimal
    method: Method = Method.SIMPLE
    compounds_on: frozenset[str] = frozenset()
    given: Decimal | None = None


def require_sound(taxes: Sequence[Tax], where: str) -> None:
    """Refuse a tax that stands twice in one place, and a compound of a compound tax."""
    for name, times in Counter(tax.name for tax in taxes).items():
        if times > 1:
            raise RecordRefused(
                _lt("The tax {0} is {1} times on {2}.").format(name, times, where),
                remedy=_lt("Keep it there only once, with the whole rate."),
            )
    not_simple = {tax.name for tax in taxes if tax.method is not Method.SIMPLE}
    for tax in taxes:
        wrong = sorted(tax.compounds_on & not_simple)
        if tax.method is Method.COMPOUND and wrong:
            raise RecordRefused(
                _lt("The compound tax {0} is computed on {1}, which is not simple.").format(
                    tax.name, wrong[0]
                ),
                remedy=_lt("A compound tax is computed on simple taxes only."),
            )


def tax_amounts(taxes: Sequence[Tax], base: Decimal, decimals: int) -> Amounts:
    """Each tax's amount on `base`, rounded by itself; compound ones on top of the simple ones.

    A deducted tax comes out positive: subtracting it is the invoice's matter.
    """
    first = {
        tax.name: _amount(tax, base, decimals) for tax in taxes if tax.method is not Method.COMPOUND
    }
    return {
        tax.name: first[tax.name]
        if tax.name in first
        else _amount(tax, base + _below(tax, first), decimals)
        for tax in taxes
    }


def total_of(amounts: Amounts) -> Decimal:
    """All of them together."""
    return sum(amounts.values(), ZERO)


def _amount(tax: Tax, base: Decimal, decimals: int) -> Decimal:
    amount = base * tax.rate / HUNDRED if tax.given is None else tax.given
    return round_amount(amount, decimals)


def _below(tax: Tax, first: Amounts) -> Decimal:
    return sum((first[name] for name in tax.compounds_on if name in first), ZERO)
