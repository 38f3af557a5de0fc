"""Keeps Frappe's own endpoints from showing our records to persons who may not read them.

Frappe shows a link by the title of what it leads to (Show Title in Link Fields). Frappe 15.55
checks no permission for that: neither where a browser asks for one title, nor for the titles that
come with a form, nor in print. And a caller may ask for the list of a link field without User
Permissions. Without titles our forms would show numbers in place of names, so they stay on.

No `from __future__ import annotations` here: Frappe reads these annotations to check arguments.
"""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _, client
from frappe.contacts.doctype.address import address
from frappe.desk import search
from frappe.model.document import Document

from .site.readers import TABLES_OF_CONTACTS, is_ours, readable_names, readable_titles

_TITLES = "_link_titles"
_PRINTED = "__link_titles"
_NAMES = ("name", "docname")  # what Frappe's endpoints call the name of a record
_LINKS = ("Link", "Table MultiSelect")
# What Frappe has, but is read as the organization that it belongs to.
_READ_WITH_OURS = ("Contact", "Address", "Dynamic Link", *TABLES_OF_CONTACTS)


@frappe.whitelist(methods=["GET", "POST"])
def get_link_title(doctype: str, docname: str | int) -> Any:
    """What a link to this record is shown as: its name, where the person may not read it.

    Overrides Frappe's own, and passes on what is not ours.
    """
    name = str(docname)
    if is_ours(doctype) and name not in readable_names(doctype, [name]):
        return name
    return search.get_link_title(doctype, name)


@frappe.whitelist(methods=["GET", "POST"])
def get_count(
    doctype: str,
    filters: dict[str, Any] | list[Any] | str | None = None,
    debug: bool = False,
    cache: bool = False,
) -> Any:
    """How many records the person may read. Frappe's own counts all of them, whoever asks.

    By its filters it would answer any question about a record with yes or no.
    """
    if is_ours(doctype) or doctype in _READ_WITH_OURS:
        filters = client.get_safe_filters(filters)
        return len(frappe.get_list(doctype, filters=filters, pluck="name", limit_page_length=0))
    return client.get_count(doctype, filters, debug, cache)


@frappe.whitelist(methods=["GET", "POST"])
def get_default_address(
    doctype: str, name: str | int | None, sort_key: str = "is_primary_address"
) -> Any:
    """The name of a record's address, which has the organization's in it, for who may read both."""
    found = address.get_default_address(doctype, name, sort_key)
    if found and is_ours(doctype):
        is_readable = str(name) in readable_names(doctype, [str(name)])
        return found if is_readable and found in readable_names("Address", [found]) else None
    return found


class _Titles(dict[str, Any]):
    """Takes the titles that Frappe puts into its answer, as far as the person may read them."""

    def update(self, titles: Mapping[str, Any]) -> None:  # type: ignore[override]
        super().update(readable_titles(titles))


def guard_titles(doc: Document, method: str | None = None) -> None:
    """Before a form is given out: Frappe adds the titles after this, whoever asked for it."""
    if not isinstance(held := frappe.local.response.get(_TITLES), _Titles):
        frappe.local.response[_TITLES] = _Titles(held or {})


def hide_titles(doc: Document, method: str | None = None, settings: Any = None) -> None:
    """Before a print: only titles that the person may read.

    A guest prints what somebody has sent them the key of: an invoice then names its customer.
    """
    titles = doc.get(_PRINTED)
    if titles and not (frappe.session.user == "Guest" and is_ours(doc.doctype)):
        setattr(doc, _PRINTED, readable_titles(titles))


def keep_user_permissions() -> None:
    """Before a request: a caller cannot choose that a link's list ignores User Permissions.

    It does so for a form that has such a field, by the site's choice (Ignore User Permissions).
    """
    form = frappe.local.form_dict
    doctype = form.get("doctype")
    asks = form.get("ignore_user_permissions") and is_ours(doctype)
    if asks and not _ignores(form.get("reference_doctype"), doctype):
        form.pop("ignore_user_permissions")


def refuse_questions_as_names() -> None:
    """Before a request: the name of a record is a text. Frappe takes an object for filters.

    Whether such a record is there would answer any question about those that one may not read.
    """
    form = frappe.local.form_dict
    if is_ours(form.get("doctype")) and any(
        isinstance(form.get(each), dict | list) for each in _NAMES
    ):
        frappe.throw(_("The name of a record is a text."))


def _ignores(form: object, doctype: str) -> bool:
    """Whether a form or a table of it has a link to the DocType that ignores User Permissions."""
    if not isinstance(form, str) or not frappe.db.exists("DocType", form):
        return False
    meta = frappe.get_meta(form)
    metas = (meta, *(frappe.get_meta(each.options) for each in meta.get_table_fields()))
    return any(
        field.fieldtype in _LINKS and field.options == doctype and field.ignore_user_permissions
        for each in metas
        for field in each.fields
    )
