"""What was sent for the recordings that keep their answers only.

Their recorder says it: corrin/docketworks, apps/xero/fake/recordings/catalogue.py. Ids are those of
the recorded answers; the e-mail address and the number are the recorder's own.
"""

from __future__ import annotations

from typing import Any

NAME = "[TEST] Recording a1a54b7c"
CONTACT = "2f79af6c-5f57-49e8-9e44-301499538add"
INVOICE = "60aa5d55-a47e-4665-a974-874bb50263b9"
SECOND = "50e71b5e-e368-4bda-ba17-044a6c0ec328"  # was made, and archived, before it was refused
DAY = "2026-09-14"

_CONTACT = {
    "Name": NAME,
    "EmailAddress": "recording@example.test",
    "Phones": [{"PhoneType": "DEFAULT", "PhoneNumber": "09 111 1111"}],
    "IsCustomer": True,
}


def _ended(status: str) -> dict[str, Any]:
    row = {"InvoiceID": INVOICE, "Status": status, "Contact": {"ContactID": CONTACT}, "Date": DAY}
    return {"Invoices": [row]}


def _item(name: str) -> dict[str, Any]:
    row = {
        "Code": "REC-a1a54b7c",
        "Name": name,
        "IsSold": True,
        "IsPurchased": True,
        "SalesDetails": {"UnitPrice": 128.19, "AccountCode": "200"},
        "PurchaseDetails": {"UnitPrice": 98.61, "AccountCode": "300"},
    }
    return {"Items": [row]}


WHAT_WAS_SENT: dict[str, dict[str, Any]] = {
    "contact_create": {"Contacts": [_CONTACT]},
    "contact_create_duplicate_name": {"Contacts": [_CONTACT]},
    "contact_update": {
        "Contacts": [{"ContactID": CONTACT, "EmailAddress": "changed@example.test"}]
    },
    "invoice_create": {
        "Invoices": [
            {
                "Type": "ACCREC",
                "Contact": {"ContactID": CONTACT},
                "LineItems": [
                    {
                        "Description": "Job: 1 - recording",
                        "Quantity": 2,
                        "UnitAmount": 10.5,
                        "AccountCode": "200",
                    }
                ],
                "Date": DAY,
                "DueDate": DAY,
                "LineAmountTypes": "Exclusive",
                "Reference": "recording",
                "Status": "AUTHORISED",
            }
        ]
    },
    "invoice_delete_authorised": _ended("DELETED"),
    "invoice_void": _ended("VOIDED"),
    "contact_archive_with_documents": {
        "Contacts": [{"ContactID": CONTACT, "ContactStatus": "ARCHIVED"}]
    },
    "item_create": _item("Recorded"),
    "item_update": _item("Recorded again"),
    "contact_archive_archived": {"Contacts": [{"ContactID": SECOND, "ContactStatus": "ARCHIVED"}]},
}

# The order in which they were recorded; reads before writes.
_READS = (
    "organisation", "tax_rates", "accounts", "items", "contacts_page", "credit_notes_page",
    "invoices_page", "invoice", "invoice_not_found", "rate_limit_minute",
)  # fmt: skip
_WRITES = (
    "contact_create", "contact_create_duplicate_name", "contact_update",
    "contacts_by_name_other_case", "invoice_create", "invoice_delete_authorised", "invoice_void",
    "contact_archive_with_documents", "item_create", "item_update", "contact_archive_archived",
)  # fmt: skip
WHEN = {name: place for place, name in enumerate((*_READS, *_WRITES))}
