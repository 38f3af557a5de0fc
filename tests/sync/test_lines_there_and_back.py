"""Lines of any kind, sent and read by way of the whole sync: equal on both sides, or told of.

Seeded, and several invoices to a run: what is tried is printed where it fails.
"""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.support.shop import INVOICES, PRODUCTS, Shop, item_tax, open_shop
from tests.support.stage import skipped
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.settings import ModuleSettings
from xero_simulator.readings import HeadUpdate, Readings

D = Decimal
SEEDS, INVOICES_OF_A_RUN = range(6), 12
PRICES = ["0", "10", "2250.45", "0.0049", "19.99", "7.1234", "-5", "-12.5", "1000"]
QUANTITIES = ["0", "1", "3", "-2", "0.5", "1.2345", "12"]
COMMENTS = ["as agreed", "as agreed", "Charges", "Adjustment", "two\nlines", ""]
READINGS = [
    Readings(),
    Readings(head_update=HeadUpdate.REFUSES, free_lines_lose=frozenset({"account_code"})),
    Readings(
        frozenset(), HeadUpdate.KEEPS, refuses_negative_quantities=False,
        refuses_less_than_a_cent=False,
    ),
]  # fmt: skip


def discount(dice: random.Random, price: str, quantity: str) -> dict[str, Decimal]:
    gross = D(price) * D(quantity)
    whole = round(gross, 2)
    return dice.choice(
        [
            {},
            {},
            {"discount_percent": D(dice.choice(["10", "33.33", "100", "12.345"]))},
            {"discount_amount": round(whole * D(dice.choice(["0.1", "0.3333", "1"])), 2)},
        ]
    )


def crm_invoice(shop: Shop, dice: random.Random, products: list[str]) -> str:
    lines, taxes = [shop.line("5000")], [item_tax("GST", 1)]
    for number in range(2, dice.randint(2, 5) + 1):
        price, quantity = dice.choice(PRICES), dice.choice(QUANTITIES)
        given = {"item_name": dice.choice(products), "item_comment": dice.choice(COMMENTS)}
        lines.append(shop.line(price, quantity, **given, **discount(dice, price, quantity)))
        taxes += [item_tax("GST", number)] * dice.randint(0, 1)
    outside = {
        "shipping_and_handling": D(dice.choice(["0", "0", "8"])),
        "adjustment": D(dice.choice(["0", "0", "-0.5"])),
    }
    status = dice.choice(["Created", "Approved"])
    return shop.invoice(*lines, taxes=taxes, status=status, **outside)


def figures(shop: Shop, name: str) -> list[tuple[Any, ...]]:
    """What a person sees of the lines in the CRM, and which taxes stand on them."""
    fields = shop.get(INVOICES, name).fields
    rows = [
        (
            *(row[key] for key in ("item_name", "quantity", "selling_price", "discount_percent")),
            *(row["discount_amount"], row["total_after_discount"]),
            [tax["tax"] for tax in fields["taxes"] if tax["line"] == row["line_no"]],
        )
        for row in fields["items"]
    ]
    outside = (fields["shipping_and_handling"], fields["adjustment"], fields["grand_total"])
    return [*rows, outside]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_crm_writes_comes_back_as_it_was_or_is_told_of(seed: int) -> None:
    dice = random.Random(seed)
    with open_shop() as shop:
        shop.books.readings = READINGS[seed % len(READINGS)]
        if seed % 2:  # lines without items: their words alone name them
            modules = {each: ModuleSettings(enabled=each is not PRODUCTS) for each in Module}
            shop.stage.settings = replace(shop.stage.settings, modules=modules)
        products = [shop.bolt, shop.product("CHG", "Charges"), shop.product("ADJ", "Adjustment")]
        names = [crm_invoice(shop, dice, products) for _ in range(INVOICES_OF_A_RUN)]
        before = {name: figures(shop, name) for name in names}
        report = shop.sync()
        apart = check(shop, report, names)
        assert shop.sync().writes == 0
        assert {name: figures(shop, name) for name in names} == before
        for name in names:
            status = "Approved"  # drafts are approved, the others get other words alone
            shop.edit(INVOICES, name, subject="Other", status=status)
        apart = check(shop, shop.sync(), names)
        assert shop.sync().writes == 0
        assert {name: figures(shop, name) for name in names} == before
        assert len(apart) < len(names)


def check(shop: Shop, report: Any, names: list[str]) -> set[str | None]:
    """Each invoice has the same total on both sides, or is skipped with figures and a remedy."""
    told = skipped(report, INVOICES)
    for entry in told:
        assert entry.rule in ("I12", "X-cent"), (entry.rule, entry.reason)
        assert entry.remedy and any(letter.isdigit() for letter in entry.reason)
    apart = {entry.crm_name for entry in told}
    for name in set(names) - apart:
        assert shop.wire(name)["Total"] == shop.field(INVOICES, name, "grand_total"), name
    return apart


def xero_line(shop: Shop, dice: random.Random) -> dict[str, Any]:
    price, quantity = dice.choice(PRICES), dice.choice(QUANTITIES)
    gross = D(price) * D(quantity)
    off: dict[str, Any] = dice.choice([{}, {"DiscountRate": D("33.33")}, {"DiscountRate": D(100)}])
    if gross > 1 and dice.random() < 0.4:
        off = {"DiscountAmount": round(gross * D("0.3333"), 2)}
    words = dice.choice([each for each in COMMENTS if each])
    tax = dice.choice(["OUTPUT2", "OUTPUT2", "NONE", "ZERORATED"])
    return shop.xero_line(price, Quantity=D(quantity), Description=words, TaxType=tax, **off)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_xero_shows_in_a_page_can_be_written_back(seed: int) -> None:
    dice = random.Random(seed)
    with open_shop() as shop:
        shop.books.readings = replace(
            READINGS[seed % len(READINGS)], refuses_less_than_a_cent=False
        )
        contact = shop.contact()
        ids = []
        for _ in range(INVOICES_OF_A_RUN):
            lines = [shop.xero_line("5000"), *(xero_line(shop, dice) for _ in range(3))]
            kind = dice.choice(["Exclusive", "Exclusive", "Inclusive"])
            ids.append(shop.xero_invoice(*lines, contact=contact, LineAmountTypes=kind))
        before = {each: shop.books.invoices[each] for each in ids}
        assert skipped(shop.sync(), INVOICES) == []
        assert shop.sync().writes == 0
        for each in ids:
            record = shop.here(INVOICES, each)
            rows = [dict(row) for row in record.fields["items"]]
            rows[0]["item_comment"] = "other words"
            shop.edit(INVOICES, record.name, items=tuple(rows), subject="Other")
        assert skipped(shop.sync(), INVOICES) == []
        assert shop.sync().writes == 0
        for each in ids:
            now, then = shop.books.invoices[each], before[each]
            assert (now.total, now.total_tax) == (then.total, then.total_tax)
            assert now.reference == "Other"
            assert amounts(now) == amounts(then)


def amounts(document: Any) -> dict[str, tuple[Decimal, Decimal]]:
    """By line: charges may stand elsewhere afterwards."""
    return {line.line_id: (line.line_amount, line.tax_amount) for line in document.lines}
