"""The DocType Xero Module Setting."""

from vtiger_xero.vtiger_xero.guarded import TableRow


class XeroModuleSetting(TableRow):
    """One module of the CRM in Xero Settings."""
