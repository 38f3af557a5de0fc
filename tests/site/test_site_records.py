"""Products and services through the site's `Crm`: two DocTypes, one module."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import frappe
import pytest

from tests.contract.world import unique
from tests.site.shop import PRODUCT, Shop
from vtiger_xero.crm.crm import SiteCrm
from vtiger_xero.crm.journal import SiteJournal
from vtiger_xero.crm.record_types import RecordTypes
from vtiger_xero.engine.errors import RecordRefused
from vtiger_xero.engine.records import CrmRecord, Fields, Head, Module

PRODUCTS, INVOICES = Module.PRODUCTS, Module.INVOICES
SERVICE = "Vtiger Service"


@pytest.fixture
def shop() -> Iterator[Shop]:
    yield Shop()
    frappe.db.rollback()


@pytest.fixture
def crm() -> SiteCrm:
    return SiteCrm("Administrator")


def head(crm: SiteCrm, module: Module, name: str) -> Head:
    (found,) = (each for each in crm.heads(module) if each.name == name)
    return found


def read(crm: SiteCrm, module: Module, name: str) -> CrmRecord:
    (found,) = crm.get(module, [name])
    return found


# Products and services


def test_a_service_flows_under_the_names_of_a_product(shop: Shop, crm: SiteCrm) -> None:
    name, code = unique("Help"), unique("H")
    service = shop.insert(
        SERVICE, service_name=name, service_code=code, price=90.5, taxes=[{"tax": shop.vat}]
    )
    record = read(crm, PRODUCTS, service.name)
    assert record.fields["item_type"] == SERVICE
    assert record.fields["product_name"] == name
    assert record.fields["part_number"] == code
    assert record.fields["product_number"] == service.name
    assert record.fields["product_active"] is True
    assert record.fields["unit_price"] == Decimal("90.5")
    assert "service_name" not in record.fields
    (tax,) = record.fields["taxes"]  # type: ignore[misc]
    assert (tax["tax"], tax["rate"]) == (shop.vat, Decimal(10))
    assert tax["name"] == service.taxes[0].name


def test_heads_of_products_and_services_stand_together_oldest_first(
    shop: Shop, crm: SiteCrm
) -> None:
    account = a_sales_account(shop)
    made = [
        shop.product("One", part_number="P-1", xero_sales_account=account),
        shop.insert(SERVICE, service_name=unique("Two"), service_code="S-1").name,
        shop.product("Three"),
    ]
    heads = [each for each in crm.heads(PRODUCTS) if each.name in made]
    assert [each.name for each in heads] == made
    assert [each.keys["item_type"] for each in heads] == [PRODUCT, SERVICE, PRODUCT]
    assert [each.keys["part_number"] for each in heads] == ["P-1", "S-1", ""]
    assert [each.keys["xero_sales_account"] for each in heads] == [account, "", ""]
    assert [each.keys["product_number"] for each in heads] == made


def a_sales_account(shop: Shop, **fields: Any) -> str:
    account = {"account_id": unique("a"), "code": "200", "title": "200 - Sales", "type": "REVENUE"}
    return str(shop.insert("Xero Account", **{**account, "status": "ACTIVE", **fields}).name)


@pytest.mark.parametrize("item_type", [PRODUCT, SERVICE])
def test_what_a_new_item_becomes_is_among_its_fields(
    shop: Shop, crm: SiteCrm, item_type: str
) -> None:
    fields: Fields = {
        "item_type": item_type,
        "product_name": unique("New"),
        "part_number": "X-1",
        "unit_price": Decimal("12.3456"),
        "purchase_cost": Decimal("1.25"),
        "taxes": ({"tax": shop.vat, "rate": Decimal(10)},),
    }
    record = crm.create(PRODUCTS, fields)
    assert frappe.db.exists(item_type, record.name)
    assert {key: record.fields[key] for key in fields if key != "taxes"} == {
        key: fields[key] for key in fields if key != "taxes"
    }
    assert frappe.db.get_value(item_type, record.name, ["source", "assigned_to"]) == (
        "Xero",
        "Administrator",
    )
    changed = crm.update(PRODUCTS, record.name, {"product_name": "Other"}, record.modified)
    assert changed.fields == {**record.fields, "product_name": "Other"}
    crm.delete(PRODUCTS, record.name)
    assert not frappe.db.exists(item_type, record.name)


def test_what_is_neither_product_nor_service_is_refused(crm: SiteCrm) -> None:
    with pytest.raises(RecordRefused, match="neither a product nor a service"):
        crm.create(PRODUCTS, {"item_type": "User", "product_name": unique("Odd")})


def test_a_service_is_never_given_the_number_of_a_product(shop: Shop) -> None:
    service = frappe.get_doc({"doctype": SERVICE, "service_name": unique("Twin")})
    with pytest.raises(frappe.ValidationError, match="already"):
        service.insert(set_name=shop.bolt)


def test_mandatory_fields_say_of_which_doctype_they_are(crm: SiteCrm) -> None:
    found = {(each.field, each.doctype): each.label for each in crm.mandatory_fields(PRODUCTS)}
    assert found == {
        ("product_name", PRODUCT): "Product Name",
        ("product_name", SERVICE): "Service Name",
    }
    assert {each.doctype for each in crm.mandatory_fields(INVOICES)} == {""}


def test_links_log_and_records_know_what_an_item_is_without_asking_for_each(
    shop: Shop, counted: list[str]
) -> None:
    names = [shop.insert(SERVICE, service_name=unique("Many")).name for _ in range(5)]
    types = RecordTypes()
    SiteCrm("", types).heads(PRODUCTS)
    journal = SiteJournal("tenant", types=types)
    counted.clear()
    assert {journal._types.one(PRODUCTS, name) for name in names} == {SERVICE}
    assert counted == []
    assert set(RecordTypes().of(PRODUCTS, [*names, shop.bolt]).values()) == {SERVICE, PRODUCT}
    assert len(counted) == 1
