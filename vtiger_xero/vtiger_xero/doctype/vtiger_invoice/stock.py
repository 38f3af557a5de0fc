"""Stock on a site: what an invoice's change of state does to its products."""

import frappe
from frappe.model.document import Document
from frappe.utils import now

from vtiger_xero.engine.stock import InvoiceStock, stock_changes
from vtiger_xero.engine.totals import number

_PRODUCT = "Vtiger Product"


def move(before: Document | None, after: Document | None) -> None:
    """Add to each product's stock what the change of an invoice frees, or take it out.

    The sum is done by the database, so that two invoices saved at once both count; products are
    touched in the order of their names, so that the two never wait for each other. A product's
    own rules do not run: selling one is no edit of it. Its time of change moves all the same,
    or a form that is open elsewhere would write the old stock back. Products that Xero tracks
    are left alone: it counts them, by the same invoices.
    """
    product = frappe.qb.DocType(_PRODUCT)
    for name, change in stock_changes(_stock(before), _stock(after)).items():
        (
            frappe.qb.update(product)
            .set(product.qty_in_stock, product.qty_in_stock + float(change))
            .set(product.modified, now())
            .set(product.modified_by, frappe.session.user)
            .where((product.name == name) & (product.tracked_in_xero == 0))
        ).run()
        frappe.clear_document_cache(_PRODUCT, name)


def _stock(invoice: Document | None) -> InvoiceStock | None:
    if invoice is None:
        return None
    products = (row for row in invoice.items if row.item_type == _PRODUCT)
    lines = tuple((row.item_name, number(row.quantity)) for row in products)
    return InvoiceStock(invoice.status, lines)
