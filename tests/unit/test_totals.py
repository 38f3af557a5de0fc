"""An invoice comes to what Vtiger's own form says, in every currency and both tax modes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given

from tests.unit.invoice_oracle import UNITS, invoices, oracle
from vtiger_xero.engine.errors import RecordRefused
from vtiger_xero.engine.totals import (
    Charge,
    InvoiceInput,
    InvoiceLine,
    InvoiceTotals,
    Method,
    Tax,
    TaxMode,
    invoice_totals,
    received_amount,
    status_after_new_due_date,
    status_after_payment,
)

D = Decimal
VAT, SALES = Tax("VAT", D(10)), Tax("Sales", D(5))
ON_BOTH = Tax("Both", D(10), Method.COMPOUND, frozenset({"VAT", "Sales"}))
KEPT = Tax("Kept back", D(2), Method.DEDUCTED)


def line(price: str, quantity: str = "1", *taxes: Tax, **discount: str) -> InvoiceLine:
    given = {f"discount_{kind}": D(value) for kind, value in discount.items()}
    return InvoiceLine("Bolt", D(quantity), D(price), taxes=taxes, **given)


def totals(*lines: InvoiceLine, currency: str = "NZD", **fields: object) -> InvoiceTotals:
    return invoice_totals(InvoiceInput(lines, currency=currency, **fields))  # type: ignore[arg-type]


def group(*lines: InvoiceLine, **fields: object) -> InvoiceTotals:
    return totals(*lines, tax_mode=TaxMode.GROUP, **fields)  # type: ignore[arg-type]


# Against an oracle that shares nothing but the inputs


@given(invoices())
def test_every_figure_is_the_oracles(invoice: InvoiceInput) -> None:
    found, unit = invoice_totals(invoice), UNITS[invoice.currency]
    expected = oracle(invoice)
    assert [each.net_price * unit for each in found.lines] == expected.pop("net_prices")
    for figure, value in expected.items():
        assert getattr(found, figure) * unit == value, figure


@given(invoices())
def test_every_figure_is_a_whole_number_of_minor_units(invoice: InvoiceInput) -> None:
    found, unit = invoice_totals(invoice), UNITS[invoice.currency]
    figures = [found.grand_total, found.pre_tax_total, found.items_total]
    figures += [amount for each in found.lines for amount in each.taxes.values()]
    assert all(amount * unit % 1 == 0 for amount in figures)


@given(invoices())
def test_the_grand_total_is_the_sum_of_what_is_shown(invoice: InvoiceInput) -> None:
    found = invoice_totals(invoice)
    assert found.grand_total == (
        found.items_total
        - found.overall_discount
        + found.charges_total
        + found.taxes_on_charges
        + found.tax
        - found.deducted
        + found.adjustment
    )
    line_taxes = sum((each.tax for each in found.lines), D(0))
    assert (
        found.grand_total
        == (found.pre_tax_total + line_taxes + found.taxes_on_charges + found.tax - found.deducted)
        + found.adjustment
    )


@given(invoices())
def test_the_order_of_lines_and_taxes_does_not_count(invoice: InvoiceInput) -> None:
    turned = replace(invoice, lines=invoice.lines[::-1], taxes=invoice.taxes[::-1])
    assert invoice_totals(turned).grand_total == invoice_totals(invoice).grand_total


@given(invoices())
def test_what_was_received_changes_no_other_figure(invoice: InvoiceInput) -> None:
    assume(invoice.received)
    paid, unpaid = invoice_totals(invoice), invoice_totals(replace(invoice, received=D(0)))
    assert replace(paid, received=D(0)) == replace(unpaid, received=D(0))


# The help's own examples


def test_group_tax_stands_on_the_total_of_the_lines() -> None:
    found = group(line("6000"), line("4000"), taxes=(Tax("VAT", D(11)),))
    assert (found.items_total, found.tax, found.grand_total) == (10000, 1100, 11100)


def test_individual_taxes_stand_on_each_line() -> None:
    found = totals(line("6000", "1", Tax("VAT", D(11))), line("4000"))
    assert (found.tax, found.items_total, found.grand_total) == (0, 10660, 10660)


def test_the_grand_total_differs_by_mode() -> None:
    lines = [line("0.05", "1", VAT)] * 3
    assert totals(*lines).grand_total == D("0.18")
    assert group(*lines, taxes=(VAT,)).grand_total == D("0.17")


def test_a_compound_tax_is_computed_on_simple_ones_too() -> None:
    found = totals(line("100", "1", ON_BOTH, SALES, VAT)).lines[0]
    assert found.taxes == {"Both": D("11.50"), "Sales": 5, "VAT": 10}
    assert list(found.taxes) == ["Both", "Sales", "VAT"], "in the order that they were given"


def test_a_compound_tax_ignores_what_does_not_stand_beside_it() -> None:
    assert totals(line("100", "1", ON_BOTH, SALES)).lines[0].taxes["Both"] == D("10.50")


def test_deducted_taxes_are_computed_on_items_total_and_subtracted() -> None:
    found = totals(
        line("100", "1", VAT), overall_discount_amount=D(10), charges=(_shipping(),), taxes=(KEPT,)
    )
    assert found.deducted_taxes == {"Kept back": 2}
    assert found.grand_total == 110 - 10 + 50 + 5 - 2


# Step by step


def test_each_step_is_rounded_by_itself() -> None:
    found = totals(line("0.333", "1.5", VAT, SALES, percent="50"))
    assert (found.lines[0].total, found.lines[0].discount) == (D("0.50"), D("0.25"))
    assert found.lines[0].taxes == {"VAT": D("0.03"), "Sales": D("0.01")}


def test_a_line_discount_is_a_percent_or_an_amount() -> None:
    assert totals(line("80", "2", percent="12.5")).grand_total == 140
    assert totals(line("80", "2", amount="12.5")).grand_total == D("147.50")


def test_the_overall_discount_contains_the_lines_taxes_in_the_individual_mode() -> None:
    found = totals(line("100", "1", VAT), overall_discount_percent=D(10))
    assert (found.items_total, found.overall_discount) == (110, 11)
    assert (found.pre_tax_total, found.grand_total) == (89, 99)


def test_group_taxes_stand_on_what_the_overall_discount_leaves_without_charges() -> None:
    found = group(
        line("100"), overall_discount_percent=D(10), charges=(_shipping(),), taxes=(VAT, ON_BOTH)
    )
    assert found.group_taxes == {"VAT": 9, "Both": D("9.90")}
    assert (found.pre_tax_total, found.taxes_on_charges) == (140, 5)
    assert found.grand_total == 90 + 50 + 5 + D("18.90")


def test_a_charge_is_an_amount_or_a_percent_of_what_the_discount_leaves() -> None:
    percent = Charge("Shipping & Handling", percent=D(10), taxes=(VAT, ON_BOTH))
    found = totals(line("200"), overall_discount_amount=D(100), charges=(percent,))
    assert (found.charges[0].amount, found.taxes_on_charges) == (10, D("2.10"))


@pytest.mark.parametrize(("typed", "total"), [("0.25", "100.25"), ("-0.25", "99.75")])
def test_an_adjustment_is_added_or_deducted(typed: str, total: str) -> None:
    assert totals(line("100"), adjustment=D(typed)).grand_total == D(total)


def test_a_line_that_gives_back_carries_a_negative_tax() -> None:
    found = totals(line("100", "1", VAT), line("0.05", "-1", VAT))
    assert found.lines[1].net_price == D("-0.06")
    assert found.grand_total == D("109.94")


@pytest.mark.parametrize(
    ("currency", "expected"), [("JPY", "2"), ("NZD", "1.35"), ("KWD", "1.357"), ("CLF", "1.3575")]
)
def test_a_currency_is_rounded_to_its_own_decimals(currency: str, expected: str) -> None:
    price = {"JPY": "1.5"}.get(currency, "1.2341")
    assert totals(line(price, "1", VAT), currency=currency).grand_total == D(expected)


def test_line_taxes_do_not_count_in_the_group_mode_nor_group_taxes_in_the_other() -> None:
    assert group(line("100", "1", VAT)).grand_total == 100
    assert totals(line("100"), taxes=(VAT,)).grand_total == 100


def test_an_invoice_without_lines_comes_to_nothing() -> None:
    assert totals().grand_total == 0


# What contradicts itself


@pytest.mark.parametrize(
    ("said", "make"),
    [
        ("given twice", lambda: totals(line("1", "1", percent="1", amount="1"))),
        (
            "overall discount is given twice",
            lambda: totals(overall_discount_percent=D(1), overall_discount_amount=D(1)),
        ),
        ("VAT is 2 times", lambda: totals(line("1", "1", VAT, VAT))),
        ("VAT is 2 times on the invoice", lambda: group(taxes=(VAT, VAT))),
        ("a deducted tax", lambda: totals(line("1", "1", KEPT))),
        (
            "which is not simple",
            lambda: totals(
                line("1", "1", ON_BOTH, Tax("C", D(1), Method.COMPOUND, frozenset({"Both"})))
            ),
        ),
    ],
)
def test_a_contradiction_is_refused_with_a_sentence(said: str, make: object) -> None:
    with pytest.raises(RecordRefused, match=said) as refused:
        make()  # type: ignore[operator]
    assert refused.value.remedy


# Payments


def test_only_received_payments_count_and_what_xero_has_besides() -> None:
    payments = [("Received", D(30)), ("Pending", D(7)), ("Refunded", D(5)), ("Received", D(3))]
    assert received_amount(payments, D("1.50")) == D("34.50")


@pytest.mark.parametrize(
    ("status", "total", "received", "expected"),
    [
        ("Approved", 100, 0, "Approved"),
        ("Approved", 100, 30, "Partially Paid"),
        ("Approved", 100, 100, "Paid"),
        ("Approved", 100, 130, "Paid"),
        ("Overdue", 100, 30, "Partially Paid"),
        ("Created", 100, 100, "Paid"),
        ("Paid", 100, 0, "Approved"),
        ("Partially Paid", 100, 0, "Approved"),
        ("Overdue", 100, 0, "Overdue"),
        ("Cancel", 100, 100, "Cancel"),
        ("Credit Invoice", 100, 100, "Credit Invoice"),
        ("Paid", 0, 0, "Paid"),
        ("Created", 0, 0, "Created"),
        ("Approved", -100, -30, "Partially Paid"),
        ("Approved", -100, -100, "Paid"),
        ("Approved", 100, -10, "Approved"),
    ],
)
def test_the_status_follows_what_was_received(
    status: str, total: int, received: int, expected: str
) -> None:
    assert status_after_payment(status, D(total), D(received)) == expected


def _shipping() -> Charge:
    return Charge("Shipping & Handling", D(50), taxes=(VAT,))


@pytest.mark.parametrize(
    ("status", "due", "received", "expected"),
    [
        ("Overdue", date(2026, 3, 2), 0, "Approved"),
        ("Overdue", date(2026, 3, 1), 0, "Approved"),
        ("Overdue", date(2026, 3, 2), 5, "Partially Paid"),
        ("Overdue", None, 0, "Approved"),
        ("Overdue", date(2026, 2, 28), 0, "Overdue"),
        ("Paid", date(2026, 3, 2), 5, "Paid"),
        ("Cancel", date(2026, 3, 2), 0, "Cancel"),
        ("Approved", date(2026, 2, 1), 0, "Approved"),
    ],
)
def test_what_is_not_due_any_more_is_not_overdue(
    status: str, due: date | None, received: int, expected: str
) -> None:
    assert status_after_new_due_date(status, due, D(received), date(2026, 3, 1)) == expected
