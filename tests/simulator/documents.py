"""Invoices that the simulator's tests write: the least that Xero takes, and how to look at it."""

from __future__ import annotations

from typing import Any

from tests.simulator.client import Client

DUE = "2026-12-31"
LINE = {"Description": "Work", "Quantity": 2, "UnitAmount": "50.00", "AccountCode": "200"}


def contact_id(client: Client, name: str = "ABC Furniture") -> str:
    """The id of a contact of that name, made if there is none."""
    known = client.xero.organisation.contacts.active_named(name)
    return known.contact_id if known else client.create(Name=name)["ContactID"]


def fields(client: Client, *lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An approved sales invoice of 100.00 and 15.00 GST, unless it is changed."""
    if "Contact" not in changes:
        changes["Contact"] = {"ContactID": contact_id(client)}
    row = {
        "Type": "ACCREC",
        "Status": "AUTHORISED",
        "DueDate": DUE,
        "LineItems": list(lines) or [LINE],
        **changes,
    }
    return {name: value for name, value in row.items() if value is not None}


def invoice(client: Client, *lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Created by PUT."""
    return client.make("/Invoices", **fields(client, *lines, **changes))


def read(client: Client, row: dict[str, Any]) -> dict[str, Any]:
    """The invoice as GET shows it now."""
    return client.one(f"/Invoices/{row['InvoiceID']}", unitdp="4")


def change(client: Client, row: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Updated by POST, which must succeed."""
    answer = client.write("POST", f"/Invoices/{row['InvoiceID']}", changes, unitdp="4")
    assert answer.status_code == 200, answer.text
    return answer.json()["Invoices"][0]


def pay(client: Client, row: dict[str, Any], amount: Any = None, **changes: Any) -> dict[str, Any]:
    """Paid into the bank by PUT."""
    return client.make("/Payments", **payment(row, amount, **changes))


def payment(row: dict[str, Any], amount: Any = None, **changes: Any) -> dict[str, Any]:
    """The fields of a payment."""
    return {
        "Invoice": {"InvoiceID": row["InvoiceID"]},
        "Account": {"Code": "090"},
        "Date": "2026-11-20",
        "Amount": row["AmountDue"] if amount is None else amount,
        **changes,
    }
