"""Endpoints of the sync log: what runs did, number by number, and why they skipped records.

No `from __future__ import annotations` here: Frappe reads these annotations to check arguments.
"""

from typing import Any

import frappe

from ..permissions import require_user
from ..views import log_view
from .asking import module_named, page, side_named


@frappe.whitelist(methods=["GET", "POST"])
def sync_log(
    start: int = 0,
    page_length: int = 50,
    run: str | None = None,
    module: str | None = None,
    only_skipped: bool = False,
) -> dict[str, Any]:
    """Rows of the sync log, of all runs or of one, newest first, with the number of all rows.

    `module` and `only_skipped` limit them (see `log_view.log_rows`).
    """
    require_user()
    wanted = module_named(module)
    named = wanted.value if wanted else ""
    first, length = page(start, page_length)
    return log_view.log_rows(first, length, run, named, only_skipped=bool(only_skipped))


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
