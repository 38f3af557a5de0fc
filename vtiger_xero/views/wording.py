"""How fields and values read to the person at hand: labels, dates, amounts, names instead of ids.

The log keeps values as the engine says them, in no language and no format. A page shows them as
the Desk shows the record: labels from the live DocType, dates and numbers as the user has chosen.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import frappe
from frappe import _
from frappe.core.doctype.docfield.docfield import DocField
from frappe.model.meta import Meta
from frappe.utils import fmt_money, format_date

from ..crm.language import translated_row
from ..crm.record_types import own_name
from ..crm.rows import select_in
from ..engine.mapping.doctypes import ITEM_TYPE
from ..engine.mapping.people import PERSONS
from ..engine.money import decimals_of
from .coding_names import CodingNames

_ID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_ACCOUNT, _TAXES, _LINES = "Xero Account", "Vtiger Product Tax", "Vtiger Invoice Item"
Row = Mapping[str, Any]
Record = tuple[str, str | None]  # its DocType and its name


def labelled(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows with `changes`, each change with its label, and its values as a person reads them.

    The sentences in a row are translated. It says of which record it is by `crm_doctype` and
    `crm_name`.
    """
    texts = (c[key] for row in rows for c in row["changes"] or () for key in ("old", "new"))
    wording = Wording(texts, ((row["crm_doctype"], row["crm_name"]) for row in rows))
    return [{**translated_row(row), "changes": _changes(wording, row)} for row in rows]


def _changes(wording: "Wording", row: Row) -> list[dict[str, Any]]:
    record = row["crm_doctype"], row["crm_name"]
    return [
        {
            **change,
            "label": wording.label(record[0], change["field"]),
            "old": wording.value(*record, change["field"], change["old"]),
            "new": wording.value(*record, change["field"], change["new"]),
        }
        for change in row["changes"] or ()
    ]


class Wording:
    """Knows what `texts` of `records` read like, and has asked for all of them at once."""

    def __init__(self, texts: Iterable[str | None], records: Iterable[Record] = ()) -> None:
        self._titles = _titles(texts)
        self._currencies = _currencies(records)
        self._names = CodingNames()

    def label(self, doctype: str, field: str) -> str:
        """The label of a field that flows under this name."""
        special = {PERSONS: _("Contacts"), ITEM_TYPE: _("Item Type")}
        found = frappe.get_meta(doctype).get_field(own_name(doctype, field))
        return special.get(field) or (_(found.label) if found and found.label else field)

    def value(self, doctype: str, name: str | None, field: str, text: str | None) -> str:
        """A value that the engine gives as `text`; what is no value of the field's type stays."""
        if not text:
            return ""
        found = frappe.get_meta(doctype).get_field(own_name(doctype, field))
        if text in self._titles:
            return self._titles[text]
        return self._typed(found, text, self._currencies.get((doctype, name))) if found else text

    def _typed(self, field: DocField, text: str, currency: str | None) -> str:
        if field.fieldtype == "Check":
            return _("Yes") if text in ("1", "True") else _("No")
        if field.fieldtype == "Select":
            return _(text, context=field.parent)
        if field.fieldtype == "Date":
            return _day(text)
        if field.fieldtype == "Currency":
            currency = currency or frappe.db.get_default("currency") or ""
            return _number(text, decimals_of(currency), currency)
        if field.fieldtype in ("Float", "Percent"):
            return _number(text)
        named = {_ACCOUNT: self._names.account, _TAXES: self._names.rate, _LINES: self._names.lines}
        return named[field.options](text) if field.options in named else text


def _titles(texts: Iterable[str | None]) -> dict[str, str]:
    """What the documents and accounts of Xero are called whose ids stand among the texts."""
    ids = sorted({text for text in texts if text and _ID.fullmatch(text)})
    documents = select_in("Xero Document", ("xero_id", "title"), "xero_id", ids)
    accounts = select_in(_ACCOUNT, ("name", "title"), "name", ids)
    found = {row["xero_id"]: row["title"] for row in documents}
    return {**found, **{row["name"]: row["title"] for row in accounts}}


def titles_of(records: Iterable[Record]) -> Mapping[Record, str]:
    """What people call these records; a query for each DocType."""
    return _of_records(records, lambda meta: meta.get_title_field())


def _currencies(records: Iterable[Record]) -> Mapping[Record, str]:
    """The currencies of those records that have one of their own."""
    return _of_records(records, lambda meta: "currency" if meta.has_field("currency") else "")


def _of_records(records: Iterable[Record], field_of: Callable[[Meta], str]) -> Mapping[Record, str]:
    names: dict[str, set[str]] = {}
    for doctype, name in records:
        if name:
            names.setdefault(doctype, set()).add(name)
    fields = {doctype: field_of(frappe.get_meta(doctype)) for doctype in names}
    return {
        (doctype, row["name"]): row[field]
        for doctype, field in fields.items()
        if field
        for row in select_in(doctype, ("name", field), "name", sorted(names[doctype]))
        if row[field]
    }


def _day(text: str) -> str:
    try:
        return str(format_date(date.fromisoformat(text)))
    except ValueError:
        return text


def _number(text: str, decimals: int = 0, currency: str = "") -> str:
    """With the digits that it has, and at least so many."""
    try:
        held = Decimal(text).normalize().as_tuple().exponent
    except InvalidOperation:
        return text
    digits = max(0, -held) if isinstance(held, int) else 0
    return str(fmt_money(text, precision=max(digits, decimals), currency=currency or None))
