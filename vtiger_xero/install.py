"""What a fresh site needs beyond the DocTypes."""

import click
import frappe
from frappe import _
from frappe.permissions import add_permission

from .engine.modules import DOCTYPES
from .permissions import ROLES
from .weaknesses import first_sound, weaknesses

_IMPORT = "Data Import"


def before_install() -> None:
    """The run's lock and the bulk writes are MariaDB's (see site/README.md)."""
    if (frappe.conf.db_type or "mariadb") != "mariadb":
        frappe.throw(
            _("Vtiger Xero needs a site on MariaDB; this one is on {0}.").format(
                frappe.conf.db_type
            )
        )
    warn_of_weak_frappe()


def warn_of_weak_frappe() -> None:
    """Report a version of Frappe with known weaknesses, at each install and upgrade.

    A warning and no refusal: a site that cannot upgrade today is no safer without this app.
    """
    version = frappe.__version__
    if found := weaknesses("frappe", version):
        advisories = ", ".join(dict.fromkeys(each.advisory for each in found))
        click.secho(
            _(
                "Frappe {0} has known weaknesses ({1}): some let a user read or change what they "
                "may not. Upgrade to {2} or later (bench update)."
            ).format(version, advisories, first_sound("frappe", version)),
            fg="yellow",
        )


def after_install() -> None:
    """Every module on and both ways; what a person changes later stays theirs."""
    add_modules(enabled=True)
    let_users_choose_currencies()
    let_managers_import()
    let_search_find_records()


def add_modules(*, enabled: bool) -> None:
    """A row in Xero Settings for each module that has none yet."""
    settings = frappe.get_doc("Xero Settings")
    settings.add_modules(enabled=enabled)
    settings.incoming_items = settings.incoming_items or "Products"
    settings.save(ignore_permissions=True)


def let_users_choose_currencies() -> None:
    """Frappe lets only its own roles read its currencies, and an invoice has one."""
    for role in ROLES:
        rule = {"parent": "Currency", "role": role, "permlevel": 0, "if_owner": 0}
        if not frappe.db.exists("Custom DocPerm", rule):
            add_permission("Currency", role)


def let_managers_import() -> None:
    """A Xero Manager may import our records; Frappe opens its Data Import to no role of ours.

    Each sees their own imports only: another one's may be of a DocType that they may not read.
    """
    rule = {"parent": _IMPORT, "role": "Xero Manager", "permlevel": 0}
    if not frappe.db.exists("Custom DocPerm", rule):
        row = frappe.get_doc("Custom DocPerm", add_permission(_IMPORT, "Xero Manager"))
        row.update(dict.fromkeys(("create", "write", "delete", "if_owner"), 1)).save()


def let_search_find_records() -> None:
    """Frappe's search finds what its settings list; what a site has chosen there stays."""
    settings = frappe.get_single("Global Search Settings")
    listed = {row.document_type for row in settings.allowed_in_global_search}
    missing = [doctype for doctype in DOCTYPES if doctype not in listed]
    for doctype in missing:
        settings.append("allowed_in_global_search", {"document_type": doctype})
    if missing:
        settings.save(ignore_permissions=True)
