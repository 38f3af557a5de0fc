"""The DocType Xero Module Setting."""

from frappe.model.document import Document


class XeroModuleSetting(Document):
    """One module of the CRM in Xero Settings."""
