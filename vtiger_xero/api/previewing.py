"""Endpoints of previews: what a run would do, before it does it.

No `from __future__ import annotations` here: Frappe reads these annotations to check arguments.
"""

from dataclasses import replace
from typing import Any

import frappe
from frappe import _

from ..engine.errors import ConfigurationError
from ..engine.run_filter import RunFilter
from ..permissions import require_user
from ..runs import jobs, previews
from ..runs.filter_columns import COLUMNS, filter_of
from ..views.log_view import download
from .asking import module_named, run_or_throw


@frappe.whitelist(methods=["POST"])
def preview(module: str | None = None) -> str:
    """Queue a preview, which writes nothing; the name of its Xero Sync Run."""
    require_user()
    return run_or_throw(lambda: jobs.enqueue(jobs.PREVIEW, RunFilter(module_named(module))))


@frappe.whitelist(methods=["GET", "POST"])
def preview_result(run: str) -> dict[str, Any] | None:
    """What a preview found, module by module, and whether that still holds.

    None when its hour is over. `stale`: a run has been since it was made.
    """
    require_user()
    return previews.preview(run)


@frappe.whitelist(methods=["GET", "POST"])
def preview_records(
    run: str,
    module: str,
    after: int = 0,
    record_name: str = "",
    side: str = "",
    operation: str = "",
) -> dict[str, Any]:
    """A page of what a preview found in a module, and what follows it (see `previews.page`)."""
    require_user()
    wanted = {"record_name": record_name.strip(), "side": side, "operation": operation}
    return previews.page(run, module, after, **wanted)


@frappe.whitelist(methods=["POST"])
def apply_plan(run: str) -> str:
    """Queue a run that carries out exactly what this preview has shown; the name of that run.

    Where a write would be another by now, the run writes nothing and says which.
    """
    require_user()
    return run_or_throw(lambda: jobs.enqueue(jobs.APPLY, _plan_of(run), retry=True))


def _plan_of(run: str) -> RunFilter:
    """The filter of a run that applies this preview."""
    row = frappe.db.get_value("Xero Sync Run", run, ["tenant", "triggered_by", *COLUMNS], as_dict=1)
    if row is None or row.triggered_by != jobs.PREVIEW or row.tenant != jobs.connected_tenant():
        raise ConfigurationError(
            _("{0} is not a preview of the connected organisation. Preview again.").format(run)
        )
    previews.require_kept(run)  # refused here, in front of the person, when it is too old
    return replace(filter_of(row), plan=run)


@frappe.whitelist(methods=["GET", "POST"])
def download_preview(run: str) -> None:
    """A preview as a CSV file, a line for each change of a field."""
    require_user()
    text = previews.preview_csv(run)
    if text is None:
        frappe.throw(_(previews.TOO_OLD), title=_("Xero"))
    download("Preview.csv", text)
