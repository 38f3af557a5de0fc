"""The DocType Xero Link."""

import frappe

from vtiger_xero.crm.language import show_translated
from vtiger_xero.engine.stored import BY_RECORD
from vtiger_xero.vtiger_xero.guarded import WrittenBySync


class XeroLink(WrittenBySync):
    """Which CRM record and which Xero record are one; written by the engine's journal."""

    def onload(self) -> None:
        """What the engine said is kept in English."""
        show_translated(self)


def on_doctype_update() -> None:
    """Frappe calls it when it makes or changes the table: in an install and in an upgrade."""
    frappe.db.add_index("Xero Link", list(BY_RECORD), "by_record")
