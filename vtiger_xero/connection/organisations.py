"""The organisations that this CRM was connected with, and what was chosen for each.

Links are of one organisation, and so are accounts. With another organisation neither is there; when
the first one is connected again, both are.
"""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Count

from ..crm.writing import mark
from .settings import ACCOUNTS

_ORGANISATION, _LINK = "Xero Organisation", "Xero Link"
_CALLED = ("organisation_name", "base_currency")


def remember(form: Document) -> None:
    """Keep what Xero Settings say of the organisation that is connected."""
    if not form.tenant_id:
        return
    if frappe.db.exists(_ORGANISATION, form.tenant_id):
        kept = frappe.get_doc(_ORGANISATION, form.tenant_id)
    else:
        kept = frappe.new_doc(_ORGANISATION)
        kept.tenant_id = form.tenant_id
    kept.update({field: form.get(field) for field in (*_CALLED, *ACCOUNTS)})
    kept.last_connected = form.connected_on
    mark(kept, {}).save(ignore_permissions=True)


def accounts_of(tenant: str) -> Mapping[str, str | None]:
    """The accounts that were chosen when this organisation was connected last."""
    kept = frappe.db.get_value(_ORGANISATION, tenant, list(ACCOUNTS), as_dict=True)
    return dict(kept or {})


def linked_elsewhere(tenant: str, connected: str | None) -> dict[str, Any] | None:
    """The other organisation whose records a person might expect here; None if there is none.

    `connected` is the one that is connected now. Of several it is that one, or the last one.
    """
    counts = {each: number for each, number in _linked().items() if each != tenant}
    last = connected or _last()
    if not counts or last == tenant:
        return None
    other = last if last in counts else max(counts, key=lambda each: counts[each])
    kept = frappe.db.get_value(_ORGANISATION, other, _CALLED, as_dict=True) or {}
    return {
        "linked": counts[other],
        "name": kept.get("organisation_name") or _("another organisation"),
        "base_currency": kept.get("base_currency") or "",
    }


def _last() -> str | None:
    newest: str | None = frappe.db.get_value(
        _ORGANISATION, {"last_connected": ["is", "set"]}, "name", order_by="last_connected desc"
    )
    return newest


def _linked() -> dict[str, int]:
    """How many records of the CRM are linked, by organisation."""
    link = frappe.qb.DocType(_LINK)
    query = frappe.qb.from_(link).select(link.tenant, Count(link.name)).groupby(link.tenant)
    query = query.where((link.crm_name != "") & (link.xero_id != ""))
    return {str(tenant): int(number) for tenant, number in query.run() if tenant}
