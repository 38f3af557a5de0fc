"""Frappe's Data Import, given a file of Vtiger's: the file is read into the shape of a template.

So Frappe's own preview, log, rights and retries hold for it. The exported file stays attached.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from io import StringIO
from typing import Any

import frappe
from frappe import _
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.model.document import Document
from frappe.utils import escape_html
from frappe.utils.csvutils import read_csv_content

from ..crm.language import translated
from ..engine.mapping.doctypes import INVOICE
from ..engine.modules import DOCTYPES
from .columns import LINE, TAX, TITLES
from .reading import Field
from .reshaping import Form, Reshaped, Tax, is_vtigers, problem_text, reshape

_INSERT = "Insert New Records"
_MOST = 20  # problems that are shown at once
_TAX = "Vtiger Tax"


def read_vtiger_file(document: Document) -> None:
    """Before a Data Import is saved: put a template in the place of a file of Vtiger's.

    Refuses a file with problems, and says all of them: nothing is changed then, nor imported.
    """
    raw = _rows(document) if document.reference_doctype in DOCTYPES else []
    if not raw or not is_vtigers(raw[0]):
        return
    is_new = document.import_type == _INSERT
    found = reshape(_form(document.reference_doctype), raw, SiteRecords(), is_new=is_new)
    if found.findings.problems:
        shown = problem_text(found.findings.problems, _MOST)
        frappe.throw(
            [escape_html(translated(each)) for each in shown],
            title=_("The file cannot be imported yet"),
            as_list=True,
        )
    _offer(document.reference_doctype, found.findings.choices)
    document.import_file = _attach(document, found)
    for note in found.findings.notes:
        frappe.msgprint(escape_html(translated(note)), title=_("Please Check"), indicator="orange")


class SiteRecords:
    """The records that the person may read, by their titles; each DocType is read once."""

    def __init__(self) -> None:
        self._called = cache(_by_title)

    def called(self, doctype: str, title: str) -> Sequence[str]:
        """The names of those with this title, whatever its case."""
        return self._called(doctype).get(title.casefold(), ())

    def exists(self, doctype: str, name: str) -> bool:
        """Whether a record has this name."""
        return bool(name) and bool(frappe.db.exists(doctype, name))


def _by_title(doctype: str) -> dict[str, list[str]]:
    title = TITLES[doctype]
    filters = {"enabled": 1} if doctype == "User" else {}
    # A user who may be assigned a record is offered to everybody who assigns one.
    listing = frappe.get_all if doctype == "User" else frappe.get_list
    found: dict[str, list[str]] = {}
    for row in listing(doctype, filters, ["name", title], limit_page_length=0):
        found.setdefault(str(row[title] or "").casefold(), []).append(row.name)
    return found


def _rows(document: Document) -> Sequence[Sequence[Any]]:
    """The rows of the attached file, none where it is no CSV, or not the person's to read."""
    address = document.import_file or ""
    if not address.lower().endswith(".csv"):
        return []
    name = frappe.db.get_value("File", {"file_url": address})
    file = frappe.get_doc("File", name) if name else None
    if file is None or not file.has_permission("read"):
        return []
    return read_csv_content(file.get_content())  # type: ignore[no-any-return]


def _form(doctype: str) -> Form:
    meta = frappe.get_meta(doctype)
    tables = {each.fieldname: each.options for each in meta.get_table_fields()}
    return Form(
        doctype,
        _fields(doctype),
        _fields(tables[LINE]) if doctype == INVOICE else (),
        _taxes() if TAX in tables else (),
        frappe.db.get_default("currency") or "",
    )


def _fields(doctype: str) -> list[Field]:
    return [
        Field(
            each.fieldname,
            each.label or "",
            each.fieldtype,
            each.options or "" if each.fieldtype == "Link" else "",
            tuple((each.options or "").split("\n")) if each.fieldtype == "Select" else (),
            bool(each.read_only),
        )
        for each in frappe.get_meta(doctype).fields
        if each.fieldtype not in frappe.model.no_value_fields and not each.get("is_virtual")
    ]


def _taxes() -> list[Tax]:
    rows = frappe.get_list(_TAX, fields=["name", "rate", "method"], limit_page_length=0)
    return [
        Tax(row.name, Decimal(str(row.rate or 0)).normalize(), row.method == "Deducted")
        for row in rows
    ]


def _offer(doctype: str, choices: dict[str, dict[str, None]]) -> None:
    """Let a field have the values of the company's own list, as Customize Form does."""
    for name, new in choices.items():
        field = frappe.get_meta(doctype).get_field(name)
        options = "\n".join([field.options or "", *new])
        make_property_setter(
            doctype, name, "options", options, "Text", validate_fields_for_doctype=False
        )
        frappe.msgprint(
            _("{0} can now also be: {1}").format(_(field.label), escape_html(", ".join(new))),
            title=_("Please Check"),
            indicator="blue",
        )
    if choices:
        frappe.clear_cache(doctype=doctype)


def _attach(document: Document, found: Reshaped) -> str:
    held = StringIO()
    csv.writer(held).writerows(found.rows)
    number = frappe.generate_hash(length=6)
    file = frappe.get_doc(
        {
            "doctype": "File",
            "file_name": f"{frappe.scrub(document.reference_doctype)}_{number}.csv",
            "attached_to_doctype": document.doctype,
            "attached_to_name": document.name,
            "attached_to_field": "import_file",  # else Frappe would attach it once more
            "is_private": 1,
            "content": held.getvalue(),
        }
    )
    return str(file.insert().file_url)
