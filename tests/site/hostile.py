"""Texts that a browser or a spreadsheet would run, and how to see whether one still could."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import frappe

RUN = "window.ran=1"
IMG = f"<img src=x onerror={RUN}>"
TEXTS = [
    IMG,
    f'"{IMG}"',  # a JSON text, which Frappe's cleaning leaves alone
    f"<img src=x onerror={RUN} x=",  # no tag to Python's parser; one to a browser, in a page
    f"<!-- markdown -->{IMG}",
    f"&lt;img src=x onerror={RUN}&gt;",  # a view that decodes it before it inserts it
    f"&#60;img src=x onerror={RUN}&#62;",
    f'x" onmouseover={RUN} autofocus onfocus={RUN} x="',
    f"x' onmouseover={RUN} x='",
    f"a onmouseover = {RUN}",  # behind a quote in another field
    f"<svg/onload={RUN}>",
    "<b>Bold</b>",  # tags that Frappe allows
    '<a href="https://example.com/pay">Overdue</a>',
    "=HYPERLINK(1)",
    "@SUM(1+1)",
    "-2+3+cmd|' /C calc'!A0",
]
PLAIN = ["A & B <Holding>", "5 < 6 > 4", "AT&T", '12" pipe', "O'Hara", "+64 21 555 666", "-5"]

_TAG = re.compile(r"<[a-zA-Z/!?]")
_ATTRIBUTE = re.compile(r"[\"'`].*[^\u2060\s]\s*=", re.DOTALL)
_HANDLER = re.compile(r"\bon[a-z]+\s*=", re.IGNORECASE)
_FORMULA = re.compile(r"[=@\t\r]|[+-](?![0-9 +_\-,.*#()]*\Z)")


def enable_everything() -> None:
    """All modules, both ways."""
    form = frappe.get_doc("Xero Settings")
    for row in form.modules:
        row.enable_sync = 1
    account = frappe.db.get_value("Xero Account", {"code": "200"})
    form.update({"sales_account": account}).save()
    frappe.db.commit()


def is_live(text: str) -> bool:
    """Whether a page that inserts `text` as HTML, or a spreadsheet, could run something of it."""
    decoded = html.unescape(text)
    as_html = any(
        kind.search(each) for kind in (_TAG, _ATTRIBUTE, _HANDLER) for each in (text, decoded)
    )
    return bool(as_html or _FORMULA.match(text))


def all_rows(doctype: str, columns: list[str]) -> list[dict[str, Any]]:
    table = frappe.qb.DocType(doctype)
    return list(frappe.qb.from_(table).select(table.name, *columns).run(as_dict=True))


def live_texts() -> Iterator[tuple[str, str, str]]:
    """DocType, column and text of all live texts in the app's tables; found by their meta."""
    for doctype in frappe.get_all("DocType", {"module": "Vtiger Xero"}, pluck="name"):
        meta = frappe.get_meta(doctype)
        types = ("Data", "Small Text", "Text", "Long Text")
        fields = [each for each in meta.fields if not each.is_virtual]
        columns = [each.fieldname for each in fields if each.fieldtype in types]
        if meta.issingle:
            rows = [frappe.db.get_singles_dict(doctype)]
        else:
            rows = all_rows(doctype, columns) if columns else []
        for row in rows:
            for column in columns:
                if is_live(str(row.get(column) or "")):
                    yield doctype, column, str(row[column])
