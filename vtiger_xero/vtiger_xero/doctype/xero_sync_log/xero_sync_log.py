"""The DocType Xero Sync Log."""

from frappe.model.document import Document

from vtiger_xero.site.old_logs import clear_older_than


class XeroSyncLog(Document):
    """One row of the sync log: what a run did in one module."""

    @staticmethod
    def clear_old_logs(days: int = 180) -> None:
        """Called by Frappe's Log Settings."""
        clear_older_than("Xero Sync Log", days)
