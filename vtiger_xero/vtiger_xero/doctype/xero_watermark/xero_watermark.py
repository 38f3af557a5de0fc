"""The DocType Xero Watermark."""

from frappe.model.document import Document


class XeroWatermark(Document):
    """How far Xero's changes are remembered; written by `vtiger_xero.site.journal`."""
