"""What `where` and `order` of documents may name, and what they find."""

from collections.abc import Iterable

from xero_simulator.accounting import AccountingCall
from xero_simulator.book import Book
from xero_simulator.documents import Document
from xero_simulator.query import Table


def document_table(name: str) -> Table:
    """The texts of an Invoice, CreditNote, Overpayment or Prepayment [DOC]."""
    number = "InvoiceNumber" if name == "Invoice" else "CreditNoteNumber"
    return Table(
        name,
        {
            number: lambda d: d.number,
            "Type": lambda d: d.kind,
            "Status": lambda d: d.status,
            "Reference": lambda d: d.reference,
            "CurrencyCode": lambda d: d.currency,
        },
    )


def found_documents(call: AccountingCall, book: Book[Document], table: Table) -> list[Document]:
    """Every document that passes `where` and If-Modified-Since, in the order asked for."""
    where, order = call.where(table), call.order(table)
    documents: Iterable[Document] = book.in_order()
    if (since := call.modified_since) is not None:
        documents = (d for d in documents if call.is_since(d.updated, since))
    if where is not None:
        documents = (d for d in documents if where.matches(d))
    return list(documents) if order is None else order.sort(documents)
