"""Every record of the CRM in one list, with where it stands with Xero and why."""

from collections.abc import Iterator, Mapping
from typing import Any

import frappe
from frappe import _

from ..crm.language import translated_row
from ..crm.rows import select_in
from ..crm.states import FIELD
from ..crm.tenant import connected_tenant
from ..engine import stored
from ..engine.modules import spec_of
from ..engine.records import Module

Row = dict[str, Any]


def record_rows(state: str = "", only: Module | None = None) -> list[Row]:
    """Records in this state (""; in any) that the person may read; two queries a DocType."""
    tenant = connected_tenant()
    chosen = [only] if only else list(Module)
    return [
        row
        for each in chosen
        for doctype in spec_of(each).doctypes
        for row in _of_doctype(tenant, each, doctype, state)
    ]


def _of_doctype(tenant: str, module: Module, doctype: str, state: str) -> Iterator[Row]:
    if not frappe.has_permission(doctype, "read"):
        return
    title = frappe.get_meta(doctype).get_title_field()
    records = frappe.get_list(
        doctype,
        filters={FIELD: state} if state else {},
        fields=["name", title, FIELD, "modified"],
        order_by="creation asc",
        limit_page_length=0,
    )
    reasons = _reasons(tenant, module, [each.name for each in records])
    for each in records:
        reason, remedy = reasons.get(each.name, ("", ""))
        yield {
            "doctype": doctype,
            "module": _(module.value),
            "name": each.name,
            "title": each[title],
            "state": _(each[FIELD]),
            "reason": reason,
            "remedy": remedy,
            "modified": each.modified,
        }


def _reasons(tenant: str, module: Module, names: list[str]) -> Mapping[str, tuple[str, str]]:
    keys = [stored.crm_key(tenant, module, name) for name in names] if tenant else []
    columns = ("crm_name", "reason", "remedy", "messages")
    rows = map(translated_row, select_in("Xero Link", columns, "crm_key", keys))
    return {row["crm_name"]: (row["reason"] or "", row["remedy"] or "") for row in rows}
