"""Writing records: a Document's fields and tables from the engine's values."""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.model.meta import Meta

from ..engine.modules import TABLES
from ..engine.records import Fields, Module, Row, Value
from .record_types import own_name
from .stored_text import TEXTS, to_stored
from .values import HELD, to_site_value


def fill(document: Document, fields: Fields) -> None:
    """Give a Document these fields, its own names of them; a tuple is a table, as a whole."""
    for field, value in fields.items():
        if isinstance(value, tuple):
            _fill_table(document, field, value)
        else:
            document.set(field, _kept(document.meta, field, value))


def _fill_table(document: Document, field: str, rows: tuple[Any, ...]) -> None:
    """A row with the name of one that is there changes that one, in its new place.

    Whatever else is a new row: a name of some other record's row must never be written to.
    """
    held = {row.name: row for row in document.get(field) or () if row.name}
    meta = frappe.get_meta(document.meta.get_field(field).options)
    document.set(field, [])
    for place, row in enumerate(rows, 1):
        there = held.pop(row.get("name"), None)
        values = {**_row_values(meta, row, new=there is None or there.is_new()), "idx": place}
        if there is None:
            document.append(field, values)
        else:
            document.append(field, there).update(values)


def _row_values(meta: Meta, row: Row, *, new: bool) -> dict[str, Any]:
    """In a new row, what is not given is left to the default."""
    return {
        field: _kept(meta, field, value)
        for field, value in row.items()
        if field != "name" and not (new and value is None)
    }


def _kept(meta: Meta, field: str, value: Value) -> Any:
    """A value as the field keeps it."""
    held, docfield = to_site_value(value), meta.get_field(field)
    is_text = isinstance(held, str) and docfield and docfield.fieldtype in TEXTS
    return to_stored(held) if is_text else held


def blanks(module: Module, meta: Meta) -> Mapping[str, str]:
    """Mapped fields without a default of their own begin empty.

    Else Frappe would fill some from the user's and the site's defaults (the currency, for one),
    and that would be sent to Xero as if a person had typed it. Tables, what the CRM computes, and
    rows that are no field of this DocType stand aside.
    """
    names = (own_name(meta.name, row.field) for row in TABLES[module].rows)
    fields = (meta.get_field(name) for name in names)
    return {
        field.fieldname: ""
        for field in fields
        if field and field.fieldtype in HELD and not field.default and not field.read_only
    }


def mark(document: Document, fields: Fields) -> Document:
    """For the events of this app and of others: this write is the sync's, and it gives these."""
    document.flags.from_xero_sync = True
    document.flags.xero_sync_fields = frozenset(fields)
    return document
