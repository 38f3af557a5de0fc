"""A site that syncs already needs no steps to a first sync, which came with 0.4."""

import frappe

from vtiger_xero.crm.tenant import SETTINGS, connected_tenant


def execute() -> None:
    """Hide them where records are linked; Xero Settings show them again."""
    if frappe.db.exists("Xero Link", {"tenant": connected_tenant(), "xero_id": ["!=", ""]}):
        frappe.db.set_single_value(SETTINGS, "checklist_hidden", 1, update_modified=False)
