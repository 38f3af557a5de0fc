"""The DocType Xero Sync Entry."""

from vtiger_xero.crm.language import show_translated
from vtiger_xero.views.old_logs import clear_older_than
from vtiger_xero.vtiger_xero.guarded import WrittenBySync


class XeroSyncEntry(WrittenBySync):
    """One record that a run touched or skipped."""

    def onload(self) -> None:
        """What the engine said is kept in English."""
        show_translated(self)

    @staticmethod
    def clear_old_logs(days: int = 180) -> None:
        """Called by Frappe's Log Settings."""
        clear_older_than("Xero Sync Entry", days)
