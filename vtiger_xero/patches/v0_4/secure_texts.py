"""What the tables hold since before `stored_text` is kept as it keeps texts."""

from collections.abc import Iterator, Mapping
from typing import Any

import frappe

from vtiger_xero.crm.stored_text import secured, text_columns

_MODULE = "Vtiger Xero"
_AT_ONCE = 1000  # rows


def execute() -> None:
    """Whatever DocType of the app it is. `modified` stays: nothing that the sync reads changes."""
    for doctype in frappe.get_all("DocType", {"module": _MODULE, "is_virtual": 0}, pluck="name"):
        columns = list(text_columns(doctype))
        if frappe.get_meta(doctype).issingle:
            held = frappe.db.get_singles_dict(doctype)
            for column, text in _changes({each: held.get(each) for each in columns}).items():
                frappe.db.set_single_value(doctype, column, text, update_modified=False)
        elif columns:
            for name, changes in list(_changed_rows(doctype, columns)):
                frappe.db.set_value(doctype, name, changes, update_modified=False)


def _changed_rows(doctype: str, columns: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    table, last = frappe.qb.DocType(doctype), ""
    while True:
        query = frappe.qb.from_(table).select(table.name, *columns).where(table.name > last)
        rows = query.orderby(table.name).limit(_AT_ONCE).run(as_dict=True)
        for row in rows:
            if changes := _changes({each: row[each] for each in columns}):
                yield row.name, changes
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1].name


def _changes(row: Mapping[str, Any]) -> dict[str, str]:
    texts = {column: secured(value) for column, value in row.items() if isinstance(value, str)}
    return {column: text for column, text in texts.items() if text != row[column]}
