"""What a new line of an invoice gets from its product or service, where it leaves a field empty.

An absent value is filled in, a given one stays, and 0 is a value. A line that is there already
gets nothing: what a person took out stays out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..errors import RecordRefused
from ..mapping.doctypes import SERVICE
from ..messages import _lt
from ..money import ZERO, decimals_of, exactly, round_amount
from ..totals import AppliesTo, TaxMode, number

Row = Mapping[str, Any]
Taxes = tuple[tuple[str, Decimal], ...]

_PRICE_DECIMALS = 4  # of a price that was converted; Xero's unit amounts have as many


@dataclass(frozen=True)
class Item:
    """What a product or service says of the lines that sell it; prices in the base currency."""

    title: str
    price: Decimal | None = None
    purchase_cost: Decimal | None = None
    account: str = ""
    description: str = ""
    taxes: Taxes = ()


@dataclass(frozen=True)
class Filled:
    """What is filled in: the fields of each line in their order, and tax rows that are new."""

    lines: tuple[Row, ...]
    taxes: tuple[Row, ...]


def item_of(doctype: str, fields: Row) -> Item:
    """A product or service by its DocType's own field names."""
    price, title = (
        ("price", "service_name") if doctype == SERVICE else ("unit_price", "product_name")
    )
    return Item(
        title=str(fields.get(title) or ""),
        price=_number_or_none(fields.get(price)),
        purchase_cost=_number_or_none(fields.get("purchase_cost")),
        account=str(fields.get("xero_sales_account") or ""),
        description=str(fields.get("description") or ""),
        taxes=tuple(
            (str(row["tax"]), number(row.get("rate"))) for row in fields.get("taxes") or ()
        ),
    )


def fill_lines(
    invoice: Row,
    lines: Sequence[Row],
    taxes: Sequence[Row],
    items: Sequence[Item | None],
    *,
    base_currency: str,
    whole: bool,
) -> Filled:
    """What new lines get; `items` has one for each of `lines`, None where nothing is to be filled.

    Lines have their numbers. `whole` says that the invoice itself is new, so that it may get the
    taxes of the Group mode. `RecordRefused` where a price would have to be guessed.
    """
    rate = _rate(invoice, base_currency)
    currency = str(invoice.get("currency") or base_currency)
    group = invoice.get("tax_mode") == TaxMode.GROUP.value
    fields, rows = [], []
    for line, item in zip(lines, items, strict=True):
        fields.append({} if item is None else _line(line, item, rate, currency, base_currency))
        if item is not None and not group:
            rows += _line_taxes(line, item, taxes)
    if group and whole:
        rows += _group_taxes(lines, items, taxes)
    return Filled(tuple(fields), tuple(rows))


def lines_without_taxes(invoice: Row, lines: Sequence[Row], taxes: Sequence[Row]) -> list[int]:
    """No Taxes of each line: 1 where it carries none, so that a copy of it carries none either.

    In the Group mode lines carry no taxes of their own, and what was said stays.
    """
    if invoice.get("tax_mode") == TaxMode.GROUP.value:
        return [int(bool(line.get("no_taxes"))) for line in lines]
    taxed = {row.get("line") for row in _of_lines(taxes)}
    return [int(line.get("line_no") not in taxed) for line in lines]


def _line(line: Row, item: Item, rate: Decimal | None, currency: str, base: str) -> Row:
    found: dict[str, Any] = {}
    if _absent(line.get("selling_price")) and item.price is not None:
        if rate is None and item.price:
            raise RecordRefused(
                _lt(
                    "Line {0} has no price: that of “{1}” is in {2}, and the invoice in {3} "
                    "has no Conversion Rate."
                ).format(line.get("line_no"), item.title, base, currency),
                remedy=_lt("Enter Selling Price, or the Conversion Rate."),
            )
        found["selling_price"] = _convert(item.price, rate, currency)
    if _absent(line.get("purchase_cost")) and item.purchase_cost and rate is not None:
        found["purchase_cost"] = _convert(item.purchase_cost, rate, currency)
    if item.account and not line.get("xero_sales_account"):
        found["xero_sales_account"] = item.account
    if item.description and not line.get("item_comment"):
        found["item_comment"] = item.description
    return found


def _line_taxes(line: Row, item: Item, taxes: Sequence[Row]) -> list[Row]:
    mine = line.get("line_no")
    if line.get("no_taxes") or any(row.get("line") == mine for row in _of_lines(taxes)):
        return []
    place = {"applies_to": AppliesTo.ITEM.value, "line": mine}
    return [{**place, "tax": tax, "rate": rate} for tax, rate in item.taxes]


def _group_taxes(
    lines: Sequence[Row], items: Sequence[Item | None], taxes: Sequence[Row]
) -> list[Row]:
    """The taxes of all items, where all have the same: else only a person can choose."""
    place = AppliesTo.ITEMS_TOTAL.value
    if any(row.get("applies_to") == place for row in taxes):
        return []
    sold = zip(lines, items, strict=True)
    of_items = {item.taxes if item else () for line, item in sold if not line.get("no_taxes")}
    common = of_items.pop() if len(of_items) == 1 else ()
    return [{"applies_to": place, "tax": tax, "rate": rate} for tax, rate in common]


def _of_lines(taxes: Iterable[Row]) -> Iterable[Row]:
    return (row for row in taxes if row.get("applies_to") == AppliesTo.ITEM.value)


def _rate(invoice: Row, base: str) -> Decimal | None:
    """Units of the invoice's currency for one of the base currency, None where not given.

    Xero takes its own rate of the day where it is 1 (mapping of CurrencyRate).
    """
    if not base or not invoice.get("currency") or invoice.get("currency") == base:
        return Decimal(1)
    rate = number(invoice.get("conversion_rate"))
    return None if rate in (ZERO, 1) else rate


def _convert(amount: Decimal, rate: Decimal | None, currency: str) -> Decimal:
    if rate is None or rate == 1:
        return amount
    with exactly():
        return round_amount(amount * rate, max(_PRICE_DECIMALS, decimals_of(currency)))


def _absent(value: object) -> bool:
    return value is None or value == ""


def _number_or_none(value: object) -> Decimal | None:
    return None if _absent(value) else number(value)
