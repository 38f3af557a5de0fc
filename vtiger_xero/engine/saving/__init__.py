"""What a record gets, and what is said of it, when a person saves it in the CRM.

Both CRMs call this: the site's controllers and the embedded CRM. What the sync itself writes is
Xero's, says exactly what it says, and passes none of these checks.
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
from .read_only import READ_ONLY, WRITTEN_BY_SYNC, stored_values

__all__ = [
    "READ_ONLY",
    "WRITTEN_BY_SYNC",
    "Filled",
    "Findings",
    "Item",
    "PaymentBounds",
    "fill_lines",
    "foretell",
    "invoice_currency",
    "invoice_errors",
    "invoice_warnings",
    "item_of",
    "lines_without_taxes",
    "payment_errors",
    "payment_warnings",
    "require",
    "stored_values",
]
