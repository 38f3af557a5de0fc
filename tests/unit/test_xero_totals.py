"""Xero's own sums, and the line taxes that make its total the CRM's to the cent."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.invoice_oracle import decimals, whole
from vtiger_xero.engine.cent_exact import CENT, Fit, NoFit, fit_taxes
from vtiger_xero.engine.totals import InvoiceInput, InvoiceLine, Tax, TaxMode, invoice_totals
from vtiger_xero.engine.xero_totals import (
    LineAmountTypes,
    TaxComponent,
    XeroLine,
    XeroRate,
    exact_tax,
    line_amount,
    xero_totals,
)

D = Decimal
EXCLUSIVE, INCLUSIVE = LineAmountTypes.EXCLUSIVE, LineAmountTypes.INCLUSIVE
GST = XeroRate((TaxComponent("GST", D(15)),))

components = st.builds(TaxComponent, st.just("Tax"), decimals("0", "30", 4))
rates = st.builds(
    lambda simple, top: XeroRate((*simple, *(replace(each, compound=True) for each in top))),
    st.lists(components, max_size=3),
    st.lists(components, max_size=1),
)
lines = st.builds(
    XeroLine,
    quantity=decimals("-20", "900", 4),
    unit_amount=decimals("0", "900", 4),
    discount_rate=st.just(D(0)) | decimals("0", "100", 2),
    rate=rates,
)
invoices = st.lists(lines, min_size=1, max_size=6)
kinds = st.sampled_from(LineAmountTypes)


def line(amount: str, rate: XeroRate = GST, **fields: Decimal) -> XeroLine:
    return XeroLine(D(1), D(amount), rate=rate, **fields)


# Xero's sums


@given(invoices, kinds)
def test_totals_are_the_oracles(lines: list[XeroLine], kind: LineAmountTypes) -> None:
    amount = tax = 0
    for each in lines:
        cents = (
            Fraction(each.quantity)
            * Fraction(each.unit_amount)
            * (100 - Fraction(each.discount_rate))
        )
        amount += whole(cents)
        simple = sum(Fraction(one.rate) for one in each.rate.components if not one.compound)
        top = sum(Fraction(one.rate) for one in each.rate.components if one.compound)
        share = (1 + simple / 100) * (1 + top / 100) - 1
        if kind is not LineAmountTypes.NO_TAX:
            base = 1 + share if kind is INCLUSIVE else Fraction(1)
            tax += whole(whole(cents) * share / base)
    found = xero_totals(lines, kind)
    assert found.total_tax * 100 == tax
    assert found.sub_total * 100 == (amount - tax if kind is INCLUSIVE else amount)
    assert found.total == found.sub_total + found.total_tax


def test_the_tax_inside_an_amount_is_what_xero_was_seen_to_answer() -> None:
    found = xero_totals([line("541.25")], INCLUSIVE)
    assert (found.total_tax, found.total, found.sub_total) == (D("70.60"), D("541.25"), D("470.65"))


def test_tax_is_rounded_line_by_line_and_then_added() -> None:
    assert xero_totals([line("0.10")] * 3, EXCLUSIVE).total_tax == D("0.06")


def test_no_tax_is_no_tax() -> None:
    found = xero_totals([line("100", tax_amount=D(5))], LineAmountTypes.NO_TAX)
    assert (found.total_tax, found.total) == (0, 100)


def test_a_compound_component_is_computed_on_the_others_too() -> None:
    parts = TaxComponent("GST", D(5)), TaxComponent("QST", D("9.5"), compound=True)
    assert XeroRate(parts).effective == D("14.975")
    assert xero_totals([line("100", XeroRate(parts))], EXCLUSIVE).total == D("114.98")


def test_a_discount_is_taken_off_before_the_line_is_rounded() -> None:
    assert line_amount(line("0.333", discount_rate=D(50))) == D("0.17")
    assert line_amount(line("10", discount_amount=D("0.004"))) == D("10.00")


def test_a_tax_amount_that_was_sent_stands() -> None:
    assert xero_totals([line("100", tax_amount=D("14.99"))], EXCLUSIVE).total == D("114.99")


# Cent-exact


@given(invoices, st.integers(-4, 4))
def test_a_fit_has_the_wanted_total_and_no_tax_further_away_than_a_cent_per_tax(
    lines: list[XeroLine], cents: int
) -> None:
    own = xero_totals(lines, EXCLUSIVE)
    found = fit_taxes(lines, EXCLUSIVE, own.total + cents * CENT)
    if isinstance(found, NoFit):
        assert cents
        assert (found.wanted, found.xero) == (own.total + cents * CENT, own.total)
        return
    assert found.totals.total == own.total + cents * CENT
    assert found.changed == (cents != 0)
    for each, tax in zip(lines, found.tax_amounts, strict=True):
        exact = exact_tax(each, EXCLUSIVE)
        assert abs(tax - exact) <= CENT * len(each.rate.components)
        assert tax * exact > 0 or not tax


@given(st.lists(lines, min_size=1, max_size=3), st.integers(-3, 3))
def test_what_is_said_to_be_impossible_is_impossible(lines: list[XeroLine], cents: int) -> None:
    own = xero_totals(lines, EXCLUSIVE)
    found = fit_taxes(lines, EXCLUSIVE, own.total + cents * CENT)
    choices = []
    for each, was in zip(lines, own.lines, strict=True):
        reach, exact = len(each.rate.components), exact_tax(each, EXCLUSIVE)
        steps = [was.tax_amount + step * CENT for step in range(-reach - 1, reach + 2)]
        choices.append(
            [
                tax
                for tax in steps
                if abs(tax - exact) <= reach * CENT
                and tax * exact >= 0
                and bool(exact) >= bool(tax)
            ]
        )
    wanted = own.total_tax + cents * CENT
    assert isinstance(found, Fit) == any(sum(each) == wanted for each in product(*choices))


crm_lines = st.tuples(decimals("0.001", "50", 3), decimals("0.01", "90", 4))


@given(st.lists(crm_lines, min_size=1, max_size=8), st.lists(decimals("0", "20", 3), max_size=3))
def test_every_group_tax_of_vtigers_can_be_made_equal_at_xero(
    typed: list[tuple[Decimal, Decimal]], percents: list[Decimal]
) -> None:
    taxes = tuple(Tax(f"T{place}", rate) for place, rate in enumerate(percents))
    rate = XeroRate(tuple(TaxComponent(tax.name, tax.rate) for tax in taxes))
    crm = invoice_totals(
        InvoiceInput(
            tuple(InvoiceLine("Bolt", *each) for each in typed), TaxMode.GROUP, "NZD", taxes=taxes
        )
    )
    found = fit_taxes([XeroLine(*each, rate=rate) for each in typed], EXCLUSIVE, crm.grand_total)
    assert isinstance(found, Fit)
    assert found.totals.total == crm.grand_total


@given(st.lists(crm_lines, min_size=1, max_size=8), st.lists(decimals("0", "20", 3), max_size=3))
def test_every_individual_tax_of_vtigers_is_taken_over_line_by_line(
    typed: list[tuple[Decimal, Decimal]], percents: list[Decimal]
) -> None:
    taxes = tuple(Tax(f"T{place}", rate) for place, rate in enumerate(percents))
    rate = XeroRate(tuple(TaxComponent(tax.name, tax.rate) for tax in taxes))
    crm = invoice_totals(
        InvoiceInput(tuple(InvoiceLine("Bolt", *each, taxes=taxes) for each in typed))
    )
    sent = [
        XeroLine(*each, rate=rate, tax_amount=line.tax)
        for each, line in zip(typed, crm.lines, strict=True)
    ]
    found = fit_taxes(sent, EXCLUSIVE, crm.grand_total)
    assert isinstance(found, Fit)
    assert list(found.tax_amounts) == [line.tax for line in crm.lines]


def test_the_line_that_lost_most_by_rounding_gets_the_cent() -> None:
    found = fit_taxes([line("1.01"), line("1.02"), line("1.00")], EXCLUSIVE, D("3.49"))
    assert isinstance(found, Fit)
    assert found.tax_amounts == (D("0.15"), D("0.16"), D("0.15"))
    assert xero_totals([line("1.01"), line("1.02"), line("1.00")], EXCLUSIVE).total == D("3.48")


def test_nothing_is_overridden_where_xero_comes_out_equal() -> None:
    found = fit_taxes([line("100")], EXCLUSIVE, D(115))
    assert isinstance(found, Fit)
    assert not found.changed


@pytest.mark.parametrize(
    ("lines", "kind", "wanted", "said"),
    [
        ([line("100")], EXCLUSIVE, "115.02", "more than rounding can explain"),
        ([line("100", XeroRate())], EXCLUSIVE, "100.01", "more than rounding can explain"),
        ([line("1")], EXCLUSIVE, "1.155", "Xero keeps two decimals only"),
        ([line("115")], INCLUSIVE, "115.01", "does not depend on the tax"),
        ([line("100", tax_amount=D(11))], EXCLUSIVE, "111", "the tax of line 1 is 11.00"),
    ],
)
def test_what_cannot_be_made_equal_is_said_with_both_figures(
    lines: list[XeroLine], kind: LineAmountTypes, wanted: str, said: str
) -> None:
    found = fit_taxes(lines, kind, D(wanted))
    assert isinstance(found, NoFit)
    assert said in found.reason
    assert (found.wanted, found.xero) == (D(wanted), xero_totals(lines, kind).total)
