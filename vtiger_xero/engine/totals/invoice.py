"""The arithmetic of a whole Vtiger invoice: ten steps, each rounded to the currency's decimals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from ..messages import _lt
from ..money import ZERO, decimals_of, exactly, round_amount
from .lines import (
    Charge,
    ChargeTotals,
    InvoiceLine,
    LineTotals,
    charge_totals,
    line_totals,
    part_of,
)
from .taxes import Amounts, Method, Tax, require_sound, tax_amounts, total_of


class TaxMode(str, Enum):
    """Where an invoice's taxes stand; the values are Vtiger's own words."""

    INDIVIDUAL = "Individual"
    GROUP = "Group"


@dataclass(frozen=True)
class InvoiceInput:
    """What a person types. Amounts are in `currency` (ISO code).

    `taxes` belong to the whole invoice: deducted ones count in both modes, the others in the
    Group mode only. `adjustment` is signed: Vtiger's Add is positive, its Deduct negative.
    `rounding` is what a person in Xero typed the total up or down by, `cis_deduction` what the
    customer pays to the tax office instead; neither is typed here.
    """

    lines: tuple[InvoiceLine, ...]
    tax_mode: TaxMode = TaxMode.INDIVIDUAL
    currency: str = ""
    overall_discount_percent: Decimal = ZERO
    overall_discount_amount: Decimal = ZERO
    charges: tuple[Charge, ...] = ()
    taxes: tuple[Tax, ...] = ()
    adjustment: Decimal = ZERO
    received: Decimal = ZERO
    rounding: Decimal = ZERO
    cis_deduction: Decimal = ZERO


@dataclass(frozen=True)
class InvoiceTotals:
    """What the invoice comes to, by Vtiger's own words for each figure.

    `items_total` contains the lines' taxes in the Individual mode. `group_taxes` are by name,
    and so are `deducted_taxes`, positive although they are subtracted.
    """

    lines: tuple[LineTotals, ...]
    items_total: Decimal
    overall_discount: Decimal
    charges: tuple[ChargeTotals, ...]
    pre_tax_total: Decimal
    group_taxes: Amounts = field(default_factory=dict)
    deducted_taxes: Amounts = field(default_factory=dict)
    adjustment: Decimal = ZERO
    grand_total: Decimal = ZERO
    received: Decimal = ZERO
    rounding: Decimal = ZERO
    cis_deduction: Decimal = ZERO

    @property
    def charges_total(self) -> Decimal:
        """All charges before tax."""
        return _sum([charge.amount for charge in self.charges])

    @property
    def taxes_on_charges(self) -> Decimal:
        """All taxes of all charges."""
        return _sum([charge.tax for charge in self.charges])

    @property
    def tax(self) -> Decimal:
        """Vtiger's figure "Tax": the group taxes, nothing in the Individual mode."""
        return total_of(self.group_taxes)

    @property
    def total_tax(self) -> Decimal:
        """All taxes together: of the lines, of the whole invoice, of the charges."""
        return _sum([line.tax for line in self.lines]) + self.tax + self.taxes_on_charges

    @property
    def deducted(self) -> Decimal:
        """All deducted taxes, positive."""
        return total_of(self.deducted_taxes)


def invoice_totals(invoice: InvoiceInput) -> InvoiceTotals:
    """All figures of an invoice; `RecordRefused` where what was typed contradicts itself."""
    with exactly():
        return _totals(invoice, decimals_of(invoice.currency))


def _totals(invoice: InvoiceInput, decimals: int) -> InvoiceTotals:
    individual = invoice.tax_mode is TaxMode.INDIVIDUAL
    lines = tuple(line_totals(each, taxed=individual, decimals=decimals) for each in invoice.lines)
    items_total = _sum([line.net_price for line in lines])
    overall_discount = _overall_discount(invoice, items_total, decimals)
    base = items_total - overall_discount
    charges = tuple(charge_totals(each, base, decimals) for each in invoice.charges)
    group_taxes = {} if individual else tax_amounts(_taxes(invoice, False), base, decimals)
    deducted_taxes = tax_amounts(_taxes(invoice, True), base, decimals)
    adjustment = round_amount(invoice.adjustment, decimals)
    rounding = round_amount(invoice.rounding, decimals)
    charged = _sum([charge.amount for charge in charges])
    before_tax = _sum([line.after_discount for line in lines])
    return InvoiceTotals(
        lines=lines,
        items_total=items_total,
        overall_discount=overall_discount,
        charges=charges,
        pre_tax_total=before_tax + charged - overall_discount,
        group_taxes=group_taxes,
        deducted_taxes=deducted_taxes,
        adjustment=adjustment,
        grand_total=base
        + charged
        + _sum([charge.tax for charge in charges])
        + total_of(group_taxes)
        - total_of(deducted_taxes)
        + adjustment
        + rounding,
        received=round_amount(invoice.received, decimals),
        rounding=rounding,
        cis_deduction=round_amount(invoice.cis_deduction, decimals),
    )


def _overall_discount(invoice: InvoiceInput, items_total: Decimal, decimals: int) -> Decimal:
    percent, amount = invoice.overall_discount_percent, invoice.overall_discount_amount
    return part_of(items_total, percent, amount, _lt("The overall discount"), decimals)


def _taxes(invoice: InvoiceInput, deducted: bool) -> Sequence[Tax]:
    require_sound(invoice.taxes, _lt("the invoice"))
    return [tax for tax in invoice.taxes if (tax.method is Method.DEDUCTED) == deducted]


def _sum(amounts: Sequence[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
