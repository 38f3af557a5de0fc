"""The DocType Vtiger Invoice Tax."""

from vtiger_xero.vtiger_xero.guarded import TableRow


class VtigerInvoiceTax(TableRow):
    """A tax of an invoice: of one of its lines, of the whole, or of its charges."""
