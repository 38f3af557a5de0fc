"""What differs between the modules' documents at Xero: one row for each module.

Everything else that the engine does, it does alike for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from ..records import Document, Module
from ..text import name_key

VOIDED, DELETED, ARCHIVED = "VOIDED", "DELETED", "ARCHIVED"
# Statuses in which Xero lets a document be changed no more.
GONE = frozenset({ARCHIVED, "GDPRREQUEST", DELETED, VOIDED})


@dataclass(frozen=True)
class XeroResource:
    """How documents of one module are identified, named and removed at Xero.

    `keys` are the natural keys by which an answer, or a document after a lost answer, is found:
    the surest first. `noun` is Xero's word for one of them, `title_field` the CRM's field that a
    person calls a record by. `removal` makes the request that takes one away, None where Xero
    has a call for it that needs no body (`removes_singly`). `is_fixed`: Xero makes and deletes
    these documents, and changes none.
    """

    module: Module
    noun: str
    id_key: str
    status_key: str
    status_if_missing: str
    title_field: str
    title: Callable[[Document], str]
    keys: Callable[[Document], tuple[str, ...]]
    removal: Callable[[Document], Document]
    removes_singly: bool = False
    is_fixed: bool = False

    def id(self, document: Document) -> str:
        """Xero's id of a document, "" in a request for a new one."""
        return str(document.get(self.id_key) or "")

    def status(self, document: Document) -> str:
        """Its status; documents that have none are active as long as they are there."""
        return str(document.get(self.status_key) or self.status_if_missing)

    def is_gone(self, document: Document) -> bool:
        """Whether Xero lets it be changed no more."""
        return self.status(document) in GONE

    def removes(self, document: Document) -> bool:
        """Whether a request is one that takes its document away."""
        return document.get(self.status_key) in GONE


def _title_or_text(kind: str, text: Any) -> str:
    return f"{kind}:{name_key(str(text))}" if text and name_key(str(text)) else ""


def _given_text(*keys: str) -> tuple[str, ...]:
    return tuple(key for key in keys if key)


def _contact_keys(document: Document) -> tuple[str, ...]:
    return _given_text(
        document.get("ContactID") or "",
        _title_or_text("number", document.get("ContactNumber")),
        _title_or_text("name", document.get("Name")),
    )


def _item_keys(document: Document) -> tuple[str, ...]:
    return _given_text(document.get("ItemID") or "", _title_or_text("code", document.get("Code")))


def _invoice_keys(document: Document) -> tuple[str, ...]:
    return _given_text(
        document.get("InvoiceID") or "", _title_or_text("number", document.get("InvoiceNumber"))
    )


def _payment_keys(document: Document) -> tuple[str, ...]:
    return _given_text(document.get("PaymentID") or "", payment_key(document))


def payment_key(document: Document) -> str:
    """Equal for two payments that a bookkeeper could not distinguish."""
    invoice = document.get("Invoice") or {}
    parts = (
        str(invoice.get("InvoiceID") or "").lower(),
        str(document.get("Date") or "")[:10],
        amount_text(document.get("Amount")),
        name_key(document.get("Reference")),
    )
    return "payment:" + "|".join(parts) if parts[0] else ""


def amount_text(amount: Any) -> str:
    """An amount as text that is equal for equal amounts."""
    try:
        return f"{Decimal(str(amount or 0)).quantize(Decimal('0.01')):f}"
    except InvalidOperation:
        return str(amount)


def _archiving(held: Document) -> Document:
    """Xero deletes no contact: it is archived."""
    return {"ContactID": held["ContactID"], "ContactStatus": ARCHIVED}


def _item_deletion(held: Document) -> Document:
    return {"ItemID": held["ItemID"], "Code": held.get("Code", ""), "Status": DELETED}


def _voiding(held: Document) -> Document:
    """A draft is deleted, an approved invoice voided (rule G9)."""
    is_draft = held.get("Status") in ("DRAFT", "SUBMITTED")
    return {"InvoiceID": held["InvoiceID"], "Status": DELETED if is_draft else VOIDED}


def _payment_deletion(held: Document) -> Document:
    return {"PaymentID": held["PaymentID"], "Status": DELETED}


def _payment_title(document: Document) -> str:
    number = (document.get("Invoice") or {}).get("InvoiceNumber") or ""
    return " ".join(each for each in (amount_text(document.get("Amount")), number) if each)


RESOURCES: Mapping[Module, XeroResource] = {
    Module.ORGANIZATIONS: XeroResource(
        module=Module.ORGANIZATIONS,
        noun="contact",
        id_key="ContactID",
        status_key="ContactStatus",
        status_if_missing="ACTIVE",
        title_field="organization_name",
        title=lambda document: str(document.get("Name") or ""),
        keys=_contact_keys,
        removal=_archiving,
    ),
    # Xero's items have no status: DELETED is our own word for one that it no longer lists.
    Module.PRODUCTS: XeroResource(
        module=Module.PRODUCTS,
        noun="item",
        id_key="ItemID",
        status_key="Status",
        status_if_missing="ACTIVE",
        title_field="product_name",
        title=lambda document: str(document.get("Name") or document.get("Code") or ""),
        keys=_item_keys,
        removal=_item_deletion,
        removes_singly=True,
    ),
    Module.INVOICES: XeroResource(
        module=Module.INVOICES,
        noun="invoice",
        id_key="InvoiceID",
        status_key="Status",
        status_if_missing="DRAFT",
        title_field="invoice_no",
        title=lambda document: str(document.get("InvoiceNumber") or ""),
        keys=_invoice_keys,
        removal=_voiding,
    ),
    Module.PAYMENTS: XeroResource(
        module=Module.PAYMENTS,
        noun="payment",
        id_key="PaymentID",
        status_key="Status",
        status_if_missing="AUTHORISED",
        title_field="payment_no",
        title=_payment_title,
        keys=_payment_keys,
        removal=_payment_deletion,
        removes_singly=True,
        is_fixed=True,
    ),
}
