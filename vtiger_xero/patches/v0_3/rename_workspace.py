"""The workspace is called Xero since 0.3; the new one is there by now."""

import frappe

_OLD, _NEW = "Vtiger Xero", "Xero"


def execute() -> None:
    """Take the old one away; what people hung beneath it hangs beneath the new one."""
    for child in frappe.get_all("Workspace", {"parent_page": _OLD}, pluck="name"):
        frappe.db.set_value("Workspace", child, "parent_page", _NEW, update_modified=False)
    frappe.delete_doc("Workspace", _OLD, ignore_missing=True, force=True)
    frappe.cache.delete_key("bootinfo")
