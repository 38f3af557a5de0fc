"""What an invoice shows on paper besides its fields."""

import frappe
from frappe.model.document import Document

from vtiger_xero.crm.language import print_in_chosen_language
from vtiger_xero.crm.readers import Record, names_by_doctype, readable
from vtiger_xero.views.invoice_paper import invoice_paper

_TITLES = {"Vtiger Product": "product_name", "Vtiger Service": "service_name"}


def prepare(invoice: Document) -> None:
    """Items by their names, each tax once with what it comes to; nothing of it is saved.

    `paper` is what our own print format shows. Frappe prints names instead of ids for links of the
    document itself, not for those of its rows.
    """
    rows = {(str(row.item_type), str(row.item_name)) for row in invoice.items}
    asked = {(doctype, name) for doctype, name in rows if doctype in _TITLES}
    titles = _titles(readable(asked) | (asked & _stored(invoice)))
    for row in invoice.items:
        row.item_name = titles.get((str(row.item_type), str(row.item_name))) or row.item_name
    print_in_chosen_language()
    invoice.paper = invoice_paper(invoice)
    invoice.set("taxes", _summed(invoice.taxes))


def _titles(items: set[Record]) -> dict[Record, str]:
    """What the items are called; a query for each DocType."""
    found: dict[Record, str] = {}
    for doctype, names in names_by_doctype(items).items():
        title = _TITLES[doctype]
        rows = frappe.get_all(doctype, {"name": ["in", sorted(names)]}, ["name", title])
        found |= {(doctype, row.name): row[title] for row in rows}
    return found


def _stored(invoice: Document) -> set[Record]:
    """The items that the invoice has in the database, for who may read it or was sent its key.

    What is printed may be a document that a request has made up, with any items in it.
    """
    is_guest = frappe.session.user == "Guest"  # Frappe has asked for the key, and read the invoice
    name = str(invoice.name or "")
    if not (is_guest or (name and frappe.has_permission(invoice.doctype, "read", name))):
        return set()
    of = {"parenttype": invoice.doctype, "parent": name}
    rows = frappe.get_all("Vtiger Invoice Item", of, ["item_type", "item_name"])
    return {(row.item_type, row.item_name) for row in rows}


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
