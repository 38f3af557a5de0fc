"""The rows of a Vtiger Invoice become its sums, whatever kind of number they hold."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vtiger_xero
from vtiger_xero.engine.errors import RecordRefused
from vtiger_xero.engine.stock import InvoiceStock, stock_changes
from vtiger_xero.engine.totals import computed_fields, invoice_input, line_numbers, number

D = Decimal
DOCTYPES = Path(vtiger_xero.__file__).parent / "vtiger_xero" / "doctype"
LINE = {"line_no": 1, "item_name": "PRO1", "quantity": 2, "selling_price": 10.005}


def tax(applies_to: str, name: str = "VAT", line: int = 0, **fields: Any) -> dict[str, Any]:
    return {"applies_to": applies_to, "tax": name, "line": line, "rate": 10, **fields}


@pytest.mark.parametrize("held", [D("0.1"), 0.1, "0.1"])
def test_a_number_is_what_it_prints_as(held: object) -> None:
    assert number(held) == D("0.1")


@pytest.mark.parametrize("held", [None, "", 0, "0.0"])
def test_nothing_is_nothing(held: object) -> None:
    assert number(held) == 0


@pytest.mark.parametrize("held", ["ten", float("nan"), "Infinity", "1,5"])
def test_what_is_no_number_is_refused(held: object) -> None:
    with pytest.raises(RecordRefused, match="is not a number"):
        number(held)


def test_each_tax_stands_where_its_row_says() -> None:
    rows = [tax("Item", line=1), tax("Charges", rate=5), tax("Items Total", method="Deducted")]
    found = invoice_input({"shipping_and_handling": "7.5"}, [LINE], rows)
    assert [(each.name, each.rate) for each in found.lines[0].taxes] == [("VAT", 10)]
    assert found.charges[0].value == D("7.5")
    assert [each.rate for each in found.charges[0].taxes] == [5]
    assert [each.method.value for each in found.taxes] == ["Deducted"]


def test_a_compound_tax_knows_its_base_by_lines_of_text() -> None:
    rows = [tax("Item", "VAT", 1), tax("Item", "Levy", 1)]
    rows.append(tax("Item", "Top", 1, method="Compound", compounds_on="VAT\nLevy"))
    computed = computed_fields({}, [{**LINE, "selling_price": 50}], rows)
    assert computed.taxes == (10, 10, 12)


def test_rows_come_back_in_their_order_with_their_amounts() -> None:
    lines = [LINE, {**LINE, "line_no": 7, "quantity": "1"}]
    rows = [tax("Item", line=7), tax("Items Total"), tax("Item", line=1), tax("Charges")]
    computed = computed_fields({"shipping_and_handling": 5}, lines, rows)
    assert computed.taxes == (D("1.00"), None, D("2.00"), D("0.50"))
    assert [line["net_price"] for line in computed.lines] == [D("22.01"), D("11.01")]
    assert computed.invoice["grand_total"] == D("38.52")


def test_in_the_group_mode_the_lines_taxes_have_no_effect() -> None:
    rows = [tax("Item", line=1), tax("Items Total")]
    computed = computed_fields({"tax_mode": "Group"}, [LINE], rows)
    assert computed.taxes == (None, D("2.00"))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (tax("Item", line=4), "belongs to line 4, and there is no such line"),
        (tax("Elsewhere"), "not one of Item, Items Total, Charges"),
        (tax("Item", "", 1), "names no tax"),
        (tax("Item", line=1, method="Odd"), "not one of Simple, Compound, Deducted"),
    ],
)
def test_a_row_that_stands_nowhere_is_refused(row: dict[str, Any], said: str) -> None:
    with pytest.raises(RecordRefused, match=said):
        computed_fields({}, [LINE], [row])


def test_every_field_that_is_read_or_written_is_a_field_of_its_doctype() -> None:
    computed = computed_fields({}, [LINE], [])
    for name, fields in (
        ("vtiger_invoice", computed.invoice),
        ("vtiger_invoice_item", computed.lines[0]),
        ("vtiger_invoice_item", LINE),
        ("vtiger_invoice_tax", tax("Item", method="Simple", compounds_on="")),
    ):
        held = json.loads((DOCTYPES / name / f"{name}.json").read_text("utf-8"))
        assert set(fields) <= set(held["field_order"])


# Line numbers


def test_lines_without_numbers_are_counted() -> None:
    assert line_numbers([None, 0, None]) == (1, 2, 3)


def test_a_new_line_gets_a_number_that_nobody_has_or_mentions() -> None:
    assert line_numbers([3, None, 1, None]) == (3, 4, 1, 5)
    assert line_numbers([1, None], mentioned=[2]) == (1, 3)


def test_a_copied_line_gets_a_number_of_its_own() -> None:
    assert line_numbers([2, 2, 1]) == (2, 3, 1)


held_numbers = st.lists(st.none() | st.integers(0, 9))


@given(held_numbers, st.lists(st.integers(0, 9)))
def test_numbers_are_unique_and_stay(held: list[int | None], mentioned: list[int]) -> None:
    numbers = line_numbers(held, mentioned)
    assert len(set(numbers)) == len(held)
    assert all(each > 0 for each in numbers)
    assert line_numbers(numbers, mentioned) == numbers
    assert {each for each in held if each} <= set(numbers)


# Stock

products = st.sampled_from(["PRO1", "PRO2"])
states = st.none() | st.builds(
    InvoiceStock,
    st.sampled_from(["Created", "Paid", "Cancel"]),
    st.lists(st.tuples(products, st.decimals("-9", "9", places=3))).map(tuple),
)


@given(st.lists(states))
def test_stock_is_what_the_last_state_takes_whatever_came_before(
    history: list[InvoiceStock | None],
) -> None:
    stock = {"PRO1": D(0), "PRO2": D(0)}
    for before, after in zip([None, *history], history, strict=False):
        for product, change in stock_changes(before, after).items():
            stock[product] += change
    for product, change in stock_changes(history[-1] if history else None, None).items():
        stock[product] += change
    assert set(stock.values()) == {0}


@given(states)
def test_saving_again_moves_nothing(state: InvoiceStock | None) -> None:
    assert stock_changes(state, state) == {}


def test_a_sale_takes_out_and_a_cancelled_one_does_not() -> None:
    sold = InvoiceStock("Created", (("PRO1", D(2)), ("PRO1", D("0.5"))))
    assert stock_changes(None, sold) == {"PRO1": D("-2.5")}
    assert stock_changes(None, InvoiceStock("Cancel", sold.lines)) == {}
    assert stock_changes(sold, InvoiceStock("Cancel", sold.lines)) == {"PRO1": D("2.5")}
