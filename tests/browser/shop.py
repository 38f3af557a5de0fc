"""A sale with all that belongs to it, as the CRM has it before it ever met Xero."""

from __future__ import annotations

import frappe

from tests.browser.office import account
from tests.contract.world import unique
from tests.site.shop import Shop, item_tax


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
