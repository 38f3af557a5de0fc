"""Where each record of the CRM stands with Xero: all DocTypes in one list, as one may read them."""

from typing import Any

import frappe
from frappe import _

from vtiger_xero.permissions import require_user
from vtiger_xero.site.standing import records_standing


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
    """(columns, rows), as Frappe asks for them."""
    require_user()
    chosen = frappe._dict(filters or {})
    return _columns(), records_standing(chosen.state or "", chosen.module or "")


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
    return {"fieldname": name, "label": label, "fieldtype": "Data", "width": width, **more}
