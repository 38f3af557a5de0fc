"""Runs as pages show them: how one stands, what it did, and which were the last."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, get_fullname

from ..connection.access import is_lost
from ..crm.journal import OPEN
from ..crm.language import translated_row
from .log_view import COUNTS, counts_of

_RUN = "Xero Sync Run"
_COLUMNS = [
    "name",
    "status",
    "triggered_by",
    "user",
    "started",
    "finished",
    "calls",
    "message",
    "notices",
    "messages",
    "only_module",
    "progress_module",
    "progress_step",
    "progress_done",
    "progress_total",
]


def run_status(run: str) -> dict[str, Any]:
    """How a run stands, with `counts` of all modules together and `modules`, a row for each.

    `access_lost` says that Xero refuses the connection, so that a person must connect again.
    """
    row = frappe.db.get_value(_RUN, run, _COLUMNS, as_dict=True)
    if row is None:
        _refuse_unknown(run)
    modules = frappe.get_all(
        "Xero Sync Log", {"run": run}, ["module", *COUNTS], order_by="synced_at asc, creation asc"
    )
    return {
        **translated_row(row),
        "counts": counts_of(modules),
        "modules": modules,
        "access_lost": is_lost(),
    }


def require_run(run: str) -> None:
    """Refuse where there is no such run."""
    if not frappe.db.exists(_RUN, run):
        _refuse_unknown(run)


def _refuse_unknown(run: str) -> None:
    frappe.throw(_("There is no run {0}.").format(escape_html(run)), frappe.DoesNotExistError)


def last_runs(limit: int) -> list[dict[str, Any]]:
    """The newest runs, each with the counts of all its modules; two queries."""
    columns = [each for each in _COLUMNS if not each.startswith("progress_")]
    runs = frappe.get_all(_RUN, fields=columns, order_by="creation desc", limit_page_length=limit)
    logs = frappe.get_all(
        "Xero Sync Log",
        {"run": ["in", [run.name for run in runs]]},
        ["run", *COUNTS],
        order_by="run asc",
    )
    return [
        {
            **translated_row(run),
            "who": get_fullname(run.user),  # the Desk knows only some people by their names
            "counts": counts_of(log for log in logs if log.run == run.name),
        }
        for run in runs
    ]


def open_run() -> str | None:
    """The run that is under way, if any."""
    filters = {"status": ["in", OPEN]}
    return frappe.db.get_value(_RUN, filters, "name", order_by="creation desc")
