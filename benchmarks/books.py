"""Plain books of any size: records as most companies have them, nothing odd among them.

The oddities are the tests' matter (`simulator.sample`). Here every record is as good as the next,
so that a figure for each of them means something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from vtiger_xero.engine.mapping.doctypes import ITEM_TYPE, PRODUCT
from vtiger_xero.engine.records import Fields, Module, Person
from xero_simulator.identifiers import stable_guid
from xero_simulator.wire import JsonObject, wire_date

LINES = 5
FIRST_DAY = date(2026, 1, 5)
DAYS = 300
_CENT = Decimal("0.01")
_TAX = Decimal("0.15")
_BEGAN = datetime(2026, 1, 5, tzinfo=timezone.utc)

Insert = Callable[[Module, Fields], str]


# What a row that is copied needs of its own: what distinguishes it, or names another one.
KEYS = {
    "Vtiger Organization": ("name", "organization_number", "organization_name"),
    "Vtiger Invoice": ("name", "invoice_no", "organization_name"),
    "Vtiger Invoice Item": ("name", "parent"),
    "Vtiger Payment": ("name", "payment_no", "related_to", "organization_name"),
    "Xero Link": ("name", "crm_name", "xero_id", "crm_key", "xero_key"),
    "Xero Document": (
        *("name", "xero_id", "document_key", "match_title", "match_number"),
        *("title_key", "number_key", "refers_to_id"),
    ),
}


@dataclass(frozen=True)
class Sizes:
    """How many of each."""

    contacts: int = 0
    items: int = 0
    invoices: int = 0
    payments: int = 0

    @property
    def records(self) -> int:
        """All of them."""
        return self.contacts + self.items + self.invoices + self.payments


# -- the CRM -----------------------------------------------------------------------------------


def organization(number: int) -> Fields:
    """An organization with one Contact."""
    name = f"Kea Trading {number:06}"
    return {
        "organization_name": name,
        "primary_email": f"office{number}@example.com",
        "primary_phone": f"+64 4 {number:07}",
        "billing_address": f"{number} Lambton Quay",
        "billing_city": "Wellington",
        "billing_postal_code": "6011",
        "contacts": (Person("Ada", f"Brown {number}", f"ada{number}@example.com", True),),
    }


def product(number: int) -> Fields:
    """A product with a code and a price."""
    return {
        ITEM_TYPE: PRODUCT,
        "part_number": f"C{number:06}",
        "product_name": f"Chair {number:06}",
        "unit_price": price(number),
    }


def price(number: int) -> Decimal:
    """What an item costs."""
    return Decimal(100 + number % 9_900) / 100


def fill_crm(sizes: Sizes, insert: Insert) -> None:
    """Put the books into a CRM, in the order in which they refer to each other."""
    customers = [insert(Module.ORGANIZATIONS, organization(n)) for n in range(sizes.contacts)]
    products = [insert(Module.PRODUCTS, product(n)) for n in range(sizes.items)]
    invoices = []
    for number in range(sizes.invoices):
        customer = customers[number % len(customers)]
        invoices.append(insert(Module.INVOICES, invoice(number, customer, products)))
    for number in range(sizes.payments):
        insert(Module.PAYMENTS, payment(number, invoices[number % len(invoices)]))


def invoice(number: int, customer: str, products: Sequence[str]) -> Fields:
    """An invoice with five lines, each of an item where there are items."""
    taxes = [
        {"applies_to": "Item", "line": line, "tax": "GST", "rate": Decimal(15)}
        for line in range(1, LINES + 1)
    ]
    return {
        "subject": f"Order {number:06}",
        "organization_name": customer,
        "invoice_date": _day(number),
        "due_date": _day(number) + timedelta(days=20),
        "status": "Approved",
        "items": tuple(_line(number, line, products) for line in range(1, LINES + 1)),
        "taxes": tuple(taxes),
    }


def _line(number: int, line: int, products: Sequence[str]) -> JsonObject:
    place = _item_of(number, line, len(products))
    return {
        "line_no": line,
        "item_type": PRODUCT,
        "item_name": products[place],
        "item_comment": f"Chair {place:06}, as agreed",
        "quantity": Decimal(line),
        "selling_price": price(place),
    }


def payment(number: int, invoice_name: str) -> Fields:
    """A small part of an invoice."""
    return {
        "related_to": invoice_name,
        "amount": Decimal("0.50"),
        "payment_date": _day(number) + timedelta(days=25),
        "payment_status": "Received",
        "reference": f"Transfer {number:06}",
    }


def _day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number % DAYS)


def _item_of(number: int, line: int, items: int) -> int:
    return (number * LINES + line) % items if items else 0


# -- Xero --------------------------------------------------------------------------------------


_CUSTOMER = "Moa Supplies"


def contacts_at_xero(count: int, name: str = _CUSTOMER, part: int = 0) -> list[JsonObject]:
    """So many customers with one contact person."""
    return [_contact(number, name) for number in _numbers(count, part)]


def _numbers(count: int, part: int) -> range:
    """Parts of the same books follow each other."""
    return range(part * count, (part + 1) * count)


def contact_id(number: int, name: str) -> str:
    """The id of a customer."""
    return stable_guid(f"bench contact {name} {number}")


def _contact(number: int, name: str) -> JsonObject:
    return {
        "ContactID": contact_id(number, name),
        "Name": f"{name} {number:06}",
        "ContactStatus": "ACTIVE",
        "EmailAddress": f"moa{number}@example.com",
        "Addresses": [
            {
                "AddressType": "POBOX",
                "AddressLine1": f"{number} Queen Street",
                "City": "Auckland",
                "PostalCode": "1010",
            }
        ],
        "FirstName": "Grace",
        "LastName": f"Green {number}",
        "IsCustomer": True,
        "UpdatedDateUTC": _changed(number),
    }


def items_at_xero(count: int, part: int = 0) -> list[JsonObject]:
    """So many items with a code and a price."""
    return [
        {
            "ItemID": stable_guid(f"bench item {number}"),
            "Code": f"T{number:06}",
            "Name": f"Table {number:06}",
            "IsSold": True,
            "IsTrackedAsInventory": False,
            "SalesDetails": {
                "UnitPrice": price(number),
                "AccountCode": "200",
                "TaxType": "OUTPUT2",
            },
            "UpdatedDateUTC": _changed(number),
        }
        for number in _numbers(count, part)
    ]


def invoices_at_xero(sizes: Sizes, part: int = 0) -> Iterator[JsonObject]:
    """Approved invoices with five lines."""
    for number in _numbers(sizes.invoices, part):
        lines = [_wire_line(number, line, sizes.items, part) for line in range(1, LINES + 1)]
        customer = number % sizes.contacts + part * sizes.contacts
        yield {
            "Type": "ACCREC",
            "InvoiceID": stable_guid(f"bench invoice {number}"),
            "InvoiceNumber": f"INV-{number:06}",
            "Contact": {
                "ContactID": contact_id(customer, _CUSTOMER),
                "Name": f"{_CUSTOMER} {customer:06}",
            },
            "Date": wire_date(_day(number)),
            "DueDate": wire_date(_day(number) + timedelta(days=20)),
            "Status": "AUTHORISED",
            "LineAmountTypes": "Exclusive",
            "LineItems": lines,
            "CurrencyCode": "NZD",
            "CurrencyRate": Decimal(1),
            "UpdatedDateUTC": _changed(number),
            **_totals(lines),
        }


def _wire_line(number: int, line: int, items: int, part: int) -> JsonObject:
    place = _item_of(number, line, items) + part * items
    amount = price(place) * line
    code = {"ItemCode": f"T{place:06}"} if items else {}
    return {
        "LineItemID": stable_guid(f"bench line {number} {line}"),
        "Description": f"Table {place:06}, as agreed",
        "Quantity": Decimal(line),
        "UnitAmount": price(place),
        "AccountCode": "200",
        "TaxType": "OUTPUT2",
        "LineAmount": amount,
        "TaxAmount": (amount * _TAX).quantize(_CENT, "ROUND_HALF_UP"),
        **code,
    }


def _totals(lines: Sequence[JsonObject]) -> JsonObject:
    net = sum((line["LineAmount"] for line in lines), Decimal(0))
    tax = sum((line["TaxAmount"] for line in lines), Decimal(0))
    total = net + tax
    nothing = {"AmountPaid": Decimal(0), "AmountCredited": Decimal(0)}
    return {"SubTotal": net, "TotalTax": tax, "Total": total, "AmountDue": total, **nothing}


def payments_at_xero(sizes: Sizes, part: int = 0) -> Iterator[JsonObject]:
    """A small part of an invoice each."""
    for number in _numbers(sizes.payments, part):
        owed = number % sizes.invoices + part * sizes.invoices
        yield {
            "PaymentID": stable_guid(f"bench payment {number}"),
            "Invoice": {
                "InvoiceID": stable_guid(f"bench invoice {owed}"),
                "InvoiceNumber": f"INV-{owed:06}",
            },
            "Account": {"Code": "090"},
            "Date": wire_date(_day(number) + timedelta(days=25)),
            "Amount": Decimal("0.50"),
            "CurrencyRate": Decimal(1),
            "Reference": f"Transfer {number:06}",
            "PaymentType": "ACCRECPAYMENT",
            "IsReconciled": False,
            "Status": "AUTHORISED",
            "UpdatedDateUTC": _changed(number),
        }


def fill_xero(sizes: Sizes, books: Any, part: int = 0) -> None:
    """Put the books, or another part of them, into a simulated organisation."""
    books.load_contacts(contacts_at_xero(sizes.contacts, part=part))
    books.load_items(items_at_xero(sizes.items, part))
    books.load_invoices(invoices_at_xero(sizes, part))
    books.load_payments(payments_at_xero(sizes, part))


def _changed(number: int) -> str:
    """Seconds apart, so that a page can go on where the one before it ended."""
    return wire_date(_BEGAN + timedelta(seconds=number))
