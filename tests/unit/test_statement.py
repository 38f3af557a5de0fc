"""A customer's statement ends in what the customer owes, to the cent."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from vtiger_xero.engine.ageing import OWED
from vtiger_xero.engine.statement import INVOICED, Entry, Invoiced, Kind, Paid, statement

FIRST, LAST = date(2026, 5, 1), date(2026, 5, 31)


def invoice(name: str, day: date, total: str, balance: str, status: str = "Approved") -> Invoiced:
    due = day + timedelta(20)
    return Invoiced(name, f"No {name}", day, due, status, Decimal(total), Decimal(balance))


def told(entries: list[Entry]) -> list[tuple[Any, ...]]:
    return [(e.kind, e.day.day, str(e.charged - e.paid), str(e.balance)) for e in entries]


def test_the_balance_runs_from_the_opening_to_the_closing_one() -> None:
    invoices = [
        invoice("A", date(2026, 4, 3), "100", "40", "Partially Paid"),
        invoice("B", date(2026, 5, 10), "50.50", "50.50"),
        invoice("C", date(2026, 6, 2), "7", "7"),
    ]
    payments = [
        Paid("P1", "A", date(2026, 4, 20), Decimal(10)),
        Paid("P2", "A", date(2026, 5, 10), Decimal(50), "Bank 7"),
    ]
    found = statement(invoices, payments, FIRST, LAST)
    assert told(found) == [
        (Kind.OPENING, 1, "0", "90"),
        (Kind.INVOICE, 10, "50.50", "140.50"),
        (Kind.PAYMENT, 10, "-50", "90.50"),
        (Kind.CLOSING, 31, "0", "90.50"),
    ]
    assert (found[2].name, found[2].text) == ("P2", "No A Bank 7")


def test_what_settled_an_invoice_otherwise_is_an_entry_of_its_own() -> None:
    """A credit note in Xero, a CIS deduction, or a status that somebody has chosen."""
    day = date(2026, 5, 2)
    invoices = [invoice("A", day, "100", "70"), invoice("B", day, "20", "20", "Paid")]
    found = statement(invoices, [], FIRST, LAST)
    assert [e.paid for e in found if e.kind is Kind.SETTLED] == [30, 20]
    assert found[-1].balance == 70


def test_a_payment_of_what_is_no_invoice_here_is_left_out() -> None:
    assert len(statement([], [Paid("P", "Draft", FIRST, Decimal(5))], FIRST, LAST)) == 2


def test_a_payment_without_a_day_counts_on_that_of_its_invoice() -> None:
    found = statement(
        [invoice("A", date(2026, 5, 5), "9", "0", "Paid")],
        [Paid("P", "A", None, Decimal(9))],
        FIRST,
        LAST,
    )
    assert [e.day.day for e in found] == [1, 5, 5, 31]


def test_drafts_credits_and_cancelled_invoices_are_never_invoiced() -> None:
    assert set(INVOICED) == {*OWED, "Paid"}


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
cents = st.integers(0, 100_000).map(lambda each: Decimal(each) / 100)
invoices_of = st.lists(st.tuples(days, cents, cents, st.sampled_from(INVOICED)), max_size=6)
payments_of = st.lists(st.tuples(st.integers(0, 5), days, cents), max_size=8)


@given(invoices_of, payments_of, days)
def test_whatever_happened_it_ends_in_the_open_balances(
    given_invoices: list[Any], given_payments: list[Any], first: date
) -> None:
    invoices = [
        Invoiced(str(n), str(n), day, None, status, total, balance)
        for n, (day, total, balance, status) in enumerate(given_invoices)
    ]
    payments = [
        Paid(str(n), str(of), day, amount) for n, (of, day, amount) in enumerate(given_payments)
    ]
    found = statement(invoices, payments, first, date(2027, 1, 1))
    owed = sum((each.balance for each in invoices if each.status in OWED), Decimal(0))
    assert found[-1].balance == owed
