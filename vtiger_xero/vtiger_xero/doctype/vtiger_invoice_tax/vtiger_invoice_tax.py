"""The DocType Vtiger Invoice Tax."""

from frappe.model.document import Document


class VtigerInvoiceTax(Document):
    """A tax of an invoice: of one of its lines, of the whole, or of its charges."""
