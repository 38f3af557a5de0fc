"""The DocType Xero Account."""

from frappe.model.document import Document


class XeroAccount(Document):
    """One account of Xero's chart of accounts; `vtiger_xero.site.reference` keeps it current."""
