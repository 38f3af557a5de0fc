"""The DocType Vtiger Product Tax."""

from vtiger_xero.vtiger_xero.guarded import TableRow


class VtigerProductTax(TableRow):
    """A tax that a product or service carries."""
