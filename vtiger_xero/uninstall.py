"""Taking the app off a site: the connection is revoked (rule S5), the bulk goes first."""

import click
import frappe
from frappe import _

from .connection import consent
from .connection.tokens import SiteTokens
from .engine.errors import AnotherRun, SyncError
from .engine.modules import DOCTYPES
from .install import NOTICES
from .permissions import ROLES

_BULK = (
    "Xero Preview Entry",
    "Xero Sync Entry",
    "Xero Sync Log",
    "Xero Sync Run",
    "Xero Document",
    "Xero Link",
    "Xero Match Answer",
    "Xero Outbox",
    "Xero Watermark",
)


def before_uninstall() -> None:
    """Revoke, and delete what would otherwise be deleted row by row."""
    if _only_asked():
        return
    _revoke()
    for doctype in _BULK:
        frappe.db.delete(doctype)
    # A Contact with a link to a DocType that is gone could not be saved any more.
    frappe.db.delete("Dynamic Link", {"link_doctype": ("in", DOCTYPES)})
    # Frappe refuses to save settings that list a DocType that is gone.
    frappe.db.delete("Global Search DocType", {"document_type": ("in", DOCTYPES)})
    frappe.db.delete("Custom Field", {"dt": NOTICES, "module": "Vtiger Xero"})
    for each in frappe.get_all("Notification", {"document_type": ("in", DOCTYPES)}, pluck="name"):
        frappe.delete_doc("Notification", each, force=True)
    # A notification that leads to a run would lead nowhere.
    frappe.db.delete("Notification Log", {"document_type": "Xero Sync Run"})


def _only_asked() -> bool:
    """Whether this is `--dry-run`: Frappe calls these hooks then, too."""
    context = click.get_current_context(silent=True)
    return bool(context and context.params.get("dry_run"))


def _revoke() -> None:
    organisation = frappe.db.get_single_value("Xero Settings", "organisation_name")
    try:
        consent.disconnect()
        if organisation:
            print(_("Disconnected from {0}.").format(organisation))
    except AnotherRun as error:
        frappe.throw(error.message)  # not under the feet of a worker
    except SyncError as error:
        # A network must not keep an administrator from removing the app: say what is left.
        print(f"{error.message} Remove the app at Xero under Settings, Connected apps.")
        for pending in (False, True):
            SiteTokens(pending=pending).forget()


def after_uninstall() -> None:
    """The roles were the app's own."""
    if _only_asked():
        return
    for role in ROLES:
        frappe.db.delete("Custom DocPerm", {"role": role})
        frappe.db.delete("Has Role", {"role": role})
        frappe.delete_doc("Role", role, ignore_missing=True, force=True)
    # Like the roles they are fixtures, and belong to no module that Frappe would take away.
    for block in ("Xero Checklist", "Xero Last Payments"):
        frappe.delete_doc("Custom HTML Block", block, ignore_missing=True, force=True)
    # Frappe takes these away at the next migration only; the scheduler would call us until then.
    for job in frappe.get_all(
        "Scheduled Job Type", {"method": ["like", "vtiger_xero.%"]}, pluck="name"
    ):
        frappe.delete_doc("Scheduled Job Type", job, force=True)
    # A Single leaves its values behind, and the client secret among them.
    frappe.db.delete("Singles", {"doctype": "Xero Settings"})
    frappe.db.delete("__Auth", {"doctype": "Xero Settings"})
    # Frappe's own last commit of an uninstallation lies before this hook.
    frappe.db.commit()  # nosemgrep: frappe-manual-commit
