"""Outstanding by age."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from vtiger_xero.engine.ageing import OWED, Age, Owed, by_customer, sum_by_age

TODAY = date(2026, 6, 30)


def sums(*invoices: Owed, decimals: int = 2) -> dict[Age, Decimal]:
    found = sum_by_age(invoices, TODAY, decimals)
    return {age: amount for age, amount in found.items() if amount}


def owed(days: int | None, balance: str = "10", rate: str = "1") -> Owed:
    due = None if days is None else TODAY - timedelta(days=days)
    return Owed(due, Decimal(balance), Decimal(rate))


@pytest.mark.parametrize(
    ("days", "age"),
    [
        (None, Age.NOT_DUE),
        (-5, Age.NOT_DUE),
        (0, Age.NOT_DUE),
        (1, Age.TO_30),
        (30, Age.TO_30),
        (31, Age.TO_60),
        (60, Age.TO_60),
        (61, Age.TO_90),
        (90, Age.TO_90),
        (91, Age.OVER_90),
        (4000, Age.OVER_90),
    ],
)
def test_an_invoice_is_due_from_the_day_after_its_due_date(days: int | None, age: Age) -> None:
    assert sums(owed(days)) == {age: Decimal(10)}


def test_every_age_is_told_though_nothing_is_owed() -> None:
    assert list(sum_by_age([], TODAY, 2)) == list(Age)


def test_amounts_of_one_age_are_added_without_losing_a_cent() -> None:
    assert sums(*[owed(1, "0.10")] * 3) == {Age.TO_30: Decimal("0.30")}


def test_another_currency_counts_in_the_base_currency() -> None:
    """0.595238 US dollars for one of New Zealand; each invoice is rounded by itself."""
    assert sums(owed(1, "100", "0.595238")) == {Age.TO_30: Decimal("168.00")}
    assert sums(*[owed(1, "1", "3")] * 3) == {Age.TO_30: Decimal("0.99")}
    assert sums(owed(1, "100", "0.0067"), decimals=0) == {Age.TO_30: Decimal("14925")}


def test_a_rate_that_nobody_gave_is_one() -> None:
    assert sums(owed(1, "5", "0")) == {Age.TO_30: Decimal(5)}


def test_drafts_void_and_paid_invoices_are_not_owed() -> None:
    assert set(OWED) == {"Approved", "Overdue", "Initiated", "In Progress", "Partially Paid"}


def test_each_customer_owes_in_each_currency_by_itself() -> None:
    rows = [
        Owed(TODAY, Decimal(5), Decimal(1), "ACC1", "NZD"),
        Owed(TODAY - timedelta(40), Decimal(7), Decimal(1), "ACC1", "NZD"),
        Owed(TODAY - timedelta(1), Decimal(60), Decimal("0.6"), "ACC1", "USD"),
        Owed(None, Decimal(9), Decimal(1), "ACC2", "NZD"),
    ]
    found = by_customer(rows, TODAY, 2)
    told = [(f.customer, f.currency, f.total, f.overdue, f.in_base) for f in found]
    assert told == [
        ("ACC1", "NZD", 12, 7, 12),
        ("ACC1", "USD", 60, 60, 100),
        ("ACC2", "NZD", 9, 0, 9),
    ]
    assert found[0].ages[Age.TO_60] == 7
    assert sum(f.in_base for f in found) == sum(sum_by_age(rows, TODAY, 2).values())
