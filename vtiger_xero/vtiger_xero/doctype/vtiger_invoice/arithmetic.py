"""From an invoice's Document to the engine's sums and back."""

from collections.abc import Mapping
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import escape_html

from vtiger_xero.crm.language import translated
from vtiger_xero.engine.errors import RecordRefused
from vtiger_xero.engine.messages import sentences
from vtiger_xero.engine.totals import Computed, computed_fields


def compute(invoice: Document) -> None:
    """Write every computed field; a tax that has no effect in this tax mode is taken out.

    Leaving it in would show a tax that nobody pays, here and in every report.
    """
    computed = _computed(invoice)
    invoice.update(_floats(computed.invoice))
    for row, fields in zip(invoice.items, computed.lines, strict=True):
        row.update(_floats(fields))
    taxes = zip(invoice.taxes, computed.taxes, strict=True)
    effective = [(row, float(amount)) for row, amount in taxes if amount is not None]
    for row, amount in effective:
        row.amount = amount
    invoice.set("taxes", [row for row, amount in effective])


def total(invoice: Document) -> Decimal:
    """The Grand Total that `compute` would write."""
    return _computed(invoice).invoice["grand_total"]


def _computed(invoice: Document) -> Computed:
    rows = ([row.as_dict() for row in invoice.get(table)] for table in ("items", "taxes"))
    try:
        return computed_fields(invoice.as_dict(), *rows)
    except RecordRefused as refused:
        frappe.throw(escape_html(translated(sentences(refused.reason, refused.remedy))))
        raise  # frappe.throw never comes back; this tells a type checker so


def _floats(fields: Mapping[str, Decimal]) -> dict[str, float]:
    """Frappe holds money as float; up to 15 digits print as the Decimal that they came from."""
    return {field: float(value) for field, value in fields.items()}
