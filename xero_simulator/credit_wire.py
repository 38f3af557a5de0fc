"""Credit notes, overpayments, prepayments and allocations on the wire."""

from typing import TYPE_CHECKING

from xero_simulator.contact_fields import View
from xero_simulator.document_saving import Saved
from xero_simulator.document_wire import (
    contact_of,
    head,
    lines_of,
    no_settlements,
    payments_of,
    remarks,
    totals,
)
from xero_simulator.documents import ALLOCATIONS, Document, Settlement
from xero_simulator.money import shown
from xero_simulator.wire import JsonObject, wire_date

if TYPE_CHECKING:
    from xero_simulator.ledger import Ledger


def read_credit(
    ledger: "Ledger",
    document: Document,
    view: View,
    unit_places: int = 2,
    *,
    in_page: bool = False,
) -> JsonObject:
    """A credit note, overpayment or prepayment as GET shows it."""
    credit_id = _credit_id(document)
    wire: JsonObject = {credit_id: document.document_id, "ID": document.document_id}
    if credit_id == "CreditNoteID":
        wire["CreditNoteNumber"] = document.number
        wire |= {"SentToContact": document.sent_to_contact, "HasErrors": False}  # [REC]
        wire |= {"InvoiceAddresses": []} if in_page else {}
    wire |= {
        "Payments": payments_of(ledger, document),
        "CurrencyRate": shown(document.rate),
        "Type": document.kind,
        "Reference": document.reference,
        "RemainingCredit": shown(document.outstanding),
        "Allocations": [
            read_allocation(ledger, document, row)
            for row in document.settled
            if row.array == ALLOCATIONS
        ],
        "HasAttachments": False,
    }
    wire |= head(ledger, document, view)
    lines = lines_of(ledger, document, unit_places, in_page=in_page)
    wire["LineItems"] = lines if view is View.FULL else []
    wire |= totals(document)
    if document.fully_paid_on:
        wire["FullyPaidOnDate"] = wire_date(document.fully_paid_on)
    return wire


def written_credit(ledger: "Ledger", saved: Saved, unit_places: int) -> JsonObject:
    """The answer to a write of a credit note."""
    wire = read_credit(ledger, saved.document, View.FULL, unit_places)
    wire["Contact"] = contact_of(ledger, saved.document, View.FULL)
    return wire | {"HasErrors": False} | remarks(saved)


def read_allocation(ledger: "Ledger", credit: Document, row: Settlement) -> JsonObject:
    """An allocation, as its credit shows it [REC: credit_notes_page.json]."""
    invoice = ledger.invoices[row.other_id]
    return {
        "AllocationID": row.key,
        "Amount": shown(row.amount),
        "Date": wire_date(row.day),
        "Invoice": {
            "InvoiceID": invoice.document_id,
            "InvoiceNumber": invoice.number,
            **no_settlements(),
            "HasErrors": False,
            "IsDiscounted": False,
            "InvoiceAddresses": [],
            "InvoicePaymentServices": [],
            "LineItems": [],
        },
    }


def _credit_id(document: Document) -> str:
    if document.kind.endswith("CREDIT"):
        return "CreditNoteID"
    return "OverpaymentID" if document.kind.endswith("OVERPAYMENT") else "PrepaymentID"
