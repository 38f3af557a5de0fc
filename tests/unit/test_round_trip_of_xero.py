"""Every sales invoice of Xero, taken into the CRM and compared: no cent off, no change invented.

Then a person edits a line in the CRM, and what goes back keeps all that was not edited.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from tests.support.bills import (
    KEA_AT_XERO,
    NOTHING,
    TEXTS,
    lookups,
    wire_rates,
)
from tests.unit.invoice_oracle import decimals, either
from tests.unit.xero_oracle import complaints, line_cents, tax_cents, total_cents
from vtiger_xero.engine.mapping.drafting import draft
from vtiger_xero.engine.mapping.invoices import ITEMS, table
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.requests import update
from vtiger_xero.engine.totals import Saved, amounts_that_stand, computed_fields

D = Decimal
Fields = Mapping[str, Any]
often = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
TABLE, RATES = table(lookups()), wire_rates()

OFF_BY = st.sampled_from([0, 0, 0, 1, -1, 350])
prices = decimals("-20", "900", 2) | decimals("0", "9", 4)
quantities = decimals("-3", "400", 4) | st.sampled_from([D(0), D(1), D(3), D("0.5")])
kinds = st.sampled_from(["Exclusive", "Inclusive", "NoTax"])
tax_types = st.sampled_from(
    ["OUTPUT2", "OUTPUT2", "TAX001", "TAX002", "ZERORATED", "NONE", "OUTPUT", None]
)

HEAD = {
    "InvoiceID": "0b1c6e5e-0000-4000-8000-000000000001",
    "InvoiceNumber": "INV-0001",
    "Type": "ACCREC",
    "Status": "AUTHORISED",
    "Contact": {"ContactID": KEA_AT_XERO, "Name": "Kea"},
    "Date": "2026-11-01",
    "DueDate": "2026-11-21",
    "CurrencyCode": "NZD",
    "LineAmountTypes": "Exclusive",
}


@st.composite
def xero_lines(draw: Any, kind: str) -> dict[str, Any]:
    text = draw(TEXTS).strip()
    if not draw(st.integers(0, 9)):
        return {"Description": text, "LineAmount": D(0), "TaxAmount": D(0)}
    rate, amount = draw(either(decimals("0", "100", 2), decimals("0", "9", 2)) | NOTHING)
    made = {
        "Description": text,
        "ItemCode": draw(st.sampled_from([None, None, "A-1", "HELP", "ELSEWHERE"])),
        "Quantity": draw(quantities),
        "UnitAmount": draw(prices),
        "DiscountRate": rate or None,
        "AccountCode": draw(st.sampled_from(["200", "220", "260", None, "999"])),
        "TaxType": "NONE" if kind == "NoTax" else draw(tax_types),
    }
    element = {key: value for key, value in made.items() if value is not None}
    if 0 < amount <= made["Quantity"] * made["UnitAmount"]:
        element["DiscountAmount"] = amount
    return {**element, **_computed(element, kind, draw(OFF_BY))}


def _computed(element: Mapping[str, Any], kind: str, off_by: int) -> dict[str, Decimal]:
    """What Xero makes of it; a person may have overridden the tax of a rate that has one."""
    amount, tax = line_cents(element), tax_cents(element, kind, RATES)
    rate = RATES.get(element.get("TaxType") or "")
    if rate is not None and rate["EffectiveRate"] and kind != "NoTax":
        tax += off_by
    return {"LineAmount": D(amount) / 100, "TaxAmount": D(tax) / 100}


@st.composite
def xero_invoices(draw: Any, of: Any = kinds) -> dict[str, Any]:
    kind = draw(of)
    lines = draw(st.lists(xero_lines(kind), min_size=1, max_size=6))
    document = {
        **HEAD,
        "Reference": draw(st.sampled_from(["", "Order 7"])),
        "LineAmountTypes": kind,
        "LineItems": [{**line, "LineItemID": f"L{place}"} for place, line in enumerate(lines, 1)],
    }
    return {**document, "Total": D(total_cents(document, RATES)) / 100}


def taken_over(document: dict[str, Any]) -> dict[str, Any]:
    """Saved in the CRM: with the figures that it computes."""
    return saved(TABLE.to_crm(TABLE.read(document), {}, document))


def saved(fields: Fields) -> dict[str, Any]:
    computed = computed_fields(fields, fields["items"], fields["taxes"])
    taxes = (
        {**row, "amount": amount}
        for row, amount in zip(fields["taxes"], computed.taxes, strict=True)
        if amount is not None
    )
    return {**fields, **computed.invoice, "taxes": tuple(taxes)}


def edited(fields: Fields, place: int, **changes: Any) -> dict[str, Any]:
    """As a person saves it: an amount of tax that Xero gave stands for its own figures only."""
    if changes.keys() - {"item_comment"}:
        changes["discount_amount"] = D(0)  # nobody leaves more off than the line comes to
    rows = [*fields["items"]]
    rows[place] = {**rows[place], **changes}
    named = [{**row, "name": str(number)} for number, row in enumerate(fields["taxes"])]
    before, after = Saved(fields, fields["items"], named), Saved(fields, rows, named)
    stand = amounts_that_stand(before, after)
    taxes = (
        {**row, "amount_given": amount is not None}
        for row, amount in zip(fields["taxes"], stand, strict=True)
    )
    return saved({**fields, "items": tuple(rows), "taxes": tuple(taxes)})


def read(fields: Fields) -> dict[str, Any]:
    """What is compared of a CRM record, but for what only Xero fills in."""
    return TABLE.comparable(fields)


@often
@given(xero_invoices())
def test_the_crm_comes_to_xeros_total(document: dict[str, Any]) -> None:
    assert taken_over(document)["grand_total"] == document["Total"]


@often
@given(xero_invoices())
def test_what_was_taken_over_is_no_change(document: dict[str, Any]) -> None:
    assert read(taken_over(document)) == TABLE.read(document)


@often
@given(xero_invoices())
def test_taking_it_over_again_changes_no_row(document: dict[str, Any]) -> None:
    held = taken_over(document)
    names = [{**row, "name": f"row{place}"} for place, row in enumerate(held["items"])]
    held = {**held, "items": tuple(names)}
    again = saved(TABLE.to_crm(TABLE.read(document), held, document))
    assert again["items"] == held["items"]
    assert again["grand_total"] == held["grand_total"]


changes = st.fixed_dictionaries(
    {},
    optional={
        "quantity": decimals("0", "90", 2),
        "selling_price": decimals("0", "90", 2),
        "item_comment": st.sampled_from(["Other", "Charges", ""]),
    },
)


def sent(document: dict[str, Any], fields: Fields) -> dict[str, Any]:
    return update(Module.INVOICES, TABLE, document, {ITEMS: read(fields)[ITEMS]})


def arrived(document: Fields, request: Fields, after: Fields) -> dict[str, Any]:
    """What Xero has after a request, read beside what the CRM has."""
    return TABLE.read_beside({**document, **request}, read(after))


def net_cents(element: Mapping[str, Any], kind: str) -> tuple[int, int]:
    """(amount without tax, tax) in cents, from the figures."""
    amount, tax = line_cents(element), tax_cents(element, kind, RATES)
    return (amount - tax if kind == "Inclusive" else amount), tax


@often
@given(xero_invoices(), st.integers(0, 5), changes)
def test_an_edit_of_a_line_goes_back_with_all_the_others_as_they_were(
    document: dict[str, Any], place: int, change: Fields
) -> None:
    held = taken_over(document)
    assume(held["items"] and change)
    after = edited(held, place % len(held["items"]), **change)
    faults = draft(after, lookups(), document).faults
    event(f"{document['LineAmountTypes']}: {sorted({fault.rule for fault in faults})}")
    before = TABLE.read_beside(document, read(held))[ITEMS]
    assume(not faults and read(after)[ITEMS] != before)
    request = sent(document, after)
    assert list(complaints(request, RATES)) == []
    assert Fraction(total_cents(request, RATES), 100) == after["grand_total"]
    assert arrived(document, request, after)[ITEMS] == read(after)[ITEMS]
    check_lines(document, request)


NO_PENNY = {"Description": "", "Quantity": Decimal("0.0001"), "UnitAmount": Decimal("0.50")}
CHARGED = {"Description": "Charges", "Quantity": Decimal("0.0001"), "UnitAmount": Decimal("150")}


@pytest.mark.parametrize(
    "change",
    [{"quantity": Decimal(0)}, {"quantity": Decimal("0.01"), "item_comment": "Charges"}],
    ids=["the charges are alone then", "two lines are called Charges then"],
)
def test_charges_that_become_an_item_keep_their_line(change: Fields) -> None:
    amounts = (("L1", NO_PENNY, "0"), ("L2", CHARGED, "0.02"))
    always = {"AccountCode": "200", "TaxType": "OUTPUT2", "TaxAmount": Decimal(0)}
    lines = [
        {**always, **line, "LineAmount": Decimal(amount), "LineItemID": name}
        for name, line, amount in amounts
    ]
    document = {**HEAD, "LineItems": lines, "Total": Decimal("0.02")}
    after = edited(taken_over(document), 0, **change)
    request = sent(document, after)
    assert arrived(document, request, after)[ITEMS] == read(after)[ITEMS]
    check_lines(document, request)


def test_an_item_that_is_called_charges_stays_one_when_it_is_the_only_one() -> None:
    """Two lines called Charges are items; once one has no figures, the other still is."""
    always = {"Description": "Charges", "AccountCode": "200", "TaxType": "OUTPUT2"}
    lines = [
        {**always, "Quantity": Decimal(1), "UnitAmount": Decimal(price), "LineItemID": name}
        for name, price in (("L1", 10), ("L2", -10))
    ]
    lines = [{**line, **_computed(line, "Exclusive", 0)} for line in lines]
    document = {**HEAD, "LineItems": lines, "Total": Decimal(0)}
    after = edited(taken_over(document), 1, quantity=Decimal(0))
    request = sent(document, after)
    assert arrived(document, request, after)[ITEMS] == read(after)[ITEMS]
    check_lines(document, request)


def test_an_adjustment_that_becomes_an_item_has_no_tax_of_its_own() -> None:
    """A sum so small that it has no tax, of a rate that has: alone, it is an item of that rate."""
    rest = {**NO_PENNY, "LineAmount": Decimal(0), "LineItemID": "L1"}
    adjustment = {
        "Description": "Adjustment",
        "Quantity": Decimal("0.0021"),
        "UnitAmount": Decimal("2.39"),
        "LineAmount": Decimal("0.01"),
        "LineItemID": "L2",
    }
    always = {"AccountCode": "200", "TaxType": "OUTPUT2", "TaxAmount": Decimal(0)}
    lines = [{**always, **line} for line in (rest, adjustment)]
    document = {**HEAD, "LineItems": lines, "Total": Decimal("0.01")}
    after = edited(taken_over(document), 0, quantity=Decimal(0))
    request = sent(document, after)
    assert arrived(document, request, after)[ITEMS] == read(after)[ITEMS]


def check_lines(document: Mapping[str, Any], request: Mapping[str, Any]) -> None:
    """Every line keeps its id, and all but the edited one keep their figures."""
    before = {line["LineItemID"]: line for line in document["LineItems"]}
    after = {line["LineItemID"]: line for line in request["LineItems"] if "LineItemID" in line}
    # An edited line that has no figures any more is new, or gone if it says nothing either.
    assert len(before.keys() - after.keys()) <= 1
    assert len(before) - 1 <= len(request["LineItems"]) <= len(before)
    kinds = document["LineAmountTypes"], request["LineAmountTypes"]
    pairs = [(before[key], line) for key, line in after.items()]
    same = [net_cents(old, kinds[0]) == net_cents(new, kinds[1]) for old, new in pairs]
    assert same.count(False) <= 1
    assert all(old.get("ItemCode") == new.get("ItemCode") for old, new in pairs)


@often
@given(xero_invoices(st.just("Exclusive")), st.integers(0, 5), changes)
def test_nothing_of_an_exclusive_invoice_keeps_an_edit_from_travelling(
    document: dict[str, Any], place: int, change: Fields
) -> None:
    held = taken_over(document)
    assume(held["items"])
    after = edited(held, place % len(held["items"]), **change)
    faults = draft(after, lookups(), document).faults
    assert {fault.rule for fault in faults} <= {"I8"}, faults
