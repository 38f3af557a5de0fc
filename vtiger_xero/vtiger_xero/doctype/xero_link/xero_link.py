"""The DocType Xero Link."""

from vtiger_xero.crm.language import show_translated
from vtiger_xero.vtiger_xero.guarded import WrittenBySync


class XeroLink(WrittenBySync):
    """Which CRM record and which Xero record are one; written by the engine's journal."""

    def onload(self) -> None:
        """What the engine said is kept in English."""
        show_translated(self)
