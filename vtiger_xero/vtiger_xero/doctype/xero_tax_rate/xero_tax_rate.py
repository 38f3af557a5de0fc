"""The DocType Xero Tax Rate."""

from frappe.model.document import Document


class XeroTaxRate(Document):
    """One tax rate of Xero; `vtiger_xero.site.reference` keeps it current."""
