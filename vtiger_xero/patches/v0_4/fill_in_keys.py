"""What was stored before 0.4 can be found by its keys, and compared by the database itself."""

from collections.abc import Callable, Mapping
from typing import Any

import frappe

from vtiger_xero.crm.times import to_site
from vtiger_xero.engine import stored
from vtiger_xero.engine.ports import chunks

Row = Mapping[str, Any]
_AT_ONCE = 200  # documents of some kilobytes
_DOCUMENT = ("document_key", "module", "xero_id", "updated", "document")
_OF_DOCUMENT = ("details", "title_key", "number_key", "refers_to_id")


def execute() -> None:
    """Work it out from what is kept: nothing is read from Xero anew."""
    _fill_in(stored.DOCUMENT, "title_key", _DOCUMENT, _keys)
    _fill_in(stored.LINK, "crm_version", ("crm_modified",), _version)


def _keys(row: Row) -> Row:
    whole = stored.document_row("", stored.xero_record(row), pending=False)
    return {key: whole[key] for key in _OF_DOCUMENT}


def _version(row: Row) -> Row:
    return {"crm_version": to_site(stored.time_of(row["crm_modified"]))}


def _fill_in(
    doctype: str, column: str, wanted: tuple[str, ...], values: Callable[[Row], Row]
) -> None:
    """Fill in the rows in which this column is empty."""
    table = frappe.qb.DocType(doctype)
    names = frappe.qb.from_(table).select(table.name).where(table[column].isnull()).run(pluck=True)
    for some in chunks(names, _AT_ONCE):
        query = frappe.qb.from_(table).select(table.name, *wanted)
        rows = query.where(table.name.isin(some)).run(as_dict=True)
        new = {row["name"]: values(row) for row in rows}
        frappe.db.bulk_update(doctype, new, chunk_size=_AT_ONCE, update_modified=False)
