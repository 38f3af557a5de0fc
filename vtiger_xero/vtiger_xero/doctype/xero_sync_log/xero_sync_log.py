"""The DocType Xero Sync Log."""

from vtiger_xero.views.old_logs import clear_older_than
from vtiger_xero.vtiger_xero.guarded import WrittenBySync


class XeroSyncLog(WrittenBySync):
    """One row of the sync log: what a run did in one module."""

    @staticmethod
    def clear_old_logs(days: int = 180) -> None:
        """Called by Frappe's Log Settings."""
        clear_older_than("Xero Sync Log", days)
