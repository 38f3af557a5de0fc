"""Amounts: exact, and rounded where Xero rounds.

Half up, away from zero [REC, DOC: D13]; two decimals in every currency, yen included [DOC: L12].
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
