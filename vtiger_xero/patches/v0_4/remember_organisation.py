"""What is chosen for an organisation is kept for it since 0.4."""

import frappe

from vtiger_xero.connection.organisations import remember


def execute() -> None:
    """Keep it for the one that is connected."""
    remember(frappe.get_doc("Xero Settings"))
