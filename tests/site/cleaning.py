"""Taking away what a test left on the site."""

from __future__ import annotations

import frappe

from vtiger_xero.connection.tokens import SiteTokens
from vtiger_xero.engine.modules import DOCTYPES

_OURS = (
    "Xero Preview Entry",
    "Xero Sync Entry",
    "Xero Sync Log",
    "Xero Sync Run",
    "Xero Document",
    "Xero Link",
    "Xero Match Answer",
    "Xero Outbox",
    "Xero Watermark",
    "Xero Organisation",
    "Xero Account",
    "Xero Tax Rate",
    "Vtiger Payment",
    "Vtiger Invoice",
    "Vtiger Product",
    "Vtiger Service",
    "Vtiger Tax",
    "Vtiger Organization",
    "Contact",
    "Property Setter",
    "Error Log",
    "Notification Log",
    "User",
)

Names = dict[str, set[str]]


def everything() -> Names:
    """The names of all records that tests make, by DocType."""
    return {doctype: set(frappe.get_all(doctype, pluck="name")) for doctype in _OURS}


def take_away(before: Names) -> None:
    """Delete what was not there before, past all rules; forget all that is shared."""
    for doctype, names in everything().items():
        for name in names - before[doctype]:
            _delete(doctype, name)
    for pending in (False, True):
        SiteTokens(pending=pending).forget()
    frappe.cache.delete_keys("vtiger_xero")
    settings = frappe.get_doc("Xero Settings")
    settings.update({**_SETTINGS, "client_secret": "", "webhook_key": "", "assigned_to": None})
    settings.set("modules", [{"module": "Organizations", "enable_sync": 1}])
    settings.flags.connecting = True
    settings.save()
    frappe.db.commit()
    for doctype in DOCTYPES:
        frappe.clear_cache(doctype=doctype)


_SETTINGS = {
    **dict.fromkeys(
        [
            "tenant_id",
            "connection_id",
            "organisation_name",
            "base_currency",
            "country",
            "short_code",
            "schedule_changed",
            "is_demo",
            "connected_by",
            "connected_on",
            "access_lost_on",
            "client_id",
            "sales_account",
            "charges_account",
            "adjustment_account",
            "payment_account",
        ]
    ),
    "enabled": 1,
    "checklist_hidden": 0,
    "conflicts": "Newest wins",
    "deletions": 0,
    "customers_only": 0,
    "schedule": "Off",
    "daily_at": "02:00:00",
    "on_save": 0,
    "incoming_items": "Products",
    "number_as_code": 0,
}


def _delete(doctype: str, name: str) -> None:
    for table in frappe.get_meta(doctype).get_table_fields():
        frappe.db.delete(table.options, {"parenttype": doctype, "parent": name})
    frappe.db.delete("Version", {"ref_doctype": doctype, "docname": name})
    frappe.db.delete(doctype, {"name": name})
    frappe.clear_document_cache(doctype, name)
