"""Vtiger's ten steps once more, in another shape: fractions and whole minor units.

Nothing here is shared with the engine but the inputs. `Fraction` never rounds, so the only
rounding is the one that is written down.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from hypothesis import strategies as st

from vtiger_xero.engine.totals import Charge, InvoiceInput, InvoiceLine, Method, Tax, TaxMode

UNITS = {"NZD": 100, "JPY": 1, "KWD": 1000, "CLF": 10000}


def whole(value: Fraction) -> int:
    """The nearest whole number; a half goes away from zero."""
    return -whole(-value) if value < 0 else floor(value + Fraction(1, 2))


def oracle(invoice: InvoiceInput) -> dict[str, Any]:
    """The figures of an invoice in whole minor units of its currency."""
    unit = UNITS[invoice.currency]

    def percent(rate: Any, base: int) -> int:
        return whole(Fraction(rate) * base / 100)

    def amount(value: Any) -> int:
        return whole(Fraction(value) * unit)

    def taxes(chosen: Any, base: int) -> dict[str, int]:
        found: dict[str, int] = {}
        for compound in (False, True):
            for tax in chosen:
                if (tax.method is Method.COMPOUND) is compound:
                    below = sum(found[name] for name in tax.compounds_on & found.keys())
                    found[tax.name] = percent(tax.rate, base + (below if compound else 0))
        return found

    individual = invoice.tax_mode is TaxMode.INDIVIDUAL
    lines = []
    for line in invoice.lines:
        total = whole(Fraction(line.quantity) * Fraction(line.selling_price) * unit)
        off = percent(line.discount_percent, total) + amount(line.discount_amount)
        lines.append((total - off, taxes(line.taxes, total - off) if individual else {}))
    bare = sum(after for after, _ in lines)
    items = bare + sum(sum(tax.values()) for _, tax in lines)
    discount = percent(invoice.overall_discount_percent, items)
    discount += amount(invoice.overall_discount_amount)
    left = items - discount
    charges, charge_tax = 0, 0
    for charge in invoice.charges:
        value = percent(charge.percent, left) + amount(charge.value)
        charges += value
        charge_tax += sum(taxes(charge.taxes, value).values())
    group = [tax for tax in invoice.taxes if tax.method is not Method.DEDUCTED]
    kept = [tax for tax in invoice.taxes if tax.method is Method.DEDUCTED]
    on_top = 0 if individual else sum(taxes(group, left).values())
    held_back = sum(taxes(kept, left).values())
    grand = left + charges + charge_tax + on_top - held_back + amount(invoice.adjustment)
    return {
        "net_prices": [after + sum(tax.values()) for after, tax in lines],
        "items_total": items,
        "overall_discount": discount,
        "charges_total": charges,
        "taxes_on_charges": charge_tax,
        "pre_tax_total": bare + charges - discount,
        "tax": on_top,
        "deducted": held_back,
        "grand_total": grand,
    }


# What a person may type


def decimals(least: str, most: str, places: int) -> st.SearchStrategy[Any]:
    return st.decimals(least, most, places=places, allow_nan=False, allow_infinity=False)


RATES = decimals("0", "30", 3) | st.sampled_from(["0", "5", "10", "15"]).map(Decimal)


@st.composite
def taxes(draw: Any, *, deducted: bool = False) -> tuple[Tax, ...]:
    """Up to three simple taxes, perhaps a compound one, perhaps a deducted one; any order."""
    simple = [Tax(name, draw(RATES)) for name in draw(st.sets(st.sampled_from("ABC")))]
    others = []
    if draw(st.booleans()):
        below = draw(st.frozensets(st.sampled_from("ABC")))
        others.append(Tax("Compound", draw(RATES), Method.COMPOUND, below))
    if deducted and draw(st.booleans()):
        others.append(Tax("Deducted", draw(RATES), Method.DEDUCTED))
    return tuple(draw(st.permutations([*simple, *others])))


@st.composite
def either(draw: Any, first: Any, second: Any) -> tuple[Any, Any]:
    """A value for one of two fields, or for neither."""
    return draw(
        st.one_of(
            st.just((Decimal(0), Decimal(0))),
            first.map(lambda value: (value, Decimal(0))),
            second.map(lambda value: (Decimal(0), value)),
        )
    )


@st.composite
def lines(draw: Any) -> InvoiceLine:
    percent, amount = draw(either(decimals("0", "100", 3), decimals("0", "50", 4)))
    quantity = draw(decimals("-50", "5000", 3))
    price = draw(decimals("-20", "90000", 4) | decimals("0", "1", 8))
    return InvoiceLine("Bolt", quantity, price, percent, amount, draw(taxes()))


@st.composite
def charges(draw: Any) -> Charge:
    percent, value = draw(either(decimals("0", "20", 3), decimals("0", "500", 3)))
    return Charge("Shipping & Handling", value, percent, draw(taxes()))


@st.composite
def invoices(draw: Any) -> InvoiceInput:
    percent, amount = draw(either(decimals("0", "100", 3), decimals("0", "500", 3)))
    return InvoiceInput(
        lines=tuple(draw(st.lists(lines(), max_size=5))),
        tax_mode=draw(st.sampled_from(TaxMode)),
        currency=draw(st.sampled_from(sorted(UNITS))),
        overall_discount_percent=percent,
        overall_discount_amount=amount,
        charges=tuple(draw(st.lists(charges(), max_size=2))),
        taxes=draw(taxes(deducted=True)),
        adjustment=draw(decimals("-20", "20", 4)),
        received=draw(decimals("0", "1000", 2)),
    )
