"""A shop on the site: somebody to sell to, something to sell, and two taxes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import frappe

from tests.contract.world import unique
from tests.site.conftest import SITE
from vtiger_xero.engine.saving import WRITTEN_BY_SYNC

INVOICE, PAYMENT, PRODUCT = "Vtiger Invoice", "Vtiger Payment", "Vtiger Product"


class Shop:
    """What a bookkeeper does in the CRM, in a transaction that is rolled back."""

    def __init__(self) -> None:
        self.organization = self.insert(
            "Vtiger Organization",
            organization_name=unique("Buyer"),
            currency="NZD",
            billing_city="Napier",
            shipping_code="4110",
        ).name
        self.vat, self.levy = self.tax("VAT", 10), self.tax("Levy", 5)
        self.bolt = self.product("Bolt", qty_in_stock=100)

    def insert(self, doctype: str, **fields: Any) -> Any:
        document = frappe.get_doc({"doctype": doctype, **fields})
        return by_sync(document).insert() if doctype in WRITTEN_BY_SYNC else document.insert()

    def tax(self, name: str, rate: float | None, **fields: Any) -> str:
        return str(self.insert("Vtiger Tax", tax_name=unique(name), rate=rate, **fields).name)

    def product(self, name: str, **fields: Any) -> str:
        return str(self.insert(PRODUCT, product_name=unique(name), **fields).name)

    def line(self, price: float, quantity: float = 1, **fields: Any) -> dict[str, Any]:
        line = {"item_type": PRODUCT, "item_name": self.bolt, "quantity": quantity}
        return {**line, "selling_price": price, **fields}

    def invoice(self, *lines: dict[str, Any], **fields: Any) -> Any:
        given = {"subject": "Bolts", "organization_name": self.organization, "items": list(lines)}
        return self.insert(INVOICE, **{**given, **fields})

    def pay(self, invoice: Any, amount: float, status: str = "Received", **fields: Any) -> Any:
        return self.insert(
            PAYMENT, related_to=invoice.name, amount=amount, payment_status=status, **fields
        )

    def stock(self, product: str | None = None) -> float:
        return float(frappe.db.get_value(PRODUCT, product or self.bolt, "qty_in_stock"))


def by_sync(document: Any) -> Any:
    """A document that the sync saves, and no person."""
    document.flags.from_xero_sync = True
    return document


def item_tax(tax: str, line: int = 1, **fields: Any) -> dict[str, Any]:
    return {"applies_to": "Item", "line": line, "tax": tax, **fields}


def whole_tax(tax: str, **fields: Any) -> dict[str, Any]:
    return {"applies_to": "Items Total", "tax": tax, **fields}


def figures(invoice: Any) -> tuple[float, float, str]:
    invoice.reload()
    return invoice.received, invoice.balance, invoice.status


@contextmanager
def committed_shop() -> Iterator[Shop]:
    """A shop that others see too, taken away by hand."""
    shop = Shop()
    frappe.db.commit()
    yield shop
    frappe.db.rollback()
    invoices = frappe.get_all(INVOICE, {"organization_name": shop.organization}, pluck="name")
    for doctype in ("Vtiger Invoice Item", "Vtiger Invoice Tax"):
        frappe.db.delete(doctype, {"parent": ("in", invoices or [""])})
    frappe.db.delete(PAYMENT, {"related_to": ("in", invoices or [""])})
    frappe.db.delete(INVOICE, {"name": ("in", invoices or [""])})
    frappe.db.delete(PRODUCT, {"name": shop.bolt})
    frappe.db.delete("Vtiger Tax", {"name": ("in", [shop.vat, shop.levy])})
    frappe.db.commit()


def at_once(*works: Callable[[], Any]) -> None:
    """Each in a worker with a connection and a transaction of its own, all at the same time."""
    start = Barrier(len(works))

    def worker(work: Callable[[], Any]) -> None:
        frappe.init(SITE, sites_path=".")
        frappe.connect()
        try:
            frappe.set_user("Administrator")
            frappe.db.get_value("User", "Administrator", "name")  # as any request: a first read
            start.wait(30)
            work()
            frappe.db.commit()
        finally:
            frappe.destroy()

    with ThreadPoolExecutor(len(works)) as workers:
        list(workers.map(worker, works))
    frappe.db.rollback()  # what the others committed is seen by a new transaction only
