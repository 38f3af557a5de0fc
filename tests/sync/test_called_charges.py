"""A line is a charge if it is one: a product that is called so is none (rules I2, I11, I17)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.support.rules import applies, spares
from tests.support.settling import settles
from tests.support.shop import INVOICES, PRODUCTS, Shop, item_tax
from vtiger_xero.engine.records import Direction, Module
from vtiger_xero.engine.settings import ModuleSettings

D = Decimal
WORDS = ["Charges", "Adjustment"]
FIELD = {"Charges": "shipping_and_handling", "Adjustment": "adjustment"}


def only_invoices(shop: Shop) -> None:
    """Products stay in the CRM: their lines have no item at Xero."""
    modules = {each: ModuleSettings(enabled=each is not Module.PRODUCTS) for each in Module}
    shop.stage.settings = replace(shop.stage.settings, modules=modules)


def row(shop: Shop, name: str, place: int) -> dict[str, Any]:
    return dict(shop.field(INVOICES, name, "items")[place])


def wire_line(shop: Shop, name: str, words: str, place: int = 0) -> dict[str, Any]:
    lines = [each for each in shop.wire(name)["LineItems"] if each["Description"] == words]
    return dict(lines[place])


def edit_in_xero(shop: Shop, name: str, **fields: Any) -> None:
    """A person changes the line that is called so."""
    lines = shop.wire(name)["LineItems"]
    for line in lines:
        if line["Description"] in WORDS:
            line.update(fields)
            line.pop("LineAmount", None)
            line.pop("TaxAmount", None)
    shop.books.edit_invoice(shop.partner(INVOICES, name), LineItems=lines)


@spares("I2", "I11", "I17")
@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("taxed", [True, False], ids=["taxed", "untaxed"])
def test_a_product_that_is_called_so_stays_a_product(shop: Shop, words: str, taxed: bool) -> None:
    only_invoices(shop)
    product = shop.product("", words, xero_sales_account=shop.stage.account("200"))
    called = shop.line("10", "3", item_name=product, item_comment="")
    taxes = [item_tax("GST", n) for n in ((1, 2) if taxed else (1,))]
    name = shop.invoice(shop.line("100"), called, taxes=taxes)
    settles(shop)
    sent = wire_line(shop, name, words)
    assert (sent["Quantity"], sent["UnitAmount"], sent["AccountCode"]) == (D(3), D(10), "200")
    edit_in_xero(shop, name, Quantity=D(4))
    settles(shop)
    assert (row(shop, name, 1)["item_name"], row(shop, name, 1)["quantity"]) == (product, D(4))
    assert not shop.field(INVOICES, name, FIELD[words])
    shop.edit(INVOICES, name, subject="Other")
    settles(shop)
    assert wire_line(shop, name, words)["Quantity"] == D(4)


@spares("I17")
@pytest.mark.parametrize("words", WORDS)
def test_a_comment_that_says_so_makes_no_charge(shop: Shop, words: str) -> None:
    only_invoices(shop)
    called = shop.line("10", "3", item_comment=words)
    name = shop.invoice(shop.line("100"), called)
    settles(shop)
    assert wire_line(shop, name, words)["Quantity"] == D(3)
    assert row(shop, name, 1)["item_name"] == shop.bolt


@spares("I17")
def test_a_product_with_a_code_is_known_by_it(shop: Shop) -> None:
    product = shop.product("CHG", "Charges", unit_price=D(10))
    name = shop.invoice(shop.line("100"), shop.line("10", "3", item_name=product, item_comment=""))
    settles(shop)
    sent = wire_line(shop, name, "Charges")
    assert (sent["ItemCode"], sent["Quantity"]) == ("CHG", D(3))
    edit_in_xero(shop, name, Quantity=D(5))
    settles(shop)
    assert (row(shop, name, 1)["item_name"], row(shop, name, 1)["quantity"]) == (product, D(5))


@applies("I2", "I17")
def test_beside_such_a_product_the_charges_are_still_the_charges(shop: Shop) -> None:
    only_invoices(shop)
    product = shop.product("", "Charges")
    called = shop.line("10", "3", item_name=product, item_comment="")
    name = shop.invoice(called, shipping_and_handling=D(8))
    settles(shop)
    assert wire_line(shop, name, "Charges")["LineAmount"] == D(30)
    assert wire_line(shop, name, "Charges", 1)["LineAmount"] == D(8)
    lines = shop.wire(name)["LineItems"]
    for line, price in zip(lines, (11, 9), strict=True):
        line["UnitAmount"] = D(price)
        del line["LineAmount"], line["TaxAmount"]
    shop.books.edit_invoice(shop.partner(INVOICES, name), LineItems=lines)
    settles(shop)
    assert row(shop, name, 0)["selling_price"] == D(11)
    assert shop.field(INVOICES, name, "shipping_and_handling") == D(9)


@applies("I17")
def test_charges_that_a_person_adds_in_xero_are_charges(shop: Shop) -> None:
    name = shop.invoice(shop.line("100"))
    settles(shop)
    lines = [*shop.wire(name)["LineItems"], shop.xero_line("8", Description="Charges")]
    shop.books.edit_invoice(shop.partner(INVOICES, name), LineItems=lines)
    settles(shop)
    assert shop.field(INVOICES, name, "shipping_and_handling") == D(8)
    assert len(shop.field(INVOICES, name, "items")) == 1


@spares("I17")
def test_a_line_of_xero_with_an_item_is_no_charge_although_the_item_is_not_here(shop: Shop) -> None:
    only_invoices(shop)
    shop.books.add_item_in_xero(Code="FREIGHT", Name="Freight")
    called = shop.xero_line("8", Description="Charges", ItemCode="FREIGHT", Quantity=2)
    invoice = shop.xero_invoice(shop.xero_line("100"), called)
    settles(shop)
    record = shop.here(INVOICES, invoice)
    assert not record.fields["shipping_and_handling"]
    assert record.fields["items"][1]["quantity"] == D(2)


@pytest.mark.parametrize("direction", list(Direction))
def test_whatever_the_direction(shop: Shop, direction: Direction) -> None:
    only_invoices(shop)
    called = shop.line("10", "3", item_comment="Charges")
    name = shop.invoice(shop.line("100"), called)
    settles(shop)
    modules = {
        module: replace(each, direction=direction)
        for module, each in shop.stage.settings.modules.items()
    }
    shop.stage.settings = replace(shop.stage.settings, modules=modules)
    shop.edit(INVOICES, name, subject="Other")
    shop.sync()
    assert shop.sync().writes == 0
    assert row(shop, name, 1)["quantity"] == D(3)
    assert wire_line(shop, name, "Charges")["Quantity"] == D(3)


def test_of_a_paid_invoice_too(shop: Shop) -> None:
    only_invoices(shop)
    name = shop.invoice(shop.line("100"), shop.line("10", "3", item_comment="Charges"))
    settles(shop)
    shop.pay(name, "149.50")
    settles(shop)
    assert shop.field(INVOICES, name, "status") == "Paid"
    assert row(shop, name, 1)["quantity"] == D(3)


def test_products_that_sync_later_are_found_again(shop: Shop) -> None:
    only_invoices(shop)
    product = shop.product("CHG", "Charges")
    called = shop.line("10", "3", item_name=product, item_comment="")
    name = shop.invoice(shop.line("100"), called)
    settles(shop)
    modules = {each: ModuleSettings() for each in Module}
    shop.stage.settings = replace(shop.stage.settings, modules=modules)
    settles(shop)
    assert shop.partner(PRODUCTS, product)
    assert row(shop, name, 1)["item_name"] == product
