"""Endpoints of runs: starting, watching and stopping them.

No `from __future__ import annotations` here: Frappe reads these annotations to check arguments.
"""

from typing import Any

import frappe
from frappe import _

from ..connection.access import is_lost
from ..crm.journal import OPEN
from ..crm.tenant import SETTINGS
from ..engine.run_filter import RunFilter
from ..permissions import may_manage, may_use, require_manager, require_user
from ..runs import jobs
from ..runs.notifying import watches
from ..runs.progress import seconds_to_wait, want_stop
from ..views import first_run, run_view
from ..views.conflicts import count_conflicts
from ..views.matches import count_matches
from .asking import module_named, module_of, names_of, require_readable, run_or_throw


@frappe.whitelist(methods=["GET", "POST"])
def state() -> dict[str, Any]:
    """What every page of the Desk must know: connected, what one may do, the run under way.

    `access_lost`: Xero has refused the connection since.

    Without a role only `may_use: false` is returned.
    """
    may = may_use()
    shown: dict[str, Any] = {"may_use": may, "may_manage": may_manage()}
    if not may:
        return {**shown, "connected": False, "organisation": "", "is_demo": False, **_NOTHING}
    organisation, demo = (
        frappe.db.get_single_value(SETTINGS, each) for each in ("organisation_name", "is_demo")
    )
    return {
        **shown,
        "connected": bool(jobs.connected_tenant()),
        "access_lost": is_lost(),
        "organisation": organisation or "",
        "is_demo": bool(demo),
        "run": run_view.open_run(),
        "conflicts": count_conflicts(),
        "matches": count_matches(),
    }


_NOTHING = {"access_lost": False, "run": None, "conflicts": 0, "matches": 0}


@frappe.whitelist(methods=["GET", "POST"])
def expected_skips() -> list[dict[str, Any]]:
    """What a first run would leave out in numbers, by cause; [] where that is no more than usual.

    Like what is said of a run, it counts all records and names none.
    """
    require_user()
    return run_or_throw(first_run.expected_skips)


@frappe.whitelist(methods=["POST"])
def sync_now(module: str | None = None, retry: bool = True) -> str:
    """Queue a run of every enabled module, or of one; the name of its Xero Sync Run."""
    require_user()
    return run_or_throw(
        lambda: jobs.enqueue(jobs.SYNC, RunFilter(module_named(module)), retry=retry)
    )


@frappe.whitelist(methods=["POST"])
def resync_everything() -> str:
    """Queue a run that reads all of Xero anew; its name. Links stay, so nothing is doubled."""
    require_manager()
    return run_or_throw(jobs.resync_everything)


@frappe.whitelist(methods=["POST"])
def sync_records(doctype: str, names: list[str] | str) -> str:
    """Queue a run of these records alone, and of what they cannot go without; its name.

    What Xero refused before is sent again. Each must be one that the person may read.
    """
    require_user()
    module, wanted = module_of(doctype), names_of(names)
    require_readable(doctype, wanted)
    return run_or_throw(
        lambda: jobs.enqueue(jobs.SYNC, RunFilter.of_records(module, wanted), retry=True)
    )


@frappe.whitelist(methods=["GET", "POST"])
def run_status(run: str, watched: bool = False) -> dict[str, Any]:
    """How a run stands: status, progress, message, and what it has done so far.

    `watched` says that the person sees it: its end is no news to them then. `counts` are those of
    all modules together, `modules` has a row for each that is done. `waits` are the seconds for
    which Xero's limits make it wait; `conflicts`, of a run that is over, are all that the person
    may see.
    """
    require_user()
    jobs.settle_dead_runs()
    if watched:
        watches(run, frappe.session.user)
    status = run_view.run_status(run)
    is_over = status["status"] not in OPEN
    return {
        **status,
        "waits": seconds_to_wait(run),
        # A page asks every few seconds, and shows them at the end alone.
        "conflicts": count_conflicts() if is_over else 0,
    }


@frappe.whitelist(methods=["GET", "POST"])
def last_runs(limit: int = 5) -> list[dict[str, Any]]:
    """The newest runs, each with its `counts`."""
    require_user()
    return run_view.last_runs(min(max(1, limit), 50))


@frappe.whitelist(methods=["POST"])
def stop(run: str) -> str:
    """Ask a run to stop after the batch at hand."""
    require_user()
    run_view.require_run(run)
    want_stop(run)
    return _("The run stops after the current batch. What it wrote stays.")
