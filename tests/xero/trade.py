"""Invoices and payments as the CRM sends them, and as people in Xero enter them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.xero.support import Desk
from vtiger_xero.engine.records import Document

DATE, DUE = "2026-11-20", "2026-12-31"
UNKNOWN = "5f0ee000-0000-4000-8000-00000000beef"


def customer(desk: Desk, name: str = "Buyer") -> str:
    """The id of a contact of that name, made if there is none."""
    known = desk.organisation.contacts.active_named(name)
    return (known or desk.organisation.add_contact_in_xero(Name=name)).contact_id


def line(**changes: Any) -> Document:
    """A line of 100.00 and 15.00 GST."""
    row = {
        "Description": "Work",
        "Quantity": Decimal(2),
        "UnitAmount": Decimal("50.00"),
        "AccountCode": "200",
        "TaxType": "OUTPUT2",
    }
    return {**row, **changes}


def invoice(desk: Desk, number: str, *lines: Document, **changes: Any) -> Document:
    """A request for an approved sales invoice."""
    row = {
        "Type": "ACCREC",
        "InvoiceNumber": number,
        "Contact": {"ContactID": customer(desk)},
        "Date": DATE,
        "DueDate": DUE,
        "Status": "AUTHORISED",
        "LineAmountTypes": "Exclusive",
        "LineItems": list(lines) or [line()],
    }
    return {**row, **changes}


def entered(desk: Desk, number: str, **changes: Any) -> str:
    """The id of an invoice of 115.00 that a person entered in Xero."""
    document = desk.organisation.add_invoice_in_xero(**invoice(desk, number, **changes))
    return document.document_id


def payment(invoice_id: str, amount: str = "10.00", **changes: Any) -> Document:
    """A request for a payment into the bank."""
    row = {
        "Invoice": {"InvoiceID": invoice_id},
        "Account": {"AccountID": "ac993f75-035b-433c-82e0-7b7a2d40802c"},
        "Date": DATE,
        "Amount": Decimal(amount),
        "Reference": "PAY-1",
    }
    return {**row, **changes}
