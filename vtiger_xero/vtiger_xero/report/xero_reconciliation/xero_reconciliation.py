"""Do both ledgers agree? The CRM against Xero, as it was last read."""

from typing import Any

import frappe
from frappe import _

from vtiger_xero.api.asking import module_named, run_or_throw
from vtiger_xero.crm.readers import require_all
from vtiger_xero.crm.stored_text import report_cells
from vtiger_xero.views.reconciliation import reconciliation, report_rows, summary, verdict


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
    """(columns, rows, message, chart, figures above the report), as Frappe asks for them."""
    chosen = frappe._dict(filters or {})
    try:
        require_all()
        found = run_or_throw(lambda: reconciliation(module_named(chosen.module)))
    except (frappe.ValidationError, frappe.PermissionError) as refused:
        # Not raised: of a report that breaks off Frappe believes that it is slow, and makes it
        # a Prepared Report, which shows nothing until somebody asks for it.
        frappe.clear_last_message()
        return _columns(), [], str(refused), None, []
    rows = report_cells(report_rows(found, only_differences=bool(chosen.only_differences)))
    return _columns(), rows, verdict(found), None, list(summary(found))


def _columns() -> list[dict[str, Any]]:
    """No plain link among them: Frappe would ask for the right to read what it leads to."""
    return [
        _column("part", _("What"), width=140),
        _column("module", _("Module"), width=150),
        _column("record", _("Record"), width=170),
        _column("figure", _("Figure"), width=120),
        _column("currency", _("Currency"), width=90),
        _column("crm", _("CRM"), "Currency", "currency", 150),
        _column("xero", _("Xero"), "Currency", "currency", 150),
        _column("difference", _("Difference"), "Currency", "currency", 150),
        _column("reason", _("Reason"), width=320),
        _column("remedy", _("What to do"), width=280),
        _column("crm_name", _("CRM Record"), "Dynamic Link", "doctype", 110),
        _column("xero_id", _("Xero ID"), width=280),
    ]


def _column(
    name: str, label: str, fieldtype: str = "Data", options: str = "", width: int = 100
) -> dict[str, Any]:
    column = {"fieldname": name, "label": label, "fieldtype": fieldtype, "width": width}
    if fieldtype == "Data":  # one whose first cell is empty is taken for one of numbers
        column["align"] = "left"
    return {**column, "options": options} if options else column
