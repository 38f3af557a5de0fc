"""What the engine finds in a record that a person saves, as Frappe says it.

The checks speak to people. What the sync itself writes passes none of them: Xero may hold what
no user should type, and the CRM shows it as it is.
"""

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

from ..connection.settings import engine_settings
from ..crm.crm import SiteCrm
from ..crm.language import translated
from ..crm.reading import flowing, read
from ..crm.tenant import SETTINGS
from ..crm.times import to_utc
from ..engine.errors import RecordRefused, SyncError
from ..engine.mapping.doctypes import DOCTYPES
from ..engine.records import CrmRecord, Module, Side
from ..engine.saving import Findings, foretell

_NUMBERS = ("Currency", "Float", "Percent", "Int")
_LARGEST = 10**12  # of a column: decimal(21,9)
_LARGEST_INT = 2**31  # of a column: int(11)
FILES = ("Attach", "Attach Image")
_FILE = re.compile(r"(/(?!/)|https?://)[^\"'<>`\\]*", re.IGNORECASE)


@contextmanager
def refusing() -> Iterator[None]:
    """Within, what the engine refuses comes out as Frappe's own refusal."""
    try:
        yield
    except RecordRefused as refused:
        frappe.throw(_with_remedy(refused.reason, refused.remedy))


def warn(after: Findings, before: Findings = ()) -> None:
    """Say in orange what the record is saved with all the same, once."""
    for reason, remedy in after:
        if (reason, remedy) not in before:
            frappe.msgprint(
                _with_remedy(reason, remedy), title=_("Please Check"), indicator="orange"
            )


def is_typed(document: Document) -> bool:
    """Whether a person, or a program on a person's behalf, saves this, and not the sync."""
    return not document.flags.from_xero_sync


def require_numbers(document: Document) -> None:
    """Refuse what is no number, or more than a column holds, before anybody computes with it.

    A number in a text (an import, a request) becomes one, as Frappe would read it later.
    """
    for row in (document, *document.get_all_children()):
        for field in row.meta.fields:
            if field.fieldtype in _NUMBERS and isinstance(value := row.get(field.fieldname), str):
                row.set(field.fieldname, _read(value.strip()))
            most = _LARGEST_INT if field.fieldtype == "Int" else _LARGEST
            if field.fieldtype in _NUMBERS and not _holds(row.get(field.fieldname), most):
                frappe.throw(
                    _("{0}: {1} is not a number that the CRM can hold.").format(
                        _(field.label), escape_html(str(row.get(field.fieldname))[:40])
                    )
                )


def is_safe_address(address: str) -> bool:
    """Whether Frappe can show a file with this address: it puts it into pages as HTML."""
    return bool(_FILE.fullmatch(address))


def require_files(document: Document) -> None:
    """Refuse an address of a file that a page would run, unless it was there before.

    Frappe cleans no such field, and its Report and Image views insert the value as HTML.
    """
    before = document.get_doc_before_save()
    held = {address for _label, address in _addresses(before)} if before else set()
    for label, address in _addresses(document):
        if address not in held and not is_safe_address(address):
            frappe.throw(
                _(
                    "{0}: {1} is no address of a file that can be shown. Rename the file so that "
                    "its name has no quotes and no < or >, and upload it again."
                ).format(_(label), escape_html(address[:140]))
            )


def _addresses(document: Document) -> Iterator[tuple[str, str]]:
    """The addresses of files in a record and its rows, with the labels of their fields."""
    for row in (document, *document.get_all_children()):
        for field in row.meta.fields:
            if field.fieldtype in FILES and row.get(field.fieldname):
                yield field.label, str(row.get(field.fieldname))


def _read(text: str) -> Any:
    """An empty text stays one: it says that there is no number. So does what is none."""
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return text


def _holds(value: Any, most: int) -> bool:
    try:
        number = float(value or 0)
    except (TypeError, ValueError, OverflowError):
        return False
    return math.isfinite(number) and abs(number) < most


def warn_of_xero(document: Document) -> None:
    """Say what Xero will leave out, by the rules of a run, as soon as it is saved.

    Nothing where no organisation is connected, or the settings send nothing of this module.
    """
    if not is_typed(document) or not frappe.get_cached_doc(SETTINGS).tenant_id:
        return
    module = next(each for each in Module if document.doctype in DOCTYPES[each])
    try:
        settings = engine_settings()
    except SyncError:
        return  # switched off: a run would say so
    if not settings.writes(module, Side.XERO):
        return
    for found in foretell(_record(module, document), settings, SiteCrm().labels(module)):
        text = _("This will not sync: {0}").format(_with_remedy(*found))
        frappe.msgprint(text, indicator="orange", alert=True)


def _record(module: Module, document: Document) -> CrmRecord:
    ((modified, fields),) = read(document.doctype, [document.name]).values()
    flows = flowing(document.doctype, fields, typed=len(DOCTYPES[module]) > 1)
    return CrmRecord(module, document.name, to_utc(modified), flows)


def _with_remedy(reason: str, remedy: str) -> str:
    return " ".join(escape_html(translated(each)) for each in (reason, remedy) if each)
