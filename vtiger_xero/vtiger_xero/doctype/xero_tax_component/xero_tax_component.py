"""The DocType Xero Tax Component."""

from frappe.model.document import Document


class XeroTaxComponent(Document):
    """One component of a Xero Tax Rate."""
