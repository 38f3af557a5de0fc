"""What an invoice has received, and what payments do to it on a site."""

from collections.abc import Mapping
from decimal import Decimal

import frappe
from frappe.model.document import Document

from vtiger_xero.engine.totals import (
    number,
    open_balance,
    received_amount,
    status_after_payment,
)

_INVOICE, _PAYMENT = "Vtiger Invoice", "Vtiger Payment"


def received_for(invoice: Document) -> float:
    """Received, from all payments and what Xero counts besides: for whoever saves the invoice.

    A payment that was saved meanwhile is not missed: it changes the invoice's time of change, and
    Frappe refuses to save over that.
    """
    filters = {"related_to": invoice.name}
    rows = frappe.get_all(_PAYMENT, filters, ["payment_status", "amount"], order_by="name")
    payments = [(row.payment_status, number(row.amount)) for row in rows]
    return float(received_amount(payments, number(invoice.received_otherwise)))


def receive(changes: Mapping[str, Decimal]) -> None:
    """Add to what invoices have received; Balance and the Status that follows go with it.

    Under a lock on the invoice, the difference is added instead of all payments read again: those
    of other transactions would have to be locked too, and two payments saved at once would then
    each wait for the other. The invoice is not saved as a whole: whoever records a payment need
    not be allowed to edit it, and none of its rules has anything to say to money that came in.
    """
    for name in sorted(changes):
        if changes[name]:
            _receive(frappe.get_doc(_INVOICE, name, for_update=True), changes[name])


def _receive(invoice: Document, change: Decimal) -> None:
    received, total = number(invoice.received) + change, number(invoice.grand_total)
    deduction = number(invoice.cis_deduction)
    fields = {
        "received": float(received),
        "balance": float(open_balance(invoice.status, total, received, deduction)),
        "status": status_after_payment(invoice.status, total, received, deduction),
    }
    invoice.db_set(fields, notify=True)
