"""What matching looks at: the keys of a record on both sides, by module (rule G6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from ..evidence import SIGNS, Details, Signs, item_details, organization_details
from ..links import XeroHead
from ..lookups import PLACEHOLDER
from ..money import ZERO
from ..records import Document, Head, Module, XeroRecord
from ..text import name_key, tidy
from .invoice_figures import figures_of
from .lines import amount_in_xero
from .resources import RESOURCES, amount_text, payment_key
from .rows import decimal_of


@dataclass(frozen=True)
class Keys:
    """The match keys of a CRM record, as comparable text, "" for what it lacks.

    `name` is what a record is matched by first, `number` what it is matched by else. `marks` are
    details that distinguish two records of one name or number. `details` are those that show
    whether it may be the same as a record of another name (see `evidence`).
    """

    name: str
    number: str = ""
    marks: frozenset[str] = frozenset()
    details: Details = field(default_factory=dict, hash=False)

    @property
    def duplicate_key(self) -> str:
        """Equal for CRM records that share one document in Xero (rule G2)."""
        return self.name or (f"number:{self.number}" if self.number else "")


@dataclass(frozen=True)
class MatchRule:
    """How a module's records find each other.

    `name_needs_mark`: a name alone proves nothing (two CRMs both count invoices from one).
    `number_needs_mark`: nor does a number. `contradicts` is the detail by which two records of one
    name may be two. `pairs_off`: there is no name, records are paired off by their values
    (`pairing_off`). `shares_document`: two CRM records of one name are one document in Xero.
    `keeps_name`: a document that is gone keeps its name (an archived contact can be restored); of
    the others a new one of that name may be made. `signs` show what may be one.
    """

    signs: Signs = SIGNS[Module.ORGANIZATIONS]
    name_needs_mark: bool = False
    number_needs_mark: bool = True
    contradicts: str = ""
    pairs_off: bool = False
    shares_document: bool = False
    keeps_name: bool = False


RULES: Mapping[Module, MatchRule] = {
    Module.ORGANIZATIONS: MatchRule(
        contradicts="tax_number", shares_document=True, keeps_name=True
    ),
    Module.PRODUCTS: MatchRule(
        SIGNS[Module.PRODUCTS], number_needs_mark=False, shares_document=True
    ),
    Module.INVOICES: MatchRule(SIGNS[Module.INVOICES], name_needs_mark=True),
    Module.PAYMENTS: MatchRule(SIGNS[Module.PAYMENTS], pairs_off=True),
}


def head_of(record: XeroRecord, *, pending: bool) -> XeroHead:
    """The head that the journal keeps of a Xero document."""
    document, kind = record.document, RESOURCES[record.module]
    title, number, marks, details = _HEADS[record.module](document)
    return XeroHead(
        id=record.id,
        title=title,
        number=number,
        status=kind.status(document),
        updated=record.updated,
        pending=pending,
        merged_into=document.get("MergedToContactID") or None,
        marks=marks,
        details={key: value for key, value in details.items() if value},
        figures=_figures(record),
    )


def _figures(record: XeroRecord) -> tuple[Decimal, ...]:
    if record.module is Module.INVOICES:
        return tuple(figures_of(record.document))
    amount = record.document.get("Amount")
    return (decimal_of(amount),) if record.module is Module.PAYMENTS else ()


_Head = tuple[str, str, frozenset[str], Details]


def _contact(document: Document) -> _Head:
    marks = _marks(document.get("TaxNumber"), document.get("EmailAddress"))
    name = document.get("Name")
    details = organization_details(name, document.get("TaxNumber"), document.get("EmailAddress"))
    return str(name or ""), str(document.get("ContactNumber") or ""), marks, details


def _item(document: Document) -> _Head:
    code, name = document.get("Code"), document.get("Name")
    return str(code or ""), str(name or ""), frozenset(), item_details(code, name)


def _invoice(document: Document) -> _Head:
    contact = (document.get("Contact") or {}).get("ContactID")
    total, number = _total(document), str(document.get("InvoiceNumber") or "")
    mark = invoice_mark(contact, document.get("CurrencyCode"), total)
    details = invoice_details(
        number, contact, document.get("CurrencyCode"), total, document.get("Date")
    )
    return number, "", frozenset({mark}), details


def invoice_details(number: Any, contact: Any, currency: Any, total: Any, day: Any) -> Details:
    """The details of an invoice; `contact` is the customer's id at Xero."""
    return {
        "number": str(number or ""),
        "contact": str(contact or "").lower(),
        "currency": str(currency or ""),
        "total": amount_text(total),
        "date": str(day or "")[:10],
    }


def _total(document: Document) -> Any:
    """Xero's total, or that of a request, which says what its lines come to."""
    if document.get("Total") is not None:
        return document["Total"]
    lines = document.get("LineItems") or ()
    return sum((amount_in_xero(line) + decimal_of(line.get("TaxAmount")) for line in lines), ZERO)


def _payment(document: Document) -> _Head:
    account = (document.get("Account") or {}).get("AccountID")
    return payment_key(document), "", frozenset(), payment_details(document, account)


def payment_details(document: Document, account: Any) -> Details:
    """The details of a payment, from a document as Xero names it."""
    invoice = document.get("Invoice") or {}
    return {
        "invoice": str(invoice.get("InvoiceID") or "").lower(),
        "amount": amount_text(document.get("Amount")),
        "date": str(document.get("Date") or "")[:10],
        "reference": tidy(document.get("Reference")),
        "account": str(account or "").lower(),
    }


_HEADS: Mapping[Module, Callable[[Document], _Head]] = {
    Module.ORGANIZATIONS: _contact,
    Module.PRODUCTS: _item,
    Module.INVOICES: _invoice,
    Module.PAYMENTS: _payment,
}


def invoice_mark(contact: Any, currency: Any, total: Any) -> str:
    """Equal for invoices of one customer over one amount."""
    return f"{str(contact or '').lower()}|{currency or ''}|{amount_text(total)}"


def contact_of_invoice(head: XeroHead) -> str:
    """The ContactID of an invoice of Xero, in lower case, as its mark has it."""
    return next((mark.partition("|")[0] for mark in head.marks), "")


def with_present_contact(head: XeroHead, merged: Mapping[str, str]) -> XeroHead:
    """An invoice's head, with the contact that its own was merged into in Xero.

    Xero lists the merged contact as changed, and not its invoices.
    """
    contact = contact_of_invoice(head)
    present = merged.get(contact, contact)
    if present == contact:
        return head
    marks = frozenset(f"{present}|{mark.partition('|')[2]}" for mark in head.marks)
    return replace(head, marks=marks, details={**head.details, "contact": present})


def organization_keys(head: Head) -> Keys:
    """By name, else by our number and one more detail."""
    keys = head.keys
    return Keys(
        name_key(keys.get("organization_name")),
        name_key(keys.get("organization_number")),
        _marks(keys.get("tax_number"), keys.get("primary_email")),
        organization_details(
            keys.get("organization_name"), keys.get("tax_number"), keys.get("primary_email")
        ),
    )


def product_keys(head: Head, *, number_as_code: bool) -> Keys:
    """By the code; by the name only where there is no code."""
    keys = head.keys
    code = keys.get("part_number") or (keys.get("product_number") if number_as_code else "")
    name = name_key(keys.get("product_name"))
    number = "" if name_key(code) or name == PLACEHOLDER else name
    return Keys(name_key(code), number, details=item_details(code, keys.get("product_name")))


def _marks(*details: Any) -> frozenset[str]:
    return frozenset(one for one in (name_key(each) for each in details) if one)
