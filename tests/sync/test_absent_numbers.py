"""What is not said is not zero (rule G13): an absent number is filled, and wipes nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.support.readings import only_read
from tests.support.rules import applies, spares
from tests.support.settling import settles, writes
from tests.support.shop import PRODUCTS, Shop
from vtiger_xero.engine.merge import Policy, merge_number
from vtiger_xero.engine.modules import TABLES
from vtiger_xero.engine.records import Direction, Module, Side
from vtiger_xero.engine.settings import ConflictPolicy

D = Decimal
POLICIES = list(ConflictPolicy)
BOTH, TO_CRM, TO_XERO = Direction.BOTH, Direction.TO_CRM, Direction.TO_XERO
NOTHING: dict[str, Any] = {}
SOLD = {"AccountCode": "200", "TaxType": "OUTPUT2"}
BOUGHT = {"AccountCode": "300", "TaxType": "INPUT2"}


def nut(shop: Shop, price: str = "0", cost: str = "0") -> str:
    return shop.product("NUT", "Nut", unit_price=D(price), purchase_cost=D(cost))


def xero_nut(shop: Shop, sales: dict[str, Any] | None, purchase: dict[str, Any] | None) -> str:
    details = {"SalesDetails": sales, "PurchaseDetails": purchase}
    given = {key: each for key, each in details.items() if each is not None}
    return str(shop.books.add_item_in_xero(Code="NUT", Name="Nut", **given).item_id)


def meeting(
    shop: Shop, crm: tuple[str, str], xero: tuple[Any, Any], *, xero_is_newer: bool = True
) -> tuple[str, str]:
    """A product and an item of one code that never met."""
    if xero_is_newer:
        return nut(shop, *crm), xero_nut(shop, *xero)
    item = xero_nut(shop, *xero)
    return nut(shop, *crm), item


def prices(shop: Shop, name: str, item_id: str) -> list[list[Decimal | None]]:
    """[price, cost] in the CRM and in Xero; None where Xero says nothing."""
    item, here = shop.books.items[item_id], shop.get(PRODUCTS, name).fields
    return [
        [here["unit_price"], here["purchase_cost"]],
        [item.sales.get("UnitPrice"), item.purchase.get("UnitPrice")],
    ]


# The first meeting


@applies("G13")
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("xero_is_newer", [True, False])
@pytest.mark.parametrize("details", [None, NOTHING, SOLD, {**SOLD, "UnitPrice": D(0)}])
def test_a_price_that_xero_does_not_say_is_filled_from_the_crm(
    shop: Shop, policy: ConflictPolicy, xero_is_newer: bool, details: Any
) -> None:
    bought = details and {**details, **BOUGHT}
    shop.stage.set(conflicts=policy)
    pair = meeting(shop, ("10", "4"), (details, bought), xero_is_newer=xero_is_newer)
    settles(shop)
    assert prices(shop, *pair) == [[D(10), D(4)], [D(10), D(4)]]


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("xero_is_newer", [True, False])
def test_a_price_that_the_crm_never_had_is_filled_from_xero(
    shop: Shop, policy: ConflictPolicy, xero_is_newer: bool
) -> None:
    shop.stage.set(conflicts=policy)
    there = {**SOLD, "UnitPrice": D(9)}, {**BOUGHT, "UnitPrice": D(6)}
    pair = meeting(shop, ("0", "0"), there, xero_is_newer=xero_is_newer)
    settles(shop)
    assert prices(shop, *pair) == [[D(9), D(6)], [D(9), D(6)]]


@pytest.mark.parametrize("policy", POLICIES)
def test_each_side_fills_what_the_other_lacks(shop: Shop, policy: ConflictPolicy) -> None:
    shop.stage.set(conflicts=policy)
    pair = meeting(shop, ("10", "0"), (SOLD, {**BOUGHT, "UnitPrice": D(6)}))
    settles(shop)
    assert prices(shop, *pair) == [[D(10), D(6)], [D(10), D(6)]]


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(
    ("direction", "crm", "xero"),
    [(TO_CRM, [10, 6], [None, 6]), (TO_XERO, [10, 0], [10, 6])],
)
def test_one_way_no_price_is_lost_on_either_side(
    shop: Shop, policy: ConflictPolicy, direction: Direction, crm: Any, xero: Any
) -> None:
    shop.stage.set(direction, conflicts=policy)
    pair = meeting(shop, ("10", "0"), (SOLD, {**BOUGHT, "UnitPrice": D(6)}))
    shop.sync()
    shop.sync()
    assert prices(shop, *pair) == [crm, xero]
    shop.stage.set(conflicts=policy)
    shop.sync()
    assert prices(shop, *pair) == [[10, 6], [10, 6]]


@only_read("R2", because="an item has no price of 0 then")
def test_where_neither_side_says_a_price_nothing_is_written(shop: Shop) -> None:
    settles(shop)
    pair = meeting(shop, ("0", "0"), (SOLD, {**BOUGHT, "UnitPrice": D(0)}))
    changes = [each for entry in settles(shop).entries for each in entry.changes]
    assert {each.field for each in changes}.isdisjoint({"unit_price", "purchase_cost"})
    assert prices(shop, *pair) == [[D(0), D(0)], [None, D(0)]]


def test_two_prices_are_a_conflict_as_ever(shop: Shop) -> None:
    shop.stage.set(conflicts=ConflictPolicy.ASK)
    meeting(shop, ("10", "4"), ({**SOLD, "UnitPrice": D(9)}, None))
    entry = shop.skip(PRODUCTS)
    assert [each.field for each in entry.changes] == ["unit_price"]


# A new record


def test_a_price_that_the_crm_never_had_is_not_sent(shop: Shop) -> None:
    account = shop.stage.account("200")
    name = shop.product("NUT", "Nut", xero_sales_account=account)
    settles(shop)
    item = shop.books.items[shop.partner(PRODUCTS, name)]
    assert "UnitPrice" not in item.sales and "UnitPrice" not in item.purchase
    shop.edit(PRODUCTS, name, description="brass")
    settles(shop)
    item = shop.books.items[shop.partner(PRODUCTS, name)]
    assert "UnitPrice" not in item.sales and "UnitPrice" not in item.purchase


def test_a_price_that_is_typed_in_xero_later_comes(shop: Shop) -> None:
    name = nut(shop)
    settles(shop)
    item = shop.partner(PRODUCTS, name)
    shop.books.edit_item(item, SalesDetails={**SOLD, "UnitPrice": D(7)})
    settles(shop)
    assert prices(shop, name, item)[0] == [D(7), D(0)]


# Later


@pytest.fixture
def agreed(shop: Shop) -> tuple[Shop, str, str]:
    """A product with price and cost that both sides agree on."""
    name = nut(shop, "10", "4")
    settles(shop)
    return shop, name, shop.partner(PRODUCTS, name)


@only_read("R2", because="an item has no price of 0 then")
@spares("G13")
def test_a_zero_that_is_typed_later_is_said(agreed: tuple[Shop, str, str]) -> None:
    shop, name, item = agreed
    shop.edit(PRODUCTS, name, unit_price=D(0))
    settles(shop)
    assert prices(shop, name, item) == [[D(0), D(4)], [D(0), D(4)]]
    shop.books.edit_item(item, PurchaseDetails={**BOUGHT, "UnitPrice": D(0)})
    settles(shop)
    assert prices(shop, name, item) == [[D(0), D(0)], [D(0), D(0)]]


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("act", [{"IsSold": False}, {"SalesDetails": SOLD}])
def test_a_price_that_xero_no_longer_says_stays_in_the_crm(
    agreed: tuple[Shop, str, str], policy: ConflictPolicy, act: dict[str, Any]
) -> None:
    """Nor is it written into Xero again: a person took it out there."""
    shop, name, item = agreed
    shop.stage.set(conflicts=policy)
    shop.books.edit_item(item, **act)
    report = shop.sync()
    assert not [w for w in writes(report) if w[0] == "XERO"]
    shop.edit(PRODUCTS, name, description="brass")
    shop.sync()
    assert prices(shop, name, item) == [[D(10), D(4)], [None, D(4)]]


def test_a_price_that_is_edited_after_xero_dropped_it_goes_there(
    agreed: tuple[Shop, str, str],
) -> None:
    shop, name, item = agreed
    shop.books.edit_item(item, SalesDetails=SOLD)
    shop.sync()
    shop.edit(PRODUCTS, name, unit_price=D(12))
    settles(shop)
    assert prices(shop, name, item) == [[D(12), D(4)], [D(12), D(4)]]


# Other numbers


def test_a_rate_that_xero_does_not_say_leaves_the_invoices_rate(shop: Shop) -> None:
    now = shop.stage.clock.now()
    for choice in POLICIES:
        policy = Policy(choice, now, now)
        assert merge_number(D("0.6"), D("0.6"), None, policy).winner is None
        assert merge_number(D("0.6"), None, D("0.7"), policy).winner is Side.XERO
        assert merge_number(D("0.6"), D("0.65"), None, policy).winner is Side.CRM


def test_stock_that_xero_does_not_say_is_not_none_at_hand() -> None:
    read = TABLES[Module.PRODUCTS]["qty_in_stock"].read
    assert read({"IsTrackedAsInventory": True}) is None
    assert read({"IsTrackedAsInventory": True, "QuantityOnHand": 0}) == D(0)
