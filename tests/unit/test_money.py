"""Each currency has its decimals, and half a unit goes away from zero."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtiger_xero.engine.money import decimals_of, exactly, minor_unit, round_amount


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [("NZD", 2), ("jpy", 0), (" KWD ", 3), ("BHD", 3), ("KRW", 0), ("CLF", 4), ("", 2), ("??", 2)],
)
def test_a_currency_has_the_decimals_of_iso_4217(currency: str, decimals: int) -> None:
    assert decimals_of(currency) == decimals


@pytest.mark.parametrize(
    ("amount", "decimals", "expected"),
    [
        ("1.005", 2, "1.01"),
        ("-1.005", 2, "-1.01"),
        ("1.004999999", 2, "1.00"),
        ("0.5", 0, "1"),
        ("-0.5", 0, "-1"),
        ("2.5", 0, "3"),
        ("0.0005", 3, "0.001"),
        ("7", 3, "7.000"),
    ],
)
def test_half_a_unit_goes_away_from_zero(amount: str, decimals: int, expected: str) -> None:
    assert str(round_amount(Decimal(amount), decimals)) == expected


def test_nothing_has_no_sign() -> None:
    assert str(round_amount(Decimal("-0.001"), 2)) == "0.00"


@given(st.decimals("-1e30", "1e30", places=12), st.integers(0, 4))
def test_rounding_moves_by_half_a_unit_at_most(amount: Decimal, decimals: int) -> None:
    distance = abs(Fraction(round_amount(amount, decimals)) - Fraction(amount))
    assert distance <= Fraction(minor_unit(decimals)) / 2


def test_the_largest_numbers_that_vtiger_holds_lose_no_digit() -> None:
    quantity, price = Decimal("9" * 22 + ".999"), Decimal("9" * 19 + ".99999999")
    with exactly():
        assert Fraction(quantity * price) == Fraction(quantity) * Fraction(price)


def test_rounding_does_not_depend_on_the_callers_precision() -> None:
    with localcontext() as narrow:
        narrow.prec = 4
        assert str(round_amount(Decimal("123456.785"), 2)) == "123456.79"
