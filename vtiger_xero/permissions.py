"""Who may do what: two roles, checked at every endpoint.

A Xero User starts and stops runs and reads the log; a Xero Manager also connects, disconnects
and changes the settings. A run writes what the settings say and not what its starter may edit:
a partial sync by the rights of the user who pressed the button would make the ledgers differ.
"""

from collections.abc import Sequence

import frappe
from frappe import _
from frappe.model.document import Document

from .crm import readers

MANAGERS = ("Xero Manager", "System Manager")
USERS = ("Xero User", *MANAGERS)
ROLES = ("Xero Manager", "Xero User")  # the app's own


def require_user() -> None:
    """Refuse a user who may not run the sync."""
    _require(USERS)


def require_manager() -> None:
    """Refuse a user who may not connect the CRM with Xero."""
    _require(MANAGERS)


def may_open() -> bool:
    """Whether the app is on a user's screen: it is a CRM, too, for users who do not sync.

    Frappe 16 opens no list of an app that is not on the screen.
    """
    return bool(frappe.has_permission("Vtiger Organization", "read"))


def may_use() -> bool:
    """Whether the person may run the sync."""
    return _has(USERS)


def may_manage() -> bool:
    """Whether the person may connect the CRM with Xero."""
    return _has(MANAGERS)


def list_condition(user: str | None, doctype: str) -> str:
    """For Frappe's lists: which rows of the DocTypes in hooks.py a person reads, as SQL."""
    user = user or frappe.session.user
    if doctype in readers.TABLES:
        return readers.condition_of_rows(doctype, user)
    if doctype == "Dynamic Link":
        return readers.condition_of_links(user)
    if doctype in readers.TABLES_OF_CONTACTS:
        return readers.condition_of_contact_rows(doctype, user)
    if doctype in ("Contact", "Address"):
        return readers.condition_of_people(doctype, user)
    return readers.condition_of_journal(user)


def may_read_journal(doc: Document, ptype: str, user: str | None = None) -> bool | None:
    """For Frappe's forms: who may not read every record of the CRM reads nothing of the journal."""
    return _unless_refused(readers.may_read_all(user=user))


def may_read_person(doc: Document, ptype: str, user: str | None = None) -> bool | None:
    """For Frappe's forms: a Contact or an Address of an organization that one may not read."""
    return _unless_refused(readers.may_read_person(doc, user or frappe.session.user))


def _unless_refused(is_allowed: bool) -> bool | None:
    """False, or that the next hook decides: in Frappe 15 that is None, in Frappe 16 it is True."""
    if not is_allowed:
        return False
    return None if frappe.__version__.startswith("15.") else True


def _require(roles: Sequence[str]) -> None:
    if not _has(roles):
        frappe.throw(
            _(
                "This needs the role {0}, and you do not have it. Ask your administrator to give "
                "it to you."
            ).format(_(roles[0])),
            frappe.PermissionError,
            title=_("Not allowed"),
        )


def _has(roles: Sequence[str]) -> bool:
    return bool(set(roles) & set(frappe.get_roles()))
