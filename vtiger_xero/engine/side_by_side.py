"""Possible matches with both records side by side, for the person who answers one or two.

The fields are those by which a bookkeeper tells two records apart; both CRMs show the same ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .links import Likeness
from .mapping.resources import RESOURCES, amount_text
from .ports import Crm, Journal, chunks
from .possible import Asked
from .records import CrmRecord, Document, Fields, Module
from .showing import format_value

_AT_ONCE = 200


@dataclass(frozen=True)
class Compared:
    """One field of both records, as text."""

    field: str
    crm: str
    xero: str


@dataclass(frozen=True)
class Match:
    """Two records that may be one, and by what."""

    module: Module
    crm_name: str
    xero_id: str
    likeness: Likeness
    crm_title: str
    xero_title: str
    fields: tuple[Compared, ...]


def side_by_side(crm: Crm, journal: Journal, module: Module, asked: Sequence[Asked]) -> list[Match]:
    """These pairs of a module; one of which a record is gone by now is left out."""
    matches: list[Match] = []
    for some in chunks(asked, _AT_ONCE):
        records = {each.name: each for each in crm.get(module, _each(some, 0))}
        documents = {
            each.id: each.document for each in journal.xero_records(module, _each(some, 1))
        }
        referred = _titles_referred_to(crm, module, records.values())
        matches += [
            _match(module, likeness, records[name], xero_id, documents[xero_id], referred)
            for name, xero_id, likeness in some
            if name in records and xero_id in documents
        ]
    return matches


def _each(asked: Sequence[Asked], place: int) -> list[str]:
    return list(dict.fromkeys(str(each[place]) for each in asked))


def _titles_referred_to(
    crm: Crm, module: Module, records: Iterable[CrmRecord]
) -> Mapping[str, str]:
    """What people call the customer of an invoice, and the invoice of a payment."""
    if module not in _REFERS:
        return {}
    other, field = _REFERS[module]
    names = {str(each.fields.get(field) or "") for each in records} - {""}
    title = RESOURCES[other].title_field
    return {
        each.name: format_value(each.fields.get(title)) for each in crm.get(other, sorted(names))
    }


_REFERS: Mapping[Module, tuple[Module, str]] = {
    Module.INVOICES: (Module.ORGANIZATIONS, "organization_name"),
    Module.PAYMENTS: (Module.INVOICES, "related_to"),
}


def _match(
    module: Module,
    likeness: Likeness,
    record: CrmRecord,
    xero_id: str,
    document: Document,
    referred: Mapping[str, str],
) -> Match:
    fields = tuple(
        Compared(field, _ours(record.fields, field, referred), read(document))
        for field, read in _ROWS[module]
    )
    kind = RESOURCES[module]
    title = format_value(record.fields.get(kind.title_field)) or record.name
    theirs = kind.title(document) or xero_id
    return Match(module, record.name, xero_id, likeness, title, theirs, fields)


def _ours(fields: Fields, field: str, referred: Mapping[str, str]) -> str:
    text = format_value(fields.get(field))
    return referred.get(text, text)


def _text(*path: str) -> Callable[[Document], str]:
    def read(document: Document) -> str:
        held: object = document
        for key in path:
            held = held.get(key) if isinstance(held, dict) else None
        return str(held if held is not None else "")

    return read


def _day(key: str) -> Callable[[Document], str]:
    return lambda document: str(document.get(key) or "")[:10]


def _amount(*path: str) -> Callable[[Document], str]:
    read = _text(*path)
    return lambda document: amount_text(read(document)) if read(document) else ""


def _address(key: str) -> Callable[[Document], str]:
    def read(document: Document) -> str:
        for each in document.get("Addresses") or ():
            if each.get("AddressType") == "POBOX":
                return str(each.get(key) or "")
        return ""

    return read


def _account(document: Document) -> str:
    account = document.get("Account") or {}
    return str(account.get("AccountID") or account.get("Code") or "")


_ROWS: Mapping[Module, tuple[tuple[str, Callable[[Document], str]], ...]] = {
    Module.ORGANIZATIONS: (
        ("organization_name", _text("Name")),
        ("organization_number", _text("ContactNumber")),
        ("primary_email", _text("EmailAddress")),
        ("tax_number", _text("TaxNumber")),
        ("billing_address", _address("AddressLine1")),
        ("billing_city", _address("City")),
    ),
    Module.PRODUCTS: (
        ("part_number", _text("Code")),
        ("product_name", _text("Name")),
        ("unit_price", _amount("SalesDetails", "UnitPrice")),
        ("purchase_cost", _amount("PurchaseDetails", "UnitPrice")),
    ),
    Module.INVOICES: (
        ("invoice_no", _text("InvoiceNumber")),
        ("organization_name", _text("Contact", "Name")),
        ("invoice_date", _day("Date")),
        ("due_date", _day("DueDate")),
        ("currency", _text("CurrencyCode")),
        ("grand_total", _amount("Total")),
        ("received", _amount("AmountPaid")),
    ),
    Module.PAYMENTS: (
        ("related_to", _text("Invoice", "InvoiceNumber")),
        ("amount", _amount("Amount")),
        ("payment_date", _day("Date")),
        ("reference", _text("Reference")),
        ("xero_account", _account),
        ("payment_status", lambda document: "Received"),
    ),
}
