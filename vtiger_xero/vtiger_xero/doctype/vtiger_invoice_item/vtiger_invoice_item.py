"""The DocType Vtiger Invoice Item."""

from vtiger_xero.vtiger_xero.guarded import TableRow


class VtigerInvoiceItem(TableRow):
    """A line of an invoice: a product or service, its quantity and its price."""
