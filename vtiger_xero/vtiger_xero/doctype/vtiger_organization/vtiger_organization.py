"""The DocType Vtiger Organization."""

import frappe
from frappe import _
from frappe.contacts.address_and_contact import load_address_and_contact
from frappe.model.document import Document

from vtiger_xero.site.links import follow_merge


class VtigerOrganization(Document):
    """A company or person one does business with: Vtiger's Organization, Xero's contact."""

    def onload(self) -> None:
        """Give the form the Contacts that are linked to this organization."""
        load_address_and_contact(self)

    def validate(self) -> None:
        """Vtiger shows the running number as a field of its own."""
        self.organization_number = self.name

    def get_title(self) -> str:
        """Frappe writes it into 140 characters of every Contact and Address, or refuses those."""
        return str(super().get_title())[:140]

    def before_rename(self, old: str, new: str, merge: bool = False) -> None:
        """The number is Vtiger's and stays; two records of one company may become one."""
        if not merge:
            frappe.throw(
                _(
                    "The number {0} is given once and stays. To join two organizations, tick "
                    "Merge with existing."
                ).format(old)
            )

    def after_rename(self, old: str, new: str, merge: bool = False) -> None:
        """What the sync remembers of the one that is gone goes with it."""
        follow_merge(self.doctype, old, new)

    def on_trash(self) -> None:
        """Contacts and Addresses stay, as in Vtiger; they only lose the organization."""
        links = {"link_doctype": self.doctype, "link_name": self.name}
        for row in frappe.get_all("Dynamic Link", links, ["name", "parent", "parenttype"]):
            if row.parenttype in ("Contact", "Address"):
                frappe.db.delete("Dynamic Link", {"name": row.name})
                frappe.clear_document_cache(row.parenttype, row.parent)
