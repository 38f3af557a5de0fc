"""Numbers are given once; two records of one thing may become one, and the sync hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import pytest

from tests.contract.world import unique
from tests.site.shop import INVOICE, PAYMENT, PRODUCT, Shop, figures
from vtiger_xero.engine.links import Link
from vtiger_xero.engine.records import Module
from vtiger_xero.site.journal import SiteJournal

SERVICE, ORGANIZATION = "Vtiger Service", "Vtiger Organization"


@pytest.fixture
def shop() -> Iterator[Shop]:
    yield Shop()
    frappe.db.rollback()


def service(shop: Shop) -> str:
    return str(shop.insert(SERVICE, service_name=unique("Help")).name)


def modified(doctype: str, name: str) -> Any:
    return frappe.db.get_value(doctype, name, "modified")


def merge(doctype: str, old: str, new: str) -> None:
    frappe.rename_doc(doctype, old, new, merge=True)
    assert not frappe.db.exists(doctype, old)


def test_no_number_is_changed(shop: Shop) -> None:
    invoice = shop.invoice(shop.line(100))
    held = {
        ORGANIZATION: shop.organization,
        PRODUCT: shop.bolt,
        SERVICE: service(shop),
        INVOICE: invoice.name,
        PAYMENT: shop.pay(invoice, 5).name,
    }
    for doctype, name in held.items():
        with pytest.raises(frappe.ValidationError, match="is given once and stays"):
            frappe.rename_doc(doctype, name, "MINE")


@pytest.mark.parametrize("kind", [PRODUCT, SERVICE])
def test_a_merged_item_leaves_its_link_and_changes_its_invoices(shop: Shop, kind: str) -> None:
    make = shop.product if kind == PRODUCT else lambda _: service(shop)
    old, new = make("Old"), make("New")
    theirs = shop.invoice(shop.line(1, item_type=kind, item_name=old)).name
    other = shop.invoice(shop.line(1, item_type=kind, item_name=new)).name
    journal = SiteJournal("tenant")
    for name in (old, new):
        journal.save_link(Link(Module.PRODUCTS, name, f"x-{name}"))
    assert set(frappe.get_all("Xero Link", pluck="link_doctype")) == {kind}
    before = [modified(INVOICE, theirs), modified(INVOICE, other), modified(kind, new)]
    merge(kind, old, new)
    assert [link.crm_name for link in journal.links(Module.PRODUCTS)] == [new]
    assert frappe.get_doc(INVOICE, theirs).items[0].item_name == new
    assert modified(INVOICE, theirs) > before[0]
    assert modified(INVOICE, other) == before[1]
    assert modified(kind, new) > before[2]


def test_a_merged_organization_changes_its_invoices(shop: Shop) -> None:
    other = shop.insert(ORGANIZATION, organization_name=unique("Other")).name
    invoice = shop.invoice(shop.line(1)).name
    before = modified(INVOICE, invoice)
    merge(ORGANIZATION, shop.organization, other)
    assert frappe.db.get_value(INVOICE, invoice, "organization_name") == other
    assert modified(INVOICE, invoice) > before


def test_a_merged_invoice_brings_its_payments_and_gives_back_its_stock(shop: Shop) -> None:
    old, new = (shop.invoice(shop.line(100), status="Approved") for _ in range(2))
    payment = shop.pay(old, 30)
    before = modified(PAYMENT, payment.name)
    assert shop.stock() == 98
    merge(INVOICE, old.name, new.name)
    assert figures(new) == (30, 70, "Partially Paid")
    assert frappe.db.get_value(PAYMENT, payment.name, "related_to") == new.name
    assert modified(PAYMENT, payment.name) > before
    assert shop.stock() == 99


def test_a_merged_payment_counts_once(shop: Shop) -> None:
    invoice = shop.invoice(shop.line(100), status="Approved")
    old, new = (shop.pay(invoice, 30) for _ in range(2))
    assert figures(invoice) == (60, 40, "Partially Paid")
    merge(PAYMENT, old.name, new.name)
    assert figures(invoice) == (30, 70, "Partially Paid")
