"""The DocType Xero Match Answer."""

from frappe.model.document import Document


class XeroMatchAnswer(Document):
    """What a person answered on a possible match; written by `vtiger_xero.site.journal`."""
