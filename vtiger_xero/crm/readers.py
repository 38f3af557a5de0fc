"""Who may read which record: the one place that every page, file and list asks.

Frappe's own means decide. `get_list` and the conditions that it adds know a person's roles, User
Permissions and shares. What is no record of the CRM (new from Xero, or deleted here since) has no
permissions: it is shown to those alone who may read every record of its module.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import frappe
from frappe import _
from frappe.desk.reportview import build_match_conditions
from frappe.model.document import Document
from frappe.permissions import get_role_permissions
from frappe.utils import escape_html

from ..engine.mapping.doctypes import INVOICE, ORGANIZATION, PRODUCT, SERVICE
from ..engine.modules import DOCTYPES, spec_of
from ..engine.records import Module

Row = Mapping[str, Any]
Record = tuple[str, str]  # its DocType and its name
RECORDS = DOCTYPES
_NONE = "1=0"
_MODULE = "Vtiger Xero"  # of Frappe: all DocTypes of this app
# Tables of records, with the DocTypes that have them: Frappe's lists give out such rows alone.
TABLES: Mapping[str, tuple[str, ...]] = {
    "Vtiger Invoice Item": (INVOICE,),
    "Vtiger Invoice Tax": (INVOICE,),
    "Vtiger Product Tax": (PRODUCT, SERVICE),
}
TABLES_OF_CONTACTS = ("Contact Email", "Contact Phone")


def may_read_all(doctypes: Iterable[str] = RECORDS, user: str | None = None) -> bool:
    """Whether the person may read every record of these DocTypes, those to come included."""
    return all(_is_whole(each, user or frappe.session.user) for each in doctypes)


def _is_whole(doctype: str, user: str) -> bool:
    """A role gives it, and Frappe's lists leave nothing out."""
    return _has_role(doctype, user) and not build_match_conditions(doctype, user=user)


def _has_role(doctype: str, user: str) -> bool:
    return bool(get_role_permissions(frappe.get_meta(doctype), user=user).get("read"))


def require_all(doctypes: Iterable[str] = RECORDS) -> None:
    """Refuse where the person may not read every record of these DocTypes."""
    if not may_read_all(doctypes):
        frappe.throw(
            _(
                "This shows records of both ledgers, and you may not read all of them. Ask a "
                "user who has no User Permissions."
            ),
            frappe.PermissionError,
            title=_("Not allowed"),
        )


def readable_names(doctype: str, names: Collection[str]) -> set[str]:
    """Those of the names that are records which the person may read; one query."""
    if not names or not frappe.has_permission(doctype, "read"):
        return set()
    if frappe.get_meta(doctype).issingle:
        return {doctype} & set(names)
    filters = {"name": ["in", sorted(names)]}
    return set(frappe.get_list(doctype, filters=filters, pluck="name", limit_page_length=0))


def statement_among_readable(
    columns: str, doctype: str, filters: dict[str, Any], fields: list[str], more: str = ""
) -> str:
    """The statement that selects these columns of what the person's list shows of these fields.

    The list's own statement is asked for and not run, as Frappe does to count a list: so the
    database counts and adds up, and a hundred thousand rows stay there. A count as a field of
    `get_list` reads differently in Frappe 15 and 16. Nothing of it comes from a request.
    """
    shown = frappe.get_list(
        doctype, filters=filters, fields=fields, order_by=None, limit_page_length=0, run=0
    )
    return f"select {columns} from ({shown}) shown {more}"


def readable(records: Iterable[Record]) -> set[Record]:
    """Those of the records that the person may read; a query for each DocType."""
    names = names_by_doctype(records)
    return {(each, name) for each in names for name in readable_names(each, names[each])}


def readable_records(rows: Iterable[Row]) -> set[Record]:
    """Those of the rows' records that the person may read."""
    return readable(key(row) for row in rows if row["crm_name"])


def names_by_doctype(records: Iterable[Record]) -> Mapping[str, set[str]]:
    """The names of the records, those of each DocType together."""
    names: dict[str, set[str]] = {}
    for doctype, name in records:
        names.setdefault(doctype, set()).add(name)
    return names


def key(row: Row) -> Record:
    """What a row's record is, and its name."""
    return (row["crm_doctype"], row["crm_name"])


def are_shown(rows: Sequence[Row]) -> list[bool]:
    """For each row whether the person may see it; a row says its `module`.

    A row without a record, or whose record is gone, is shown to those who may read all of them.
    """
    modules = {row["module"] for row in rows}
    whole = {each for each in modules if may_read_all(spec_of(Module(each)).doctypes)}
    known = readable_records(row for row in rows if row["module"] not in whole)
    return [row["module"] in whole or key(row) in known for row in rows]


def readable_rows(rows: Sequence[Row]) -> list[Row]:
    """The rows; those that the person may not see say that they are there, and nothing else."""
    both = zip(rows, are_shown(rows), strict=True)
    return [row if is_shown else _withheld(row) for row, is_shown in both]


def _withheld(row: Row) -> Row:
    nothing = {"reason": "", "remedy": "", "changes": None, "xero_id": None, "crm_name": None}
    return {**row, **nothing, "record_name": _("A record that you may not read")}


# Conditions of Frappe's lists, as SQL; "" leaves nothing out. What is put into them are names of
# DocTypes, and conditions that Frappe itself has made and escaped.


def condition_of_journal(user: str) -> str:
    """The journal holds both ledgers: it is read by those who may read every record."""
    return "" if may_read_all(user=user) else _NONE


def condition_of_rows(table: str, user: str) -> str:
    """Rows of a table are read with their record; Frappe asks only for the right on its DocType."""
    if may_read_all(TABLES[table], user):
        return ""
    row = f"`tab{table}`"
    parts = [
        f"({row}.parenttype = '{parent}' and {row}.parent in {_readable(parent, user)})"
        for parent in TABLES[table]
        if _has_role(parent, user)
    ]
    return f"({' or '.join(parts)})" if parts else _NONE


def condition_of_people(doctype: str, user: str) -> str:
    """A Contact or an Address is of its organizations: each must be readable where some are not.

    Whose role reads no organizations at all has Contacts for another purpose, and keeps them.
    """
    if not _reads_some_organizations(user):
        return ""
    return (
        "not exists (select 1 from `tabDynamic Link` of_organization where "
        f"of_organization.parenttype = '{doctype}' and "
        f"of_organization.parent = `tab{doctype}`.name and "
        f"of_organization.link_doctype = '{ORGANIZATION}' and "
        f"of_organization.link_name not in {_readable(ORGANIZATION, user)})"
    )


def condition_of_links(user: str) -> str:
    """The rows that say of which organization a Contact is; each has the organization's title.

    Frappe gives them to everybody signed in, who all may read Contacts of their own.
    """
    if may_read_all([ORGANIZATION], user):
        return ""
    link = "`tabDynamic Link`"
    other = f"{link}.link_doctype != '{ORGANIZATION}'"
    if not _has_role(ORGANIZATION, user):
        return other
    return f"({other} or {link}.link_name in {_readable(ORGANIZATION, user)})"


def condition_of_contact_rows(table: str, user: str) -> str:
    """E-mail addresses and phone numbers are read with their Contact.

    Frappe asks only for the right on Contacts, and everybody signed in has it for their own.
    """
    row, contact = f"`tab{table}`", "Contact"
    other = f"{row}.parenttype != '{contact}'"
    if not _has_role(contact, user):
        return other
    return f"({other} or {row}.parent in {_readable(contact, user)})"


def may_read_person(document: Document, user: str) -> bool:
    """Whether a Contact or an Address is of organizations alone that the user may read."""
    if not _reads_some_organizations(user):
        return True
    links = (each for each in document.get("links") or () if each.link_doctype == ORGANIZATION)
    return all(
        frappe.has_permission(ORGANIZATION, "read", each.link_name, user=user)
        for each in links
        if frappe.db.exists(ORGANIZATION, each.link_name)
    )


def _reads_some_organizations(user: str) -> bool:
    return _has_role(ORGANIZATION, user) and not may_read_all([ORGANIZATION], user)


def _readable(doctype: str, user: str) -> str:
    """A subquery of the names that the user may read."""
    condition = build_match_conditions(doctype, user=user).replace("%%", "%") or "1=1"
    return f"(select `tab{doctype}`.name from `tab{doctype}` where {condition})"


# What a record that is saved refers to


def require_readable_links(document: Document) -> None:
    """Refuse a save that refers to one of our records which the person may not read.

    The record would show them the other's figures and names, and a payment changes its invoice.
    What a record has referred to before stays.

    Frappe asks for the right on what a request says the record is: another's record, sent as one
    of the person's own organization. So the stored one is asked, too.
    """
    if document.flags.from_xero_sync or document.flags.ignore_permissions:
        return
    before = document.get_doc_before_save()
    if before is not None:
        before.check_permission("write")
    new = _links(document) - _links(before)
    asked = {each for each in new if not may_read_all([each[0]])}
    for _doctype, name in sorted(asked - readable(asked)):
        frappe.throw(
            _("You may not read {0}, or it no longer exists.").format(escape_html(name)),
            frappe.PermissionError,
            title=_("Not allowed"),
        )


def _links(document: Document | None) -> set[Record]:
    """The records of ours that a document and its rows refer to."""
    if document is None:
        return set()
    found = (
        (
            field.options if field.fieldtype == "Link" else row.get(field.options),
            row.get(field.fieldname),
        )
        for row in (document, *document.get_all_children())
        for field in (*row.meta.get_link_fields(), *row.meta.get_dynamic_link_fields())
    )
    return {(doctype, str(name)) for doctype, name in found if name and doctype in RECORDS}


# Titles


def is_ours(doctype: object) -> bool:
    """Whether this names a DocType of this app."""
    return isinstance(doctype, str) and (
        frappe.db.get_value("DocType", doctype, "module", cache=True) == _MODULE
    )


def readable_titles(titles: Mapping[str, Any]) -> dict[str, Any]:
    """Titles of links ("DocType::name"); those of our records only where they may be read."""
    ours = {
        (doctype, name)
        for doctype, _colons, name in (each.partition("::") for each in titles)
        if is_ours(doctype)
    }
    hidden = {f"{doctype}::{name}" for doctype, name in ours - readable(ours)}
    return {each: title for each, title in titles.items() if each not in hidden}


@contextmanager
def in_the_name_of(user: str) -> Iterator[None]:
    """Work with the rights of another user than the one at hand."""
    before = frappe.session.user
    frappe.set_user(user)
    try:
        yield
    finally:
        frappe.set_user(before)
