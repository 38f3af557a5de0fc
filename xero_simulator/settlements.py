"""Settling documents against each other and against the bank: both sides move, or neither."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from xero_simulator.book import Book
from xero_simulator.document_rules import lock_faults
from xero_simulator.documents import (
    ALLOCATIONS,
    AUTHORISED,
    CREDIT_NOTES,
    OVERPAYMENTS,
    PAID,
    PREPAYMENTS,
    Document,
    Settlement,
)
from xero_simulator.invalid import Invalid

if TYPE_CHECKING:
    from xero_simulator.ledger import Ledger

# xeroizer 320, real responses [3P]
ALREADY_PAID = "The invoice you are trying to allocate to has already been paid off"
TOO_MUCH_ALLOCATED = "{noun} cannot be allocated as amount is greater than amount outstanding"
# 3P x6, there for payments; by analogy here
ONLY_AUTHORISED = "Payments can only be made against Authorised documents"
# invented [Y1]: the rules are real, the wording is ours
OTHER_CONTACT = "{noun} can only be allocated to an invoice of the same contact."
OTHER_KIND = "{noun} can only be allocated to a document of its own kind."
OTHER_CURRENCY = "{noun} can only be allocated to an invoice of the same currency."
NOTHING = "The amount must be greater than zero."


def book_of(ledger: "Ledger", kind: str) -> Book[Document]:
    """Where documents of a kind are kept."""
    if kind.endswith("CREDIT"):
        return ledger.credit_notes
    if kind.endswith("OVERPAYMENT"):
        return ledger.overpayments
    return ledger.prepayments if kind.endswith("PREPAYMENT") else ledger.invoices


def array_of(kind: str) -> tuple[str, str]:
    """Under which name an invoice shows a credit of that kind, and Xero's word for it."""
    if kind.endswith("CREDIT"):
        return CREDIT_NOTES, "Credit Note"
    if kind.endswith("OVERPAYMENT"):
        return OVERPAYMENTS, "Overpayment"
    return PREPAYMENTS, "Prepayment"


def settle(ledger: "Ledger", document: Document, row: Settlement) -> Document:
    """Add a settlement. It moves UpdatedDateUTC, as in the examples of the OpenAPI file."""
    return _save(ledger, replace(document, settled=(*document.settled, row)))


def release(ledger: "Ledger", document: Document, key: str) -> Document:
    """Take a settlement away again."""
    settled = tuple(row for row in document.settled if row.key != key)
    return _save(ledger, replace(document, settled=settled))


def allocate(
    ledger: "Ledger", credit: Document, invoice: Document, amount: Decimal, day: date
) -> Settlement:
    """Apply a credit to an invoice, or Invalid. Returns the credit's side of it."""
    if faults := list(_allocation_faults(ledger, credit, invoice, amount, day)):
        raise Invalid(faults, credit.document_id)
    key, array = ledger.new_id(), array_of(credit.kind)[0]
    row = Settlement(ALLOCATIONS, key, invoice.document_id, amount, day)
    settle(ledger, credit, row)
    settle(ledger, invoice, Settlement(array, key, credit.document_id, amount, day))
    return row


def deallocate(ledger: "Ledger", credit: Document, row: Settlement) -> None:
    """Undo an allocation, or Invalid."""
    if faults := list(lock_faults(ledger, [row.day])):
        raise Invalid(faults, credit.document_id)
    release(ledger, credit, row.key)
    release(ledger, ledger.invoices[row.other_id], row.key)


def _allocation_faults(
    ledger: "Ledger", credit: Document, invoice: Document, amount: Decimal, day: date
) -> Iterator[str]:
    noun = array_of(credit.kind)[1]
    if credit.is_sale != invoice.is_sale:
        yield OTHER_KIND.format(noun=noun)
    if credit.contact_id != invoice.contact_id:
        yield OTHER_CONTACT.format(noun=noun)
    if credit.currency != invoice.currency:
        yield OTHER_CURRENCY.format(noun=noun)
    if amount <= 0:
        yield NOTHING
    if invoice.status == PAID:
        yield ALREADY_PAID
    elif not credit.status == invoice.status == AUTHORISED:
        yield ONLY_AUTHORISED
    if amount > min(credit.outstanding, invoice.outstanding):
        yield TOO_MUCH_ALLOCATED.format(noun=noun)
    yield from lock_faults(ledger, [day])


def _save(ledger: "Ledger", document: Document) -> Document:
    status = AUTHORISED if document.outstanding else PAID
    saved = replace(document, status=status, updated=ledger.stamp())
    # [REC: U2] It moves UpdatedDateUTC. # invented [D11]: that no webhook tells of it. Xero does
    # not say, and who relies on being told of payments by them would be wrong if it is not.
    book_of(ledger, document.kind).save(saved, quietly=True)
    return saved
