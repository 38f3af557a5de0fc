"""What an invoice shows on paper besides its fields."""

import frappe
from frappe.model.document import Document

_TITLES = {"Vtiger Product": "product_name", "Vtiger Service": "service_name"}


def prepare(invoice: Document) -> None:
    """Items by their names, each tax once with what it comes to; nothing of it is saved.

    Frappe prints names instead of ids for links of the document itself, not for those of its rows.
    """
    for row in invoice.items:
        title = frappe.db.get_value(row.item_type, row.item_name, _TITLES[row.item_type])
        row.item_name = title or row.item_name
    invoice.set("taxes", _summed(invoice.taxes))


def _summed(rows: list[Document]) -> list[Document]:
    """One row for each tax and rate, in the order in which they stand."""
    sums: dict[tuple[str, float], Document] = {}
    for row in rows:
        first = sums.setdefault((row.tax, row.rate), row)
        if first is not row:
            first.amount = (first.amount or 0) + (row.amount or 0)
    for place, row in enumerate(sums.values(), 1):
        row.idx = place
    return list(sums.values())
