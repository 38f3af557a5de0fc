"""Tax amounts that Xero gave to the cent: they stand as long as what they were given for.

Xero rounds otherwise than Vtiger, and lets a person set a tax; its amount stays with the row. Once
a person changes the line, its tax or the currency, the tax is computed again, as Xero does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..money import ZERO
from .fields import AppliesTo, number

Row = Mapping[str, Any]
_TERMS = ("applies_to", "line", "tax")
_LINE = ("quantity", "selling_price", "discount_percent", "discount_amount")
_CHARGES = ("shipping_and_handling", "shipping_and_handling_percent")


@dataclass(frozen=True)
class Saved:
    """An invoice as it is saved: its own fields, its lines and its tax rows."""

    invoice: Row
    lines: Sequence[Row] = ()
    taxes: Sequence[Row] = ()


def amounts_that_stand(before: Saved, after: Saved) -> list[Decimal | None]:
    """For each tax row of `after`, Xero's amount where it still stands, else None.

    Rows are known by their name. Nothing stands on an invoice that was not there before: what Xero
    gives with a new one is no matter of this.
    """
    held = {row["name"]: row for row in before.taxes if row.get("name")}
    same_currency = before.invoice.get("currency") == after.invoice.get("currency")
    if not same_currency:
        return [None] * len(after.taxes)
    return [_amount(held.get(row.get("name")), row, before, after) for row in after.taxes]


def rounding_that_stands(before: Row, total: Decimal, currency: str) -> Decimal:
    """The rounding of an invoice that is saved with a `total` (without any) in this currency.

    A person in Xero typed it for one total; an edit that leads to another one ends it.
    """
    rounding = number(before.get("rounding"))
    same = number(before.get("grand_total")) - rounding == total
    return rounding if same and before.get("currency") == currency else ZERO


def _amount(was: Row | None, row: Row, before: Saved, after: Saved) -> Decimal | None:
    if was is None or not was.get("amount_given") or not _same_tax(was, row):
        return None
    return number(was.get("amount")) if _same_figures(row, before, after) else None


def _same_tax(was: Row, row: Row) -> bool:
    same = all((was.get(each) or 0) == (row.get(each) or 0) for each in _TERMS)
    return same and number(was.get("rate")) == number(row.get("rate"))


def _same_figures(row: Row, before: Saved, after: Saved) -> bool:
    place = row.get("applies_to")
    if place == AppliesTo.CHARGES.value:
        return _figures(before.invoice, _CHARGES) == _figures(after.invoice, _CHARGES)
    if place != AppliesTo.ITEM.value:
        return False  # Xero gives the taxes of lines and charges only
    mine, theirs = (_line(saved, row.get("line")) for saved in (before, after))
    return mine is not None and mine == theirs


def _line(saved: Saved, number_of_line: Any) -> tuple[Decimal, ...] | None:
    lines = (each for each in saved.lines if each.get("line_no") == number_of_line)
    found = next(lines, None)
    return None if found is None else _figures(found, _LINE)


def _figures(row: Row, names: Sequence[str]) -> tuple[Decimal, ...]:
    return tuple(number(row.get(name)) for name in names)
