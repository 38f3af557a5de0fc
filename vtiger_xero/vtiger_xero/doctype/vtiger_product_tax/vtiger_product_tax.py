"""The DocType Vtiger Product Tax."""

from frappe.model.document import Document


class VtigerProductTax(Document):
    """A tax that a product or service carries."""
