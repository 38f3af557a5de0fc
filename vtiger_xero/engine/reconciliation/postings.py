"""A record of either side as far as reconciling needs it: what it is, where it stands, its figures.

Nothing else of a record is kept, so that the books of 100,000 invoices fit into memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import Enum

from ..mapping.doctypes import DO_NOT_SYNC
from ..mapping.invoice_figures import figures_of
from ..mapping.invoices import AUTHORISED, CANCELLED, CREDIT, DRAFT, OF_CRM, SUBMITTED
from ..mapping.resources import GONE, RESOURCES
from ..mapping.rows import decimal_of, text_of
from ..messages import _lt
from ..records import CrmRecord, Document, Fields, Module, XeroRecord
from ..totals.payments import RECEIVED as MONEY_RECEIVED

TOTAL, RECEIVED, BALANCE, AMOUNT = _lt("Grand Total"), "Received", "Balance", "Amount"
# The figures of a module's records, in the order of `Posting.amounts`.
FIGURES: Mapping[Module, tuple[str, ...]] = {
    Module.ORGANIZATIONS: (),
    Module.PRODUCTS: (),
    Module.INVOICES: (TOTAL, RECEIVED, BALANCE),
    Module.PAYMENTS: (AMOUNT,),
}


class Standing(str, Enum):
    """In which sums a record counts; the values are what a reader sees."""

    BOOKED = "Booked"  # approved invoices, received payments; of other modules whatever is there
    DRAFT = "Draft"
    APART = "Not counted"  # listed, but in no sum: it can have no partner
    GONE = "Gone"  # cancelled, voided, deleted, no money yet: as if it were not there


@dataclass(frozen=True)
class Posting:
    """A record in brief. `key` is the CRM's name of it or Xero's id, in lower case.

    `stage` is equal for statuses that say the same on both sides, `status` the side's own word.
    `owner` is an organization's name or a ContactID, `invoice` the key of a payment's invoice.
    `amounts` are those of FIGURES in the currency (ISO code). `version` is when
    it was last changed (UTC); `pending` marks a document that Xero changed since the last run,
    `is_excluded` a record that a person keeps out of the sync.
    """

    module: Module
    key: str
    title: str
    standing: Standing = Standing.BOOKED
    stage: str = ""
    status: str = ""
    currency: str = ""
    owner: str = ""
    invoice: str = ""
    amounts: tuple[Decimal, ...] = ()
    version: datetime | None = None
    pending: bool = False
    is_no_customer: bool = False
    is_excluded: bool = False

    @property
    def is_gone(self) -> bool:
        """Whether it is as if it were not there."""
        return self.standing is Standing.GONE


# The CRM's side

# A Credit Invoice is nothing in Xero.
_STANDINGS = {
    DRAFT: Standing.DRAFT,
    SUBMITTED: Standing.DRAFT,
    AUTHORISED: Standing.BOOKED,
    CANCELLED: Standing.GONE,
    CREDIT: Standing.APART,
}


def of_crm(record: CrmRecord, base_currency: str = "") -> Posting:
    """A record of the CRM; one without a currency is in the base currency."""
    posting = _OF_CRM[record.module](record, record.fields, base_currency)
    return replace(posting, is_excluded=bool(record.fields.get(DO_NOT_SYNC)))


def _organization(record: CrmRecord, fields: Fields, base: str) -> Posting:
    return _posting_without_amounts(record, fields, "organization_name", Standing.BOOKED)


def _product(record: CrmRecord, fields: Fields, base: str) -> Posting:
    is_active = fields.get("product_active", True)
    return _posting_without_amounts(
        record, fields, "product_name", Standing.BOOKED if is_active else Standing.GONE
    )


def _posting_without_amounts(
    record: CrmRecord, fields: Fields, title: str, standing: Standing
) -> Posting:
    return Posting(
        record.module,
        record.name,
        text_of(fields.get(title)) or record.name,
        standing,
        version=record.modified,
    )


def _invoice(record: CrmRecord, fields: Fields, base: str) -> Posting:
    status = text_of(fields.get("status"))
    stage = OF_CRM.get(status, DRAFT)
    standing = _STANDINGS[stage]
    figures = ("grand_total", "received", "balance") if standing is not Standing.APART else ()
    return Posting(
        record.module,
        record.name,
        text_of(fields.get("invoice_no")) or record.name,
        standing,
        stage,
        status,
        currency=text_of(fields.get("currency")) or base,
        owner=text_of(fields.get("organization_name")),
        amounts=tuple(decimal_of(fields.get(figure)) for figure in figures),
        version=record.modified,
    )


def _payment(record: CrmRecord, fields: Fields, base: str) -> Posting:
    status = text_of(fields.get("payment_status"))
    is_money = status == MONEY_RECEIVED
    return Posting(
        record.module,
        record.name,
        text_of(fields.get("payment_no")) or record.name,
        Standing.BOOKED if is_money else Standing.GONE,
        AUTHORISED if is_money else CANCELLED,
        status,
        currency=text_of(fields.get("currency")),
        owner=text_of(fields.get("organization_name")),
        invoice=text_of(fields.get("related_to")),
        amounts=(decimal_of(fields.get("amount")),),
        version=record.modified,
    )


_OF_CRM: Mapping[Module, Callable[[CrmRecord, Fields, str], Posting]] = {
    Module.ORGANIZATIONS: _organization,
    Module.PRODUCTS: _product,
    Module.INVOICES: _invoice,
    Module.PAYMENTS: _payment,
}


# Xero's side


def of_xero(record: XeroRecord, base_currency: str = "", *, pending: bool = False) -> Posting:
    """A document of Xero."""
    document, kind = record.document, RESOURCES[record.module]
    status = kind.status(document)
    stage = "" if not FIGURES[record.module] else _stage(status)
    return Posting(
        record.module,
        record.id.lower(),
        kind.title(document) or record.id,
        Standing.GONE if status in GONE else _STANDINGS.get(stage, Standing.BOOKED),
        stage,
        status,
        currency=_currency(record.module, document, base_currency),
        owner=_contact(document),
        invoice=_id((document.get("Invoice") or {}).get("InvoiceID")),
        amounts=_amounts(record.module, document),
        version=record.updated,
        pending=pending,
        is_no_customer=record.module is Module.ORGANIZATIONS and not document.get("IsCustomer"),
    )


def is_ours(record: XeroRecord) -> bool:
    """Sales only: bills and what is paid on anything but an invoice are left out (rule I14)."""
    kind = record.document.get("Type" if record.module is Module.INVOICES else "PaymentType")
    if record.module not in (Module.INVOICES, Module.PAYMENTS):
        return True
    return kind in (None, "ACCREC", "ACCRECPAYMENT")


def _stage(status: str) -> str:
    if status in GONE:
        return CANCELLED
    return AUTHORISED if status == "PAID" else status


def _id(guid: object) -> str:
    return str(guid or "").lower()


def _contact(document: Document) -> str:
    invoice = document.get("Invoice") or {}
    contact = document.get("Contact") or invoice.get("Contact") or {}
    return _id(contact.get("ContactID"))


def _currency(module: Module, document: Document, base: str) -> str:
    if module is Module.INVOICES:
        return str(document.get("CurrencyCode") or base)
    return str((document.get("Invoice") or {}).get("CurrencyCode") or "")


def _amounts(module: Module, document: Document) -> tuple[Decimal, ...]:
    if module is Module.PAYMENTS:
        return (decimal_of(document.get("Amount")),)
    if module is not Module.INVOICES:
        return ()
    return figures_of(document)
