"""What a shop has in the CRM before it ever met Xero: one sale, or some months of them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import frappe

from demo.records import Filler
from tests.browser.office import account
from tests.contract.world import unique
from tests.site.shop import Shop, item_tax
from vtiger_xero.crm.crm import SiteCrm
from vtiger_xero.engine.reference import Reference
from xero_simulator import Simulator, make_sample


def sell() -> str:
    """A customer, a product, an approved invoice and a payment; the name of the invoice."""
    shop = Shop()
    frappe.db.set_value("Vtiger Product", shop.bolt, {"part_number": unique("B")[:30]})
    tax = frappe.db.get_value("Vtiger Tax", {"xero_tax_type": "OUTPUT2"})
    invoice = shop.invoice(
        {**shop.line(10, 3), "xero_sales_account": account("200")},
        status="Approved",
        invoice_no=unique("SOLD-"),
        invoice_date="2026-03-01",
        due_date="2026-03-21",
        taxes=[item_tax(tax)],
    )
    shop.pay(invoice, 5, payment_date="2026-03-02", xero_account=account("090"))
    frappe.db.commit()
    return str(invoice.name)


def open_with_history(xero: Simulator) -> None:
    """A shop that had both systems for a while before they met: part here, part in Xero."""
    sample = make_sample(30, seed=7, products=30, invoices=60, payments=30)
    sample.load_into(xero.organisation)
    for row in (*sample.crm_organizations, *sample.crm_invoices):
        if row.get("currency"):
            frappe.db.set_value("Currency", row["currency"], "enabled", 1)
    Filler(SiteCrm("Administrator"), _fill_site().insert, Reference("", "")).fill(sample)
    frappe.db.commit()


def _fill_site() -> ModuleType:
    """The script that fills a site for `make site`."""
    path = Path(__file__).resolve().parent.parent.parent / "scripts" / "fill_site.py"
    spec = importlib.util.spec_from_file_location("fill_site", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
