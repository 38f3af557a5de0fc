"""The DocType Xero Sync Entry."""

from frappe.model.document import Document

from vtiger_xero.site.language import show_translated
from vtiger_xero.site.old_logs import clear_older_than


class XeroSyncEntry(Document):
    """One record that a run touched or skipped."""

    def onload(self) -> None:
        """What the engine said is kept in English."""
        show_translated(self)

    @staticmethod
    def clear_old_logs(days: int = 180) -> None:
        """Called by Frappe's Log Settings."""
        clear_older_than("Xero Sync Entry", days)
