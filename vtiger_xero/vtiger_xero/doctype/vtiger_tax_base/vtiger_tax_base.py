"""The DocType Vtiger Tax Base."""

from frappe.model.document import Document


class VtigerTaxBase(Document):
    """A simple tax that a compound one is also computed on."""
