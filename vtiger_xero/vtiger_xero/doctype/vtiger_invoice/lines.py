"""What a new line gets from its product or service on a site, whoever adds the line."""

from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import cint

from vtiger_xero.api.checks import refusing
from vtiger_xero.engine.saving import Item, fill_lines, item_of, lines_without_taxes

# The form has filled the line already, before the eyes of the person: it says what it says.
_FILLED_BY_FORM = "__filled"


def fill(invoice: Document) -> None:
    """Fill in what new lines leave empty, and their taxes.

    Lines have their numbers. `flags.lines_as_given` keeps a program's lines as they are.
    """
    if invoice.flags.lines_as_given:
        return
    with refusing():
        filled = fill_lines(
            invoice.as_dict(),
            [_values(row) for row in invoice.items],
            [_values(row) for row in invoice.taxes],
            _items(invoice),
            base_currency=frappe.db.get_default("currency") or "",
            whole=invoice.is_new(),
        )
    for row, fields in zip(invoice.items, filled.lines, strict=True):
        row.update({field: _plain(value) for field, value in fields.items()})
    for tax in filled.taxes:
        invoice.append("taxes", {field: _plain(value) for field, value in tax.items()})


def mark_without_taxes(invoice: Document) -> None:
    """Say of each line whether it carries no taxes."""
    tables = ([row.as_dict() for row in invoice.get(name)] for name in ("items", "taxes"))
    marks = lines_without_taxes(invoice.as_dict(), *tables)
    for row, mark in zip(invoice.items, marks, strict=True):
        row.no_taxes = mark


def _items(invoice: Document) -> list[Item | None]:
    before = invoice.get_doc_before_save()
    there = {row.name for row in before.items} if before else set()
    return [None if row.name in there else _item(row) for row in invoice.items]


def _item(row: Document) -> Item | None:
    if cint(row.get(_FILLED_BY_FORM)) or not frappe.db.exists(row.item_type, row.item_name):
        return None
    return item_of(row.item_type, frappe.get_cached_doc(row.item_type, row.item_name).as_dict())


def _values(row: Document) -> dict[str, Any]:
    """A row's values as they were given: `as_dict` makes 0 of a number that nobody gave."""
    return {field.fieldname: row.get(field.fieldname) for field in row.meta.fields}


def _plain(value: object) -> object:
    """Frappe holds numbers as floats."""
    return value if isinstance(value, (str, int)) else float(value)  # type: ignore[arg-type]
