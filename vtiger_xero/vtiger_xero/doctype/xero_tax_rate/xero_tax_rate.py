"""The DocType Xero Tax Rate."""

from vtiger_xero.vtiger_xero.guarded import WrittenBySync


class XeroTaxRate(WrittenBySync):
    """One tax rate of Xero; `vtiger_xero.crm.reference` keeps it current."""
