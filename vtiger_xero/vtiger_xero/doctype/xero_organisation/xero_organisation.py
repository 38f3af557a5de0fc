"""The DocType Xero Organisation."""

from frappe.model.document import Document


class XeroOrganisation(Document):
    """An organisation that was connected once; `vtiger_xero.site.organisations` keeps it."""
