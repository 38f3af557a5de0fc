"""What Frappe has prepared of the app's reports was one person's to read, and open to others."""

import frappe

_REPORTS = {"module": "Vtiger Xero"}


def execute() -> None:
    """Delete them with their files, and let no report of the app be prepared."""
    names = frappe.get_all("Report", _REPORTS, pluck="name")
    own = {"reference_report": ["in", names]}
    names += frappe.get_all("Report", own, pluck="name") if names else []
    frappe.db.set_value("Report", {"name": ["in", names]}, "prepared_report", 0)
    for each in frappe.get_all("Prepared Report", {"report_name": ["in", names]}, pluck="name"):
        frappe.delete_doc("Prepared Report", each, ignore_permissions=True, force=True)
