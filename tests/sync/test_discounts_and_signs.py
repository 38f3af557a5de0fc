"""Discounts and signs as Xero shows them and as it takes them: what was read may be sent again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.support.agreement import disagreements
from tests.support.readings import only_read
from tests.support.rules import applies, spares
from tests.support.settling import settles
from tests.support.shop import INVOICES, PRODUCTS, Shop, open_shop
from xero_simulator.readings import HeadUpdate, Readings

D = Decimal


@pytest.fixture(params=list(HeadUpdate), ids=lambda how: how.name.lower())
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """Reports differ on an update without lines: each reading."""
    with open_shop() as shop:
        shop.books.readings = replace(Readings(), head_update=request.param)
        yield shop


@pytest.fixture
def plain_shop() -> Iterator[Shop]:
    with open_shop() as shop:
        yield shop


def edit_line(shop: Shop, name: str, place: int, **fields: Any) -> None:
    rows = [dict(row) for row in shop.field(INVOICES, name, "items")]
    rows[place] |= fields
    shop.edit(INVOICES, name, items=tuple(rows))


# 2,250.45 less 33.35 % is 1,499.92: no rate of two decimals comes to 1,500.00
UNEVEN = {"price": "2250.45", "discount_amount": D("750.45")}
EDITS = {
    "words of the head": {"subject": "Other"},
    "a date": {"due_date": date(2026, 12, 24)},
    "nothing but the status": {"status": "Approved"},
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_a_discount_as_an_amount_outlives_every_edit(shop: Shop, edit: dict[str, Any]) -> None:
    # [L3] [L5]
    status = "Created" if "status" in edit else "Approved"
    name = shop.invoice(shop.line(**UNEVEN), shop.line("10"), status=status)
    settles(shop)
    shop.edit(INVOICES, name, **edit)
    settles(shop)
    assert shop.wire(name)["Total"] == D("1736.5")
    edit_line(shop, name, 1, item_comment="other words")
    settles(shop)
    edit_line(shop, name, 1, selling_price=D(20))
    settles(shop)
    assert shop.wire(name)["Total"] == D(1748)
    assert shop.wire(name)["LineItems"][0]["DiscountAmount"] == D("750.45")


def test_its_lines_go_with_a_change_of_a_partly_paid_invoice(shop: Shop) -> None:
    # [L5]
    name = shop.invoice(shop.line(**UNEVEN))
    settles(shop)
    shop.pay(name, "100")
    settles(shop)
    shop.edit(INVOICES, name, subject="Other")
    settles(shop)
    assert (shop.wire(name)["Reference"], shop.wire(name)["Total"]) == ("Other", D(1725))


def test_voiding_such_an_invoice_needs_no_lines(shop: Shop) -> None:
    name = shop.invoice(shop.line(**UNEVEN))
    settles(shop)
    shop.edit(INVOICES, name, status="Cancel")
    settles(shop)
    assert shop.wire(name)["Status"] == "VOIDED"


def test_what_a_person_took_off_in_xero_is_kept_by_an_edit_here(shop: Shop) -> None:
    line = shop.xero_line("2250.45", DiscountAmount=D("750.45"))
    invoice = shop.xero_invoice(line, shop.xero_line("10"))
    settles(shop)
    record = shop.here(INVOICES, invoice)
    assert record.fields["items"][0]["discount_amount"] == D("750.45")
    edit_line(shop, record.name, 1, item_comment="other words")
    settles(shop)
    shop.edit(INVOICES, record.name, subject="Other")
    settles(shop)
    assert shop.wire(record.name)["Total"] == D("1736.5")


@pytest.mark.parametrize("kind", ["Inclusive", "Exclusive"])
@pytest.mark.parametrize(
    "discount", [{"DiscountAmount": D("7.77")}, {"DiscountRate": D("33.33")}], ids=["7.77", "%"]
)
def test_whatever_its_kind(shop: Shop, kind: str, discount: dict[str, Any]) -> None:
    line = shop.xero_line("99.99", **discount)
    invoice = shop.xero_invoice(line, shop.xero_line("11.5"), LineAmountTypes=kind)
    before = shop.books.invoices[invoice].total
    settles(shop)
    record = shop.here(INVOICES, invoice)
    shop.edit(INVOICES, record.name, subject="Other")
    settles(shop)
    edit_line(shop, record.name, 1, item_comment="other words")
    settles(shop)
    assert shop.wire(record.name)["Total"] == before


@only_read("L14", because="the discount stays in Xero, and the run says so")
def test_a_discount_that_is_taken_away_is_gone(plain_shop: Shop) -> None:
    # [L14]
    shop = plain_shop
    for discount in ({"discount_amount": D("3.33")}, {"discount_percent": D(10)}):
        name = shop.invoice(shop.line("100", **discount))
        settles(shop)
        edit_line(shop, name, 0, discount_amount=D(0), discount_percent=D(0))
        settles(shop)
        assert shop.wire(name)["Total"] == D(115)


def test_a_rate_becomes_an_amount_and_back(plain_shop: Shop) -> None:
    # [L4]
    shop = plain_shop
    name = shop.invoice(shop.line("100", discount_percent=D(10)))
    settles(shop)
    edit_line(shop, name, 0, discount_amount=D("3.33"), discount_percent=D(0))
    settles(shop)
    assert shop.wire(name)["SubTotal"] == D("96.67")
    edit_line(shop, name, 0, discount_amount=D(0), discount_percent=D(5))
    settles(shop)
    assert shop.wire(name)["SubTotal"] == D(95)


def test_a_rate_of_three_decimals_goes_as_what_it_comes_to(plain_shop: Shop) -> None:
    # [L11]
    shop = plain_shop
    name = shop.invoice(shop.line("1000", discount_percent=D("12.345")))
    settles(shop)
    assert shop.wire(name)["SubTotal"] == D("876.55")
    shop.edit(INVOICES, name, subject="Other")
    settles(shop)
    assert shop.field(INVOICES, name, "items")[0]["discount_percent"] == D("12.345")


# Signs


@pytest.mark.parametrize("refuses", [True, False], ids=["refused", "taken"])
def test_the_sign_of_a_quantity_goes_to_the_price(plain_shop: Shop, refuses: bool) -> None:
    # [L8]
    shop = plain_shop
    shop.books.readings = replace(Readings(), refuses_negative_quantities=refuses)
    name = shop.invoice(shop.line("100"), shop.line("10", "-2"))
    settles(shop)
    back = shop.wire(name)["LineItems"][1]
    assert (back["Quantity"], back["UnitAmount"], back["LineAmount"]) == (D(2), D(-10), D(-20))
    row = shop.field(INVOICES, name, "items")[1]
    assert (row["quantity"], row["selling_price"]) == (D(-2), D(10))
    lines = shop.wire(name)["LineItems"]
    lines[1] = {k: v for k, v in lines[1].items() if k not in ("LineAmount", "TaxAmount")}
    lines[1]["Quantity"] = D(3)
    shop.books.edit_invoice(shop.partner(INVOICES, name), LineItems=lines)
    settles(shop)
    row = shop.field(INVOICES, name, "items")[1]
    assert (row["quantity"], row["selling_price"]) == (D(-3), D(10))


def test_a_negative_quantity_that_a_person_typed_in_xero_comes_as_it_is(plain_shop: Shop) -> None:
    shop = plain_shop
    invoice = shop.xero_invoice(shop.xero_line("100"), shop.xero_line("10", Quantity=-2))
    settles(shop)
    record = shop.here(INVOICES, invoice)
    row = record.fields["items"][1]
    assert (row["quantity"], row["selling_price"]) == (D(-2), D(10))
    edit_line(shop, record.name, 0, item_comment="other words")
    settles(shop)
    assert shop.wire(record.name)["Total"] == D(92)


@spares("I12")
def test_a_negative_line_has_its_discount_as_a_rate(plain_shop: Shop) -> None:
    # [L7]
    shop = plain_shop
    name = shop.invoice(shop.line("100"), shop.line("-40", discount_amount=D(-10)))
    settles(shop)
    back = shop.wire(name)["LineItems"][1]
    assert (back["DiscountRate"], back["LineAmount"]) == (D(25), D(-30))


@applies("I12")
def test_where_no_rate_comes_to_it_that_is_told(plain_shop: Shop) -> None:
    line = plain_shop.line("-9999", discount_amount=D("-3333.35"))
    plain_shop.invoice(plain_shop.line("20000"), line)
    plain_shop.refuses("line 2", "-3333.35", "-9999", "-6665.65", "accepts only a percentage")


def tracked(shop: Shop) -> None:
    item = shop.books.add_item_in_xero(
        Code="CLAMP",
        Name="Clamp",
        IsTrackedAsInventory=True,
        InventoryAssetAccountCode="630",
        QuantityOnHand=10,
        PurchaseDetails={"COGSAccountCode": "310", "UnitPrice": 4},
        SalesDetails={"UnitPrice": 10, "AccountCode": "200"},
    )
    assert item.is_tracked


@applies("X-returned")
def test_a_returned_item_whose_stock_xero_counts_is_a_credit_note(plain_shop: Shop) -> None:
    shop = plain_shop
    tracked(shop)
    shop.sync()
    clamp = next(
        each.name for each in shop.stage.records(PRODUCTS) if each.fields["part_number"] == "CLAMP"
    )
    shop.invoice(shop.line("100"), shop.line("10", "-2", item_name=clamp))
    shop.refuses("line 2", "-2 of", "CLAMP", "2 more out of stock")


@spares("X-returned")
def test_what_xero_does_not_count_may_come_back(plain_shop: Shop) -> None:
    name = plain_shop.invoice(plain_shop.line("100"), plain_shop.line("10", "-2"))
    settles(plain_shop)
    assert plain_shop.wire(name)["Total"] == D(92)


# Decimals and lengths


@spares("I12")
def test_the_fifth_decimal_of_a_quantity_or_price_stays_here(plain_shop: Shop) -> None:
    # [L11]
    shop = plain_shop
    lines = shop.line("10", "1.00001"), shop.line("10.00001", "1")
    name = shop.invoice(*lines)
    settles(shop)
    rows = shop.field(INVOICES, name, "items")
    assert (rows[0]["quantity"], rows[1]["selling_price"]) in [
        (D("1.00001"), D("10.00001")),
        (D("1.0000"), D("10.00001")),
    ]
    shop.edit(INVOICES, name, subject="Other")
    settles(shop)
    assert shop.wire(name)["Total"] == D(23)


@applies("I12")
def test_a_fifth_decimal_that_makes_a_cent_is_told(plain_shop: Shop) -> None:
    plain_shop.invoice(plain_shop.line("1000.00005", "1000"))
    plain_shop.refuses("1000000.05", "1000000.10", "four of a price")


@applies("I12")
@pytest.mark.parametrize(
    ("currency", "price", "words"),
    [
        ("JPY", "1234.5", ("1235", "1234.50", "JPY have no decimals")),
        ("KRW", "99.5", ("100", "99.50", "KRW have no decimals")),
        ("CLP", "10.49", ("10", "10.49", "CLP have no decimals")),
        ("BHD", "1.2345", ("1.235", "1.23", "BHD have 3 decimals")),
        ("KWD", "0.125", ("0.125", "0.13", "KWD have 3 decimals")),
    ],
)
def test_decimals_that_a_currency_does_not_have_are_told_by_its_name(
    plain_shop: Shop, currency: str, price: str, words: tuple[str, ...]
) -> None:
    plain_shop.books.add_currency(currency, currency)
    plain_shop.stage.learn_reference()
    plain_shop.invoice(plain_shop.line(price), currency=currency, conversion_rate=D("0.01"))
    plain_shop.refuses("line 1", *words)


@spares("I12")
@pytest.mark.parametrize(
    ("currency", "price"), [("JPY", "1235"), ("KRW", "100"), ("BHD", "1.25"), ("JPY", "617.5")]
)
def test_what_a_currency_has_goes_and_comes_back(
    plain_shop: Shop, currency: str, price: str
) -> None:
    """JPY 2 × 617.5 is whole as well."""
    shop = plain_shop
    shop.books.add_currency(currency, currency)
    shop.stage.learn_reference()
    quantity = "2" if price == "617.5" else "1"
    line = shop.line(price, quantity)
    name = shop.invoice(line, taxes=[], currency=currency, conversion_rate=D("0.01"))
    settles(shop)
    assert disagreements(shop.stage) == []
    assert shop.wire(name)["Total"] == D(price) * D(quantity)


@applies("X-line-length")
def test_a_description_that_is_too_long_names_its_line(plain_shop: Shop) -> None:
    plain_shop.invoice(plain_shop.line(), plain_shop.line(item_comment="x" * 4001))
    (plan,) = [plan for plan in plain_shop.stage.preview() if plan.module is INVOICES]
    (decision,) = plan.decisions
    assert "line 2 has 4001 characters" in decision.skips[0].reason
    plain_shop.refuses("line 2 has 4001 characters", "4000")


@spares("X-line-length")
def test_one_of_4000_characters_goes(plain_shop: Shop) -> None:
    # [L10]
    name = plain_shop.invoice(plain_shop.line(item_comment="x" * 4000))
    settles(plain_shop)
    assert len(plain_shop.wire(name)["LineItems"][0]["Description"]) == 4000
