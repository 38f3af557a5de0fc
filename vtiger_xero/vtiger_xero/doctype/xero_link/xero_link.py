"""The DocType Xero Link."""

from frappe.model.document import Document

from vtiger_xero.site.language import show_translated


class XeroLink(Document):
    """Which CRM record and which Xero record are one; written by `vtiger_xero.site.journal`."""

    def onload(self) -> None:
        """What the engine said is kept in English."""
        show_translated(self)
