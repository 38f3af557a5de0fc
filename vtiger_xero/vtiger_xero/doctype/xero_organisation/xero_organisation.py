"""The DocType Xero Organisation."""

from vtiger_xero.vtiger_xero.guarded import WrittenBySync


class XeroOrganisation(WrittenBySync):
    """An organisation that was connected once; `vtiger_xero.connection.organisations` keeps it."""
