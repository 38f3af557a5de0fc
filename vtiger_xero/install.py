"""What a fresh site needs beyond the DocTypes."""

import frappe

from .engine.records import Module


def after_install() -> None:
    """One row for each module, on and both ways; what a person changes later stays theirs."""
    settings = frappe.get_doc("Xero Settings")
    present = [row.module for row in settings.modules]
    for module in Module:
        if module.value not in present:
            settings.append("modules", {"module": module.value, "enable_sync": 1})
    settings.save(ignore_permissions=True)
