"""What a merge of two CRM records means to the sync: it compares versions, and keeps links."""

from collections.abc import Iterator
from typing import Any

import frappe
from frappe.utils import now

from ..engine.mapping.doctypes import DOCTYPES, INVOICE, ORGANIZATION, PAYMENT, PRODUCT, SERVICE
from ..engine.stored import crm_key
from . import states

_LINE = "Vtiger Invoice Item"


def follow_merge(doctype: str, old: str, new: str) -> None:
    """Forget the link of the record that is gone; the one that stays may have gained something.

    The one that stays keeps its own link; where it has none, its next run finds the document in
    Xero by name. Frappe has rewritten `crm_name` by now, so the row is found by its key.
    """
    modules = [module for module, doctypes in DOCTYPES.items() if doctype in doctypes]
    for tenant in frappe.get_all("Xero Link", distinct=True, pluck="tenant", order_by="tenant asc"):
        for module in modules:
            frappe.db.delete("Xero Link", {"crm_key": crm_key(tenant, module, old)})
    frappe.db.set_value(doctype, new, {}, update_modified=True)
    states.mark_changed(doctype, [new])


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
