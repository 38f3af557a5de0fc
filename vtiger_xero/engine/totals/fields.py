"""From the rows of a Vtiger Invoice to its arithmetic, and back.

Rows are plain mappings of DocType field names; numbers may be Decimal, float, int, text or
None. So the site's Documents, the embedded CRM and a test all run through the same sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, TypeVar

from ..errors import RecordRefused
from ..messages import _lt, label, listed
from ..money import ZERO
from .invoice import InvoiceInput, InvoiceTotals, TaxMode, invoice_totals
from .lines import Charge, ChargeTotals, InvoiceLine, LineTotals
from .payments import open_balance
from .taxes import Amounts, Method, Tax

Row = Mapping[str, Any]
SHIPPING_AND_HANDLING = _lt("Shipping & Handling")


_Choice = TypeVar("_Choice", bound=Enum)


class AppliesTo(str, Enum):
    """Where a row of Vtiger Invoice Tax stands; the values are Vtiger's words for the place."""

    ITEM = "Item"
    ITEMS_TOTAL = "Items Total"
    CHARGES = "Charges"


@dataclass(frozen=True)
class Computed:
    """The computed fields of an invoice: its own, its lines' and its tax rows', in their order.

    A tax row has None where it has no effect in this tax mode: a line's tax in the Group mode,
    a tax of the whole invoice in the Individual mode.
    """

    invoice: Mapping[str, Decimal]
    lines: tuple[Mapping[str, Decimal], ...]
    taxes: tuple[Decimal | None, ...]


def computed_fields(invoice: Row, lines: Sequence[Row], taxes: Sequence[Row]) -> Computed:
    """All computed fields of a Vtiger Invoice; `RecordRefused` where it contradicts itself."""
    totals = invoice_totals(invoice_input(invoice, lines, taxes))
    numbers = [_line_number(line) for line in lines]
    return Computed(
        invoice=_invoice_fields(totals, str(invoice.get("status") or "")),
        lines=tuple(_line_fields(each) for each in totals.lines),
        taxes=tuple(_tax_amount(row, totals, numbers) for row in taxes),
    )


def invoice_input(invoice: Row, lines: Sequence[Row], taxes: Sequence[Row]) -> InvoiceInput:
    """What a person typed, from the rows of Vtiger Invoice, Vtiger Invoice Item and its taxes.

    A tax row belongs to the line whose `line_no` is its `line`.
    """
    _require_rows(lines, taxes)
    return InvoiceInput(
        lines=tuple(_line(line, _taxes_of_line(line, taxes)) for line in lines),
        tax_mode=_choice(TaxMode, invoice.get("tax_mode") or TaxMode.INDIVIDUAL),
        currency=str(invoice.get("currency") or ""),
        overall_discount_percent=number(invoice.get("overall_discount_percent")),
        overall_discount_amount=number(invoice.get("overall_discount_amount")),
        charges=_charges(invoice, taxes),
        taxes=_taxes(taxes, AppliesTo.ITEMS_TOTAL),
        adjustment=number(invoice.get("adjustment")),
        received=number(invoice.get("received")),
        rounding=number(invoice.get("rounding")),
        cis_deduction=number(invoice.get("cis_deduction")),
    )


def line_numbers(held: Sequence[int | None], mentioned: Iterable[int] = ()) -> tuple[int, ...]:
    """A number of its own for every line; who has one keeps it, the first where two have the same.

    Where no line has a number yet, they are counted from 1, so that the tax rows of a
    new invoice can name its lines. Later lines get numbers that no line had or tax row mentions
    (`mentioned`): a new line never inherits the taxes of one that was taken out.
    """
    if not any(held):
        return tuple(range(1, len(held) + 1))
    highest = max([*(each for each in held if each), *mentioned])
    numbers: list[int] = []
    for each in held:
        fresh = not each or each in numbers
        highest += fresh
        numbers.append(highest if fresh else each or 0)
    return tuple(numbers)


def number(value: object) -> Decimal:
    """A field's number as Decimal; nothing is 0, and a float is what it prints as.

    `RecordRefused` for what is no finite number.
    """
    if value is None or value == "":
        return ZERO
    try:
        held = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        held = Decimal("NaN")
    if not held.is_finite():
        raise RecordRefused(_lt("“{0}” is not a number.").format(value), remedy=_lt("Correct it."))
    return held


# Reading


def _line(row: Row, taxes: tuple[Tax, ...]) -> InvoiceLine:
    return InvoiceLine(
        item=f"{_line_number(row)} ({row.get('item_name') or '?'})",
        quantity=number(row.get("quantity")),
        selling_price=number(row.get("selling_price")),
        discount_percent=number(row.get("discount_percent")),
        discount_amount=number(row.get("discount_amount")),
        taxes=taxes,
    )


def _charges(invoice: Row, taxes: Sequence[Row]) -> tuple[Charge, ...]:
    return (
        Charge(
            SHIPPING_AND_HANDLING,
            value=number(invoice.get("shipping_and_handling")),
            percent=number(invoice.get("shipping_and_handling_percent")),
            taxes=_taxes(taxes, AppliesTo.CHARGES),
        ),
    )


def _taxes_of_line(line: Row, taxes: Sequence[Row]) -> tuple[Tax, ...]:
    mine = [row for row in taxes if row.get("line") == _line_number(line)]
    return _taxes(mine, AppliesTo.ITEM)


def _taxes(rows: Sequence[Row], place: AppliesTo) -> tuple[Tax, ...]:
    return tuple(_tax(row) for row in rows if row.get("applies_to") == place.value)


def _tax(row: Row) -> Tax:
    return Tax(
        name=str(row["tax"]),
        rate=number(row.get("rate")),
        method=_choice(Method, row.get("method") or Method.SIMPLE),
        compounds_on=frozenset(
            each for each in str(row.get("compounds_on") or "").split("\n") if each
        ),
        given=number(row.get("amount")) if row.get("amount_given") else None,
    )


def _choice(kind: type[_Choice], value: object) -> _Choice:
    try:
        return kind(value)
    except ValueError:
        choices = listed(label(each) for each in kind)
        raise RecordRefused(
            _lt("“{0}” is not one of {1}.").format(value, choices),
            remedy=_lt("Choose one of them."),
        ) from None


def _line_number(row: Row) -> int:
    return int(row.get("line_no") or 0)


def _require_rows(lines: Sequence[Row], taxes: Sequence[Row]) -> None:
    numbers = {_line_number(line) for line in lines}
    for row in taxes:
        if not row.get("tax"):
            raise RecordRefused(
                _lt("A row of the taxes names no tax."), remedy=_lt("Choose its tax.")
            )
        place = _choice(AppliesTo, row.get("applies_to"))
        if place is AppliesTo.ITEM and row.get("line") not in numbers:
            raise RecordRefused(
                _lt("The tax {0} belongs to line {1}, and there is no such line.").format(
                    row["tax"], row.get("line") or 0
                ),
                remedy=_lt("Give it the number of a line, or take it out."),
            )


# Writing


def _invoice_fields(totals: InvoiceTotals, status: str) -> Mapping[str, Decimal]:
    open_amount = open_balance(status, totals.grand_total, totals.received, totals.cis_deduction)
    return {
        "items_total": totals.items_total,
        "overall_discount": totals.overall_discount,
        "charges": totals.charges_total,
        "pre_tax_total": totals.pre_tax_total,
        "tax": totals.tax,
        "taxes_on_charges": totals.taxes_on_charges,
        "total_tax": totals.total_tax,
        "deducted_taxes": totals.deducted,
        "adjustment": totals.adjustment,
        "rounding": totals.rounding,
        "cis_deduction": totals.cis_deduction,
        "grand_total": totals.grand_total,
        "received": totals.received,
        "balance": open_amount,
    }


def _line_fields(line: LineTotals) -> Mapping[str, Decimal]:
    return {
        "total": line.total,
        "discount": line.discount,
        "total_after_discount": line.after_discount,
        "tax": line.tax,
        "net_price": line.net_price,
    }


def _tax_amount(row: Row, totals: InvoiceTotals, numbers: Sequence[int]) -> Decimal | None:
    return _place(row, totals, numbers).get(str(row["tax"]))


def _place(row: Row, totals: InvoiceTotals, numbers: Sequence[int]) -> Amounts:
    place = AppliesTo(row["applies_to"])
    if place is AppliesTo.ITEMS_TOTAL:
        return {**totals.group_taxes, **totals.deducted_taxes}
    owner: LineTotals | ChargeTotals = totals.charges[0]
    if place is AppliesTo.ITEM:
        owner = totals.lines[numbers.index(int(row["line"]))]
    return owner.taxes
