"""What a customer was invoiced and has paid in a period, with a running balance."""

from collections.abc import Iterator
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate

from vtiger_xero.crm.stored_text import report_cells
from vtiger_xero.engine.mapping.doctypes import INVOICE, PAYMENT
from vtiger_xero.engine.statement import Kind
from vtiger_xero.views.report_columns import column
from vtiger_xero.views.statements import Statement, is_sum, period, statements

_DOCTYPES = {Kind.INVOICE: INVOICE, Kind.SETTLED: INVOICE, Kind.PAYMENT: PAYMENT}


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
    """(columns, rows, message), as Frappe asks for them."""
    chosen = frappe._dict(filters or {})
    if not chosen.organization:
        return _columns(), [], _("Choose a customer.")
    try:
        days = (getdate(each) if each else None for each in (chosen.from_date, chosen.to_date))
        found = statements(
            str(chosen.organization), *period(*days), currency=str(chosen.currency or "")
        )
    except (frappe.ValidationError, frappe.PermissionError) as refused:
        frappe.clear_last_message()  # not raised: see Xero Reconciliation
        return _columns(), [], str(refused)
    return _columns(), report_cells(row for each in found for row in _rows(each))


def _rows(of: Statement) -> Iterator[dict[str, Any]]:
    for each in of.entries:
        yield {
            "day": each.day,
            "what": _(each.kind.value),
            "of": _DOCTYPES.get(each.kind, ""),
            "name": each.name,
            "text": each.text,
            "due": each.due,
            "currency": of.currency,
            "charged": float(each.charged) if each.charged else None,
            "paid": float(each.paid) if each.paid else None,
            "balance": float(each.balance),
            "is_sum": int(is_sum(each)),
        }


def _columns() -> list[dict[str, Any]]:
    return [
        column("day", _("Date"), 120, "Date"),
        column("what", _("What"), 140),
        column("name", _("Record"), 90, "Dynamic Link", "of"),
        column("text", _("Number and Reference"), 220),
        column("due", _("Due Date"), 120, "Date"),
        column("currency", _("Currency"), 80),
        column("charged", _("Invoiced"), 135, "Currency", "currency"),
        column("paid", _("Paid"), 135, "Currency", "currency"),
        column("balance", _("Balance"), 145, "Currency", "currency"),
    ]
