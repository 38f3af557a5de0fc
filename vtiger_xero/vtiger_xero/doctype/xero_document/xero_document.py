"""The DocType Xero Document."""

from frappe.model.document import Document


class XeroDocument(Document):
    """What Xero last told the sync of one record; written in bulk by `vtiger_xero.site.journal`."""
