"""The sync log as its page shows it: rows of counts, and the records behind a count."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Order
from frappe.query_builder.functions import Count
from frappe.utils import get_fullname

from ..crm.language import translated_row
from ..crm.readers import key, names_by_doctype, readable_rows
from ..crm.rows import select_in
from ..crm.stored_text import read_rows
from ..crm.tenant import SETTINGS
from ..engine.modules import spec_of
from ..engine.records import Module
from .wording import labelled

COUNTS = [
    f"{side}_{operation}"
    for side in ("crm", "xero")
    for operation in ("created", "updated", "deleted", "skipped")
]
_ENTRY = [
    "name",
    "module",
    "side",
    "operation",
    "record_name",
    "crm_doctype",
    "crm_name",
    "xero_id",
    "reason",
    "remedy",
    "messages",
    "changes",
]
Row = dict[str, Any]
_RISKY = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet takes such a cell for a formula


def log_rows(
    start: int, length: int, run: str | None = None, module: str = "", *, only_skipped: bool = False
) -> dict[str, Any]:
    """Rows of the sync log, of all runs or of one, newest first, and how many there are.

    `module` limits them to one, `only_skipped` to those that left records out. `runs` are the runs
    of these rows by their names: who began each, why, how long it took, and how it ended.
    """
    filters = {"run": run} if run else {}
    filters |= {"module": module} if module else {}
    either = {"crm_skipped": [">", 0], "xero_skipped": [">", 0]} if only_skipped else None
    rows = frappe.get_all(
        "Xero Sync Log",
        filters=filters,
        or_filters=either,
        fields=["name", "run", "module", "synced_at", *COUNTS],
        order_by="synced_at desc, creation desc",
        limit_start=start,
        limit_page_length=length,
    )
    counted = ["count(name) as total"]
    (count,) = frappe.get_all("Xero Sync Log", filters=filters, or_filters=either, fields=counted)
    return {"rows": rows, "total": count.total, "runs": _runs_of(rows)}


def _runs_of(rows: Iterable[Mapping[str, Any]]) -> Mapping[str, Row]:
    columns = ("name", "status", "triggered_by", "user", "started", "finished", "calls")
    names = list(dict.fromkeys(row["run"] for row in rows))
    found = select_in("Xero Sync Run", (*columns, "only_module", "chosen"), "name", names)
    # What was chosen may name records that the person may not read.
    return {
        row["name"]: {**row, "who": get_fullname(row["user"]), "chosen": bool(row["chosen"])}
        for row in found
    }


def counts_of(logs: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """What rows of the log come to together."""
    rows = list(logs)
    return {name: sum(row[name] or 0 for row in rows) for name in COUNTS}


def entries(
    run: str, module: str, side: str, operation: str, start: int = 0, length: int = 0
) -> list[dict[str, Any]]:
    """The records behind one number; `length` 0 means all of them."""
    table = frappe.qb.DocType("Xero Sync Entry")
    query = frappe.qb.from_(table).select(*(table[name] for name in _ENTRY))
    for column, wanted in _where(run, module, side, operation).items():
        query = query.where(table[column] == wanted)
    query = query.orderby(table.creation, table.idx, order=Order.asc)
    if length:
        query = query.limit(length).offset(start)
    rows = read_rows("Xero Sync Entry", query.run(as_dict=True))
    alive = _alive(rows)
    code = frappe.db.get_single_value(SETTINGS, "short_code") or ""
    return labelled([_shown(row, alive, code) for row in readable_rows(rows)])


def count_entries(run: str, module: str, side: str, operation: str) -> int:
    """How many records are behind one number."""
    table = frappe.qb.DocType("Xero Sync Entry")
    query = frappe.qb.from_(table).select(Count("*"))
    for column, wanted in _where(run, module, side, operation).items():
        query = query.where(table[column] == wanted)
    return int(query.run()[0][0])


def _where(run: str, module: str, side: str, operation: str) -> Mapping[str, str]:
    return {"run": run, "module": module, "side": side, "operation": operation}


def _alive(rows: Sequence[Mapping[str, Any]]) -> set[tuple[str, str]]:
    """The CRM records that still exist: a link to a deleted one would lead nowhere."""
    named = names_by_doctype(key(row) for row in rows if row["crm_name"])
    return {
        (doctype, row["name"])
        for doctype, names in named.items()
        for row in select_in(doctype, ("name",), "name", sorted(names))
    }


def _shown(row: Mapping[str, Any], alive: set[tuple[str, str]], short_code: str) -> dict[str, Any]:
    return {
        **row,
        "changes": json.loads(row["changes"] or "[]"),
        "exists": key(row) in alive,
        "xero_address": xero_address(row["module"], row["xero_id"], short_code),
    }


def xero_address(module: str, xero_id: str | None, short_code: str) -> str:
    """Where a person sees the document in Xero, in the right organisation."""
    if not xero_id:
        return ""
    page = spec_of(Module(module)).xero.page.format(xero_id)
    if not short_code:
        return f"https://go.xero.com{page}"
    return f"https://go.xero.com/organisationlogin/default.aspx?shortcode={short_code}&redirecturl={page}"


def entries_csv(run: str, module: str, side: str, operation: str) -> str:
    """The records behind one number, in the columns of Vtiger's overlay and with their changes.

    A line for each change of a field, and one for a record without any.
    """
    heads = [_("Source Module"), _("Record Name"), _("Reason"), _("Remedy"), _("Xero ID")]
    heads += [_("Field"), _("Old Value"), _("New Value")]
    rows = entries(run, module, side, operation)
    return csv_text(heads, (line for row in rows for line in _lines(row)))


def _lines(row: Mapping[str, Any]) -> Iterator[list[str | None]]:
    texts = [row[each] for each in ("record_name", "reason", "remedy", "xero_id")]
    for change in row["changes"] or [{}]:
        values = [change.get(each) for each in ("label", "old", "new")]
        yield [_(row["module"]), *texts, *values]


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[str | None]]) -> str:
    """A table as the text of a CSV file."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows([_cell(each) for each in row] for row in rows)
    return text.getvalue()


def download(filename: str, text: str) -> None:
    """Answer the request at hand with a CSV file."""
    frappe.response["type"] = "download"
    frappe.response["filename"] = filename
    frappe.response["content_type"] = "text/csv; charset=utf-8"
    frappe.response["filecontent"] = text


def _cell(value: str | None) -> str:
    text = value or ""
    return f"'{text}" if text.startswith(_RISKY) else text


def summary(run: str) -> tuple[int, list[str]]:
    """How a run ended, for a command line: its exit status, and lines to print.

    0: all is in step, 1: something was skipped, 2: the run did not end well.
    """
    columns = ["status", "message", "messages"]
    row = frappe.db.get_value("Xero Sync Run", run, columns, as_dict=True)
    status, message = row.status, translated_row(row)["message"]
    logs = frappe.get_all(
        "Xero Sync Log", {"run": run}, ["module", *COUNTS], order_by="synced_at asc"
    )
    lines = [_line(row) for row in logs]
    skipped = sum(row.crm_skipped + row.xero_skipped for row in logs)
    if skipped:
        lines.append(_("{0} skipped; the log of {1} gives the reasons.").format(skipped, run))
    ended = status == "Completed"
    return (int(bool(skipped)) if ended else 2), [
        *lines,
        f"{_(status)} {message or ''}".strip(),
    ]


def _line(row: frappe._dict) -> str:
    done = (f"{name.replace('_', ' ')} {row[name]}" for name in COUNTS if row[name])
    return f"{row.module}: {', '.join(done) or _('nothing to do')}"
