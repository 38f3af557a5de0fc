"""What a fresh site needs beyond the DocTypes."""

import click
import frappe
from frappe import _
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.permissions import add_permission

from .engine.ageing import OWED
from .engine.messages import _lt
from .engine.modules import DOCTYPES
from .permissions import ROLES
from .runs.notifying import DIGEST, FAILURES
from .weaknesses import first_sound, weaknesses

_IMPORT = "Data Import"
NOTICES = "Notification Settings"
_INVOICE = "Vtiger Invoice"
_MODULE = "Vtiger Xero"
_OVERDUE = (
    "<p>{{ doc.invoice_no }} was due on {{ doc.get_formatted('due_date') }}. "
    "Open: {{ doc.get_formatted('balance') }}</p>"
)
_PAID = "<p>{{ doc.invoice_no }} is paid: {{ doc.get_formatted('grand_total') }}</p>"


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
    let_users_choose_notices()
    add_notifications()


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


def let_users_choose_notices() -> None:
    """Frappe mails no notice of a program's own kind: two boxes of ours stand beside its own."""
    ours = f"eval:frappe.user.has_role({list(ROLES)})"
    boxes = [
        {
            "fieldname": "xero_section",
            "fieldtype": "Section Break",
            "label": "Xero",
            "insert_after": "enable_email_share",
            "depends_on": ours,
        },
        {
            "fieldname": FAILURES,
            "fieldtype": "Check",
            "label": _lt("E-mail me when a sync fails"),
            "default": "1",
            "insert_after": "xero_section",
        },
        {
            "fieldname": DIGEST,
            "fieldtype": "Check",
            "label": _lt("E-mail me each morning what waits for me"),
            "insert_after": FAILURES,
        },
    ]
    create_custom_fields({NOTICES: [{**box, "module": _MODULE} for box in boxes]}, update=False)


def add_notifications() -> None:
    """Notifications of Frappe's for invoices, switched off: a first sync may bring a thousand.

    They are no standard ones: Frappe lets nobody switch on or change those.
    """
    given = {
        "document_type": _INVOICE,
        "channel": "Email",
        "send_system_notification": 1,
        "enabled": 0,
        "is_standard": 0,
        "module": _MODULE,
        "message_type": "HTML",
        "recipients": [{"receiver_by_document_field": "assigned_to"}],
    }
    overdue = {
        "name": "Vtiger Invoice Overdue",
        "subject": "Invoice {{ doc.invoice_no }} is overdue",
        "message": _OVERDUE,
        "event": "Days After",
        "date_changed": "due_date",
        "days_in_advance": 1,
        "condition": f"doc.balance > 0 and doc.status in {OWED}",
    }
    paid = {
        "name": "Vtiger Invoice Paid",
        "subject": "Invoice {{ doc.invoice_no }} is paid",
        "message": _PAID,
        "event": "Value Change",
        "value_changed": "status",
        "condition": "doc.status == 'Paid'",
    }
    for each in (overdue, paid):
        if not frappe.db.exists("Notification", each["name"]):
            frappe.get_doc({"doctype": "Notification", **given, **each}).insert()
