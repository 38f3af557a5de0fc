"""Keeps Frappe's own endpoints from showing our records to persons who may not read them.

Frappe shows a link by the title of what it leads to (Show Title in Link Fields). Frappe 15.55
checks no permission for that: neither where a browser asks for one title, nor for the titles that
come with a form, nor in print. And a caller may ask for the list of a link field without User
Permissions. Without titles our forms would show numbers in place of names, so they stay on.

No `from __future__ import annotations` here: Frappe reads these annotations to check arguments.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import frappe
from frappe import _, client
from frappe.contacts.doctype.address import address
from frappe.desk import reportview, search
from frappe.desk.doctype.global_search_settings.global_search_settings import (
    get_doctypes_for_global_search,
)
from frappe.model.document import Document
from frappe.utils import cint, escape_html, get_safe_filters
from frappe.utils import global_search as search_index
from pypika.terms import Criterion

from ..crm.readers import TABLES_OF_CONTACTS, is_ours, readable, readable_names, readable_titles
from ..engine.modules import DOCTYPES

_TITLES = "_link_titles"
_PRINTED = "__link_titles"
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
def get(
    doctype: str,
    name: str | int | None = None,
    filters: dict[str, Any] | list[Any] | str | None = None,
    parent: str | None = None,
) -> Any:
    """A record. Filters find only records of ours that the person may read.

    Overrides Frappe's own, whose two refusals (not found, not allowed) answer any question that a
    filter can put, and passes on what is not ours.
    """
    if _is_guarded(doctype) and not frappe.get_meta(doctype).issingle:
        if filters and not name:
            wanted = frappe.parse_json(filters)
            with _filtering():
                found = frappe.get_list(
                    doctype, wanted, pluck="name", limit=1, parent_doctype=parent
                )
            name = found[0] if found else None
        if not name or not frappe.db.exists(doctype, str(name)):
            frappe.throw(
                _("{0} {1} does not exist.").format(_(doctype), escape_html(str(name or ""))),
                frappe.DoesNotExistError,
            )
    return client.get(doctype, name, filters, parent)


@frappe.whitelist(methods=["GET", "POST"])
def get_count(
    doctype: str,
    filters: dict[str, Any] | list[Any] | str | None = None,
    debug: bool = False,
    cache: bool = False,
) -> Any:
    """How many records the person may read. Frappe's own counts all, for anybody.

    By its filters it would answer any question about a record with yes or no.
    """
    if not _is_guarded(doctype):
        return client.get_count(doctype, filters, debug, cache)
    wanted = get_safe_filters(filters)
    if isinstance(wanted, str):
        wanted = {"name": wanted}
    frappe.local.form_dict = frappe._dict(doctype=doctype, filters=wanted)
    with _filtering():
        return reportview.get_count()


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


@frappe.whitelist(methods=["GET", "POST"])
def global_search(text: str, start: int = 0, limit: int = 20, doctype: str = "") -> Any:
    """What the search of the Desk finds, without the records that the person may not read.

    Overrides Frappe's own, which asks for the DocType alone.
    """
    found = search_index.search(text, start, limit, doctype)
    known = {(row.doctype, row.name) for row in found}
    more = [
        row
        for row in _containing(text, start, limit, doctype)
        if (row.doctype, row.name) not in known
    ]
    rows = [*found, *more]
    ours = {(row.doctype, row.name) for row in rows if is_ours(row.doctype)}
    hidden = ours - readable(ours)
    return [row for row in rows if (row.doctype, row.name) not in hidden]


def _containing(text: str, start: int, limit: int, doctype: str) -> list[frappe._dict]:
    """Records of ours that have the text in them, letter by letter.

    Frappe asks an index of words, in which a hyphen means "without" (INV-0042 finds no invoice) and
    words of up to three letters are left out.
    """
    asked = set(get_doctypes_for_global_search()) & ({doctype} if doctype else set(DOCTYPES))
    doctypes = [each for each in asked if is_ours(each) and frappe.has_permission(each)]
    words = [word.strip() for word in text.split("&") if word.strip()]
    if not doctypes or not words:
        return []
    index = frappe.qb.Table("__global_search")
    query = frappe.qb.from_(index).select(index.doctype, index.name, index.content)
    like = Criterion.any(index.content.like(f"%{_literally(word)}%") for word in words)
    query = query.where(index.doctype.isin(doctypes)).where(like)
    query = query.orderby(index.name).limit(cint(limit)).offset(cint(start))
    return list(query.run(as_dict=True))


def _literally(word: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", word)


@contextmanager
def _filtering() -> Iterator[None]:
    """Within, a filter that the database does not understand is the caller's fault, not a bug.

    Frappe 16 raises `ValueError`, and both versions `IndexError` for a list that is no filter.
    """
    try:
        yield
    except (frappe.db.ProgrammingError, ValueError, IndexError):
        frappe.throw(_("This page is out of date. Reload it."))


def _is_guarded(doctype: object) -> bool:
    return is_ours(doctype) or doctype in _READ_WITH_OURS


class _Titles(dict[str, Any]):
    """Takes the titles that Frappe puts into its answer, as far as the person may read them."""

    def update(self, titles: Mapping[str, Any]) -> None:  # type: ignore[override]
        super().update(readable_titles(titles))


def guard_titles(doc: Document, method: str | None = None) -> None:
    """Before a form is given out: Frappe adds the titles after this, for anybody."""
    if not isinstance(held := frappe.local.response.get(_TITLES), _Titles):
        frappe.local.response[_TITLES] = _Titles(held or {})


def hide_titles(doc: Document, method: str | None = None, settings: Any = None) -> None:
    """Before a print: only titles that the person may read.

    A guest prints what somebody has sent them the key of: an invoice then names its customer.
    """
    titles = doc.get(_PRINTED)
    if titles and not (frappe.session.user == "Guest" and is_ours(doc.doctype)):
        setattr(doc, _PRINTED, readable_titles(titles))


def guard_request() -> None:
    """Before a request: what no caller may ask of our records, whichever endpoint is to answer."""
    _require_names()
    _keep_user_permissions()


# Arguments and fields that name a record; all others that end in "name" are texts as well.
_NAMES = frozenset(
    {"cdn", "dn", "docname", "docnames", "document", "name", "names", "parent", "record"}
)
_NO_NAMES = frozenset({"field_name", "fieldname"})  # Frappe's `set_value` takes many fields there
_DEPTH = 6  # of a request; an argument with documents and their rows is four deep


def _require_names() -> None:
    """Refuse what is no name: Frappe takes an object for a filter, before it asks for permission.

    Whether it then says "not found" or "not allowed" would answer any question about a record.
    A list of names is what it is: Frappe's lists send one. And no name has angle brackets; some
    versions of Frappe say that it was not found, with the brackets in it.
    """
    arguments = list(_arguments(dict(frappe.local.form_dict)))
    if not any(_is_filter(value) for key, value in arguments if _is_of_name(key)) and not any(
        isinstance(value, str) and "<" in value for key, value in arguments if key in _NAMES
    ):
        return
    path = frappe.local.request.path.split("/")
    if any(_is_guarded(each) for each in (*path, *(value for _key, value in arguments))):
        frappe.throw(_("The name of the record is not valid. Reload the page, and try again."))


def _is_of_name(key: str) -> bool:
    return key in _NAMES or (key.endswith("name") and key not in _NO_NAMES)


def _is_filter(value: Any) -> bool:
    if isinstance(value, list):
        return any(isinstance(each, dict | list) for each in value)
    return isinstance(value, dict)


def _arguments(value: Any, key: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Everything in a request with the key that it stands under, JSON in a text included.

    What is said to be a filter is left out: there an object is in its place. And so is the text of
    a field like `organization_name`, which may be any.
    """
    yield key, value
    if depth == _DEPTH or "filter" in key:
        return
    if isinstance(value, str) and not key.endswith("_name") and value.lstrip()[:1] in ("{", "["):
        with suppress(RecursionError, ValueError):
            yield from _arguments(json.loads(value), key, depth + 1)
    elif isinstance(value, dict):
        for each in value:
            yield from _arguments(value[each], str(each), depth + 1)
    elif isinstance(value, list):
        for each in value:
            yield from _arguments(each, "", depth + 1)


def _keep_user_permissions() -> None:
    """A caller cannot choose that a link's list ignores User Permissions.

    It does so for a form that has such a field, by the site's choice (Ignore User Permissions).
    """
    form = frappe.local.form_dict
    doctype = form.get("doctype")
    asks = form.get("ignore_user_permissions") and is_ours(doctype)
    if asks and not _ignores(form.get("reference_doctype"), doctype):
        form.pop("ignore_user_permissions")


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
