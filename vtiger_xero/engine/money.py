"""Money: how many decimals a currency has, and how an amount is rounded to them.

Amounts are `Decimal`. Vtiger's columns hold up to 27 digits, more in a product of two than
Python's usual 28 digits can keep; so multiply inside `exactly()`.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

ZERO = Decimal(0)
HUNDRED = Decimal(100)

# ISO 4217; every other currency has two decimals.
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_FOUR_DECIMALS = "CLF UYW"
_DECIMALS = {
    **dict.fromkeys(_NO_DECIMALS.split(), 0),
    **dict.fromkeys(_THREE_DECIMALS.split(), 3),
    **dict.fromkeys(_FOUR_DECIMALS.split(), 4),
}
_PRECISION = 100
_EXACT = Context(prec=_PRECISION, rounding=ROUND_HALF_UP)


def decimals_of(currency: str) -> int:
    """The decimals of a currency by its ISO code; 2 for a code that ISO does not list."""
    return _DECIMALS.get(currency.strip().upper(), 2)


def minor_unit(decimals: int) -> Decimal:
    """The smallest amount with so many decimals, for example 0.01."""
    return _UNITS[decimals] if 0 <= decimals < len(_UNITS) else Decimal(1).scaleb(-decimals)


_UNITS = tuple(Decimal(1).scaleb(-decimals) for decimals in range(12))


def exactly() -> AbstractContextManager[Context]:
    """Sums and products inside lose no digit of anything that the CRM can hold."""
    return localcontext(_EXACT)


def as_text(amount: Decimal) -> str:
    """`amount` as a person reads it: at least two decimals, and no digit lost."""
    with exactly():
        exponent = amount.normalize().as_tuple().exponent
        places = -exponent if isinstance(exponent, int) else 0
        return f"{round_amount(amount, max(2, places)):f}"


def round_amount(amount: Decimal, decimals: int) -> Decimal:
    """`amount` with so many decimals; half a unit goes away from zero, on both sides of it."""
    found = amount.quantize(minor_unit(decimals), context=_EXACT)
    # Adding zero turns -0.00 into 0.00: a reader must not see a sign without an amount.
    return found or _EXACT.add(found, ZERO)
