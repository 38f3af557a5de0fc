"""What an invoice has received, and what payments do to it on a site."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document

from vtiger_xero.engine.saving import figures_with
from vtiger_xero.engine.totals import number, received_amount
from vtiger_xero.vtiger_xero.record_fields import RecordFields, plain

_INVOICE, _PAYMENT = "Vtiger Invoice", "Vtiger Payment"


def received_for(invoice: Document) -> Decimal:
    """Received, from all payments and what Xero counts besides: for whoever saves the invoice.

    A plain read sees the payments as they were when the transaction began, and a request may have
    waited for the lock on the invoice until another payment was saved. The invoice itself was read
    under the lock, so it tells; only where the two differ are the payments locked and read again.
    A new invoice has no payments: Frappe lets none name an invoice that is not there.
    """
    otherwise = number(invoice.received_otherwise)
    if invoice.is_new():
        return received_amount((), otherwise)
    payment = frappe.qb.DocType(_PAYMENT)
    query = frappe.qb.from_(payment).select(payment.payment_status, payment.amount)
    query = query.where(payment.related_to == invoice.name)
    received = _sum(query, otherwise)
    before = invoice.get_doc_before_save()
    if (
        before
        and received != number(before.received) - number(before.received_otherwise) + otherwise
    ):
        received = _sum(query.for_update(), otherwise)
    return received


def _sum(query: Any, otherwise: Decimal) -> Decimal:
    payments = [(status, number(amount)) for status, amount in query.run()]
    return received_amount(payments, otherwise)


def receive(changes: Mapping[str, Decimal]) -> None:
    """Add to what invoices have received; Balance and the Status that follows go with it.

    Under a lock on the invoice, the difference is added instead of all payments read again: those
    of other transactions would have to be locked too, and two payments saved at once would then
    each wait for the other. The invoice is not saved as a whole: whoever records a payment need
    not be allowed to edit it, and none of its rules has anything to say to money that came in.
    """
    for name, change in changes.items():
        invoice = frappe.get_doc(_INVOICE, name, for_update=True)
        # What `db_set` would read once more, with all rows, under this very lock.
        invoice._doc_before_save = frappe.get_doc(invoice.as_dict())
        figures = figures_with(RecordFields(invoice), change)
        invoice.db_set({field: plain(value) for field, value in figures.items()}, notify=True)
