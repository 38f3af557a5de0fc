"""The DocType Xero Watermark."""

from vtiger_xero.vtiger_xero.guarded import WrittenBySync


class XeroWatermark(WrittenBySync):
    """How far Xero's changes are remembered; written by the engine's journal."""
