"""What a record gets and what is said of it when a person saves it, as plain rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from vtiger_xero.engine.errors import RecordRefused
from vtiger_xero.engine.mapping.doctypes import SERVICE
from vtiger_xero.engine.modules import spec_of
from vtiger_xero.engine.records import CrmRecord, Direction, Module
from vtiger_xero.engine.saving import (
    Item,
    PaymentBounds,
    fill_lines,
    foretell,
    invoice_currency,
    invoice_errors,
    invoice_warnings,
    item_of,
    payment_errors,
    payment_warnings,
    require,
)
from vtiger_xero.engine.settings import ModuleSettings, Settings

GST = ("GST", Decimal(15))
NAIL = Item("Nail", Decimal(41), Decimal(7), "200", "Of zinc", (GST,))
ALL = {module: ModuleSettings() for module in Module}


# The currency


@pytest.mark.parametrize(
    ("given", "customers", "chosen", "becomes"),
    [
        ("", "USD", False, "USD"),
        ("NZD", "USD", False, "USD"),
        ("NZD", "USD", True, "NZD"),
        ("AUD", "USD", False, "AUD"),
        ("", "", False, "NZD"),
        ("NZD", "", False, "NZD"),
    ],
)
def test_the_currency_is_the_customers_unless_another_is_chosen(
    given: str, customers: str, chosen: bool, becomes: str
) -> None:
    assert invoice_currency(given, customers, "NZD", chosen=chosen) == becomes


# Lines


def filled(invoice: dict[str, Any], line: dict[str, Any], item: Item = NAIL) -> dict[str, Any]:
    lines = [{"line_no": 1, **line}]
    return dict(fill_lines(invoice, lines, [], [item], base_currency="NZD", whole=True).lines[0])


def test_a_product_without_a_price_leaves_the_price_open() -> None:
    assert "selling_price" not in filled({}, {}, Item("Sample"))


def test_a_product_of_nothing_costs_nothing_in_every_currency() -> None:
    assert filled({"currency": "USD"}, {}, Item("Sample", Decimal(0)))["selling_price"] == 0


@pytest.mark.parametrize("rate", [None, 0, 1, Decimal(1)])
def test_a_rate_of_one_abroad_is_no_rate(rate: Any) -> None:
    with pytest.raises(RecordRefused, match=r"Nail.*is in NZD, and the invoice in USD"):
        filled({"currency": "USD", "conversion_rate": rate}, {})


def test_a_site_without_a_base_currency_converts_nothing() -> None:
    made = fill_lines({"currency": "USD"}, [{}], [], [NAIL], base_currency="", whole=True)
    assert made.lines[0]["selling_price"] == 41


def test_a_cost_that_cannot_be_converted_stays_empty() -> None:
    assert filled({"currency": "USD"}, {"selling_price": 1, "item_comment": "x"}) == {
        "xero_sales_account": "200"
    }


def test_the_group_mode_leaves_lines_without_taxes_out_of_account() -> None:
    lines = [{"line_no": 1}, {"line_no": 2, "no_taxes": 1}]
    invoice = {"tax_mode": "Group"}
    items = [NAIL, Item("Gift")]
    made = fill_lines(invoice, lines, [], items, base_currency="NZD", whole=True)
    assert [(row["applies_to"], row["tax"]) for row in made.taxes] == [("Items Total", "GST")]
    again = fill_lines(invoice, lines, [], items, base_currency="NZD", whole=False)
    assert again.taxes == (), "an invoice that is there keeps its taxes"


def test_a_service_says_what_it_says_under_names_of_its_own() -> None:
    row = {"service_name": "Advice", "price": 10, "taxes": [{"tax": "GST", "rate": 15}]}
    assert item_of(SERVICE, row) == Item("Advice", Decimal(10), taxes=(GST,))


# Checks


def test_what_was_wrong_before_is_not_held_against_a_save() -> None:
    wrong = [{"line_no": 1, "discount_percent": 200}]
    found = invoice_errors({}, wrong, [], {})
    require(found, found)
    with pytest.raises(RecordRefused, match="Discount Percent of line 1 is 200"):
        require(found)


@pytest.mark.parametrize("due", [date(2026, 11, 2), date(2026, 12, 1), None])
def test_a_due_date_on_the_day_or_after_it_is_sound(due: date | None) -> None:
    assert invoice_warnings({"invoice_date": date(2026, 11, 2), "due_date": due}) == []


def bounds(open_: str = "40", total: str = "100", status: str = "Approved") -> PaymentBounds:
    return PaymentBounds("INV7", status, Decimal(open_), Decimal(total))


@pytest.mark.parametrize(
    ("amount", "status", "invoice", "warned"),
    [
        ("40", "Received", bounds(), False),
        ("40.01", "Received", bounds(), True),
        ("40.01", "Pending", bounds(), False),
        ("1", "Received", bounds(open_="-5"), True),
        ("1", "Received", bounds(open_="-5", total="-5"), False),
    ],
)
def test_a_payment_is_held_against_what_is_open(
    amount: str, status: str, invoice: PaymentBounds, warned: bool
) -> None:
    payment = {"amount": Decimal(amount), "payment_status": status}
    assert bool(payment_warnings(payment, invoice)) is warned
    assert payment_errors(payment, invoice) == []


# What Xero will leave out


def record(module: Module, **fields: Any) -> CrmRecord:
    from datetime import datetime, timezone

    typed = {"item_type": spec_of(module).doctypes[0]} if module is Module.PRODUCTS else {}
    return CrmRecord(module, "X1", datetime.now(timezone.utc), {**typed, **fields})


def reasons(found: CrmRecord, **settings: Any) -> list[str]:
    given = {"modules": ALL, **settings}
    return [reason for reason, _ in foretell(found, Settings("tenant", **given), {})]


def test_a_long_name_and_a_missing_code_are_foretold() -> None:
    found = reasons(record(Module.PRODUCTS, product_name="x" * 70, part_number=""))
    assert any("70 characters; Xero takes at most 50" in each for each in found)
    assert any("is empty. Xero requires a code" in each for each in found)
    sound = record(Module.PRODUCTS, product_name="Nail", product_number="PRO1")
    assert reasons(sound, number_as_code=True) == []


@pytest.mark.parametrize(
    "settings",
    [
        {"modules": {}},
        {"modules": {Module.PRODUCTS: ModuleSettings(direction=Direction.TO_CRM)}},
    ],
)
def test_nothing_is_foretold_of_what_does_not_go_to_xero(settings: dict[str, Any]) -> None:
    assert reasons(record(Module.PRODUCTS, product_name="", part_number=""), **settings) == []


def test_nothing_is_foretold_of_what_a_person_keeps_out() -> None:
    assert reasons(record(Module.PRODUCTS, part_number="", do_not_sync=True)) == []


@pytest.mark.parametrize("status", ["Created", "Approved"])
def test_an_approved_invoice_needs_a_due_date(status: str) -> None:
    line = {"item_type": "Vtiger Product", "item_name": "PRO1", "quantity": Decimal(1)}
    invoice = record(
        Module.INVOICES,
        status=status,
        currency="NZD",
        organization_name="ACC1",
        invoice_date=date(2026, 11, 2),
        due_date=None,
        items=({**line, "line_no": 1, "selling_price": Decimal(9)},),
        taxes=(),
    )
    found = reasons(invoice)
    assert ["requires it to approve the invoice" in each for each in found] == (
        [True] if status == "Approved" else []
    )


def test_an_overall_discount_is_foretold() -> None:
    line = {"line_no": 1, "quantity": Decimal(1), "selling_price": Decimal(9)}
    discount = {"overall_discount_amount": Decimal(1)}
    found = reasons(record(Module.INVOICES, items=(line,), taxes=(), **discount))
    assert any("overall discount of 1.00" in each for each in found)
