"""Xero's arithmetic once more, in fractions and whole cents: what it makes of a request's lines.

Nothing here is shared with the engine. A document is Xero's own JSON; `complaints` are sentences
on whatever Xero would not take, or would make otherwise than the request says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.unit.invoice_oracle import whole

Element = Mapping[str, Any]


def percentage(rate: Mapping[str, Any]) -> Fraction:
    """The whole of a rate, from its components; compound ones come on top of the others."""
    parts = rate["TaxComponents"]
    nothing = Fraction(0)  # 0 alone would make a float of it
    simple = sum((Fraction(c["Rate"]) for c in parts if not c["IsCompound"]), nothing)
    top = sum((Fraction(c["Rate"]) for c in parts if c["IsCompound"]), nothing)
    return ((1 + simple / 100) * (1 + top / 100) - 1) * 100


def gross(element: Element) -> Fraction:
    return Fraction(element.get("Quantity") or 0) * Fraction(element.get("UnitAmount") or 0)


def line_cents(element: Element) -> int:
    """LineAmount in cents, from quantity, price and discount alone."""
    rate = Fraction(element.get("DiscountRate") or 0)
    off = Fraction(element.get("DiscountAmount") or 0)
    return whole((gross(element) * (100 - rate) / 100 - off) * 100)


def tax_share(element: Element, kind: str, rates: Mapping[str, Any]) -> Fraction:
    """The tax of one unit of the line's amount."""
    rate = rates.get(element.get("TaxType") or "")
    if rate is None or kind == "NoTax":
        return Fraction(0)
    percent = percentage(rate)
    return percent / (100 + percent if kind == "Inclusive" else 100)


def tax_cents(element: Element, kind: str, rates: Mapping[str, Any]) -> int:
    """TaxAmount in cents: the one that was told, else computed."""
    if element.get("TaxAmount") is not None and kind != "NoTax":
        return whole(Fraction(element["TaxAmount"]) * 100)
    return whole(line_cents(element) * tax_share(element, kind, rates))


def total_cents(document: Element, rates: Mapping[str, Any]) -> int:
    """Total in cents."""
    kind, lines = document.get("LineAmountTypes", "Exclusive"), document.get("LineItems", ())
    amount = sum(map(line_cents, lines))
    return amount + (
        sum(tax_cents(line, kind, rates) for line in lines) if kind == "Exclusive" else 0
    )


def complaints(document: Element, rates: Mapping[str, Any]) -> Iterator[str]:
    """What Xero would say of the lines, and what it would compute otherwise."""
    kind = document.get("LineAmountTypes", "Exclusive")
    for place, line in enumerate(document.get("LineItems", ()), 1):
        for complaint in (*_of_figures(line), *_of_tax(line, kind, rates)):
            yield f"line {place}: {complaint}"


def _of_figures(line: Element) -> Iterator[str]:
    for key, places in _PLACES.items():
        value = Decimal(str(line.get(key) or 0))
        if value != round(value, places):
            yield f"{key} {value} has more than {places} decimals"
    if "LineAmount" in line and Fraction(line["LineAmount"]) * 100 != line_cents(line):
        yield f"LineAmount {line['LineAmount']}, Xero makes {line_cents(line)} cents of it"
    rate, off = (line.get(key) for key in ("DiscountRate", "DiscountAmount"))
    if rate and off:
        yield "two discounts"
    if rate is not None and not 0 <= rate <= 100:
        yield f"DiscountRate {rate}"
    if (line.get("Quantity") or 0) < 0:
        yield f"Quantity {line['Quantity']}"
    if off is not None and (not off or gross(line) < 0):
        yield f"DiscountAmount {off} of {gross(line)}"
    if (rate is not None or off is not None) and "LineAmount" in line:
        yield "LineAmount beside a discount"
    if off and abs(Fraction(off)) > abs(gross(line)):
        yield f"DiscountAmount {off} of {gross(line)}"
    if off and (off > 0) != (gross(line) > 0):
        yield f"DiscountAmount {off} adds to {gross(line)}"


def _of_tax(line: Element, kind: str, rates: Mapping[str, Any]) -> Iterator[str]:
    told = line.get("TaxAmount")
    if told is None or kind == "NoTax":
        return
    rate = rates.get(line.get("TaxType") or "")
    if rate is None:
        yield f"TaxType {line.get('TaxType')} is unknown"
    elif told and not percentage(rate):
        yield f"TaxAmount {told} on a rate of nothing"


_PLACES = {
    "Quantity": 4,
    "UnitAmount": 4,
    "LineAmount": 2,
    "TaxAmount": 2,
    "DiscountRate": 2,
    "DiscountAmount": 2,
}
