"""The DocType Xero Outbox."""

from frappe.model.document import Document


class XeroOutbox(Document):
    """A request to Xero whose outcome is not known; written by `vtiger_xero.site.journal`."""
