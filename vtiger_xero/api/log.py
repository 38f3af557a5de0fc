"""Doors to the sync log: what runs did, number by number, and why they left records out.

No `from __future__ import annotations` here: Frappe reads these annotations to check arguments.
"""

from typing import Any

import frappe

from .. import jobs
from ..engine.records import Side
from ..permissions import require_user
from ..site import causes as left_out
from ..site import log_view
from .asking import page, told


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
    which = (run, module, Side(side).value, operation)
    first, length = page(start, page_length)
    return {
        "rows": log_view.entries(*which, start=first, length=length),
        "total": log_view.count_entries(*which),
    }


@frappe.whitelist(methods=["GET", "POST"])
def download_entries(run: str, module: str, side: str, operation: str) -> None:
    """The records behind one number as a CSV file."""
    require_user()
    log_view.download("ExtensionLog.csv", log_view.entries_csv(run, module, side, operation))


@frappe.whitelist(methods=["GET", "POST"])
def causes() -> list[dict[str, Any]]:
    """Why records were left out, by cause, most records first; each with the first of them.

    `hidden` is how many of its records the person may not read.
    """
    require_user()
    return left_out.causes()


@frappe.whitelist(methods=["GET", "POST"])
def cause_records(key: str, start: int = 0, page_length: int = 100) -> dict[str, Any]:
    """The records of one cause, with the number of those that the person may read."""
    require_user()
    return told(lambda: left_out.cause_records(key, *page(start, page_length)))


@frappe.whitelist(methods=["POST"])
def retry_cause(key: str) -> str:
    """Queue a run of the records of one cause, when what kept them out is mended; its name."""
    require_user()
    return told(lambda: jobs.enqueue(jobs.SYNC, left_out.scope_of(key), retry=True))
