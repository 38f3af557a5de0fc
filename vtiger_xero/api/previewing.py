"""Doors to previews: what a run would do, before it does it.

No `from __future__ import annotations` here: Frappe reads these annotations to check arguments.
"""

from typing import Any

import frappe

from .. import jobs
from ..permissions import require_user
from ..site import previews
from .asking import module_named, told


@frappe.whitelist(methods=["POST"])
def preview(module: str | None = None) -> str:
    """Queue a preview, which writes nothing; the name of its Xero Sync Run."""
    require_user()
    return told(lambda: jobs.enqueue(jobs.PREVIEW, module_named(module)))


@frappe.whitelist(methods=["GET", "POST"])
def preview_result(run: str) -> list[dict[str, Any]] | None:
    """What a preview found, module by module; None when its hour is over."""
    require_user()
    return previews.preview(run)
