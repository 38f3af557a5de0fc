"""The DocType Xero Tax Component."""

from vtiger_xero.vtiger_xero.guarded import TableRow


class XeroTaxComponent(TableRow):
    """One component of a Xero Tax Rate."""
