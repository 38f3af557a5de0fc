"""The DocType Xero Link."""

from frappe.model.document import Document


class XeroLink(Document):
    """Which CRM record and which Xero record are one; written by `vtiger_xero.site.journal`."""
