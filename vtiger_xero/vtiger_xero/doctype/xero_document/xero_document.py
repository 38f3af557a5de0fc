"""The DocType Xero Document."""

from vtiger_xero.vtiger_xero.guarded import WrittenBySync


class XeroDocument(WrittenBySync):
    """What Xero last sent of one record; written in bulk by the engine's journal."""
