"""Endpoints of skipped records, by cause: what is fixed once is tried again for all of them.

No `from __future__ import annotations` here: Frappe reads these annotations to check arguments.
"""

from typing import Any

import frappe

from ..permissions import require_user
from ..runs import jobs
from ..views import causes as left_out
from .asking import page, run_or_throw


@frappe.whitelist(methods=["GET", "POST"])
def causes() -> list[dict[str, Any]]:
    """Why records were left out, by cause, most records first; each with the first of them.

    `hidden` is how many of its records the person may not read.
    """
    require_user()
    return left_out.causes()


@frappe.whitelist(methods=["GET", "POST"])
def count_skipped() -> int:
    """How many records were left out: each once, however many reasons it has."""
    require_user()
    return left_out.count_left_out()


@frappe.whitelist(methods=["GET", "POST"])
def cause_records(key: str, start: int = 0, page_length: int = 100) -> dict[str, Any]:
    """The records of one cause, with the number of those that the person may read."""
    require_user()
    return run_or_throw(lambda: left_out.cause_records(key, *page(start, page_length)))


@frappe.whitelist(methods=["POST"])
def retry_cause(key: str) -> str:
    """Queue a run of the records of one cause, when it is fixed; returns the run's name."""
    require_user()
    return run_or_throw(lambda: jobs.enqueue(jobs.SYNC, left_out.filter_of_cause(key), retry=True))
