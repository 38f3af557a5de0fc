"""The DocType Vtiger Invoice Item."""

from frappe.model.document import Document


class VtigerInvoiceItem(Document):
    """A line of an invoice: a product or service, its quantity and its price."""
