"""Vtiger's taxes, as the engine knows them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document

from ..engine.errors import RecordRefused
from ..engine.messages import _lt
from ..engine.taxes import CrmTax
from ..engine.totals import Method
from .refusals import refusals, require_unaltered
from .stored_text import secured
from .writing import fill, mark

_TAX, _BASE = "Vtiger Tax", "Vtiger Tax Base"
SOURCE = "Xero"


def read_taxes() -> Sequence[CrmTax]:
    """Every tax, oldest first: two queries."""
    table, bases = frappe.qb.DocType(_TAX), _bases()
    fields = (table.name, table.rate, table.method, table.xero_tax_type, table.xero_tax_rate)
    query = frappe.qb.from_(table).select(*fields)
    rows = query.orderby(table.creation, table.name).run(as_dict=True)
    return [_tax(row, bases.get(row.name, ())) for row in rows]


def _tax(row: Any, bases: Iterable[str]) -> CrmTax:
    return CrmTax(
        name=row.name,
        rate=Decimal(str(row.rate or 0)),
        method=Method(row.method),
        compounds_on=tuple(bases),
        tax_type=row.xero_tax_type or "",
        chosen=row.xero_tax_rate or "",
    )


def _bases() -> dict[str, list[str]]:
    table = frappe.qb.DocType(_BASE)
    query = frappe.qb.from_(table).select(table.parent, table.tax).where(table.parenttype == _TAX)
    found: dict[str, list[str]] = defaultdict(list)
    for row in query.orderby(table.parent, table.idx).run(as_dict=True):
        found[row.parent].append(row.tax)
    return found


def save_tax(tax: CrmTax) -> None:
    """Make or change the tax of that name; one that says so already is not written again.

    Whether it is active, and which rate of Xero it is by a person's choice, stays as it is.
    """
    values = {"rate": tax.rate, "method": tax.method.value, "xero_tax_type": tax.tax_type}
    with refusals(_TAX):
        _require_plain(tax.name)
        document = _document(tax.name)
        if not document.is_new() and _says(document, tax):
            return
        fill(document, {**values, "compounds_on": _rows(document, tax)})
        mark(document, values).save(ignore_permissions=True)
        require_unaltered(document, {"tax_name": tax.name})


def _require_plain(name: str) -> None:
    """Invoices refer to a tax by its name, which therefore cannot be kept in another way."""
    if secured(name) != name or "<" in name or ">" in name:
        raise RecordRefused(
            _lt("The CRM does not take \u201c{0}\u201d as the name of a tax.").format(name),
            remedy=_lt("Rename the tax rate in Xero."),
        )


def _document(name: str) -> Document:
    held = frappe.db.exists(_TAX, name)
    if held:
        return frappe.get_doc(_TAX, held, for_update=True)
    document = frappe.new_doc(_TAX)
    document.update({"tax_name": name, "source": SOURCE})
    return document


def _says(document: Document, tax: CrmTax) -> bool:
    held = _tax(document, (row.tax for row in document.compounds_on))
    return held == replace(tax, name=held.name, chosen=held.chosen)


def _rows(document: Document, tax: CrmTax) -> tuple[dict[str, Any], ...]:
    names = {row.tax: row.name for row in document.compounds_on}
    return tuple({"name": names.get(base), "tax": base} for base in tax.compounds_on)
