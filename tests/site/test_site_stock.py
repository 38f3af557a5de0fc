"""Stock on a site: an invoice takes its products out once, and a cancelled one gives them back."""

from __future__ import annotations

from collections.abc import Iterator

import frappe
import pytest
from frappe.exceptions import TimestampMismatchError

from tests.contract.world import unique
from tests.site.shop import PRODUCT, Shop, at_once, committed_shop


@pytest.fixture
def shop() -> Iterator[Shop]:
    yield Shop()
    frappe.db.rollback()


@pytest.fixture
def open_shop() -> Iterator[Shop]:
    with committed_shop() as shop:
        yield shop


def test_an_invoice_takes_its_products_out_of_stock_once(shop: Shop) -> None:
    invoice = shop.invoice(shop.line(1, 3), shop.line(1, 0.5))
    assert shop.stock() == 96.5
    invoice.save()
    invoice.reload().save()
    assert shop.stock() == 96.5


def test_stock_follows_what_changes(shop: Shop) -> None:
    nut = shop.product("Nut", qty_in_stock=10)
    invoice = shop.invoice(shop.line(1, 3))
    invoice.items[0].quantity = 5
    invoice.append("items", shop.line(1, 2, item_name=nut))
    invoice.save()
    assert (shop.stock(), shop.stock(nut)) == (95, 8)
    invoice.items[0].item_name = nut
    invoice.save()
    assert (shop.stock(), shop.stock(nut)) == (100, 3)


def test_cancelling_gives_back_and_leaving_cancel_takes_again(shop: Shop) -> None:
    invoice = shop.invoice(shop.line(1, 3))
    for status, left in [("Cancel", 100), ("Cancel", 100), ("Created", 97), ("Paid", 97)]:
        invoice.update({"status": status}).save()
        assert shop.stock() == left


def test_a_cancelled_invoice_never_took_anything(shop: Shop) -> None:
    shop.invoice(shop.line(1, 3), status="Cancel").delete()
    assert shop.stock() == 100


def test_a_deleted_invoice_gives_back(shop: Shop) -> None:
    shop.invoice(shop.line(1, 3)).delete()
    assert shop.stock() == 100


def test_a_payment_leaves_stock_alone(shop: Shop) -> None:
    shop.pay(shop.invoice(shop.line(1, 3)), 3)
    assert shop.stock() == 97


def test_services_have_no_stock(shop: Shop) -> None:
    service = shop.insert("Vtiger Service", service_name=unique("Help"))
    line = shop.line(80, 2, item_type="Vtiger Service", item_name=service.name)
    assert shop.invoice(line).grand_total == 160
    assert shop.stock() == 100


def test_however_many_products_one_statement_takes_them_out(shop: Shop, counted: list[str]) -> None:
    nuts = [shop.product("Nut", qty_in_stock=10) for _ in range(3)]
    left_alone = shop.product("Washer", qty_in_stock=10)
    frappe.db.set_value(PRODUCT, nuts[2], "tracked_in_xero", 1)
    counted.clear()
    shop.invoice(*(shop.line(1, count, item_name=nut) for count, nut in enumerate(nuts, 1)))
    assert [shop.stock(each) for each in (*nuts, left_alone)] == [9, 8, 10, 10]
    assert len([each for each in counted if each.startswith(f"UPDATE `tab{PRODUCT}`")]) == 1


def test_a_product_form_that_was_open_before_a_sale_must_be_read_again(shop: Shop) -> None:
    opened = frappe.get_doc(PRODUCT, shop.bolt)
    shop.invoice(shop.line(1, 3))
    with pytest.raises(TimestampMismatchError):
        opened.save()


def test_invoices_that_are_saved_at_once_all_take_stock(open_shop: Shop) -> None:
    open_shop.invoice(open_shop.line(1))
    frappe.db.commit()
    at_once(*[lambda: open_shop.invoice(open_shop.line(1, 3))] * 4)
    assert open_shop.stock() == 87
