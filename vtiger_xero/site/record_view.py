"""What the sync knows of one record, for the record's own form: is it in step, and if not, why."""

from typing import Any

import frappe

from ..engine.records import Module
from .log_view import xero_address
from .settings import SETTINGS

_LINK = ["module", "state", "reason", "remedy", "matched_by", "duplicate_of", "xero_id", "modified"]


def record_state(doctype: str, name: str) -> dict[str, Any] | None:
    """The link of a record with the connected organisation, None where the sync never met it."""
    tenant, code = (frappe.db.get_single_value(SETTINGS, f) for f in ("tenant_id", "short_code"))
    filters = {"tenant": tenant, "link_doctype": doctype, "crm_name": name}
    held = frappe.db.get_value("Xero Link", filters, _LINK, as_dict=True) if tenant else None
    if held is None:
        return None
    address = xero_address(Module(held.module).value, held.xero_id, code or "")
    return {**held, "xero_address": address}
