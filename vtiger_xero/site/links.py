"""What the sync remembers of a CRM record that a person merges into another."""

import frappe

from ..engine.stored import crm_key
from .crm import DOCTYPES


def follow_merge(doctype: str, old: str, new: str) -> None:
    """Forget the link of the record that is gone.

    The one that stays keeps its own link; where it has none, its next run finds the Xero contact
    by name. Frappe has rewritten `crm_name` by now, so the row is found by its key.
    """
    modules = [module for module, name in DOCTYPES.items() if name == doctype]
    for tenant in frappe.get_all("Xero Link", distinct=True, pluck="tenant"):
        for module in modules:
            frappe.db.delete("Xero Link", {"crm_key": crm_key(tenant, module, old)})
