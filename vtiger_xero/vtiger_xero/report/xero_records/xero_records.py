"""Where each record of the CRM stands with Xero: all DocTypes in one list, as one may read them."""

from typing import Any

import frappe
from frappe import _

from vtiger_xero.api.asking import module_named
from vtiger_xero.crm.stored_text import report_cells
from vtiger_xero.permissions import require_user
from vtiger_xero.views.record_report import record_rows


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
    """(columns, rows, message), as Frappe asks for them."""
    chosen = frappe._dict(filters or {})
    try:
        require_user()
        rows = record_rows(chosen.state or "", module_named(chosen.module))
    except (frappe.ValidationError, frappe.PermissionError) as refused:
        frappe.clear_last_message()  # not raised: see Xero Reconciliation
        return _columns(), [], str(refused)
    return _columns(), report_cells(rows)


def _columns() -> list[dict[str, Any]]:
    return [
        _column("state", _("Xero"), 100),
        _column("module", _("Module"), 140),
        _column("name", _("Number"), 100, fieldtype="Dynamic Link", options="doctype"),
        _column("title", _("Record"), 240),
        _column("reason", _("Reason"), 360),
        _column("remedy", _("What to do"), 320),
        _column("modified", _("Last Changed"), 160, fieldtype="Datetime"),
    ]


def _column(name: str, label: str, width: int, **more: str) -> dict[str, Any]:
    # A column whose first cell is empty is taken for one of numbers, and stands to the right.
    column = {"fieldname": name, "label": label, "fieldtype": "Data", "align": "left"}
    return {**column, "width": width, **more}
