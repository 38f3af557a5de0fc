"""Every invoice of the CRM, said in Xero's terms and read back: nothing lost, no cent off.

An exact way exists (and so no fault may be told) where every line of the CRM has a line of Xero of
the same quantity and the same price to four decimals that comes to the same amount to the cent:
without a discount if it has none, else with any rate of two decimals up to 100, or any amount of
two decimals up to that of the line; where charges, adjustment and total are whole cents; and where
the taxes are rates of Xero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, assume, given, settings

from tests.support.bills import any_invoices, lookups, plain_invoices, wire_rates
from tests.unit.invoice_oracle import UNITS, oracle, whole
from tests.unit.xero_oracle import complaints, total_cents
from vtiger_xero.engine.mapping.drafting import draft
from vtiger_xero.engine.mapping.invoices import ITEMS, table
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.requests import creation
from vtiger_xero.engine.totals import computed_fields, invoice_input

Fields = Mapping[str, Any]
often = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
TABLE = table(lookups())
RATES = wire_rates()


def crm_total(fields: Fields) -> Fraction:
    """Grand Total by the oracle."""
    given = invoice_input(fields, fields["items"], fields["taxes"])
    return Fraction(oracle(given)["grand_total"], UNITS[fields["currency"]])


def computed_total(fields: Fields) -> Decimal:
    return computed_fields(fields, fields["items"], fields["taxes"]).invoice["grand_total"]


def request(fields: Fields) -> dict[str, Any]:
    return creation(Module.INVOICES, TABLE, TABLE.comparable(fields))


def back(fields: Fields) -> dict[str, Any]:
    """Xero's document of it as a new record of the CRM."""
    document = request(fields)
    return TABLE.to_crm(TABLE.read_beside(document, TABLE.comparable(fields)), {}, document)


def has_exact_way(fields: Fields) -> bool:
    given = invoice_input(fields, fields["items"], fields["taxes"])
    unit = UNITS[fields["currency"]]
    amounts = [crm_total(fields), *_outside(given, unit)]
    return all((amount * 100).denominator == 1 for amount in amounts) and all(
        _line_exists(line, unit) for line in given.lines
    )


def _outside(given: Any, unit: int) -> Iterator[Fraction]:
    yield Fraction(oracle(given)["charges_total"], unit)
    yield Fraction(whole(Fraction(given.adjustment) * unit), unit)


def _line_exists(line: Any, unit: int) -> bool:
    total = whole(Fraction(line.quantity) * Fraction(line.selling_price) * unit)
    off = whole(Fraction(line.discount_percent) * total / 100)
    off += whole(Fraction(line.discount_amount) * unit)
    cents = Fraction(total - off, unit) * 100
    if cents.denominator != 1:
        return False
    price = Fraction(whole(Fraction(line.selling_price) * 10_000), 10_000)
    gross = Fraction(line.quantity) * price * 100
    if not line.discount_percent and not line.discount_amount:
        return whole(gross) == cents
    return any(whole(gross - each) == cents for each in _discounts(gross, cents))


def _discounts(gross: Fraction, cents: Fraction) -> Iterator[Fraction]:
    """In cents: what could be taken off, by an amount or by a rate, to come to `cents`."""
    yield from (
        off
        for off in map(Fraction, range(int(gross - cents) - 2, int(gross - cents) + 3))
        if abs(off) <= abs(gross) and (not off or (off > 0) == (gross > 0))
    )
    if gross:
        rate = int((1 - cents / gross) * 10_000)
        yield from (
            gross * each / 10_000 for each in range(rate - 2, rate + 3) if 0 <= each <= 10_000
        )
    yield Fraction(0)


@often
@given(plain_invoices)
def test_a_plain_invoice_has_no_fault(fields: Fields) -> None:
    """Two decimals, Xero's own rates, percents of two decimals: there is always an exact way."""
    assert draft(fields, lookups()).faults == ()


@often
@given(any_invoices)
def test_what_is_sent_comes_to_the_grand_total(fields: Fields) -> None:
    drafted = draft(fields, lookups())
    assume(not drafted.faults)
    document = request(fields)
    assert list(complaints(document, RATES)) == []
    assert Fraction(total_cents(document, RATES), 100) == crm_total(fields) == drafted.total


@often
@given(any_invoices)
def test_what_was_sent_reads_back_as_what_was_compared(fields: Fields) -> None:
    assume(not draft(fields, lookups()).faults)
    compared = TABLE.comparable(fields)
    assert TABLE.read_beside(request(fields), compared) == compared


@often
@given(any_invoices)
def test_a_third_trip_changes_nothing(fields: Fields) -> None:
    assume(not draft(fields, lookups()).faults)
    again = back(fields)
    assert computed_total({**again, "currency": fields["currency"]}) == crm_total(fields)
    assert TABLE.comparable(again) == TABLE.comparable(fields)
    assert {row.field for row in TABLE.rows} <= again.keys() | {ITEMS}
    assert back(again) == again


@often
@given(any_invoices)
def test_a_fault_is_told_where_no_exact_way_exists_and_only_there(fields: Fields) -> None:
    faults = draft(fields, lookups()).faults
    for fault in faults:
        assert fault.rule and fault.reason and fault.remedy
    if any(fault.rule == "I12" for fault in faults):
        assert not has_exact_way(fields), [fault.reason for fault in faults]
    if not has_exact_way(fields):
        assert faults
