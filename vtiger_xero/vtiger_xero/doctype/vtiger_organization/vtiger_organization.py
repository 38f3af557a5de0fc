"""The DocType Vtiger Organization."""

import frappe
from frappe.contacts.address_and_contact import load_address_and_contact

from vtiger_xero.vtiger_xero.numbered import Numbered


class VtigerOrganization(Numbered):
    """A company or person one does business with: Vtiger's Organization, Xero's contact."""

    def onload(self) -> None:
        """Give the form the Contacts that are linked to this organization."""
        load_address_and_contact(self)

    def get_title(self) -> str:
        """Frappe writes it into 140 characters of every Contact and Address, or refuses those."""
        return str(super().get_title())[:140]

    def after_rename(self, old: str, new: str, merge: bool = False) -> None:
        """Who was a member of the one that is gone is no member of itself."""
        super().after_rename(old, new, merge)
        own = {"name": new, "member_of": new}
        frappe.db.set_value(self.doctype, own, "member_of", None)

    def on_trash(self) -> None:
        """Contacts and Addresses stay, as in Vtiger; they only lose the organization."""
        links = {"link_doctype": self.doctype, "link_name": self.name}
        for row in frappe.get_all("Dynamic Link", links, ["name", "parent", "parenttype"]):
            if row.parenttype in ("Contact", "Address"):
                frappe.db.delete("Dynamic Link", {"name": row.name})
                frappe.clear_document_cache(row.parenttype, row.parent)
