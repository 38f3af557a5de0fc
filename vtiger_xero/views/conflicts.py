"""Fields in dispute, as a person sees both values side by side and decides between them."""

from collections.abc import Iterable
from typing import Any

import frappe

from ..crm.readers import key, readable_records
from ..crm.rows import select_in
from ..crm.tenant import SETTINGS, connected_tenant
from ..engine import stored
from ..engine.links import Link, LinkState
from ..engine.mapping.doctypes import DO_NOT_SYNC
from ..engine.stored import LINK_COLUMNS
from .conflict_sides import sides_of
from .log_view import xero_address
from .wording import Record, Wording

Row = dict[str, Any]


def conflict_rows(wording: Wording, doctype: str, name: str, link: Link) -> list[Row]:
    """The fields of one record that are in dispute, with what a person chose of them so far."""
    chosen = {each.field: each.winner.value for each in link.choices}
    return [
        {
            "field": each.field,
            "label": wording.label(doctype, each.field),
            **{
                side: None if text is None else wording.value(doctype, name, each.field, text)
                for side, text in (("agreed", each.agreed), ("crm", each.crm), ("xero", each.xero))
            },
            "choice": chosen.get(each.field, ""),
        }
        for each in link.conflict
    ]


def wording_of(doctype: str, name: str, link: Link) -> Wording:
    """Knows what the values in dispute of one record read like."""
    texts = (text for each in link.conflict for text in (each.agreed, each.crm, each.xero))
    return Wording(texts, [(doctype, name)])


def page_of_conflicts(start: int, length: int) -> Row:
    """Records in conflict that the person may read, those that have waited longest first."""
    rows = _readable_conflicts(*LINK_COLUMNS, with_documents=True)
    page = [{**row, "link": stored.link_of(row)} for row in rows[start : start + length]]
    texts = (t for row in page for c in row["link"].conflict for t in (c.agreed, c.crm, c.xero))
    wording = Wording(texts, (key(each) for each in page))
    sides = sides_of(page)
    code = frappe.db.get_single_value(SETTINGS, "short_code") or ""
    return {
        "total": len(rows),
        "rows": [{**_shown(row, wording, code), **sides.get(key(row), {})} for row in page],
    }


def count_conflicts() -> int:
    """How many records are in conflict that the person may read."""
    return len(_readable_conflicts("crm_name"))


def _readable_conflicts(*columns: str, with_documents: bool = False) -> list[Row]:
    """These columns of the links; `updated` (UTC) of Xero's documents, if they are asked for."""
    tenant = connected_tenant()
    link = frappe.qb.DocType("Xero Link")
    query = frappe.qb.from_(link).select(link.link_doctype.as_("crm_doctype"), link.modified)
    query = query.select(*(link[column] for column in columns)).where(link.tenant == tenant)
    query = query.where((link.state == LinkState.CONFLICT.value) & link.crm_name.isnotnull())
    if with_documents:
        document = frappe.qb.DocType("Xero Document")
        same = (document.tenant == link.tenant) & (document.xero_id == link.xero_id)
        query = query.left_join(document).on(same).select(document.updated)
    rows = query.orderby(link.modified, link.name).run(as_dict=True) if tenant else []
    shown = readable_records(rows) - _kept_out(rows)
    return [row for row in rows if key(row) in shown]


def _kept_out(rows: Iterable[Row]) -> set[Record]:
    """What somebody keeps out of the sync is in no conflict; its link learns so in the next run."""
    names: dict[str, list[str]] = {}
    for doctype, name in (key(row) for row in rows):
        names.setdefault(doctype, []).append(name)
    return {
        (doctype, row["name"])
        for doctype in names
        for row in select_in(doctype, ("name", DO_NOT_SYNC), "name", names[doctype])
        if row[DO_NOT_SYNC]
    }


def _shown(row: Row, wording: Wording, short_code: str) -> Row:
    doctype, name = key(row)
    link: Link = row["link"]
    return {
        "doctype": doctype,
        "name": name,
        "title": name,
        "module": row["module"],
        "xero_address": xero_address(row["module"], row["xero_id"], short_code),
        "since": row["modified"],
        "keeps": link.keeps.value if link.keeps else "",
        # Whether a single record may be written is asked when somebody decides on it.
        "may_decide": bool(frappe.has_permission(doctype, "write")),
        "fields": conflict_rows(wording, doctype, name, link),
    }
