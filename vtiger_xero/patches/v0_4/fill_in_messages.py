"""What links, entries and runs said before 0.4, as the messages that it would be now.

What is not recognised stays English. `modified` stays: nothing that the sync reads changes.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import frappe
from frappe.translate import get_translations_from_csv

from vtiger_xero.crm.stored_text import from_stored
from vtiger_xero.engine.stored import dump_messages

from .recognising import Recogniser

# The German translation is complete, so its left column has every template there is or was.
_COMPLETE = "de"
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "Xero Link": ("reason", "remedy"),
    "Xero Sync Entry": ("reason", "remedy"),
    "Xero Sync Run": ("message", "notices"),
}
_AT_ONCE = 1000  # rows


def execute() -> None:
    """Rows that say what they were made from are left alone."""
    recogniser = Recogniser(get_translations_from_csv(_COMPLETE, "vtiger_xero"))
    for doctype, columns in _COLUMNS.items():
        for row in _rows(doctype, columns):
            texts = {each: recogniser.message(from_stored(row[each] or "")) for each in columns}
            if messages := dump_messages(**texts):
                update = {"messages": messages}
                frappe.db.set_value(doctype, row.name, update, update_modified=False)


def _rows(doctype: str, columns: tuple[str, ...]) -> Iterator[Any]:
    table, last = frappe.qb.DocType(doctype), ""
    while True:
        query = frappe.qb.from_(table).select(table.name, *columns).where(table.name > last)
        query = query.where(table.messages.isnull() | (table.messages == ""))
        rows = query.orderby(table.name).limit(_AT_ONCE).run(as_dict=True)
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1].name
