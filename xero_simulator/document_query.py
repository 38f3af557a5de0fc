"""What `where`, `order` and the list parameters of documents may name."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timezone
from typing import Any

from xero_simulator.accounting import AccountingCall
from xero_simulator.book import Book
from xero_simulator.documents import Document
from xero_simulator.ledger import Ledger
from xero_simulator.query import Column, Kind, Table, Where

_Read = Callable[[Any], Any]


def document_table(ledger: Ledger, name: str) -> Table:
    """The fields of an Invoice, CreditNote, Overpayment or Prepayment [DOC]."""
    number = "InvoiceNumber" if name == "Invoice" else "CreditNoteNumber"
    columns = {
        f"{name}ID": Column(Kind.GUID, lambda d: d.document_id),
        number: Column(Kind.STRING, lambda d: d.number),
        "Type": Column(Kind.STRING, lambda d: d.kind),
        "Status": Column(Kind.STRING, lambda d: d.status),
        "Reference": Column(Kind.STRING, lambda d: d.reference),
        "CurrencyCode": Column(Kind.STRING, lambda d: d.currency),
        "LineAmountTypes": Column(Kind.STRING, lambda d: d.line_amount_types),
        "SentToContact": Column(Kind.BOOLEAN, lambda d: d.sent_to_contact),
        "Date": Column(Kind.DATE_TIME, lambda d: moment(d.day)),
        "DueDate": Column(Kind.DATE_TIME, lambda d: moment(d.due)),
        "FullyPaidOnDate": Column(Kind.DATE_TIME, lambda d: moment(d.fully_paid_on)),
        "UpdatedDateUTC": Column(Kind.DATE_TIME, lambda d: d.updated),
        "Contact.ContactID": Column(Kind.GUID, lambda d: d.contact_id),
        "Contact.Name": Column(Kind.STRING, _of_contact(ledger, "Name")),
        "Contact.ContactNumber": Column(Kind.STRING, _of_contact(ledger, "ContactNumber")),
        "SubTotal": Column(Kind.NUMBER, lambda d: d.sub_total),
        "TotalTax": Column(Kind.NUMBER, lambda d: d.total_tax),
        "Total": Column(Kind.NUMBER, lambda d: d.total),
        "CurrencyRate": Column(Kind.NUMBER, lambda d: d.rate),
    }
    if name == "Invoice":
        columns["AmountDue"] = Column(Kind.NUMBER, lambda d: d.outstanding)
        columns["AmountPaid"] = Column(Kind.NUMBER, lambda d: d.amount_paid)
        columns["AmountCredited"] = Column(Kind.NUMBER, lambda d: d.amount_credited)
    else:
        columns["RemainingCredit"] = Column(Kind.NUMBER, lambda d: d.outstanding)
    return Table(name, {title.lower(): column for title, column in columns.items()})


def found_documents(call: AccountingCall, book: Book[Document], table: Table) -> list[Document]:
    """Every document that passes `where` and If-Modified-Since, in the order asked for."""
    where, order = call.where(table), call.order(table)
    documents = _candidates(book, where, table.name)
    if (since := call.modified_since) is not None:
        documents = (d for d in documents if call.is_since(d.updated, since))
    if where is not None:
        documents = (d for d in documents if where.matches(d))
    return list(documents) if order is None else order.sort(documents)


def _candidates(book: Book[Document], where: Where | None, name: str) -> Iterable[Document]:
    """The index's answer where the filter pins an indexed field, else everything."""
    pinned = where.pinned if where else {}
    if document_id := pinned.get(f"{name}id".lower()):
        document = book.get(document_id)
        return [document] if document else []
    if number := pinned.get("invoicenumber"):
        return book.equal("Number", number)
    if contact_id := pinned.get("contact.contactid"):
        return book.equal("Contact", contact_id)
    return book.in_order()


def moment(day: date | None) -> datetime | None:
    """A day as `where` compares it with DateTime(2026,1,31)."""
    return None if day is None else datetime.combine(day, time(), timezone.utc)


def _of_contact(ledger: Ledger, field: str) -> _Read:
    def read(document: Document) -> Any:
        contact = ledger.contacts.get(document.contact_id)
        return contact.fields.get(field) if contact else None

    return read
