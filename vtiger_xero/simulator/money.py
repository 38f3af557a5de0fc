"""Amounts: exact, and rounded where Xero rounds.

# invented: half up, away from zero. Xero does not publish its mode; half up fits every
recording. # invented: two decimals in every currency, yen included. "Totals always 2 dp" is
what is known [OAS], and no source speaks of another number.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
_CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """To two decimals. A zero has no sign."""
    return places(amount, 2)


def places(amount: Decimal, count: int) -> Decimal:
    """To so many decimals."""
    rounded = amount.quantize(_CENT if count == 2 else Decimal(1).scaleb(-count), ROUND_HALF_UP)
    return rounded if rounded else abs(rounded)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum, a Decimal even of nothing."""
    return sum(amounts, ZERO)


def shown(amount: Decimal) -> Decimal:
    """As few decimals as it needs, at least one: `24.15`, `1.0` [REC]."""
    short = amount.normalize()
    exponent = short.as_tuple().exponent
    return short if isinstance(exponent, int) and exponent < 0 else short.quantize(Decimal("0.1"))
