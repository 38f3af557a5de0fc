"""What an invoice is on paper, and its taxes by rate: grouped, never computed anew."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtiger_xero.engine.mapping.invoices import OF_CRM
from vtiger_xero.engine.paper import (
    Paper,
    TaxSum,
    paper_of,
    tax_in_base,
    tax_summary,
    taxes_of_line,
)
from vtiger_xero.engine.totals import computed_fields

PAPERS = {
    "Created": Paper.DRAFT,
    "AutoCreated": Paper.DRAFT,
    "Sent": Paper.WAITING,
    "Approved": Paper.INVOICE,
    "Overdue": Paper.INVOICE,
    "Initiated": Paper.INVOICE,
    "In Progress": Paper.INVOICE,
    "Partially Paid": Paper.INVOICE,
    "Paid": Paper.INVOICE,
    "Credit Invoice": Paper.CREDIT,
    "Cancel": Paper.CANCELLED,
}


def test_every_status_prints_as_what_it_is() -> None:
    assert {status: paper_of(status) for status in OF_CRM} == PAPERS


@pytest.mark.parametrize("status", ["", "A site's own"])
def test_what_nobody_knows_prints_as_a_draft(status: str) -> None:
    assert paper_of(status) is Paper.DRAFT


def tax(line: int, name: str, rate: str, amount: str, **more: Any) -> dict[str, Any]:
    row = {"applies_to": "Item", "line": line, "tax": name, "rate": rate, "amount": amount}
    return {**row, **more}


LINES = [
    {"line_no": 1, "total_after_discount": "100.00"},
    {"line_no": 2, "total_after_discount": "50.00"},
    {"line_no": 3, "total_after_discount": "7.00"},
]


def test_lines_of_one_tax_and_rate_are_one_row_and_what_is_untaxed_comes_last() -> None:
    taxes = [tax(1, "GST", "15", "15.00"), tax(2, "GST", "15", "7.50"), tax(2, "Levy", "2", "1.00")]
    assert tax_summary({"tax_mode": "Individual", "charges": "5"}, LINES, taxes) == (
        TaxSum("GST", Decimal(15), Decimal(150), Decimal("22.50")),
        TaxSum("Levy", Decimal(2), Decimal(50), Decimal(1)),
        TaxSum("", Decimal(0), Decimal(12), Decimal(0)),
    )


def test_one_tax_of_two_rates_is_two_rows() -> None:
    taxes = [tax(1, "VAT", "20", "20.00"), tax(2, "VAT", "0", "0.00"), tax(3, "VAT", "20", "1.40")]
    found = tax_summary({"tax_mode": "Individual"}, LINES, taxes)
    assert [(each.rate, each.net) for each in found] == [(20, 107), (0, 50)]


def test_a_tax_of_the_whole_stands_on_the_total_after_the_overall_discount() -> None:
    invoice = {"tax_mode": "Group", "items_total": "157", "overall_discount": "7", "charges": "10"}
    whole = {"applies_to": "Items Total", "tax": "GST", "rate": "15", "amount": "22.50"}
    charge = {"applies_to": "Charges", "tax": "GST", "rate": "15", "amount": "1.50"}
    deducted = {**whole, "tax": "Withheld", "method": "Deducted", "amount": "3"}
    taxes = [whole, charge, deducted]
    expected = (TaxSum("GST", Decimal(15), Decimal(160), Decimal(24)),)
    assert tax_summary(invoice, LINES, taxes) == expected
    assert taxes_of_line(invoice, LINES[0], taxes) == [whole]


def test_an_invoice_without_taxes_has_no_summary() -> None:
    assert tax_summary({"tax_mode": "Individual"}, LINES, []) == ()


def test_a_line_has_its_own_taxes() -> None:
    taxes = [tax(1, "GST", "15", "15.00"), tax(2, "GST", "15", "7.50")]
    assert taxes_of_line({"tax_mode": "Individual"}, LINES[1], taxes) == [taxes[1]]


def test_tax_is_told_in_the_base_currency_where_the_rate_is_known() -> None:
    assert tax_in_base(Decimal(15), Decimal("0.6"), 2) == Decimal("25.00")
    assert tax_in_base(Decimal(15), Decimal(1), 2) is None
    assert tax_in_base(Decimal(15), Decimal(0), 2) is None


amounts = st.decimals(0, 9999, places=2)
lines = st.lists(st.tuples(amounts, st.integers(1, 9), st.sampled_from([0, 5, 15])), min_size=1)


@given(lines, st.sampled_from(["Individual", "Group"]), amounts, st.sampled_from([0, 10]))
def test_the_printed_figures_add_up_to_the_total(
    typed: list[Any], mode: str, charges: Decimal, discount: int
) -> None:
    """The summary to the tax of the whole, the rows of the totals to the grand total."""
    rows = [
        {"line_no": n, "item_name": "x", "quantity": quantity, "selling_price": price}
        for n, (price, quantity, _rate) in enumerate(typed, 1)
    ]
    own = [tax(n, "GST", str(rate), "0") for n, (_p, _q, rate) in enumerate(typed, 1) if rate]
    whole = {"applies_to": "Items Total", "tax": "GST", "rate": "15"}
    withheld = {"applies_to": "Items Total", "tax": "Withheld", "rate": 2, "method": "Deducted"}
    of_charges = {"applies_to": "Charges", "tax": "GST", "rate": "15"}
    taxes = [*(own if mode == "Individual" else [whole]), of_charges, withheld]
    invoice: dict[str, Any] = {
        "tax_mode": mode,
        "currency": "NZD",
        "shipping_and_handling": charges,
        "overall_discount_percent": discount,
        "adjustment": "1.23",
    }
    computed = computed_fields(invoice, rows, taxes)
    invoice |= computed.invoice
    rows = [{**row, **fields} for row, fields in zip(rows, computed.lines, strict=True)]
    taxes = [{**row, "amount": a} for row, a in zip(taxes, computed.taxes, strict=True)]
    summary = tax_summary(invoice, rows, taxes)
    assert sum(each.amount for each in summary) == invoice["total_tax"]
    assert invoice["grand_total"] == (
        invoice["pre_tax_total"]
        + invoice["total_tax"]
        - invoice["deducted_taxes"]
        + invoice["adjustment"]
        + invoice["rounding"]
    )
    nets = sum(row["total_after_discount"] for row in rows)
    discounted = nets + invoice["charges"] - invoice["overall_discount"]
    assert invoice["pre_tax_total"] == discounted
