"""What the browser calls to have the settings and the records checked."""

from typing import Any

import frappe
from frappe import _

from .engine.errors import SyncError
from .permissions import require_manager
from .site.doctor import findings, rows


@frappe.whitelist(methods=["POST"])
def check() -> list[dict[str, Any]]:
    """What will fail and what is fine, the worst first; Xero is asked afresh (four calls)."""
    require_manager()
    try:
        return [dict(row) for row in rows(findings())]
    except SyncError as error:
        frappe.throw(error.message, title=_("Xero"))
        raise
