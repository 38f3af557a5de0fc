"""The DocType Xero Document."""

from vtiger_xero.vtiger_xero.guarded import WrittenBySync


class XeroDocument(WrittenBySync):
    """What Xero last told the sync of one record; written in bulk by `vtiger_xero.crm.journal`."""
