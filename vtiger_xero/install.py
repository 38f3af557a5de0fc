"""What a fresh site needs beyond the DocTypes."""

import frappe
from frappe import _

from .engine.records import Module


def before_install() -> None:
    """The run's lock and the bulk writes are MariaDB's (see site/README.md)."""
    if (frappe.conf.db_type or "mariadb") != "mariadb":
        frappe.throw(
            _("Vtiger Xero needs a site on MariaDB; this one is on {0}.").format(
                frappe.conf.db_type
            )
        )


def after_install() -> None:
    """One row for each module, on and both ways; what a person changes later stays theirs."""
    settings = frappe.get_doc("Xero Settings")
    present = [row.module for row in settings.modules]
    for module in Module:
        if module.value not in present:
            settings.append("modules", {"module": module.value, "enable_sync": 1})
    settings.save(ignore_permissions=True)
