"""What the endpoints share: how arguments are read, and how errors are shown."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

import frappe
from frappe import _
from frappe.utils import escape_html

from ..crm.language import translated
from ..engine.errors import RecordRefused, SyncError
from ..engine.messages import sentences
from ..engine.modules import MODULES
from ..engine.records import Module, Side

T = TypeVar("T")
MOST = 500  # rows that a page may ask for at once
LAST_ROW = 2**31 - 1  # no table of a site has more, and MariaDB takes no number of any length


def run_or_throw(work: Callable[[], T]) -> T:
    """Do the work; an error of the sync becomes a message to the user, other errors stay."""
    try:
        return work()
    except SyncError as error:
        frappe.throw(sentence_of(error), title=_("Xero"))
        raise


def sentence_of(error: SyncError) -> str:
    """Message and remedy as HTML; names from Xero in it are escaped."""
    remedy = error.remedy if isinstance(error, RecordRefused) else ""
    return escape_html(translated(sentences(error.message, remedy)))


def parsed(value: dict[str, Any] | list[Any] | str, kind: type[T]) -> T:
    """An argument that a form sends as JSON text, and a script as it is."""
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, kind):
        frappe.throw(_("This page is out of date. Reload it."))
        raise TypeError
    return found


def module_named(name: str | None) -> Module | None:
    """The module of this name; None stands for all of them."""
    if not name:
        return None
    try:
        return Module(name)
    except ValueError:
        known = ", ".join(each.value for each in Module)
        frappe.throw(
            _("{0} does not sync with Xero. Modules are: {1}.").format(escape_html(name), known)
        )
        raise


def side_named(name: str) -> Side:
    """The side of this name, as the log's heads have it."""
    try:
        return Side(name)
    except ValueError:
        frappe.throw(_("This page is out of date. Reload it."))
        raise


def module_of(doctype: str) -> Module:
    """The module of a DocType that syncs."""
    if doctype not in MODULES:
        frappe.throw(_("{0} does not sync with Xero.").format(escape_html(_(doctype))))
    return MODULES[doctype]


def names_of(value: list[str] | str) -> list[str]:
    """The names of records that a page sends: some, and not too many."""
    names = [str(each) for each in parsed(value, list)]
    if not names:
        frappe.throw(_("Choose at least one record."))
    if len(names) > MOST:
        frappe.throw(_("At most {0} records can be chosen at once.").format(MOST))
    return names


def require_readable(doctype: str, names: list[str]) -> None:
    """Refuse where one of the records is not there, or not for the person to read."""
    frappe.has_permission(doctype, "read", throw=True)
    filters = {"name": ["in", names]}
    found = frappe.get_list(doctype, filters=filters, pluck="name", limit_page_length=0)
    if missing := sorted(set(names) - set(found)):
        frappe.throw(
            _("You may not read {0}, or it no longer exists.").format(escape_html(missing[0])),
            frappe.PermissionError,
            title=_("Not allowed"),
        )


def require_writable(doctype: str, name: str) -> None:
    """Refuse where the record is not there, or not for the person to write."""
    require_readable(doctype, [name])
    frappe.has_permission(doctype, "write", name, throw=True)


def page(start: int, page_length: int) -> tuple[int, int]:
    """The first row and the number of rows, within what is allowed."""
    return min(max(0, start), LAST_ROW), min(max(1, page_length), MOST)
