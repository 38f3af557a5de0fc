"""The endpoint of live totals: what an invoice comes to while somebody types it.

No `from __future__ import annotations` here: Frappe reads these annotations to check arguments.
"""

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from ..crm.readers import require_readable_links
from ..engine.mapping.doctypes import INVOICE
from ..permissions import require_user
from .asking import parsed

_FIGURES = ("Currency", "Float", "Percent")
_TABLES = ("items", "taxes")
Figures = dict[str, float]


@frappe.whitelist(methods=["POST"])
def invoice_figures(invoice: dict[str, Any] | str) -> dict[str, Any]:
    """The figures of an invoice as its form holds it, computed as in a save; nothing is saved.

    Answers with those that are others than in the form: `invoice` (by field), `items` and `taxes`
    (by field, for each row's name), in the invoice's currency; or with the `problem`, a sentence as
    HTML, for which a save would be refused. A user who may not save the invoice is refused.
    """
    require_user()
    given = parsed(invoice, dict)
    if given.get("doctype") != INVOICE:
        frappe.throw(_("This page is out of date. Reload it."))
    document = frappe.get_doc(given)
    if document.is_new():
        frappe.has_permission(INVOICE, "create", throw=True)
    else:
        # As in a save, but without its lock: a run may hold the invoice while somebody types.
        document._doc_before_save = frappe.get_doc(INVOICE, document.name)
    require_readable_links(document)  # asks for the right to write the stored one, too
    before = _figures(document)
    try:
        document.recompute()
    except frappe.ValidationError as refused:
        frappe.clear_messages()  # else a window would open at every key
        return {"problem": str(refused)}
    after = _figures(document)
    return {
        "invoice": _changed(before["invoice"][""], after["invoice"][""]),
        **{table: _changed_rows(before[table], after[table]) for table in _TABLES},
    }


def _figures(document: Document) -> dict[str, dict[str, Figures]]:
    """The figures of a document and its rows: by table, by the row's name, by field."""
    rows = {table: {row.name: _of(row) for row in document.get(table)} for table in _TABLES}
    return {"invoice": {"": _of(document)}, **rows}


def _of(row: Document) -> Figures:
    fields = (each.fieldname for each in row.meta.fields if each.fieldtype in _FIGURES)
    return {field: row.get(field) for field in fields}


def _changed(before: Figures, after: Figures) -> Figures:
    return {field: value for field, value in after.items() if value != before.get(field)}


def _changed_rows(before: dict[str, Figures], after: dict[str, Figures]) -> dict[str, Figures]:
    """The rows that a form has, and that a save would keep."""
    both = {name: _changed(before[name], row) for name, row in after.items() if name in before}
    return {name: row for name, row in both.items() if row}
