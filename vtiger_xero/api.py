"""The doors that the Desk's pages call. Each asks for a role first and answers with plain data.

No `from __future__ import annotations` here: Frappe reads these annotations to check arguments.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import frappe
from frappe import _
from frappe.utils import get_url_to_form

from . import jobs
from .engine.errors import SyncError
from .engine.mapping.doctypes import DOCTYPES
from .engine.records import Module, Side
from .permissions import may_manage, may_use, require_manager, require_user
from .site import consent, doctor, log_view
from .site.connect import ledger
from .site.crm import SiteCrm
from .site.previews import preview as kept_preview
from .site.progress import want_stop
from .site.record_view import record_state as state_of_record
from .site.reference import refresh
from .site.settings import SETTINGS

T = TypeVar("T")
SYNCED = frozenset(name for names in DOCTYPES.values() for name in names)
_MOST = 500  # rows that a page may ask for at once


# Connecting


@frappe.whitelist(methods=["POST"])
def authenticate() -> dict[str, str]:
    """Begin a consent: the address of Xero's page, to which the browser then goes."""
    require_manager()
    return {"url": _told(lambda: consent.begin(frappe.session.user))}


@frappe.whitelist(methods=["GET"])
def callback() -> None:
    """Where Xero sends the person back; always ends on Xero Settings, with a message there."""
    require_manager()
    query, choose, indicator = frappe.request.query_string.decode(), False, "green"
    try:
        message, choose = consent.finish(frappe.session.user, query)
    except SyncError as error:
        frappe.db.rollback()
        message, indicator = error.message, "red"
    # Frappe takes a GET for a reader and would roll it back; this one is Xero's to choose.
    frappe.db.commit()  # nosemgrep: frappe-manual-commit
    consent.leave_message(frappe.session.user, message, indicator, choose=choose)
    frappe.local.response["type"] = "redirect"
    frappe.local.response["location"] = get_url_to_form(SETTINGS, SETTINGS)


@frappe.whitelist(methods=["GET", "POST"])
def organisations() -> list[dict[str, str]]:
    """The organisations that Xero has let this app into, newest consent first."""
    require_manager()
    found = _told(consent.organisations)
    return [{"tenant": each.tenant_id, "name": each.tenant_name} for each in found]


@frappe.whitelist(methods=["POST"])
def choose_organisation(tenant: str) -> str:
    """Connect one of `organisations`."""
    require_manager()
    return _told(lambda: consent.choose(tenant, frappe.session.user))


@frappe.whitelist(methods=["POST"])
def disconnect() -> str:
    """End the connection, here and at Xero; says what stays."""
    require_manager()
    return _told(consent.disconnect)


@frappe.whitelist(methods=["POST"])
def refresh_reference_data() -> dict[str, int]:
    """Read Xero's accounts and tax rates anew, and the taxes; how many there are of each."""
    require_manager()
    return dict(_told(lambda: refresh(ledger(), SiteCrm())))


@frappe.whitelist(methods=["POST"])
def check() -> list[dict[str, Any]]:
    """What will fail and what is fine, the worst first; Xero is asked afresh (four calls)."""
    require_manager()
    return [dict(row) for row in doctor.rows(_told(doctor.findings))]


# Running


@frappe.whitelist(methods=["GET", "POST"])
def state() -> dict[str, Any]:
    """What a list's Sync menu must know: connected, what the person may do, the run under way."""
    may = may_use()
    return {
        "may_use": may,
        "may_manage": may_manage(),
        "connected": bool(may and jobs.connected_tenant()),
        "run": _under_way() if may else None,
    }


def _under_way() -> str | None:
    filters = {"status": ["in", ["Queued", "Running"]]}
    return frappe.db.get_value("Xero Sync Run", filters, "name", order_by="creation desc")


@frappe.whitelist(methods=["POST"])
def sync_now(module: str | None = None, retry: bool = True) -> str:
    """Queue a run of every enabled module, or of one; the name of its Xero Sync Run."""
    require_user()
    return _told(lambda: jobs.enqueue(jobs.SYNC, _module(module), retry=retry))


@frappe.whitelist(methods=["POST"])
def preview(module: str | None = None) -> str:
    """Queue a preview, which writes nothing; the name of its Xero Sync Run."""
    require_user()
    return _told(lambda: jobs.enqueue(jobs.PREVIEW, _module(module)))


@frappe.whitelist(methods=["GET", "POST"])
def preview_result(run: str) -> list[dict[str, Any]] | None:
    """What a preview found, module by module; None when its hour is over."""
    require_user()
    return kept_preview(run)


@frappe.whitelist(methods=["GET", "POST"])
def run_status(run: str) -> dict[str, Any]:
    """How a run stands: status, progress, and its message when it is over."""
    require_user()
    jobs.settle_dead_runs()
    columns = [
        "name",
        "status",
        "triggered_by",
        "started",
        "finished",
        "calls",
        "message",
        "notices",
        "progress_module",
        "progress_step",
        "progress_done",
        "progress_total",
    ]
    row = frappe.db.get_value("Xero Sync Run", run, columns, as_dict=True)
    if row is None:
        frappe.throw(_("There is no run {0}.").format(run), frappe.DoesNotExistError)
    return dict(row)


@frappe.whitelist(methods=["POST"])
def stop(run: str) -> str:
    """Ask a run to stop after the batch at hand."""
    require_user()
    want_stop(run)
    return _("The run stops after the batch at hand. What it wrote stays.")


# The log


@frappe.whitelist(methods=["GET", "POST"])
def sync_log(start: int = 0, page_length: int = 50) -> dict[str, Any]:
    """Rows of the sync log, newest first, with the number of all rows."""
    require_user()
    return log_view.log_rows(max(0, start), min(max(1, page_length), _MOST))


@frappe.whitelist(methods=["GET", "POST"])
def sync_entries(
    run: str, module: str, side: str, operation: str, start: int = 0, page_length: int = 100
) -> dict[str, Any]:
    """The records behind one number of the log, with the number of all of them."""
    require_user()
    which = (run, module, Side(side).value, operation)
    length = min(max(1, page_length), _MOST)
    return {
        "rows": log_view.entries(*which, start=max(0, start), length=length),
        "total": log_view.count_entries(*which),
    }


@frappe.whitelist(methods=["GET", "POST"])
def download_entries(run: str, module: str, side: str, operation: str) -> None:
    """The records behind one number as a CSV file."""
    require_user()
    frappe.response["type"] = "download"
    frappe.response["filename"] = "ExtensionLog.csv"
    frappe.response["content_type"] = "text/csv; charset=utf-8"
    frappe.response["filecontent"] = log_view.entries_csv(run, module, side, operation)


# One record


@frappe.whitelist(methods=["GET", "POST"])
def record_state(doctype: str, name: str) -> dict[str, Any] | None:
    """Whether a record is in step with Xero, and if not, why; None where the sync never met it."""
    require_user()
    if doctype not in SYNCED:
        return None
    frappe.has_permission(doctype, "read", name, throw=True)
    return state_of_record(doctype, name)


def _module(name: str | None) -> Module | None:
    if not name:
        return None
    try:
        return Module(name)
    except ValueError:
        known = ", ".join(each.value for each in Module)
        frappe.throw(_("{0} does not sync with Xero. Modules are: {1}.").format(name, known))
        raise


def _told(work: Callable[[], T]) -> T:
    """The sync's own errors as messages; what is not one of them stays a bug."""
    try:
        return work()
    except SyncError as error:
        frappe.throw(error.message, title=_("Xero"))
        raise
