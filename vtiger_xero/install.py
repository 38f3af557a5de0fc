"""What a fresh site needs beyond the DocTypes."""

import frappe
from frappe import _


def before_install() -> None:
    """The run's lock and the bulk writes are MariaDB's (see site/README.md)."""
    if (frappe.conf.db_type or "mariadb") != "mariadb":
        frappe.throw(
            _("Vtiger Xero needs a site on MariaDB; this one is on {0}.").format(
                frappe.conf.db_type
            )
        )


def after_install() -> None:
    """Every module on and both ways; what a person changes later stays theirs."""
    add_modules(enabled=True)


def add_modules(*, enabled: bool) -> None:
    """A row in Xero Settings for each module that has none yet."""
    settings = frappe.get_doc("Xero Settings")
    settings.add_modules(enabled=enabled)
    settings.incoming_items = settings.incoming_items or "Products"
    settings.save(ignore_permissions=True)
