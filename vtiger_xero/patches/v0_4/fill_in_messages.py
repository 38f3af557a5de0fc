"""What links, entries and runs said before 0.4, as the messages that it would be now.

What is not recognised stays English. `modified` stays: nothing that the sync reads changes.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import frappe
from frappe.translate import get_translations_from_csv

from vtiger_xero.crm.rows import set_each
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
        for rows in _rows(doctype, columns):
            said = {row.name: _messages(row, columns, recogniser) for row in rows}
            set_each(doctype, "messages", {name: each for name, each in said.items() if each})


def _messages(row: Any, columns: tuple[str, ...], recogniser: Recogniser) -> str:
    texts = {each: recogniser.message(from_stored(row[each] or "")) for each in columns}
    return dump_messages(**texts)


def _rows(doctype: str, columns: tuple[str, ...]) -> Iterator[Sequence[Any]]:
    table, last = frappe.qb.DocType(doctype), ""
    while True:
        query = frappe.qb.from_(table).select(table.name, *columns).where(table.name > last)
        query = query.where(table.messages.isnull() | (table.messages == ""))
        rows = query.orderby(table.name).limit(_AT_ONCE).run(as_dict=True)
        yield rows
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1].name
