"""The search of the Desk finds organizations, items, invoices and payments since 0.4."""

from frappe.utils.global_search import rebuild_for_doctype

from vtiger_xero.engine.modules import DOCTYPES
from vtiger_xero.install import let_search_find_records


def execute() -> None:
    """List them in its settings, and fill its index: an upgrade of a DocType does not."""
    let_search_find_records()
    for doctype in DOCTYPES:
        rebuild_for_doctype(doctype)
