"""The arithmetic of a Vtiger invoice, in Decimal, as Vtiger's own form computes it."""

from .fields import (
    AppliesTo,
    Computed,
    computed_fields,
    invoice_input,
    line_numbers,
    number,
)
from .invoice import InvoiceInput, InvoiceTotals, TaxMode, invoice_totals
from .lines import Charge, ChargeTotals, InvoiceLine, LineTotals
from .payments import (
    open_balance,
    received_amount,
    status_after_new_due_date,
    status_after_payment,
)
from .taxes import Amounts, Method, Tax, tax_amounts
from .xero_amounts import Saved, amounts_that_stand, rounding_that_stands

__all__ = [
    "Amounts",
    "AppliesTo",
    "Charge",
    "ChargeTotals",
    "Computed",
    "InvoiceInput",
    "InvoiceLine",
    "InvoiceTotals",
    "LineTotals",
    "Method",
    "Saved",
    "Tax",
    "TaxMode",
    "amounts_that_stand",
    "computed_fields",
    "invoice_input",
    "invoice_totals",
    "line_numbers",
    "number",
    "open_balance",
    "received_amount",
    "rounding_that_stands",
    "status_after_new_due_date",
    "status_after_payment",
    "tax_amounts",
]
