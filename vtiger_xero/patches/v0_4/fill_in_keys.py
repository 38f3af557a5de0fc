"""What was stored before 0.4 can be found by its keys, and compared by the database itself."""

from collections.abc import Callable, Mapping
from typing import Any

import frappe

from vtiger_xero.crm.rows import set_each
from vtiger_xero.engine import stored
from vtiger_xero.engine.ports import chunks

Row = Mapping[str, Any]
_AT_ONCE = 200  # documents of some kilobytes
_DOCUMENT = ("document_key", "module", "xero_id", "updated", "document")
# The last one says: it is done.
_NEW = ("details", "booking", "number_key", "refers_to_id", "title_key")


def execute() -> None:
    """Work it out from what is kept: nothing is read from Xero anew."""
    _fill_in(stored.DOCUMENT, _NEW, _DOCUMENT, _whole)
    _fill_in(stored.LINK, ("crm_version",), ("crm_modified",), _version)


def _whole(row: Row) -> Row:
    return stored.document_row("", stored.xero_record(row), pending=False)


def _version(row: Row) -> Row:
    return {"crm_version": stored.time_of(row["crm_modified"])}


def _fill_in(
    doctype: str, new: tuple[str, ...], wanted: tuple[str, ...], values: Callable[[Row], Row]
) -> None:
    """Fill in the rows in which the last of the new columns is empty."""
    table = frappe.qb.DocType(doctype)
    empty = frappe.qb.from_(table).select(table.name).where(table[new[-1]].isnull())
    for some in chunks(empty.run(pluck=True), _AT_ONCE):
        query = frappe.qb.from_(table).select(table.name, *wanted)
        rows = query.where(table.name.isin(some)).run(as_dict=True)
        found = {row["name"]: values(row) for row in rows}
        for column in new:
            set_each(doctype, column, {name: row[column] for name, row in found.items()})
