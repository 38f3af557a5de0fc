"""What happens to products, services and items in their lives: codes, names, deletions, stock."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.support.readings import only_read
from tests.support.settling import settles, writes
from tests.support.shop import INVOICES, PAYMENTS, PRODUCTS, Shop, open_shop
from tests.support.stage import counts, skipped
from vtiger_xero.engine.settings import ConflictPolicy

D = Decimal


@pytest.fixture
def shop() -> Iterator[Shop]:
    with open_shop() as shop:
        settles(shop)
        yield shop


def item(shop: Shop, name: str) -> Any:
    return shop.books.items[shop.partner(PRODUCTS, name)]


def delete(shop: Shop, name: str) -> None:
    shop.books.delete_item(shop.partner(PRODUCTS, name))


# Fields


def test_a_description_that_is_emptied_stays_empty_on_both_sides(shop: Shop) -> None:
    shop.edit(PRODUCTS, shop.bolt, description="galvanized")
    settles(shop)
    shop.edit(PRODUCTS, shop.bolt, description="")
    assert writes(settles(shop)) == [("XERO", "Updated", "Bolt")]
    assert not item(shop, shop.bolt).get("Description")
    assert not shop.field(PRODUCTS, shop.bolt, "description")


def texts(shop: Shop, name: str) -> tuple[str, str]:
    """What Xero has for customers, and for suppliers."""
    held = item(shop, name)
    return held.get("Description") or "", held.get("PurchaseDescription") or ""


def test_the_description_of_what_is_bought_goes_to_suppliers_too(shop: Shop) -> None:
    shop.edit(PRODUCTS, shop.bolt, description="steel")
    settles(shop)
    assert texts(shop, shop.bolt) == ("steel", "")
    shop.edit(PRODUCTS, shop.bolt, purchase_cost=D(6))
    settles(shop)
    assert texts(shop, shop.bolt) == ("steel", "steel")
    nut = shop.product("NUT", "Nut", description="brass", purchase_cost=D(3))
    settles(shop)
    assert texts(shop, nut) == ("brass", "brass")
    shop.edit(PRODUCTS, nut, description="")
    settles(shop)
    assert texts(shop, nut) == ("", "")


def test_what_a_bookkeeper_wrote_for_suppliers_stays(shop: Shop) -> None:
    shop.edit(PRODUCTS, shop.bolt, description="steel", purchase_cost=D(6))
    settles(shop)
    shop.books.edit_item(shop.partner(PRODUCTS, shop.bolt), PurchaseDescription="Smith no. 8")
    assert writes(settles(shop)) == []
    shop.edit(PRODUCTS, shop.bolt, description="galvanized", purchase_cost=D(7))
    settles(shop)
    assert texts(shop, shop.bolt) == ("galvanized", "Smith no. 8")
    shop.edit(PRODUCTS, shop.bolt, description="")
    settles(shop)
    assert texts(shop, shop.bolt) == ("", "Smith no. 8")
    assert not shop.field(PRODUCTS, shop.bolt, "description")


def test_what_is_only_bought_has_its_purchase_description_in_the_crm(shop: Shop) -> None:
    details = {"UnitPrice": D(2), "AccountCode": "300"}
    nut = shop.books.add_item_in_xero(
        Code="NUT",
        Name="Nut",
        IsSold=False,
        IsPurchased=True,
        PurchaseDescription="by the box",
        PurchaseDetails=details,
    ).item_id
    settles(shop)
    here = shop.here(PRODUCTS, nut)
    assert here.fields["description"] == "by the box"
    shop.edit(PRODUCTS, here.name, description="by the dozen")
    settles(shop)
    assert texts(shop, here.name) == ("", "by the dozen")
    shop.edit(PRODUCTS, here.name, unit_price=D(4))
    settles(shop)
    assert texts(shop, here.name) == ("by the dozen", "by the dozen")


def test_a_description_of_what_is_neither_sold_nor_bought_is_not_lost(shop: Shop) -> None:
    nut = shop.books.add_item_in_xero(Code="NUT", Name="Nut", IsSold=False, IsPurchased=False)
    settles(shop)
    here = shop.here(PRODUCTS, nut.item_id)
    shop.edit(PRODUCTS, here.name, description="brass")
    settles(shop)
    assert shop.field(PRODUCTS, here.name, "description") == "brass"
    assert texts(shop, here.name) == ("brass", "")


@only_read("R2", because="an item has no price of 0 then")
def test_prices_of_nothing_and_accounts_taken_back_travel(shop: Shop) -> None:
    account = shop.stage.account("260")
    shop.edit(PRODUCTS, shop.bolt, purchase_cost=D("6"), xero_sales_account=account)
    settles(shop)
    shop.edit(PRODUCTS, shop.bolt, unit_price=D(0), purchase_cost=D(0), xero_sales_account="")
    settles(shop)
    assert item(shop, shop.bolt).sales.get("UnitPrice") == 0
    assert not item(shop, shop.bolt).sales.get("AccountCode")


# Codes and names, and the invoices that know the old ones


@pytest.mark.parametrize("side", ["CRM", "Xero"])
def test_a_product_with_a_new_code_is_not_lost_on_its_invoices(shop: Shop, side: str) -> None:
    invoice = shop.invoice()
    settles(shop)
    if side == "CRM":
        shop.edit(PRODUCTS, shop.bolt, part_number="BOLT-2")
    else:
        shop.books.edit_item(shop.partner(PRODUCTS, shop.bolt), Code="BOLT-2")
    settles(shop)
    shop.books.pay_invoice(shop.partner(INVOICES, invoice), "1")
    settles(shop)
    (row,) = shop.field(INVOICES, invoice, "items")
    assert row["item_name"] == shop.bolt


def test_a_new_name_of_a_product_does_not_rename_what_was_sold(shop: Shop) -> None:
    invoice = shop.invoice(shop.line(item_comment=""))
    settles(shop)
    shop.edit(PRODUCTS, shop.bolt, product_name="Screw")
    settles(shop)
    shop.books.pay_invoice(shop.partner(INVOICES, invoice))
    assert skipped(settles(shop), INVOICES) == []
    assert shop.wire(invoice)["LineItems"][0]["Description"] == "Bolt"


def test_a_text_typed_over_the_old_name_travels(shop: Shop) -> None:
    invoice = shop.invoice(shop.line(item_comment=""))
    settles(shop)
    shop.edit(PRODUCTS, shop.bolt, product_name="Screw")
    settles(shop)
    (row,) = shop.field(INVOICES, invoice, "items")
    shop.edit(INVOICES, invoice, items=({**row, "item_comment": "Screw"},))
    settles(shop)
    assert shop.wire(invoice)["LineItems"][0]["Description"] == "Screw"


def test_a_line_of_a_renamed_product_is_still_edited(shop: Shop) -> None:
    invoice = shop.invoice(shop.line(item_comment=""))
    settles(shop)
    shop.edit(PRODUCTS, shop.bolt, product_name="Screw", part_number="SCREW")
    settles(shop)
    (row,) = shop.field(INVOICES, invoice, "items")
    shop.edit(INVOICES, invoice, items=({**row, "quantity": D(9)},))
    settles(shop)
    line = shop.wire(invoice)["LineItems"][0]
    assert (line["ItemCode"], line["Quantity"], line["Description"]) == ("SCREW", 9, "Bolt")


def test_a_code_added_later_lets_the_invoice_go(shop: Shop) -> None:
    nut = shop.product("", "Nut")
    invoice = shop.invoice(shop.line(item_name=nut))
    assert "Nut" in shop.skip(INVOICES).reason
    shop.edit(PRODUCTS, nut, part_number="NUT")
    settles(shop)
    assert shop.wire(invoice)["LineItems"][0]["ItemCode"] == "NUT"


# Deletions


def test_another_code_makes_a_new_item_of_a_deleted_one(shop: Shop) -> None:
    delete(shop, shop.bolt)
    settles(shop)
    shop.edit(PRODUCTS, shop.bolt, unit_price=D(11))
    assert "another code" in shop.skip(PRODUCTS).remedy
    shop.edit(PRODUCTS, shop.bolt, part_number="BOLT-2")
    settles(shop)
    assert item(shop, shop.bolt).code == "BOLT-2"


def test_a_new_product_may_have_the_code_of_a_deleted_item(shop: Shop) -> None:
    shop.crm.trash(PRODUCTS, shop.bolt)
    settles(shop)
    again = shop.product("BOLT", "Bolt")
    assert writes(settles(shop)) == [("XERO", "Created", "Bolt")]
    assert item(shop, again).code == "BOLT"


def test_an_invoice_says_that_its_item_was_deleted(shop: Shop) -> None:
    delete(shop, shop.bolt)
    settles(shop)
    shop.invoice()
    entry = shop.skip(INVOICES)
    assert "was deleted in Xero" in entry.reason
    assert "a new code" in entry.remedy


def test_a_product_made_again_leaves_no_second_link(shop: Shop) -> None:
    shop.stage.set(deletions=False)
    shop.crm.trash(PRODUCTS, shop.bolt)
    shop.sync()
    again = shop.product("BOLT", "Bolt")
    settles(shop)
    assert [link.crm_name for link in shop.stage.journal.links(PRODUCTS)] == [again]


def made_anew(shop: Shop, **fields: Any) -> str:
    given = {"Code": "BOLT", "Name": "Bolt", "SalesDetails": {"UnitPrice": 12}, **fields}
    return str(shop.books.add_item_in_xero(**given).item_id)


def is_active(shop: Shop) -> bool:
    return bool(shop.field(PRODUCTS, shop.bolt, "product_active"))


@pytest.mark.parametrize("in_one_run", [False, True])
def test_an_item_made_anew_with_its_code_makes_the_product_active_again(
    shop: Shop, in_one_run: bool
) -> None:
    delete(shop, shop.bolt)
    if not in_one_run:
        settles(shop)
        assert not is_active(shop)
    again = made_anew(shop)
    settles(shop)
    assert is_active(shop)
    assert shop.partner(PRODUCTS, shop.bolt) == again
    shop.edit(PRODUCTS, shop.bolt, product_active=False)
    settles(shop)
    shop.books.edit_item(again, Description="steel")
    settles(shop)
    assert not is_active(shop)  # a person set it so


def test_what_a_person_set_inactive_stays_so_though_its_item_is_made_anew(shop: Shop) -> None:
    shop.edit(PRODUCTS, shop.bolt, product_active=False)
    settles(shop)
    delete(shop, shop.bolt)
    settles(shop)
    made_anew(shop)
    settles(shop)
    assert not is_active(shop)


def test_an_item_made_anew_loses_no_invoice(shop: Shop) -> None:
    invoice = shop.invoice()
    settles(shop)
    delete(shop, shop.bolt)
    settles(shop)
    again = made_anew(shop)
    settles(shop)
    later = shop.invoice()
    settles(shop)
    for each in (invoice, later):
        assert shop.wire(each)["LineItems"][0]["ItemCode"] == "BOLT"
    (row,) = shop.field(INVOICES, later, "items")
    assert row["item_name"] == shop.bolt
    assert shop.partner(PRODUCTS, shop.bolt) == again


# Items without a name


def test_the_code_stands_in_for_an_item_without_a_name(shop: Shop) -> None:
    """Xero asks for a Code alone; its invoices and payments come with it."""
    nut = shop.books.add_item_in_xero(Code="NUT", SalesDetails={"UnitPrice": 3}).item_id
    invoice = shop.xero_invoice(shop.xero_line("3", ItemCode="NUT"))
    payment = shop.books.pay_invoice(invoice).payment_id
    report = settles(shop)
    assert not [entry for module in (PRODUCTS, INVOICES) for entry in skipped(report, module)]
    here = shop.here(PRODUCTS, nut)
    assert (here.fields["product_name"], here.fields["unit_price"]) == ("NUT", D(3))
    (row,) = shop.here(INVOICES, invoice).fields["items"]
    assert row["item_name"] == here.name
    assert shop.here(PAYMENTS, payment)
    assert "Name" not in shop.books.items[nut].fields  # nobody gave it one
    shop.books.edit_item(nut, Code="NUT-2")
    settles(shop)
    assert shop.here(PRODUCTS, nut).fields["product_name"] == "NUT-2"
    shop.edit(PRODUCTS, here.name, product_name="Walnut")
    settles(shop)
    assert shop.books.items[nut].get("Name") == "Walnut"


def test_an_old_code_does_not_become_the_name_of_an_item_without_one(shop: Shop) -> None:
    nut = shop.books.add_item_in_xero(Code="NUT").item_id
    settles(shop)
    name = shop.here(PRODUCTS, nut).name
    for code in ("NUT-2", "NUT-3"):
        shop.edit(PRODUCTS, name, part_number=code)
        shop.sync()
        assert shop.books.items[nut].code == code
        assert not shop.books.items[nut].get("Name")
        assert shop.sync().writes == 0
    shop.edit(PRODUCTS, name, product_name="Walnut")
    settles(shop)
    assert shop.books.items[nut].get("Name") == "Walnut"


def test_a_name_that_xero_lacks_is_filled_from_the_crm(shop: Shop) -> None:
    nut = shop.books.add_item_in_xero(Code="NUT").item_id
    name = shop.product("NUT", "Nut")
    settles(shop)
    assert shop.partner(PRODUCTS, name) == nut
    assert (shop.field(PRODUCTS, name, "product_name"), item(shop, name).get("Name")) == (
        "Nut",
        "Nut",
    )


def test_a_name_that_is_typed_in_xero_later_comes(shop: Shop) -> None:
    nut = shop.books.add_item_in_xero(Code="NUT").item_id
    settles(shop)
    shop.books.edit_item(nut, Name="Walnut")
    settles(shop)
    assert shop.here(PRODUCTS, nut).fields["product_name"] == "Walnut"


@pytest.mark.parametrize("kind", ["Vtiger Product", "Vtiger Service"])
def test_a_product_that_is_called_by_its_code_stays_so(shop: Shop, kind: str) -> None:
    name = shop.product("NUT", "NUT", item_type=kind)
    settles(shop)
    assert item(shop, name).get("Name") == "NUT"
    shop.edit(PRODUCTS, name, description="brass")
    settles(shop)
    assert shop.field(PRODUCTS, name, "product_name") == "NUT"


# Stock that Xero counts


@pytest.fixture
def tracked(shop: Shop) -> str:
    shop.books.add_item_in_xero(
        Code="TRACKED",
        Name="Tracked",
        IsTrackedAsInventory=True,
        InventoryAssetAccountCode="630",
        SalesDetails={"UnitPrice": "20", "AccountCode": "200", "TaxType": "OUTPUT2"},
        PurchaseDetails={"UnitPrice": "12", "COGSAccountCode": "310", "TaxType": "INPUT2"},
        QuantityOnHand=D(10),
        TotalCostPool=D(120),
    )
    settles(shop)
    return next(r.name for r in shop.stage.records(PRODUCTS) if r.fields["tracked_in_xero"])


def test_what_is_given_back_is_in_stock_again_in_the_same_run(shop: Shop, tracked: str) -> None:
    stock = []
    cancelled, trashed = (shop.invoice(shop.line("20", "4", item_name=tracked)) for _ in "ab")
    settles(shop)
    stock.append(shop.field(PRODUCTS, tracked, "qty_in_stock"))
    shop.edit(INVOICES, cancelled, status="Cancel")
    settles(shop)
    stock.append(shop.field(PRODUCTS, tracked, "qty_in_stock"))
    shop.crm.trash(INVOICES, trashed)
    settles(shop)
    stock.append(shop.field(PRODUCTS, tracked, "qty_in_stock"))
    assert stock == [2, 6, 10]


def test_a_module_that_is_looked_at_again_has_one_row_in_the_log(shop: Shop, tracked: str) -> None:
    shop.invoice(shop.line("20", "4", item_name=tracked))
    report = shop.sync()
    modules = [log.module for log in report.logs]
    assert len(modules) == len(set(modules)) == 4
    assert counts(report, PRODUCTS) == {"CRM Updated": 1}


def test_a_draft_takes_from_stock_when_it_is_approved(shop: Shop, tracked: str) -> None:
    draft = shop.invoice(shop.line("20", "4", item_name=tracked), status="Created")
    settles(shop)
    assert shop.field(PRODUCTS, tracked, "qty_in_stock") == 10
    shop.edit(INVOICES, draft, status="Approved")
    settles(shop)
    assert shop.field(PRODUCTS, tracked, "qty_in_stock") == 6


def test_stock_comes_back_to_an_item_that_has_another_code_now(shop: Shop, tracked: str) -> None:
    invoice = shop.invoice(shop.line("20", "4", item_name=tracked))
    settles(shop)
    shop.edit(PRODUCTS, tracked, part_number="COUNTED")
    settles(shop)
    shop.edit(INVOICES, invoice, status="Cancel")
    settles(shop)
    assert shop.field(PRODUCTS, tracked, "qty_in_stock") == 10


@pytest.mark.parametrize("policy", [ConflictPolicy.XERO, ConflictPolicy.CRM])
def test_an_item_that_was_deleted_is_no_edit_of_the_invoices_that_sold_it(
    shop: Shop, policy: ConflictPolicy
) -> None:
    """Else an edit here would be in conflict with it, and lost where Xero wins."""
    shop.stage.set(conflicts=policy)
    invoice = shop.invoice(shop.line("100"), shop.line("0"))
    shop.sync()
    shop.books.delete_item(shop.partner(PRODUCTS, shop.bolt))
    first, second = shop.get(INVOICES, invoice).fields["items"]  # type: ignore[misc]
    shop.edit(INVOICES, invoice, items=(first, {**second, "selling_price": D(100)}))
    for _ in range(2):
        (entry,) = skipped(shop.sync(), INVOICES)
        assert "was deleted in Xero" in entry.reason
        assert shop.field(INVOICES, invoice, "grand_total") == D(230)
