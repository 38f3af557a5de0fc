"""Doors to single records: where they stand with Xero, and what is in dispute about them.

No `from __future__ import annotations` here: Frappe reads these annotations to check arguments.
"""

from typing import Any

import frappe

from ..permissions import require_user
from ..site import clashes, record_view
from .asking import MODULES, page


@frappe.whitelist(methods=["GET", "POST"])
def record_state(doctype: str, name: str) -> dict[str, Any] | None:
    """Where a record stands with Xero, why, and what became of it; None for what never syncs."""
    require_user()
    if doctype not in MODULES:
        return None
    frappe.has_permission(doctype, "read", name, throw=True)
    return record_view.record_state(doctype, name)


@frappe.whitelist(methods=["GET", "POST"])
def conflicts(start: int = 0, page_length: int = 20) -> dict[str, Any]:
    """Records whose two sides are in dispute, as far as one may read them; the oldest first."""
    require_user()
    return clashes.conflicts(*page(start, page_length))
