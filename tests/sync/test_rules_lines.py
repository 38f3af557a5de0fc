"""The rules for the lines of an invoice on its way to Xero (I2 to I9, I11, I12)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.support.rules import applies, spares
from tests.support.shop import (
    INVOICES,
    PRODUCTS,
    Shop,
    charge_tax,
    item_tax,
    whole_tax,
)
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.settings import ModuleSettings
from vtiger_xero.engine.totals.taxes import Method

D = Decimal


@applies("I2", "I17")
def test_charges_become_a_line_with_their_taxes_on_their_account(shop: Shop) -> None:
    taxes = [item_tax("GST"), charge_tax("GST")]
    name = shop.invoice(shipping_and_handling=D("8"), taxes=taxes)
    shop.goes_through()
    wire = shop.wire(name)
    line = wire["LineItems"][-1]
    assert (line["Description"], line["AccountCode"], line["TaxType"]) == (
        "Charges",
        "260",
        "OUTPUT2",
    )
    assert (line["LineAmount"], line["TaxAmount"], wire["Total"]) == (D("8"), D("1.20"), D("20.70"))


@spares("I2")
def test_an_invoice_without_charges_has_no_such_line(shop: Shop) -> None:
    name = shop.invoice()
    shop.goes_through()
    assert [line["Description"] for line in shop.wire(name)["LineItems"]] == ["as agreed"]


@applies("I3")
@pytest.mark.parametrize(
    "how", [{"overall_discount_amount": D(1)}, {"overall_discount_percent": D(5)}]
)
def test_an_overall_discount_is_skipped(shop: Shop, how: dict[str, Any]) -> None:
    shop.invoice(**how)
    shop.refuses("overall discount")


@spares("I3")
@applies("I5")
def test_discounts_of_lines_go_to_their_lines(shop: Shop) -> None:
    lines = (
        shop.line("100", discount_percent=D("12.5")),
        shop.line("30", discount_amount=D("1.99")),
        shop.line("7"),
    )
    name = shop.invoice(*lines)
    shop.goes_through()
    first, second, third = shop.wire(name)["LineItems"]
    assert (first["DiscountRate"], first["LineAmount"]) == (D("12.5"), D("87.5"))
    assert (second["DiscountAmount"], second["LineAmount"]) == (D("1.99"), D("28.01"))
    assert "DiscountRate" not in third


@spares("I5")
def test_a_rate_that_rounds_otherwise_in_xero_goes_as_the_amount_it_comes_to(shop: Shop) -> None:
    name = shop.invoice(shop.line("3.33", "1.5", discount_percent=D("33.3333")))
    shop.goes_through()
    (line,) = shop.wire(name)["LineItems"]
    assert line["DiscountAmount"] > 0
    record = shop.get(INVOICES, name)
    assert line["LineAmount"] == record.fields["items"][0]["total_after_discount"]


@applies("I4")
def test_group_taxes_that_are_no_one_rate_are_skipped(shop: Shop) -> None:
    shop.tax("VAT", "4.5")
    shop.invoice(tax_mode="Group", taxes=[whole_tax("GST"), whole_tax("VAT")])
    shop.refuses("group taxes", "GST 15%", "VAT 4.5%", "The closest: ")


@spares("I4")
def test_group_taxes_go_as_their_combined_rate_and_a_single_one_as_its_own(shop: Shop) -> None:
    parts = [{"Name": "GST", "Rate": "15"}, {"Name": "Levy", "Rate": "2"}]
    shop.books.add_tax_rate(name="GST and Levy", components=parts)
    shop.tax("Levy", "2")
    both = shop.invoice(tax_mode="Group", taxes=[whole_tax("GST"), whole_tax("Levy")])
    one = shop.invoice(tax_mode="Group", taxes=[whole_tax("GST")])
    shop.goes_through()
    assert shop.wire(both)["TotalTax"] == D("1.70")
    assert shop.wire(one)["LineItems"][0]["TaxType"] == "OUTPUT2"


@applies("I6")
def test_deducted_taxes_are_skipped(shop: Shop) -> None:
    shop.tax("Withholding", "5", Method.DEDUCTED)
    shop.invoice(taxes=[item_tax("GST"), whole_tax("Withholding")])
    shop.refuses("deducted taxes (Withholding)")


@spares("I6")
def test_a_tax_that_is_added_is_no_deducted_one(shop: Shop) -> None:
    shop.invoice()
    shop.goes_through()


@applies("I7")
def test_taxes_of_a_line_that_xero_does_not_have_are_named_with_the_closest(shop: Shop) -> None:
    shop.tax("VAT", "14")
    shop.invoice(taxes=[item_tax("VAT")])
    shop.refuses("VAT 14%", "15% GST on Income (15%)")


@spares("I7")
def test_two_taxes_that_xero_has_as_one_rate_travel(shop: Shop) -> None:
    parts = [{"Name": "GST", "Rate": "15"}, {"Name": "Levy", "Rate": "2"}]
    shop.books.add_tax_rate(name="GST and Levy", components=parts)
    shop.tax("Levy", "2")
    name = shop.invoice(taxes=[item_tax("GST"), item_tax("Levy")])
    shop.goes_through()
    assert shop.wire(name)["TotalTax"] == D("1.70")


@applies("I8")
@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("610", "system account"),
        ("205", "archived"),
        ("090", "bank account"),
        ("630", "inventory account"),
        ("300", "cannot be used"),
    ],
)
def test_an_account_that_does_not_fit_is_found_before_sending(
    shop: Shop, code: str, word: str
) -> None:
    account = shop.stage.account(code)
    shop.invoice(shop.line(xero_sales_account=account))
    calls = len(shop.stage.xero.calls)
    shop.refuses(word, code)
    assert not any(
        call.method == "PUT" and "Invoices" in call.path for call in shop.stage.xero.calls[calls:]
    )


@spares("I8")
def test_a_line_without_an_account_takes_its_products_else_that_of_the_settings(shop: Shop) -> None:
    other = shop.product("NUT", "Nut", xero_sales_account=shop.stage.account("220"))
    name = shop.invoice(shop.line(item_name=other), shop.line())
    shop.goes_through()
    assert [line["AccountCode"] for line in shop.wire(name)["LineItems"]] == ["220", "200"]


@applies("I8")
def test_no_account_anywhere_is_said(shop: Shop) -> None:
    shop.stage.set(deletions=True, sales_account="")
    shop.invoice()
    shop.refuses("no Xero account for line 1")


@applies("I5-item")
def test_an_invoice_waits_for_its_products(shop: Shop) -> None:
    nameless = shop.product("", "Washer")
    shop.invoice(shop.line(item_name=nameless))
    shop.refuses("Washer", "is not in Xero yet")


@spares("I5-item")
def test_where_products_do_not_sync_their_lines_travel_without_a_code(shop: Shop) -> None:

    modules = {each: ModuleSettings(enabled=each is not PRODUCTS) for each in Module}
    shop.stage.set(modules=modules)
    name = shop.invoice(shop.line(item_comment=""))
    shop.goes_through()
    (line,) = shop.wire(name)["LineItems"]
    assert "ItemCode" not in line
    assert line["Description"] == "Bolt"


@applies("I9")
def test_too_little_stock_of_an_item_that_xero_counts_is_found_before_approving(shop: Shop) -> None:
    tracked(shop, on_hand=3)
    shop.invoice(shop.line(quantity="5", item_name=bar(shop)))
    shop.refuses("sells 5 of \u201cBAR\u201d", "only 3 in stock")


@spares("I9")
def test_a_draft_takes_nothing_from_stock_and_enough_is_enough(shop: Shop) -> None:
    tracked(shop, on_hand=3)
    shop.invoice(shop.line(quantity="5", item_name=bar(shop)), status="Created")
    shop.invoice(shop.line(quantity="3", item_name=bar(shop)))
    shop.goes_through()
    assert shop.field(PRODUCTS, bar(shop), "qty_in_stock") == 0


def tracked(shop: Shop, on_hand: int) -> None:
    shop.books.add_item_in_xero(
        Code="BAR",
        Name="Bar",
        IsSold=True,
        IsPurchased=True,
        InventoryAssetAccountCode="630",
        SalesDetails={"UnitPrice": D(10), "AccountCode": "200", "TaxType": "OUTPUT2"},
        PurchaseDetails={"UnitPrice": D(5), "COGSAccountCode": "310"},
        QuantityOnHand=on_hand,
        TotalCostPool=5 * on_hand,
    )
    shop.sync()


def bar(shop: Shop) -> str:
    heads = shop.crm.heads(PRODUCTS)
    return next(head.name for head in heads if head.keys["part_number"] == "BAR")


@applies("I11")
def test_an_adjustment_becomes_a_line_without_tax(shop: Shop) -> None:
    name = shop.invoice(adjustment=D("-0.35"))
    shop.goes_through()
    line = shop.wire(name)["LineItems"][-1]
    assert (line["Description"], line["LineAmount"], line["TaxType"]) == (
        "Adjustment",
        D("-0.35"),
        "NONE",
    )


@spares("I11")
def test_no_adjustment_is_no_line(shop: Shop) -> None:
    name = shop.invoice(adjustment=D(0))
    shop.goes_through()
    assert len(shop.wire(name)["LineItems"]) == 1


@applies("I12")
def test_tax_amounts_are_set_where_rounding_differs(shop: Shop) -> None:
    """Group tax on the whole: 15 % of 0.99 is 0.15; of three lines of 0.33 it is 3 × 0.05."""
    lines = [shop.line("0.10") for _ in range(5)]
    name = shop.invoice(*lines, tax_mode="Group", taxes=[whole_tax("GST")])
    shop.goes_through()
    wire = shop.wire(name)
    assert wire["Total"] == shop.field(INVOICES, name, "grand_total") == D("0.58")
    assert (
        sorted(line["TaxAmount"] for line in wire["LineItems"]) == [D("0.01")] * 2 + [D("0.02")] * 3
    )


@applies("I12")
def test_what_cannot_be_made_equal_is_skipped_with_both_figures(shop: Shop) -> None:
    shop.invoice(shop.line("0.12345678", "1000"))
    shop.refuses("123.46", "123.50")


@spares("I12")
def test_prices_of_many_decimals_that_come_to_the_same_travel(shop: Shop) -> None:
    name = shop.invoice(shop.line("0.12345678", "3"))
    shop.goes_through()
    assert shop.wire(name)["Total"] == shop.field(INVOICES, name, "grand_total")


@applies("X-description")
def test_an_approved_line_that_says_nothing_is_skipped(shop: Shop) -> None:
    placeholder = shop.product("", "??????")
    shop.invoice(shop.line(item_name=placeholder, item_comment=""))
    shop.refuses("Line 1 has no description")


@spares("X-description")
def test_a_line_without_a_comment_is_described_by_its_item(shop: Shop) -> None:
    name = shop.invoice(shop.line(item_comment=""))
    shop.goes_through()
    assert shop.wire(name)["LineItems"][0]["Description"] == "Bolt"
