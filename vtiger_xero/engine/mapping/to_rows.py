"""Xero's lines as rows of the CRM's invoice: its items, taxes, charges and adjustment.

What the CRM alone knows of a line stays: the product of a line that names none at Xero, all the
decimals of a price, how a discount was typed. Taxes come to Xero's own amount to the cent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from ..lookups import PLACEHOLDER, Item, Lookups
from ..money import HUNDRED, ZERO, decimals_of, exactly, round_amount
from ..records import Document, Fields, Line, Row
from ..taxes import CrmTax, split
from ..text import name_key
from ..totals import AppliesTo, line_numbers
from ..totals.taxes import tax_amounts
from .coding import of_taxes
from .doctypes import PRODUCT
from .drafting import draft, rows_of
from .lines import ADJUSTMENT, CHARGES, QUANTITY_DECIMALS, UNIT_DECIMALS, pair_up
from .rows import decimal_of


def to_rows(lines: Sequence[Line], held: Fields, document: Document, lookups: Lookups) -> Fields:
    """The fields of a Vtiger Invoice that say what these lines say (rules I14 to I18)."""
    currency = str(document.get("CurrencyCode") or held.get("currency") or "")
    return _Writer(lookups, held, decimals_of(currency)).fields(lines)


@dataclass(frozen=True)
class _Writer:
    lookups: Lookups
    held: Fields
    decimals: int

    def fields(self, lines: Sequence[Line]) -> Fields:
        items = [line for line in lines if not line.charge]
        pairs = self._pair_rows(items)
        numbers = self._numbers([row for _, row in pairs])
        rows = [
            self._item(line, row, number)
            for (line, row), number in zip(pairs, numbers, strict=True)
        ]
        taxes = [
            tax
            for (line, row), number in zip(pairs, numbers, strict=True)
            for tax in self._taxes(line, AppliesTo.ITEM, number, self._taxes_to_keep(line, row))
        ]
        charges = self._charge_of(lines, CHARGES)
        taxes += self._taxes(charges, AppliesTo.CHARGES, 0) if charges else self._taxes_of_none()
        adjustment = self._charge_of(lines, ADJUSTMENT)
        return {
            "items": tuple(rows),
            "taxes": tuple(self._with_row_names(taxes)),
            "tax_mode": "Individual",
            "overall_discount_percent": ZERO,
            "overall_discount_amount": ZERO,
            "shipping_and_handling": charges.amount if charges else ZERO,
            "shipping_and_handling_percent": ZERO,
            "adjustment": adjustment.amount if adjustment else ZERO,
        }

    def _charge_of(self, lines: Sequence[Line], charge: str) -> Line | None:
        return next((line for line in lines if line.charge == charge), None)

    def _taxes_of_none(self) -> list[Row]:
        """The taxes of Shipping & Handling of 0, of which Xero has no line that could say them."""
        held = rows_of(self.held, "taxes")
        kept = [row for row in held if row.get("applies_to") == AppliesTo.CHARGES.value]
        bare = [{k: v for k, v in row.items() if k not in ("name", "amount")} for row in kept]
        return [{**row, "amount_given": False} for row in bare]

    # Items

    def _pair_rows(self, items: Sequence[Line]) -> list[tuple[Line, Row]]:
        """Xero's lines, each with the CRM's row that it was, {} for a new one."""
        rows = rows_of(self.held, "items")
        held = draft(self.held, self.lookups).lines if rows else ()
        drafted = [line for line in held if not line.charge]
        known = {id(line): row for line, row in zip(drafted, rows)}  # noqa: B905 (faults follow)
        return [
            (line, known.get(id(old), {}) if old is not None else {})
            for line, old in pair_up(items, drafted[: len(rows)])
        ]

    def _numbers(self, rows: Sequence[Row]) -> tuple[int, ...]:
        mentioned = [int(row.get("line") or 0) for row in rows_of(self.held, "taxes")]
        return line_numbers([int(row.get("line_no") or 0) for row in rows], mentioned)

    def _item(self, line: Line, row: Row, number: int) -> Row:
        item_type, item_name = self._item_of(line, row)
        return {
            **({"name": row["name"]} if row.get("name") else {}),
            "item_type": item_type,
            "item_name": item_name,
            "item_comment": line.description,
            "xero_sales_account": self.lookups.account_id(line.account),
            "line_no": number,
            **self._figures_of(line, row),
        }

    def _item_of(self, line: Line, row: Row) -> Item:
        item = self.lookups.item_with_code(line.item) if line.item else None
        key = (str(row.get("item_type")), str(row.get("item_name")))
        held = self.lookups.items.get(key)
        if held is not None and name_key(held.code) == name_key(item.code if item else ""):
            return key  # of duplicates that share one item, the one that was there
        if item is not None:
            return item.item_type, item.name
        # Where there is none yet, a plan is only looked at: applying it makes one first.
        return self.lookups.placeholder or (PRODUCT, PLACEHOLDER)

    def _figures_of(self, line: Line, row: Row) -> dict[str, Any]:
        kept = _figures(row)
        if kept and self._says(kept, line):
            return kept
        with exactly():
            total = round_amount(line.quantity * line.price, self.decimals)
            by_rate = total - round_amount(total * line.discount_rate / HUNDRED, self.decimals)
        is_rate = bool(line.discount_rate) and by_rate == line.amount
        turned = line.price < 0 and (line.turned or kept.get("quantity", ZERO) < 0)
        return {
            "quantity": -line.quantity if turned else line.quantity,
            "selling_price": -line.price if turned else line.price,
            "discount_percent": line.discount_rate if is_rate else ZERO,
            "discount_amount": ZERO if is_rate else total - line.amount,
        }

    def _says(self, kept: dict[str, Decimal], line: Line) -> bool:
        """Whether the CRM's own way of writing the line comes to the same."""
        with exactly():
            total = round_amount(kept["quantity"] * kept["selling_price"], self.decimals)
            off = round_amount(total * kept["discount_percent"] / HUNDRED, self.decimals)
            amount = total - off - kept["discount_amount"]
            sign = -1 if kept["quantity"] < 0 else 1
            quantity = round_amount(sign * kept["quantity"], QUANTITY_DECIMALS)
            price = round_amount(sign * kept["selling_price"], UNIT_DECIMALS)
        return (quantity, price, amount) == (line.quantity, line.unit_amount, line.amount)

    # Taxes

    def _taxes_to_keep(self, line: Line, row: Row) -> Sequence[CrmTax] | None:
        """The taxes that the CRM's row has, if they say what Xero's rate says; None if not.

        Of several taxes that say the same, a line keeps the one that a person gave it, or none.
        """
        book, number = self.lookups.taxes, int(row.get("line_no") or 0)
        held = [
            each
            for each in rows_of(self.held, "taxes")
            if each.get("applies_to") == AppliesTo.ITEM.value
            and int(each.get("line") or 0) == number
        ]
        known = [(book.tax_named(str(each.get("tax") or "")), each.get("rate")) for each in held]
        taxes = [replace(tax, rate=decimal_of(rate)) for tax, rate in known if tax]
        if not number or len(taxes) != len(held):
            return None
        free = None if taxes else self.lookups.rate_without_taxes(line.account, line.item)
        said = [tax.tax for tax in taxes]
        fits = book.fitting_rates(said, any_status=True) if taxes else [free]
        if line.tax_type in {rate.tax_type for rate in fits if rate}:
            return taxes
        return taxes if of_taxes(book, said).is_former(line) else None

    def _taxes(
        self,
        line: Line,
        place: AppliesTo,
        number: int,
        held: Sequence[CrmTax] | None = None,
    ) -> list[Row]:
        taxes = self.lookups.taxes.of_xero(line.tax_type) if held is None else held
        own = tax_amounts([tax.tax for tax in taxes], line.amount, self.decimals)
        computed = [own[tax.name] for tax in taxes]
        amounts = split(line.tax, computed)
        given = sum(computed, ZERO) != line.tax
        return [
            self._tax(tax, place, number, amount if given else None)
            for tax, amount in zip(taxes, amounts, strict=True)
        ]

    def _tax(self, tax: CrmTax, place: AppliesTo, number: int, amount: Decimal | None) -> Row:
        return {
            "applies_to": place.value,
            "line": number,
            "tax": tax.name,
            "rate": tax.rate,
            "method": tax.method.value,
            "compounds_on": "\n".join(tax.compounds_on),
            "amount_given": amount is not None,
            **({"amount": amount} if amount is not None else {}),
        }

    def _with_row_names(self, taxes: Sequence[Row]) -> Iterator[Row]:
        """Tax rows with the names of those that were there, so that they show as unchanged."""
        free = list(rows_of(self.held, "taxes"))
        for row in taxes:
            old = next((each for each in free if _same_tax(each, row)), None)
            free = [each for each in free if each is not old]
            yield {"name": old["name"], **row} if old and old.get("name") else row


def _same_tax(left: Row, right: Row) -> bool:
    return all(
        (left.get(key) or 0) == (right.get(key) or 0) for key in ("applies_to", "line", "tax")
    )


def _figures(row: Row) -> dict[str, Decimal]:
    names = ("quantity", "selling_price", "discount_percent", "discount_amount")
    if not row:
        return {}
    return {name: Decimal(str(row.get(name) or 0)) for name in names}
