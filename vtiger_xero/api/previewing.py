"""Doors to previews: what a run would do, before it does it.

No `from __future__ import annotations` here: Frappe reads these annotations to check arguments.
"""

from typing import Any

import frappe
from frappe import _

from .. import jobs
from ..permissions import require_user
from ..site import previews
from ..site.log_view import download
from ..site.scope import Scope
from .asking import module_named, told


@frappe.whitelist(methods=["POST"])
def preview(module: str | None = None) -> str:
    """Queue a preview, which writes nothing; the name of its Xero Sync Run."""
    require_user()
    return told(lambda: jobs.enqueue(jobs.PREVIEW, Scope(only=module_named(module))))


@frappe.whitelist(methods=["GET", "POST"])
def preview_result(run: str) -> dict[str, Any] | None:
    """What a preview found, module by module, and whether that still holds.

    None when its hour is over. `stale`: a run has been since it was made.
    """
    require_user()
    return previews.preview(run)


@frappe.whitelist(methods=["GET", "POST"])
def download_preview(run: str) -> None:
    """A preview as a CSV file, a line for each change of a field."""
    require_user()
    text = previews.preview_csv(run)
    if text is None:
        frappe.throw(_("The preview is older than an hour. Preview again."), title=_("Xero"))
    download("Preview.csv", text)
