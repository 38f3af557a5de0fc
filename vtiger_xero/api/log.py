"""Endpoints of the sync log: what runs did, number by number, and why they skipped records.

No `from __future__ import annotations` here: Frappe reads these annotations to check arguments.
"""

from typing import Any

import frappe

from ..permissions import require_user
from ..views import log_view
from .asking import page, side_named


@frappe.whitelist(methods=["GET", "POST"])
def sync_log(start: int = 0, page_length: int = 50, run: str | None = None) -> dict[str, Any]:
    """Rows of the sync log, of all runs or of one, newest first, with the number of all rows."""
    require_user()
    return log_view.log_rows(*page(start, page_length), run)


@frappe.whitelist(methods=["GET", "POST"])
def sync_entries(
    run: str, module: str, side: str, operation: str, start: int = 0, page_length: int = 100
) -> dict[str, Any]:
    """The records behind one number of the log, with the number of all of them."""
    require_user()
    which = (run, module, side_named(side).value, operation)
    first, length = page(start, page_length)
    return {
        "rows": log_view.entries(*which, start=first, length=length),
        "total": log_view.count_entries(*which),
    }


@frappe.whitelist(methods=["GET", "POST"])
def download_entries(run: str, module: str, side: str, operation: str) -> None:
    """The records behind one number as a CSV file."""
    require_user()
    text = log_view.entries_csv(run, module, side_named(side).value, operation)
    log_view.download("ExtensionLog.csv", text)
