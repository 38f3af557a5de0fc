"""A preview foretells the run that follows it, what earlier modules will have made included."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from tests.support.shop import INVOICES, ORGANIZATIONS, PAYMENTS, PRODUCTS, Shop
from tests.support.stage import staged
from vtiger_xero.engine.actions import Create, Operation
from vtiger_xero.engine.records import Module, Side
from vtiger_xero.engine.report import Report

D = Decimal
UNDER_EVERY_READING = True


def foretold(shop: Shop) -> Report:
    """The run after a preview; both count the same, and the preview wrote nothing.

    What payments leave open on an invoice is judged after a run, and in no preview (rule G12).
    """
    before = _sizes(shop)
    plans = shop.stage.preview()
    assert _sizes(shop) == before
    report = shop.sync()
    expected, found = Counter[Any](), Counter[Any]()
    for plan in plans:
        expected.update({(plan.module, *key): number for key, number in plan.counts.items()})
    for log in report.logs:
        found.update({(log.module, *key): number for key, number in log.counts.items()})
    judged = Counter(each.module for each in report.entries if each.rule == "G12")
    expected.update({(m, Side.CRM, Operation.SKIPPED): n for m, n in judged.items()})
    assert expected == found
    return report


def _sizes(shop: Shop) -> list[int]:
    books = shop.books
    held = (books.contacts, books.items, books.invoices, books.payments)
    modules = (ORGANIZATIONS, PRODUCTS, INVOICES)
    return [*(len(list(x.values())) for x in held), *(len(shop.stage.records(m)) for m in modules)]


def test_an_invoice_of_a_new_customer_with_a_new_product_and_a_payment(shop: Shop) -> None:
    shop.pay(shop.invoice(), "5")
    report = foretold(shop)
    assert report.writes == 4
    assert not [entry for entry in report.entries if entry.reason]


def test_a_payment_over_what_a_new_invoice_comes_to(shop: Shop) -> None:
    shop.pay(shop.invoice(), "500")
    assert [entry.rule for entry in foretold(shop).entries if entry.reason] == ["P3", "G12"]


def test_a_draft_that_is_approved_and_paid_in_one_run(shop: Shop) -> None:
    invoice = shop.invoice(status="Created")
    shop.sync()
    shop.pay(invoice, "5")
    report = foretold(shop)
    assert not [entry for entry in report.entries if entry.reason]


def test_what_comes_from_xero_all_at_once(shop: Shop) -> None:
    shop.books.add_item_in_xero(Code="NUT", Name="Nut")
    invoice = shop.xero_invoice(shop.xero_line(ItemCode="NUT"))
    shop.books.pay_invoice(invoice, "5")
    report = foretold(shop)
    assert not [entry for entry in report.entries if entry.reason]
    assert report.writes >= 4


def test_a_line_of_xero_without_an_item_is_none_of_the_products_that_are_new(shop: Shop) -> None:
    """Found by the approved plans: such a line was taken for one of the product just made."""
    shop.product("NUT", "Nut")
    shop.xero_invoice(shop.xero_line())
    (invoice,) = (
        decision.on(Side.CRM)
        for plan in shop.stage.preview()
        for decision in plan.decisions
        if plan.module is INVOICES
    )
    assert isinstance(invoice, Create)
    assert [line.item for line in invoice.values["items"]] == [""]


def test_the_stock_of_an_item_that_gets_another_code(shop: Shop) -> None:
    """Found by the approved plans: under its new code nothing was known to be at hand."""
    item = shop.books.add_item_in_xero(
        Code="NUT",
        Name="Nut",
        IsTrackedAsInventory=True,
        InventoryAssetAccountCode="630",
        PurchaseDetails={"UnitPrice": D(1), "COGSAccountCode": "310"},
        SalesDetails={"UnitPrice": D(2), "AccountCode": "200", "TaxType": "OUTPUT2"},
        QuantityOnHand=D(2),
    )
    shop.sync()
    nut = shop.here(PRODUCTS, item.item_id).name
    shop.edit(PRODUCTS, nut, part_number="NUT-2")
    shop.invoice(shop.line("2", "3", item_name=nut))
    assert [entry.rule for entry in foretold(shop).entries if entry.reason] == ["I9"]


def test_an_invoice_of_xero_that_names_what_the_same_run_deletes(shop: Shop) -> None:
    """Found by the approved plans: the item was thought to stay, and the invoice to wait for it."""
    nut = shop.product("NUT", "Nut")
    shop.sync()
    shop.crm.trash(PRODUCTS, nut)
    shop.xero_invoice(shop.xero_line(ItemCode="NUT"))
    report = foretold(shop)
    assert not [entry for entry in report.entries if entry.reason]
    assert len(shop.stage.records(INVOICES)) == 1


def test_an_invoice_of_xero_that_names_what_the_same_run_renames(shop: Shop) -> None:
    nut = shop.product("NUT", "Nut")
    shop.sync()
    shop.edit(PRODUCTS, nut, part_number="NUT-2")
    shop.xero_invoice(shop.xero_line(ItemCode="NUT"))
    assert not [entry for entry in foretold(shop).entries if entry.reason]


def test_duplicates_of_a_customer_and_of_a_product(shop: Shop) -> None:
    twin = shop.add(ORGANIZATIONS, organization_name="kea ltd")
    bolt = shop.product("bolt", "Bolt again")
    shop.invoice(shop.line(), shop.line(item_name=bolt), organization_name=twin)
    report = foretold(shop)
    assert [entry.rule for entry in report.entries if entry.reason] == ["G2", "G2"]


def test_the_invoices_of_a_customer_that_xero_merged(shop: Shop) -> None:
    shop.invoice()
    shop.sync()
    moa = shop.contact("Moa Ltd")
    shop.sync()
    shop.books.merge_contacts(shop.partner(ORGANIZATIONS, shop.customer), moa)
    foretold(shop)


def test_an_invoice_of_an_item_that_xero_deleted(shop: Shop) -> None:
    shop.sync()
    shop.books.delete_item(shop.partner(PRODUCTS, shop.bolt))
    shop.invoice()
    assert [entry.rule for entry in foretold(shop).entries if entry.reason] == ["I5-item"]


def test_an_invoice_whose_account_comes_with_its_item_from_xero(shop: Shop) -> None:
    """Found on a site without a Sales Account: the run sent what its preview had skipped."""
    shop.stage.set(sales_account="")
    shop.books.add_item_in_xero(Code="BOLT", Name="Bolt", SalesDetails={"AccountCode": "200"})
    shop.invoice()
    report = foretold(shop)
    assert not [entry for entry in report.entries if entry.reason]


def test_an_invoice_whose_item_gets_another_account_in_xero(shop: Shop) -> None:
    shop.stage.set(sales_account="")
    item = shop.books.add_item_in_xero(
        Code="BOLT", Name="Bolt", SalesDetails={"AccountCode": "200"}
    )
    shop.sync()
    shop.books.edit_item(item.item_id, SalesDetails={"AccountCode": "260"})
    shop.invoice()
    report = foretold(shop)
    assert not [entry for entry in report.entries if entry.reason]


def test_modules_that_cannot_run_have_a_plan_that_says_why() -> None:
    with staged(base_currency="EUR") as stage:
        Shop(stage).invoice()
        plans = {plan.module: plan for plan in stage.preview()}
        assert list(plans) == list(Module)
        assert not plans[ORGANIZATIONS].cannot_run
        assert plans[ORGANIZATIONS].decisions
        for module in (INVOICES, PAYMENTS):
            assert not plans[module].decisions
            assert plans[module].cannot_run.startswith("The CRM's base currency is EUR")
