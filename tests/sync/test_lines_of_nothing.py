"""Lines of 0.00: that Xero leaves out their account and tax says nothing (rule I20)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.support.agreement import disagreements
from tests.support.rules import applies, spares
from tests.support.settling import settles, writes
from tests.support.shop import INVOICES, Shop, charge_tax, item_tax, open_shop
from tests.support.stage import skipped
from vtiger_xero.engine.records import Direction
from vtiger_xero.engine.settings import ConflictPolicy
from xero_simulator.readings import Readings

D = Decimal
BOTH, ACCOUNT, NOTHING = {"account_code", "tax_type"}, {"account_code"}, set[str]()


@pytest.fixture(params=[BOTH, ACCOUNT, NOTHING], ids=["both go", "the account goes", "none goes"])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """Reports of what Xero leaves out differ: each reading."""
    with open_shop() as shop:
        lose = frozenset(request.param)
        shop.books.readings = replace(Readings(), free_lines_lose=lose)
        yield shop


def taxes(shop: Shop, name: str) -> list[tuple[int, str, Decimal]]:
    rows = shop.field(INVOICES, name, "taxes")
    return [(row["line"], row["tax"], row["amount"]) for row in rows]


def reprice(shop: Shop, name: str, place: int, price: str, **fields: Any) -> None:
    rows = [dict(row) for row in shop.field(INVOICES, name, "items")]
    rows[place] |= {"selling_price": D(price), **fields}
    shop.edit(INVOICES, name, items=tuple(rows))


def totals(shop: Shop, name: str) -> tuple[Decimal, Decimal]:
    return shop.field(INVOICES, name, "grand_total"), shop.wire(name)["Total"]


FREE = {"a price of 0": {"price": "0", "quantity": "2"}, "a quantity of 0": {"quantity": "0"}}


@applies("I20")
@pytest.mark.parametrize("free", FREE.values(), ids=FREE.keys())
def test_a_free_line_keeps_its_tax_and_gets_a_taxed_price_later(shop: Shop, free: Any) -> None:
    # [L1]
    name = shop.invoice(shop.line("100"), shop.line(**free))
    settles(shop)
    assert [tax for _, tax, _ in taxes(shop, name)] == ["GST", "GST"]
    reprice(shop, name, 1, "25", quantity=D(2))
    settles(shop)
    assert totals(shop, name) == (D("172.50"), D("172.5"))
    assert disagreements(shop.stage) == []


def test_a_line_that_is_free_by_its_discount_keeps_its_tax(shop: Shop) -> None:
    # [L1] [L2]
    name = shop.invoice(shop.line("100"), shop.line("795", discount_percent=D(100)))
    settles(shop)
    wire = shop.wire(name)
    assert (wire["LineItems"][1]["DiscountRate"], wire["Total"]) == (D(100), D(115))
    reprice(shop, name, 1, "50", discount_percent=D(0))
    settles(shop)
    assert totals(shop, name) == (D("172.50"), D("172.5"))


def test_a_discount_of_the_whole_price_goes_as_an_amount_too(shop: Shop) -> None:
    # [L2]
    name = shop.invoice(shop.line("100"), shop.line("795", discount_amount=D(795)))
    settles(shop)
    assert totals(shop, name) == (D(115), D(115))


def test_a_free_line_keeps_its_own_account(shop: Shop) -> None:
    other = shop.stage.account("260")
    name = shop.invoice(shop.line("100"), shop.line("0", xero_sales_account=other))
    settles(shop)
    assert shop.field(INVOICES, name, "items")[1]["xero_sales_account"] == other
    reprice(shop, name, 1, "25")
    settles(shop)
    assert shop.wire(name)["LineItems"][1]["AccountCode"] == "260"


def test_a_free_line_without_tax_stays_so(shop: Shop) -> None:
    name = shop.invoice(shop.line("100"), shop.line("0"), taxes=[item_tax("GST", 1)])
    settles(shop)
    assert [line for line, _, _ in taxes(shop, name)] == [1]
    reprice(shop, name, 1, "25")
    settles(shop)
    assert totals(shop, name) == (D(140), D(140))


def test_a_draft_that_is_approved_later_keeps_them(shop: Shop) -> None:
    # [L1]
    name = shop.invoice(shop.line("100"), shop.line("0"), status="Created")
    settles(shop)
    shop.edit(INVOICES, name, status="Approved")
    settles(shop)
    shop.edit(INVOICES, name, subject="Other")
    settles(shop)
    assert len(taxes(shop, name)) == 2


def test_a_draft_that_is_approved_in_xero_keeps_them(shop: Shop) -> None:
    name = shop.invoice(shop.line("100"), shop.line("0"), status="Created")
    settles(shop)
    shop.books.approve_invoice(shop.partner(INVOICES, name))
    settles(shop)
    assert len(taxes(shop, name)) == 2
    assert shop.field(INVOICES, name, "status") == "Approved"


def test_an_item_whose_price_is_0_is_such_a_line(shop: Shop) -> None:
    gift = shop.product("GIFT", "Gift")
    name = shop.invoice(shop.line("100"), shop.line("0", item_name=gift))
    settles(shop)
    assert len(taxes(shop, name)) == 2
    assert shop.field(INVOICES, name, "items")[1]["item_name"] == gift


def test_an_edit_of_another_line_in_xero_takes_no_tax_away(shop: Shop) -> None:
    # [L1]
    name = shop.invoice(shop.line("100"), shop.line("0"))
    settles(shop)
    lines = shop.wire(name)["LineItems"]
    lines[0] |= {"UnitAmount": D(80), "TaxAmount": None, "LineAmount": None}
    shop.books.edit_invoice(shop.partner(INVOICES, name), LineItems=lines)
    settles(shop)
    assert [(line, tax) for line, tax, _ in taxes(shop, name)] == [(1, "GST"), (2, "GST")]
    assert totals(shop, name) == (D(92), D(92))


@spares("I20")
def test_a_price_that_xero_gives_it_comes_with_xeros_tax(shop: Shop) -> None:
    name = shop.invoice(shop.line("100"), shop.line("0"))
    settles(shop)
    lines = shop.wire(name)["LineItems"]
    lines[1] |= {"UnitAmount": D(50), "AccountCode": "200", "TaxType": "OUTPUT2"}
    del lines[1]["LineAmount"], lines[1]["TaxAmount"]
    shop.books.edit_invoice(shop.partner(INVOICES, name), LineItems=lines)
    settles(shop)
    assert totals(shop, name) == (D("172.50"), D("172.5"))


def test_a_line_that_becomes_free_in_xero_keeps_its_tax_here(shop: Shop) -> None:
    name = shop.invoice(shop.line("100"), shop.line("50"))
    settles(shop)
    lines = shop.wire(name)["LineItems"]
    lines[1] |= {"UnitAmount": D(0), "TaxAmount": None, "LineAmount": None}
    shop.books.edit_invoice(shop.partner(INVOICES, name), LineItems=lines)
    settles(shop)
    assert totals(shop, name) == (D(115), D(115))
    assert len(taxes(shop, name)) == 2


@pytest.mark.parametrize("policy", list(ConflictPolicy))
def test_no_policy_makes_an_edit_of_what_is_left_out(shop: Shop, policy: ConflictPolicy) -> None:
    shop.stage.settings = replace(shop.stage.settings, conflicts=policy)
    name = shop.invoice(shop.line("100"), shop.line("0"))
    settles(shop)
    shop.books.edit_invoice(shop.partner(INVOICES, name), Reference="Order 7")
    reprice(shop, name, 1, "25", quantity=D(2))
    settles(shop)
    assert totals(shop, name) == (D("172.50"), D("172.5"))


@pytest.mark.parametrize("direction", [Direction.TO_XERO, Direction.TO_CRM])
def test_one_way_too(direction: Direction) -> None:
    with open_shop() as shop:
        name = shop.invoice(shop.line("100"), shop.line("0", "2"))
        settles(shop)
        modules = {m: replace(s, direction=direction) for m, s in _modules(shop).items()}
        shop.stage.settings = replace(shop.stage.settings, modules=modules)
        shop.books.edit_invoice(shop.partner(INVOICES, name), Reference="Order 7")
        settles(shop)
        assert len(taxes(shop, name)) == 2
        reprice(shop, name, 1, "25")
        shop.sync()
        expected = D("172.5") if direction is Direction.TO_XERO else D(115)
        assert shop.wire(name)["Total"] == expected


def _modules(shop: Shop) -> Any:
    return shop.stage.settings.modules


def test_the_words_of_a_partly_paid_invoice_can_be_changed(shop: Shop) -> None:
    # [L13]
    name = shop.invoice(shop.line("100"), shop.line("0"))
    settles(shop)
    shop.pay(name, "50")
    settles(shop)
    rows = [dict(row) for row in shop.field(INVOICES, name, "items")]
    rows[1]["item_comment"] = "a gift"
    shop.edit(INVOICES, name, items=tuple(rows))
    settles(shop)
    assert shop.wire(name)["LineItems"][1]["Description"] == "a gift"


def test_a_new_free_line_of_xero_has_the_tax_of_its_account(shop: Shop) -> None:
    # [L1]
    """What Xero would put on it once it has a price."""
    paid, free = shop.xero_line("100"), shop.xero_line("0")
    invoice = shop.xero_invoice(paid, free)
    settles(shop)
    record = shop.here(INVOICES, invoice)
    assert [(row["line"], row["tax"]) for row in record.fields["taxes"]] == [(1, "GST"), (2, "GST")]
    reprice(shop, record.name, 1, "50")
    settles(shop)
    assert totals(shop, record.name) == (D("172.50"), D("172.5"))


@pytest.mark.parametrize("kind", ["Inclusive", "NoTax"])
def test_of_any_kind_of_document(shop: Shop, kind: str) -> None:
    invoice = shop.xero_invoice(shop.xero_line("115"), shop.xero_line("0"), LineAmountTypes=kind)
    settles(shop)
    record = shop.here(INVOICES, invoice)
    shop.edit(INVOICES, record.name, subject="Other")
    settles(shop)
    reprice(shop, record.name, 0, "100", item_comment="another")
    settles(shop)
    assert disagreements(shop.stage) == []
    assert skipped(shop.sync(), INVOICES) == []


def test_invoices_that_both_sides_have_meet_although_one_says_less(shop: Shop) -> None:
    contact = shop.contact("Kea Ltd")
    name = shop.invoice(shop.line("100"), shop.line("0"), invoice_no="INV7")
    lines = [shop.xero_line("100", ItemCode="BOLT"), shop.xero_line("0", ItemCode="BOLT")]
    shop.books.add_item_in_xero(Code="BOLT", Name="Bolt")
    shop.xero_invoice(*lines, contact=contact, InvoiceNumber="INV7", Reference="Bolts")
    settles(shop)
    assert len(taxes(shop, name)) == 2
    assert len(shop.books.invoices) == 1


def test_charges_of_0_keep_their_tax(shop: Shop) -> None:
    name = shop.invoice(taxes=[item_tax("GST"), charge_tax("GST")])
    settles(shop)
    lines = shop.wire(name)["LineItems"]
    lines[0]["Description"] = "changed in Xero"
    shop.books.edit_invoice(shop.partner(INVOICES, name), LineItems=lines)
    settles(shop)
    shop.edit(INVOICES, name, shipping_and_handling=D(8))
    settles(shop)
    assert totals(shop, name) == (D("20.70"), D("20.7"))


def test_a_free_line_costs_no_second_look(shop: Shop) -> None:
    name = shop.invoice(shop.line("100"), shop.line("0"))
    report = shop.sync()
    ours = [each for each in writes(report) if each[2] == shop.field(INVOICES, name, "invoice_no")]
    assert ours == [("XERO", "Created", shop.field(INVOICES, name, "invoice_no"))]


@applies("X-cent")
@pytest.mark.parametrize(
    "line",
    [{"price": "0.001", "quantity": "2"}, {"price": "0.009", "discount_percent": D(50)}],
    ids=["a small price", "a discount of a small price"],
)
def test_less_than_half_a_cent_is_found_before_approving(line: dict[str, Any]) -> None:
    # [L6]
    with open_shop() as shop:
        name = shop.invoice(shop.line("100"), shop.line(**line), status="Created")
        settles(shop)
        shop.edit(INVOICES, name, status="Approved")
        entry = shop.skip(INVOICES)
        assert "line 2" in entry.reason
        assert "less than half a cent" in entry.reason
        assert entry.remedy
        reprice(shop, name, 1, "0")
        settles(shop)
        assert shop.wire(name)["Status"] == "AUTHORISED"


@spares("X-cent")
def test_a_line_of_half_a_cent_is_approved(shop: Shop) -> None:
    name = shop.invoice(shop.line("100"), shop.line("0.005"))
    settles(shop)
    assert shop.wire(name)["Status"] == "AUTHORISED"
