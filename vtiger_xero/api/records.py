"""Endpoints of single records: where they stand with Xero, and their conflicts.

No `from __future__ import annotations` here: Frappe reads these annotations to check arguments.
"""

from typing import Any

import frappe
from frappe import _

from ..crm.language import translated
from ..engine.errors import SyncError
from ..engine.records import Module
from ..engine.run_filter import RunFilter
from ..permissions import require_user
from ..runs import jobs
from ..views import deciding, record_view
from ..views.conflicts import page_of_conflicts
from .asking import (
    MODULES,
    module_of,
    page,
    parsed,
    require_readable,
    require_writable,
    run_or_throw,
)


@frappe.whitelist(methods=["GET", "POST"])
def record_state(doctype: str, name: str) -> dict[str, Any] | None:
    """Where a record stands with Xero, why, and what became of it; None for what never syncs."""
    require_user()
    if doctype not in MODULES:
        return None
    require_readable(doctype, [name])
    return record_view.record_state(doctype, name)


@frappe.whitelist(methods=["GET", "POST"])
def conflicts(start: int = 0, page_length: int = 20) -> dict[str, Any]:
    """Records whose two sides are in dispute, as far as one may read them; the oldest first."""
    require_user()
    return page_of_conflicts(*page(start, page_length))


@frappe.whitelist(methods=["POST"])
def resolve(
    doctype: str,
    name: str,
    choices: dict[str, Any] | str,
    seen: dict[str, Any] | str,
    keeps: str = "",
    sync: bool = False,
) -> dict[str, Any]:
    """Decide on a record in conflict: `choices` names the side that stands, field by field.

    `seen` holds both values of each chosen field ({"crm", "xero"}), as `conflicts` showed them.
    `keeps` is the side that wins every conflict of this record from now on, "" for none. Answers
    with a `message`, and with the `run` that carries it out, if one was asked for (`sync`).
    """
    require_user()
    module = module_of(doctype)
    require_writable(doctype, name)
    sides, values = parsed(choices, dict), parsed(seen, dict)
    run_or_throw(lambda: deciding.decide(module, doctype, name, sides, values, keeps))
    return _synced(module, name) if sync else {"message": _("Decided.")}


@frappe.whitelist(methods=["POST"])
def ask_again(doctype: str, name: str) -> dict[str, str]:
    """Take back that one side wins every conflict of this record (`record_state`: `keeps`)."""
    require_user()
    module = module_of(doctype)
    require_writable(doctype, name)
    run_or_throw(lambda: deciding.ask_again(module, name))
    return {"message": _("Neither side wins automatically any more for this record.")}


def _synced(module: Module, name: str) -> dict[str, Any]:
    """A decision stands, whether or not a run can begin."""
    try:
        run = jobs.enqueue(jobs.SYNC, RunFilter.of_records(module, [name]), retry=True)
    except SyncError as error:
        return {"message": f"{_('Decided.')} {translated(error.message)}"}
    return {"message": _("Decided. The sync carries it out now."), "run": run}
