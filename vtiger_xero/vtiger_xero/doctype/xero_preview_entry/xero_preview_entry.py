"""The DocType Xero Preview Entry."""

import frappe

from vtiger_xero.crm.language import show_translated
from vtiger_xero.views.old_logs import clear_older_than
from vtiger_xero.vtiger_xero.guarded import WrittenBySync


class XeroPreviewEntry(WrittenBySync):
    """One record that a run would touch or skip, as a preview has found it."""

    def onload(self) -> None:
        """What the engine said is kept in English."""
        show_translated(self)

    @staticmethod
    def clear_old_logs(days: int = 1) -> None:
        """Called by Frappe's Log Settings."""
        clear_older_than("Xero Preview Entry", days)


def on_doctype_update() -> None:
    """Frappe calls it when it makes or changes the table: in an install and in an upgrade."""
    frappe.db.add_index("Xero Preview Entry", ["run", "module", "position"], "by_position")
