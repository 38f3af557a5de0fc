"""The rules for products and services, and those for every module (G1 to G11)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.support.rules import applies, spares
from tests.support.shop import INVOICES, ORGANIZATIONS, PAYMENTS, PRODUCTS, Shop
from tests.support.stage import counts, skipped, staged
from vtiger_xero.engine.records import Direction, Module, Side
from vtiger_xero.engine.report import RunStatus
from vtiger_xero.engine.settings import ConflictPolicy

D = Decimal


def item(shop: Shop, code: str) -> Any:
    return next(each for each in shop.books.items.values() if each.code == code)


def refused(shop: Shop, *words: str) -> None:
    entry = shop.skip(PRODUCTS)
    for each in words:
        assert each in entry.reason, entry.reason
    assert entry.remedy
    assert [each.code for each in shop.books.items.values()] == ["BOLT"]


@applies("G1", "G1-code")
def test_a_product_without_a_code_is_skipped(shop: Shop) -> None:
    shop.product("", "Washer")
    refused(shop, "Part Number is empty", "Xero requires a code")


@spares("G1-code")
def test_a_setting_lets_the_record_number_stand_in(shop: Shop) -> None:
    shop.stage.set(number_as_code=True)
    name = shop.product("", "Washer")
    shop.goes_through(PRODUCTS)
    assert item(shop, name).get("Name") == "Washer"
    assert shop.sync().writes == 0


def test_the_code_stands_in_for_a_product_without_a_name(shop: Shop) -> None:
    shop.crm.customize(PRODUCTS, "product_name", reqd=0)
    shop.product("W-1", "")
    shop.goes_through(PRODUCTS)
    assert item(shop, "W-1").get("Name") == "W-1"
    assert shop.sync().writes == 0


@spares("X-code", "I8-item", "X-length")
def test_products_and_services_travel_with_all_they_say(shop: Shop) -> None:
    account = shop.stage.account
    shop.product(
        "N" * 30,
        "M" * 50,
        description="a nut",
        unit_price=D("1.2345"),
        purchase_cost=D("0.5"),
        xero_sales_account=account("220"),
        xero_purchase_account=account("300"),
        taxes=({"tax": "GST"},),
    )
    shop.product("WORK", "Work", item_type="Vtiger Service", unit_price=D(80))
    shop.goes_through(PRODUCTS)
    nut = item(shop, "N" * 30)
    assert (nut.get("Name"), nut.get("Description")) == ("M" * 50, "a nut")
    assert nut.sales == {"UnitPrice": D("1.2345"), "AccountCode": "220", "TaxType": "OUTPUT2"}
    assert (nut.purchase["UnitPrice"], nut.purchase["AccountCode"]) == (D("0.5"), "300")
    assert item(shop, "WORK").sales["UnitPrice"] == D(80)
    assert shop.sync().writes == 0


@applies("X-length")
@pytest.mark.parametrize(("code", "name"), [("C" * 31, "Nut"), ("NUT", "N" * 51)])
def test_a_code_or_name_too_long_for_xero_is_skipped_and_not_cut(
    shop: Shop, code: str, name: str
) -> None:
    shop.product(code, name)
    refused(shop, "Xero takes at most")


@applies("X-code")
def test_a_code_that_another_item_holds_is_skipped(shop: Shop) -> None:
    shop.sync()
    shop.books.add_item_in_xero(Code="NUT", Name="Nut")
    shop.stage.set(direction=Direction.TO_XERO)
    shop.edit(PRODUCTS, shop.bolt, part_number="nut")
    report = shop.sync()
    (reason,) = shop.stage.reasons(report, PRODUCTS)
    assert "has the code" in reason


@applies("I8-item")
@pytest.mark.parametrize("field", ["xero_sales_account", "xero_purchase_account"])
@pytest.mark.parametrize(
    ("code", "word"), [("610", "system account"), ("205", "archived"), ("090", "bank account")]
)
def test_an_account_that_no_item_may_name_is_skipped(
    shop: Shop, field: str, code: str, word: str
) -> None:
    shop.product("NUT", "Nut", **{field: shop.stage.account(code)})
    refused(shop, word, code)


@applies("I8-item")
def test_an_inventory_account_for_the_sales_of_an_item_is_skipped(shop: Shop) -> None:
    shop.product("NUT", "Nut", xero_sales_account=shop.stage.account("630"))
    refused(shop, "inventory account", "630")


@spares("I8-item")
def test_an_account_that_xero_itself_gave_an_item_is_taken_over_as_it_is(shop: Shop) -> None:
    sold_on = {"SalesDetails": {"AccountCode": "220"}}
    item_id = shop.books.add_item_in_xero(Code="NUT", Name="Nut", **sold_on).item_id
    account = next(each for each in shop.books.books.accounts if each.get("Code") == "220")
    account["Type"] = "INVENTORY"
    shop.goes_through(PRODUCTS)
    held = shop.here(PRODUCTS, item_id).fields
    assert held["xero_sales_account"] == shop.stage.account("220")


@applies("G2")
def test_products_of_one_code_are_one_item_and_each_says_so(shop: Shop) -> None:
    twin = shop.product("bolt", "Bolt, small")
    report = shop.sync()
    assert counts(report, PRODUCTS) == {"XERO Created": 1, "XERO Skipped": 1}
    assert shop.bolt in shop.skip(PRODUCTS, report).reason
    assert shop.partner(PRODUCTS, twin) == shop.partner(PRODUCTS, shop.bolt)


@spares("G2")
def test_products_of_two_codes_are_two_items_whatever_their_names(shop: Shop) -> None:
    shop.product("BOLT-2", "Bolt")
    assert counts(shop.sync(), PRODUCTS) == {"XERO Created": 2}


def test_items_of_xero_become_what_the_settings_say(shop: Shop) -> None:
    shop.books.add_item_in_xero(Code="A", Name="Untracked")
    shop.books.add_item_in_xero(
        Code="B",
        Name="Tracked",
        InventoryAssetAccountCode="630",
        PurchaseDetails={"COGSAccountCode": "310"},
        QuantityOnHand=4,
        TotalCostPool=8,
    )
    shop.stage.set(incoming_items="Vtiger Service")
    shop.sync()
    kinds = {str(r.fields["part_number"]): r.fields["item_type"] for r in records(shop)}
    assert kinds["A"] == "Vtiger Service"
    assert kinds["B"] == "Vtiger Product"
    (tracked,) = [r for r in records(shop) if r.fields["part_number"] == "B"]
    assert (tracked.fields["tracked_in_xero"], tracked.fields["qty_in_stock"]) == (True, D(4))


def records(shop: Shop) -> Any:
    return shop.stage.records(PRODUCTS)


@applies("G9", "X-deleted")
def test_an_item_deleted_in_xero_is_inactive_here_and_its_change_is_told(shop: Shop) -> None:
    shop.sync()
    shop.books.delete_item(shop.partner(PRODUCTS, shop.bolt))
    shop.sync()
    assert not shop.field(PRODUCTS, shop.bolt, "product_active")
    shop.edit(PRODUCTS, shop.bolt, unit_price=D(11))
    assert "was deleted in Xero" in shop.skip(PRODUCTS).reason


@spares("G9", "X-deleted")
def test_without_deletions_it_stays_active(shop: Shop) -> None:
    shop.stage.set(deletions=False)
    shop.sync()
    shop.books.delete_item(shop.partner(PRODUCTS, shop.bolt))
    shop.goes_through(PRODUCTS)
    assert shop.field(PRODUCTS, shop.bolt, "product_active")


@applies("G9")
def test_a_product_deleted_here_is_deleted_in_xero(shop: Shop) -> None:
    shop.sync()
    shop.crm.trash(PRODUCTS, shop.bolt)
    assert counts(shop.sync(), PRODUCTS) == {"XERO Deleted": 1}
    assert len(shop.books.items) == 0


@applies("G3")
def test_a_tax_of_the_same_name_gets_xeros_rate_and_the_run_says_so(shop: Shop) -> None:
    shop.tax("GST", "12.5")
    report = shop.sync()
    assert {tax.name: tax.rate for tax in shop.crm.taxes()}["GST"] == D(15)
    assert any("\u201cGST\u201d has Xero's rate of 15%" in each for each in report.header.notices)


@spares("G3")
def test_a_tax_that_xero_does_not_have_stays_as_it_is(shop: Shop) -> None:
    shop.tax("VAT", "4.5")
    shop.sync()
    assert {tax.name: tax.rate for tax in shop.crm.taxes()}["VAT"] == D("4.5")
    names = {rate["Name"] for rate in shop.books.books.tax_rates}
    assert "VAT" not in names


@applies("G5")
def test_another_base_currency_keeps_invoices_and_payments_from_running_with_one_message() -> None:
    with staged(base_currency="EUR") as stage:
        shop = Shop(stage)
        shop.invoice()
        report = shop.sync()
        assert [log.module for log in report.logs] == [ORGANIZATIONS, PRODUCTS]
        (notice,) = [each for each in report.header.notices if "base currency" in each]
        assert "EUR" in notice
        assert "NZD" in notice
        assert len(shop.books.invoices) == 0


@spares("G5")
def test_the_same_base_currency_lets_them_run(shop: Shop) -> None:
    assert [log.module for log in shop.sync().logs] == list(Module)


@applies("G6")
def test_an_item_is_found_by_code_whatever_its_case_and_by_name_only_without_a_code(
    shop: Shop,
) -> None:
    shop.books.add_item_in_xero(Code="bolt", Name="Bolt")
    shop.books.add_item_in_xero(Code="W-9", Name="Washer")
    washer = shop.product("", "washer")
    shop.goes_through(PRODUCTS)
    assert len(shop.books.items) == 2
    assert shop.field(PRODUCTS, washer, "part_number") == "W-9"


@applies("G6")
def test_a_product_with_a_code_is_never_matched_by_its_name(shop: Shop) -> None:
    shop.books.add_item_in_xero(Code="OTHER", Name="Bolt")
    entries = skipped(shop.sync(), PRODUCTS)
    assert {each.side: each.reason for each in entries} == {
        Side.XERO: "Xero has an item of this name: \u201cOTHER Bolt\u201d.",
        Side.CRM: "The CRM has a product or service of this name: \u201cBOLT Bolt\u201d.",
    }
    assert [each.code for each in shop.books.items.values()] == ["OTHER"]


@applies("G7")
def test_edits_of_different_fields_meet_and_a_clash_follows_the_policy(shop: Shop) -> None:
    shop.stage.set(conflicts=ConflictPolicy.XERO)
    shop.sync()
    theirs = shop.partner(PRODUCTS, shop.bolt)
    shop.edit(PRODUCTS, shop.bolt, unit_price=D(12), description="mine")
    shop.books.edit_item(theirs, Name="Bolt M8", Description="theirs")
    shop.goes_through(PRODUCTS)
    fields = shop.get(PRODUCTS, shop.bolt).fields
    assert (fields["product_name"], fields["description"]) == ("Bolt M8", "theirs")
    assert item(shop, "BOLT").sales["UnitPrice"] == D(12)


@spares("G7")
def test_asking_leaves_both_values_and_the_record_waits(shop: Shop) -> None:
    shop.stage.set(conflicts=ConflictPolicy.ASK)
    shop.sync()
    shop.edit(PRODUCTS, shop.bolt, description="mine")
    shop.books.edit_item(shop.partner(PRODUCTS, shop.bolt), Description="theirs")
    entry = shop.skip(PRODUCTS)
    assert entry.rule == "G7"
    assert shop.field(PRODUCTS, shop.bolt, "description") == "mine"


@applies("G8")
def test_what_a_sync_wrote_never_comes_back_as_a_change(shop: Shop) -> None:
    shop.pay(shop.invoice(), "4")
    shop.xero_invoice()
    assert shop.sync().writes > 0
    shop.stage.xero.reset_calls()
    assert shop.sync().writes == 0
    assert written(shop) == []


def written(shop: Shop) -> list[str]:
    calls = (call for call in shop.stage.xero.calls if "/api.xro/" in call.path)
    return [call.path for call in calls if call.method != "GET"]


@spares("G8")
def test_a_persons_edit_right_after_a_sync_is_a_change(shop: Shop) -> None:
    shop.sync()
    shop.edit(PRODUCTS, shop.bolt, unit_price=D(11))
    assert counts(shop.sync(), PRODUCTS) == {"XERO Updated": 1}


@applies("G10")
def test_one_bad_record_of_each_module_stops_no_other(shop: Shop) -> None:
    shop.add(ORGANIZATIONS, organization_name="Kea <NZ>")
    shop.product("", "Washer")
    good, bad = shop.invoice(), shop.invoice(due_date=None)
    shop.pay(good, "4")
    shop.pay(bad, "4")
    report = shop.sync()
    assert report.header.status is RunStatus.COMPLETED
    for module in Module:
        assert len(shop.stage.reasons(report, module)) == 1, module
        assert counts(report, module)["XERO Created"] == 1, module


@spares("G10")
def test_a_run_in_which_nothing_is_skipped_ends_clean(shop: Shop) -> None:
    shop.pay(shop.invoice(), "4")
    report = shop.sync()
    assert report.header.status is RunStatus.COMPLETED
    assert not any(shop.stage.reasons(report, module) for module in Module)


@applies("G11")
def test_the_doctypes_make_mandatory_what_vtiger_does(shop: Shop) -> None:
    def mandatory(module: Module) -> set[str]:
        return {each.field for each in shop.crm.mandatory_fields(module)}

    assert mandatory(ORGANIZATIONS) == {"organization_name"}
    assert mandatory(PRODUCTS) == {"product_name"}
    assert mandatory(INVOICES) == {"subject", "organization_name", "items"}
    assert mandatory(PAYMENTS) == {"related_to", "amount"}


def test_taxes_that_fit_no_rate_stay_with_the_product_and_do_not_stop_it(shop: Shop) -> None:
    shop.tax("VAT", "4.5")
    name = shop.product("NUT", "Nut", taxes=({"tax": "VAT"}, {"tax": "GST"}))
    shop.goes_through(PRODUCTS)
    assert [row["tax"] for row in shop.field(PRODUCTS, name, "taxes")] == ["VAT", "GST"]
    assert shop.sync().writes == 0


def test_one_way_to_the_crm_nothing_is_written_to_xero(shop: Shop) -> None:
    shop.stage.set(direction=Direction.TO_CRM)
    shop.invoice()
    shop.xero_invoice()
    shop.stage.xero.reset_calls()
    shop.sync()
    assert written(shop) == []
    assert len(shop.stage.records(INVOICES)) == 2


def test_one_way_to_xero_nothing_is_written_to_the_crm(shop: Shop) -> None:
    shop.stage.set(direction=Direction.TO_XERO)
    shop.invoice()
    shop.xero_invoice()
    report = shop.sync()
    assert not any(key.startswith("CRM") for m in Module for key in counts(report, m))
    assert len(shop.books.invoices) == 2
