"""Which Xero organisation the site is connected to."""

import frappe

SETTINGS = "Xero Settings"


def connected_tenant() -> str:
    """The tenant id of the connected organisation, "" where none is connected.

    Frappe keeps the value until the end of the request or job, or until the settings are saved.
    """
    return frappe.db.get_single_value(SETTINGS, "tenant_id") or ""
