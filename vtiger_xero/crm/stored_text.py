"""How text of a record is kept in the database, so that no view of Frappe's can run it.

Frappe shows texts in many ways, and several views put a Data or Small Text value into the page as
HTML: the Report view and a column of a list (`frappe.form.formatters.Data` returns the value as it
is), the Kanban board (decodes entities, then inserts), the quick list of a workspace (between the
quotes of an attribute), print formats. Frappe cleans what is saved through a Document, but leaves
alone what is JSON, what its parser takes for no tag, and the tags that it allows.

So a text is kept with an invisible character (U+2060, WORD JOINER) wherever a browser would
otherwise begin a tag, an entity or an attribute, or a spreadsheet a formula. It looks the same
everywhere, and it is taken out again when the text is read for the sync: nothing is lost. A joiner
that was there before is kept by one more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import frappe
from frappe.model.document import Document

JOINER = "\u2060"
# Other types are escaped by Frappe (Code), hold names of records (Link), or are made to be HTML.
TEXTS = frozenset({"Data", "Long Text", "Small Text", "Text"})
_ROOM_OF_TEXT = 16_000  # characters of four bytes, of which MariaDB's TEXT holds 65,535
_MAY_BE_RISKY = re.compile(f"[<&=\"'`{JOINER}]|^[+\\-@\t\r\n]")
_RUN = re.compile(f"{JOINER}+")
_BEGINS = re.compile(
    r"""
      (?<=<)(?=[a-z/!?]|\Z)                           # a tag, also one that what follows completes
    | (?<=&)(?=\#|[a-z][a-z0-9]*;|lt|gt|amp|quot)     # an entity
    | \A(?=<)                   # or Frappe, which strips tags, finds that nothing is left of it
    | \A(?=[=@\t\r\n])                                # a formula in a spreadsheet
    | \A(?=[+-])(?![0-9\ +_\-,.*\#()]+\Z)             # the same, but not a number or a phone's
    """,
    re.VERBOSE | re.IGNORECASE,
)
# A view may put two texts into one attribute: the quote of one, and this of the other.
_HANDLER = re.compile(r"\bon[a-z]+\s*(?==)", re.IGNORECASE)
_QUOTE = re.compile("[\"'`]")
_ATTRIBUTE = re.compile(f"(?<!{JOINER})(?==)")  # after a quote: `" onclick=…`


def to_stored(text: str) -> str:
    """`text` as the database keeps it; `from_stored` gives it back letter by letter."""
    if not _MAY_BE_RISKY.search(text):
        return text
    return secured(_RUN.sub(lambda run: run[0] + JOINER, text))


def from_stored(text: str) -> str:
    """What a kept text says."""
    return _RUN.sub(lambda run: run[0][1:], text) if JOINER in text else text


def secured(text: str) -> str:
    """`text` as a person entered it, with joiners where they are needed and not there yet."""
    if not _MAY_BE_RISKY.search(text):
        return text
    text = _HANDLER.sub(lambda name: name[0] + JOINER, _BEGINS.sub(JOINER, text))
    quote = _QUOTE.search(text)
    if quote is None:
        return text
    return text[: quote.end()] + _ATTRIBUTE.sub(JOINER, text[quote.end() :])


def secure(document: Document, method: str | None = None) -> None:
    """Keep the texts of a document so; runs before Frappe's own cleaning, which finds no tag."""
    rows = (document, *document.get_all_children())
    columns = {doctype: text_columns(doctype) for doctype in {row.doctype for row in rows}}
    for row in rows:
        for field in columns[row.doctype]:
            value = row.get(field)
            if isinstance(value, (int, float)):
                value = str(value)  # else Frappe's own record of a change stops at it
            if isinstance(value, str):
                row.set(field, secured(value))


def text_columns(doctype: str) -> Mapping[str, int]:
    """The columns of a DocType that hold text, and how many characters fit (0: any number)."""
    return {
        field.fieldname: _room(field)
        for field in frappe.get_meta(doctype).fields
        if field.fieldtype in TEXTS and not field.get("is_virtual")
    }


def _room(field: Any) -> int:
    if field.unique or field.fieldtype == "Long Text":
        return 0  # a key that loses its end could be another's: that breaks off
    return int(field.length or 0) or 140 if field.fieldtype == "Data" else _ROOM_OF_TEXT


def stored_row(doctype: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row for the database. A text that no longer fits loses its end, and no run breaks off."""
    texts = text_columns(doctype)
    return {column: _stored(value, texts.get(column)) for column, value in row.items()}


def _stored(value: Any, room: int | None) -> Any:
    if room is None or not isinstance(value, str):
        return value
    text = to_stored(value)
    return text[:room] if room else text


def read_rows(doctype: str, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of the database, as they were given to `stored_row`."""
    texts = text_columns(doctype)
    return [
        {
            column: from_stored(value) if column in texts and isinstance(value, str) else value
            for column, value in row.items()
        }
        for row in rows
    ]


def report_cells(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a report that Frappe shows, prints, mails and exports, with secured texts."""
    return [
        {key: secured(value) if isinstance(value, str) else value for key, value in row.items()}
        for row in rows
    ]
