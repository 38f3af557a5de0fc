"""What a merge of two CRM records means to the sync: it compares versions, and keeps links."""

from collections.abc import Iterator
from typing import Any

import frappe
from frappe.utils import now

from ..engine.links import ENDED, Answer, LinkState, MatchAnswer
from ..engine.mapping.doctypes import INVOICE, ORGANIZATION, PAYMENT, PRODUCT, SERVICE
from ..engine.modules import MODULES
from ..engine.records import Module
from ..engine.saving.merging import Merged
from ..engine.stored import crm_key, xero_key
from ..engine.totals.payments import RECEIVED
from . import states
from .journal import SiteJournal
from .lock import is_running
from .tenant import connected_tenant
from .times import CLOCK

_LINE = "Vtiger Invoice Item"
_OWN = ["xero_id", "state", "duplicate_of"]


def to_merge(doctype: str, names: tuple[str, str]) -> tuple[Merged, Merged]:
    """Two records as they are, for the decision whether they may become one."""
    one, other = (_merged(doctype, name) for name in names)
    return one, other


def is_run_at_work() -> bool:
    """Whether a run is at work on links: it would write its own idea of one over a merge."""
    return any(is_running(tenant) for tenant in _tenants())


def _merged(doctype: str, name: str) -> Merged:
    fields = frappe.get_doc(doctype, name).as_dict()
    if doctype == INVOICE:
        fields.currency = fields.currency or frappe.db.get_default("currency")
    connected = connected_tenant()
    tenants = [connected] if connected else _tenants()
    at_xero = (_alive(each, doctype, name) for each in tenants)
    return Merged(
        name=name,
        fields=fields,
        xero_id=next((each.xero_id for each in at_xero if each), ""),
        paid=bool(
            doctype == INVOICE
            and frappe.db.exists(PAYMENT, {"related_to": name, "payment_status": RECEIVED})
        ),
        customer=_title(ORGANIZATION, fields.get("organization_name"), "organization_name"),
        invoice=_title(INVOICE, fields.get("related_to"), "invoice_no"),
    )


def _title(doctype: str, name: str | None, field: str) -> str:
    return (frappe.db.get_value(doctype, name, field) or name or "") if name else ""


def _tenants() -> list[str]:
    """The organisations of Xero that any record was ever linked with."""
    return list(frappe.get_all("Xero Link", distinct=True, pluck="tenant", order_by="tenant asc"))


def _module(doctype: str) -> Module:
    return MODULES[doctype]


def _alive(tenant: str, doctype: str, name: str) -> Any:
    """The link of a record to what is still there in Xero, None if there is none."""
    module = _module(doctype)
    key = {"crm_key": crm_key(tenant, module, name)}
    link = frappe.db.get_value("Xero Link", key, _OWN, as_dict=True)
    if not link or not link.xero_id or link.state == LinkState.GONE.value:
        return None
    document = {"document_key": xero_key(tenant, module, link.xero_id)}
    status = frappe.db.get_value("Xero Document", document, "status")
    return None if status in ENDED else link


def follow_merge(doctype: str, old: str, new: str) -> None:
    """The link and the answers of the record that is gone go with it.

    What it was linked with in Xero is now the record that stays, where that has none of its own:
    else it would come back as a new record. They meet as if a person had answered *one*, so what
    the one lacks is filled from the other. Frappe has rewritten `crm_name` by now, so rows are
    found by their keys.
    """
    module = _module(doctype)
    for tenant in _tenants():
        theirs, own = (_alive(tenant, doctype, name) for name in (old, new))
        _forget(tenant, module, old)
        if theirs and (own is None or own.duplicate_of):
            frappe.db.delete("Xero Link", {"crm_key": crm_key(tenant, module, new)})
            user, at = frappe.session.user, CLOCK.now()
            one = MatchAnswer(module, new, theirs.xero_id, Answer.ONE, user, at)
            SiteJournal(tenant).save_answer(one)
    frappe.db.set_value(doctype, new, {}, update_modified=True)
    states.mark_changed(doctype, [new])


def _forget(tenant: str, module: Module, name: str) -> None:
    key = crm_key(tenant, module, name)
    frappe.db.delete("Xero Link", {"crm_key": key})
    frappe.db.delete("Xero Match Answer", {"answer_key": ["like", f"{key}/%"]})


def await_deletion(doctype: str, name: str) -> None:
    """A user deletes a record: its link waits, and so a run need not compare all to see it."""
    link = frappe.qb.DocType("Xero Link")
    mine = link.crm_key == crm_key(connected_tenant(), _module(doctype), name)
    is_in_sync = link.state == LinkState.IN_SYNC.value
    frappe.qb.update(link).set(link.state, LinkState.WAITING.value).where(mine & is_in_sync).run()


def touch_referring(doctype: str, name: str) -> None:
    """Records that name this one will name another: Frappe says so without changing `modified`."""
    for table, condition in _referring(doctype, name):
        query = frappe.qb.update(table).set(table.modified, now())
        query.set(table[states.FIELD], states.changed(table))
        query.set(table.modified_by, frappe.session.user).where(condition).run()


def look_again_who_refers() -> None:
    """Frappe keeps for a whole job which DocTypes name which by Dynamic Links: make it anew.

    With an old one, a product that an invoice names could be deleted, and one that is merged
    would leave its lines behind.
    """
    frappe.local.dynamic_link_map = None


def _referring(doctype: str, name: str) -> Iterator[tuple[Any, Any]]:
    invoice, payment, line = (frappe.qb.DocType(each) for each in (INVOICE, PAYMENT, _LINE))
    if doctype == ORGANIZATION:
        yield invoice, invoice.organization_name == name
    if doctype == INVOICE:
        yield payment, payment.related_to == name
    if doctype in (PRODUCT, SERVICE):
        theirs = (line.item_type == doctype) & (line.item_name == name)
        yield invoice, invoice.name.isin(frappe.qb.from_(line).select(line.parent).where(theirs))
