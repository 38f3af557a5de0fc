"""One line of a Vtiger invoice, and one of its charges."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from ..errors import RecordRefused
from ..messages import _lt
from ..money import HUNDRED, ZERO, round_amount
from .taxes import Amounts, Method, Tax, require_sound, tax_amounts, total_of


@dataclass(frozen=True)
class InvoiceLine:
    """What a person types into a line. Prices are before tax, in the invoice's currency.

    `item` names the line in a refusal. A discount is a percent of the total or an amount, not
    both. `taxes` count in the Individual mode only. Quantity and price may be negative.
    """

    item: str
    quantity: Decimal
    selling_price: Decimal
    discount_percent: Decimal = ZERO
    discount_amount: Decimal = ZERO
    taxes: tuple[Tax, ...] = ()


@dataclass(frozen=True)
class LineTotals:
    """What a line comes to. `taxes` is empty in the Group mode, and `net_price` without them."""

    total: Decimal
    discount: Decimal
    after_discount: Decimal
    taxes: Amounts = field(default_factory=dict)

    @property
    def tax(self) -> Decimal:
        """The line's taxes together."""
        return total_of(self.taxes)

    @property
    def net_price(self) -> Decimal:
        """After discount, with the line's own taxes."""
        return self.after_discount + self.tax


@dataclass(frozen=True)
class Charge:
    """Shipping & Handling or the like: an amount, or a percent of what the items come to."""

    name: str
    value: Decimal = ZERO
    percent: Decimal = ZERO
    taxes: tuple[Tax, ...] = ()


@dataclass(frozen=True)
class ChargeTotals:
    """What a charge comes to, before tax, and its taxes."""

    name: str
    amount: Decimal
    taxes: Amounts = field(default_factory=dict)

    @property
    def tax(self) -> Decimal:
        """The charge's taxes together."""
        return total_of(self.taxes)


def line_totals(line: InvoiceLine, *, taxed: bool, decimals: int) -> LineTotals:
    """Steps 1 to 3; `taxed` in the Individual mode."""
    total = round_amount(line.quantity * line.selling_price, decimals)
    where = _lt("line {0}").format(line.item)
    discount = part_of(
        total,
        line.discount_percent,
        line.discount_amount,
        _lt("The discount of {0}").format(where),
        decimals,
    )
    after_discount = total - discount
    taxes = line.taxes if taxed else ()
    _require_added(taxes, where)
    return LineTotals(total, discount, after_discount, tax_amounts(taxes, after_discount, decimals))


def charge_totals(charge: Charge, base: Decimal, decimals: int) -> ChargeTotals:
    """Step 5; `base` is Items Total less Overall Discount."""
    amount = part_of(
        base, charge.percent, charge.value, _lt("The charge {0}").format(charge.name), decimals
    )
    _require_added(charge.taxes, charge.name)
    return ChargeTotals(charge.name, amount, tax_amounts(charge.taxes, amount, decimals))


def part_of(whole: Decimal, percent: Decimal, amount: Decimal, what: str, decimals: int) -> Decimal:
    """A percent of `whole`, or else `amount`; both at once are refused."""
    if percent and amount:
        raise RecordRefused(
            _lt("{0} is given twice: as {1} percent and as an amount.").format(
                what, f"{percent.normalize():f}"
            ),
            remedy=_lt("Keep one of the two."),
        )
    return round_amount(whole * percent / HUNDRED if percent else amount, decimals)


def _require_added(taxes: tuple[Tax, ...], where: str) -> None:
    require_sound(taxes, where)
    for tax in taxes:
        if tax.method is Method.DEDUCTED:
            raise RecordRefused(
                _lt("{0} is a deducted tax, but it is on {1}.").format(tax.name, where),
                remedy=_lt("A deducted tax belongs to the whole invoice."),
            )
