"""What the sync knows of one record, for the record's own form: is it in step, and if not, why."""

import json
from typing import Any

import frappe
from frappe.query_builder import Order

from ..connection.settings import syncs_on_save
from ..crm.language import translated
from ..crm.states import FIELD, NOT_LINKED
from ..crm.stored_text import from_stored, read_rows
from ..crm.tenant import SETTINGS
from ..crm.times import to_site
from ..engine import stored
from ..engine.links import LinkState
from ..engine.mapping.doctypes import DO_NOT_SYNC
from ..engine.modules import MODULES
from ..engine.settings_field import settings_field
from ..engine.stored import LINK_COLUMNS
from .conflicts import conflict_rows, wording_of
from .log_view import xero_address
from .waiting import skipped_before
from .wording import labelled

_HISTORY = 20
_TEXTS = ("reason", "remedy")


def record_state(doctype: str, name: str) -> dict[str, Any]:
    """Where a record stands with the connected organisation, and what became of it so far.

    `state` is what its list says; times are those of the site; `conflict` are fields in dispute.
    `is_old`: the reason is that of the last run, and the record was saved since. `first` are the
    records that keep this one back (see `skipped_before`). `awaits_run`: one is about to begin.
    """
    tenant, code = (frappe.db.get_single_value(SETTINGS, f) for f in ("tenant_id", "short_code"))
    filters = {"tenant": tenant, "link_doctype": doctype, "crm_name": name}
    held = (
        frappe.db.get_value("Xero Link", filters, [*LINK_COLUMNS, "modified"], as_dict=True)
        if tenant
        else None
    )
    state, excluded = frappe.db.get_value(doctype, name, [FIELD, DO_NOT_SYNC])
    return {
        "state": state or NOT_LINKED,
        "do_not_sync": bool(excluded),
        "may_decide": bool(frappe.has_permission(doctype, "write", name)),
        **(_of_link(doctype, name, held, code or "") if held else _NOTHING),
        "is_old": bool(held) and _is_old(state, held),
        **(_KEPT_OUT if excluded else {}),
        "awaits_run": state == LinkState.WAITING.value and syncs_on_save(MODULES[doctype]),
        "history": _history(doctype, name),
    }


_NOTHING: dict[str, Any] = {
    **dict.fromkeys(
        ("reason", "remedy", "settings_field", "rule", "matched_by", "xero_address", "keeps"), ""
    ),
    **dict.fromkeys(("matched_on", "duplicate_of", "last_synced", "xero_id"), None),
    "conflict": [],
    "first": None,
}
# Until the next run the link says what kept it back before.
_KEPT_OUT = {
    **dict.fromkeys(("reason", "remedy", "settings_field", "rule"), ""),
    "conflict": [],
    "first": None,
}


def _is_old(state: str, held: frappe._dict) -> bool:
    skipped = LinkState.SKIPPED.value
    return state == LinkState.WAITING.value and bool(held.state == skipped)


def _of_link(doctype: str, name: str, held: frappe._dict, short_code: str) -> dict[str, Any]:
    link = stored.link_of({**held, **{each: from_stored(held[each] or "") for each in _TEXTS}})
    return {
        "reason": translated(link.reason),
        "remedy": translated(link.remedy),
        "settings_field": settings_field(link.remedy),
        "rule": link.rule,
        "matched_by": link.matched_by,
        "matched_on": to_site(link.matched_on),
        "duplicate_of": link.duplicate_of,
        "last_synced": held.modified,
        "xero_id": link.xero_id,
        "xero_address": xero_address(link.module.value, link.xero_id, short_code),
        "keeps": link.keeps.value if link.keeps else "",
        "first": skipped_before(doctype, name, link),
        "conflict": conflict_rows(wording_of(doctype, name, link), doctype, name, link),
    }


def _history(doctype: str, name: str) -> list[dict[str, Any]]:
    """What runs did with the record, the newest first."""
    table = frappe.qb.DocType("Xero Sync Entry")
    query = frappe.qb.from_(table).select(
        table.creation.as_("when"),
        *(table.run, table.side, table.operation, table.reason, table.remedy, table.messages),
        table.changes,
        *(table.crm_doctype, table.crm_name),
    )
    mine = (table.crm_name == name) & (table.crm_doctype == doctype)
    query = query.where(mine).orderby(table.creation, table.idx, order=Order.desc)
    rows = read_rows("Xero Sync Entry", query.limit(_HISTORY).run(as_dict=True))
    read = labelled([{**row, "changes": json.loads(row["changes"] or "[]")} for row in rows])
    return [{k: row[k] for k in row if not k.startswith("crm_")} for row in read]
