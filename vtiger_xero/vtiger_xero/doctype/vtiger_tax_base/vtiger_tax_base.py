"""The DocType Vtiger Tax Base."""

from vtiger_xero.vtiger_xero.guarded import TableRow


class VtigerTaxBase(TableRow):
    """A simple tax that a compound one is also computed on."""
