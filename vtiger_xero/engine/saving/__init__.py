"""What a record gets and comes to, and what is said of it, when it is saved in the CRM.

Both CRMs call this, the site's controllers and the CRM on SQLite, and add what a save looks up and
what other records feel of it. What the sync itself writes is Xero's, says exactly what it says,
and passes none of the checks.
"""

from .checks import (
    Findings,
    PaymentBounds,
    invoice_errors,
    invoice_warnings,
    payment_errors,
    payment_warnings,
    require,
)
from .currency import invoice_currency
from .filling import Filled, Item, fill_lines, item_of, lines_without_taxes
from .foretelling import foretell
from .invoices import InvoiceSave, figures_with, stock_of
from .payments import findings, follow_invoice, received_changes
from .read_only import READ_ONLY, WRITTEN_BY_SYNC, stored_values
from .taxes import check_tax, fill_rates

__all__ = [
    "READ_ONLY",
    "WRITTEN_BY_SYNC",
    "Filled",
    "Findings",
    "InvoiceSave",
    "Item",
    "PaymentBounds",
    "check_tax",
    "figures_with",
    "fill_lines",
    "fill_rates",
    "findings",
    "follow_invoice",
    "foretell",
    "invoice_currency",
    "invoice_errors",
    "invoice_warnings",
    "item_of",
    "lines_without_taxes",
    "payment_errors",
    "payment_warnings",
    "received_changes",
    "require",
    "stock_of",
    "stored_values",
]
