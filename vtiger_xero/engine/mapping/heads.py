"""What matching looks at: by which keys the two sides of a module know a record (mission G6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..links import XeroHead
from ..lookups import PLACEHOLDER
from ..money import ZERO
from ..records import Document, Head, Module, XeroRecord
from ..text import name_key
from .kinds import KINDS, amount_text, payment_key
from .rows import decimal_of


@dataclass(frozen=True)
class Keys:
    """How a CRM record is known, as comparable text, "" for what it lacks.

    `name` is what a record is matched by first, `number` what it is matched by else. `marks` are
    details that tell two records of one name or number apart.
    """

    name: str
    number: str = ""
    marks: frozenset[str] = frozenset()

    @property
    def twin(self) -> str:
        """Equal for two CRM records that are one document in Xero (mission G2)."""
        return self.name or (f"number:{self.number}" if self.number else "")


@dataclass(frozen=True)
class MatchRule:
    """How a module's records find each other.

    `name_needs_mark`: a name alone proves nothing (two CRMs both count invoices from one).
    `number_needs_mark`: nor does a number. `alike`: names that merely look alike are shown to a
    person. `twins`: two CRM records of one name are one document in Xero. `holds`: a document that
    is gone keeps its name to itself (an archived contact can be restored); of the others a new one
    of that name may be made. `title` is the head's key that a person calls the CRM's record by.
    """

    name_needs_mark: bool = False
    number_needs_mark: bool = True
    alike: bool = False
    twins: bool = False
    holds: bool = False
    title: str = "organization_name"


RULES: Mapping[Module, MatchRule] = {
    Module.ORGANIZATIONS: MatchRule(alike=True, twins=True, holds=True),
    Module.PRODUCTS: MatchRule(number_needs_mark=False, twins=True),
    Module.INVOICES: MatchRule(name_needs_mark=True, title="invoice_no"),
    Module.PAYMENTS: MatchRule(),
}


def head_of(record: XeroRecord, *, pending: bool) -> XeroHead:
    """The head that the journal keeps of a Xero document."""
    document, kind = record.document, KINDS[record.module]
    title, number, marks = _HEADS[record.module](document)
    return XeroHead(
        id=record.id,
        title=title,
        number=number,
        status=kind.status(document),
        updated=record.updated,
        pending=pending,
        merged_into=document.get("MergedToContactID") or None,
        marks=marks,
    )


_Head = tuple[str, str, frozenset[str]]


def _contact(document: Document) -> _Head:
    marks = _marks(document.get("TaxNumber"), document.get("EmailAddress"))
    return str(document.get("Name") or ""), str(document.get("ContactNumber") or ""), marks


def _item(document: Document) -> _Head:
    return str(document.get("Code") or ""), str(document.get("Name") or ""), frozenset()


def _invoice(document: Document) -> _Head:
    contact = (document.get("Contact") or {}).get("ContactID")
    mark = invoice_mark(contact, document.get("CurrencyCode"), _total(document))
    return str(document.get("InvoiceNumber") or ""), "", frozenset({mark})


def _total(document: Document) -> Any:
    """Xero's total, or that of a request, which says what its lines come to."""
    if document.get("Total") is not None:
        return document["Total"]
    lines = document.get("LineItems") or ()
    keys = ("LineAmount", "TaxAmount")
    return sum((decimal_of(line.get(key)) for line in lines for key in keys), ZERO)


def _payment(document: Document) -> _Head:
    return payment_key(document), "", frozenset()


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


def organization_keys(head: Head) -> Keys:
    """By name, else by our number and one more detail."""
    keys = head.keys
    return Keys(
        name_key(keys.get("organization_name")),
        name_key(keys.get("organization_number")),
        _marks(keys.get("tax_number"), keys.get("primary_email")),
    )


def product_keys(head: Head, *, number_as_code: bool) -> Keys:
    """By the code; by the name only where there is no code."""
    keys = head.keys
    code = keys.get("part_number") or (keys.get("product_number") if number_as_code else "")
    name = name_key(keys.get("product_name"))
    return Keys(name_key(code), "" if name_key(code) or name == PLACEHOLDER else name)


def _marks(*details: Any) -> frozenset[str]:
    return frozenset(one for one in (name_key(each) for each in details) if one)
