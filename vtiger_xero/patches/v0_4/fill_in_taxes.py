"""Invoices say Total Tax since 0.4, and each line whether it carries no taxes."""

import frappe
from frappe.query_builder.functions import IfNull, Sum
from pypika.terms import ExistsCriterion

from vtiger_xero.engine.totals import AppliesTo, Method, TaxMode


def execute() -> None:
    """Fill them in from the tax rows; no invoice is saved, for none has changed."""
    invoice, line, tax = (
        frappe.qb.DocType(each)
        for each in ("Vtiger Invoice", "Vtiger Invoice Item", "Vtiger Invoice Tax")
    )
    amounts = frappe.qb.from_(tax).select(IfNull(Sum(tax.amount), 0))
    amounts = amounts.where(tax.parent == invoice.name)
    amounts = amounts.where(IfNull(tax.method, "") != Method.DEDUCTED.value)
    frappe.qb.update(invoice).set(invoice.total_tax, amounts).run()
    of_line = frappe.qb.from_(tax).select(tax.name).where(tax.parent == line.parent)
    of_line = of_line.where((tax.line == line.line_no) & (tax.applies_to == AppliesTo.ITEM.value))
    individual = frappe.qb.from_(invoice).select(invoice.name)
    individual = individual.where(invoice.tax_mode == TaxMode.INDIVIDUAL.value)
    untaxed = line.parent.isin(individual) & ExistsCriterion(of_line).negate()
    frappe.qb.update(line).set(line.no_taxes, 1).where(untaxed).run()
