"""Stock on a site: what an invoice's change of state does to its products."""

import frappe
from frappe.utils import now
from pypika import Case

from vtiger_xero.engine.saving import stock_of
from vtiger_xero.engine.stock import stock_changes
from vtiger_xero.vtiger_xero.record_fields import RecordFields

_PRODUCT = "Vtiger Product"


def move(before: RecordFields | None, after: RecordFields | None) -> None:
    """Add to each product's stock what the change of an invoice frees, or take it out.

    The sum is done by the database, so that two invoices saved at once both count. One statement
    does it for all products, which it finds, and locks, in the order of their names: so the two
    never wait for each other. A product's own rules do not run: selling one is no edit of it. Its
    time of change moves all the same, or a form that is open elsewhere would write the old stock
    back. Products that Xero tracks are left alone: it counts them, by the same invoices.
    """
    changes = stock_changes(stock_of(before), stock_of(after))
    if not changes:
        return
    product, change = frappe.qb.DocType(_PRODUCT), Case()
    for name, quantity in changes.items():
        change = change.when(product.name == name, float(quantity))
    (
        frappe.qb.update(product)
        .set(product.qty_in_stock, product.qty_in_stock + change)
        .set(product.modified, now())
        .set(product.modified_by, frappe.session.user)
        .where(product.name.isin(list(changes)) & (product.tracked_in_xero == 0))
    ).run()
    for name in changes:
        frappe.clear_document_cache(_PRODUCT, name)
