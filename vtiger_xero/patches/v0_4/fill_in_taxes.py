"""Invoices say Total Tax since 0.4, and each line whether it carries no taxes."""

import frappe

from vtiger_xero.engine.totals import AppliesTo, Method, TaxMode

# The query builder puts no brackets around a query that is a value.
_TOTALS = """
update `tabVtiger Invoice` invoice set invoice.total_tax = (
    select coalesce(sum(tax.amount), 0) from `tabVtiger Invoice Tax` tax
    where tax.parent = invoice.name and coalesce(tax.method, '') != %(deducted)s
)
"""
_LINES = """
update `tabVtiger Invoice Item` item
join `tabVtiger Invoice` invoice on invoice.name = item.parent
set item.no_taxes = 1
where invoice.tax_mode = %(individual)s and not exists (
    select tax.name from `tabVtiger Invoice Tax` tax
    where tax.parent = item.parent and tax.line = item.line_no and tax.applies_to = %(item)s
)
"""


def execute() -> None:
    """Fill them in from the tax rows; no invoice is saved, for none has changed."""
    frappe.db.sql(_TOTALS, {"deducted": Method.DEDUCTED.value})
    values = {"individual": TaxMode.INDIVIDUAL.value, "item": AppliesTo.ITEM.value}
    frappe.db.sql(_LINES, values)
