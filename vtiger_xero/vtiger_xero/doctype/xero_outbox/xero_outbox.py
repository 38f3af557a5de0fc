"""The DocType Xero Outbox."""

from vtiger_xero.vtiger_xero.guarded import WrittenBySync


class XeroOutbox(WrittenBySync):
    """A request to Xero whose outcome is not known; written by the engine's journal."""
