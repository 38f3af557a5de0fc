"""The check of each minute has moved; a site that has stopped it keeps it stopped."""

import frappe


def execute() -> None:
    """Frappe would delete the job of the old method and make a new one that runs."""
    frappe.db.set_value(
        "Scheduled Job Type",
        {"method": "vtiger_xero.automatic.tick"},
        "method",
        "vtiger_xero.runs.automatic.tick",
        update_modified=False,
    )
