"""Payments: what was paid on an invoice."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..evidence import PAYMENT_SIGNS, Details
from ..lookups import Lookups
from ..mapping import payments
from ..mapping.doctypes import DO_NOT_SYNC, PAYMENT
from ..mapping.heads import Keys, MatchRule
from ..mapping.payments import ACCOUNT, AMOUNT, DATE, EXPECTED, INVOICE, NUMBER, REFERENCE, STATUS
from ..mapping.resources import DELETED, GONE, XeroResource, amount_text, text_keys
from ..mapping.rows import decimal_of, text_of
from ..messages import _lt
from ..records import Document, Fields, Head, Module, Side
from ..settings import Settings
from ..text import name_key, tidy
from ..totals.payments import RECEIVED
from .compared import amount_at, day_at, text_at
from .partners import deleted_here, document_of_record, excluded_names, record_of_document
from .spec import Booking, DefaultAccount, ModuleSpec, Refers, Released, Sources, Standing, Texts

if TYPE_CHECKING:  # it stores heads, which ask these specs
    from ..journal import Journal

# Rules for which an invoice stays in Xero because of its customer.
STAYS_IN_XERO = frozenset({"I1-archived", "I1-deleted"})


def _look_up(sources: Sources) -> Mapping[str, Any]:
    taxes = sources.taxes()
    links = sources.journal.links(Module.INVOICES)
    heads = sources.crm.heads(Module.INVOICES)
    return {
        "taxes": taxes,
        "invoice_ids": document_of_record(links, heads),
        "invoices": record_of_document(links, heads),
        "deleted_here": deleted_here(links, heads),
        "left_in_xero": {link.xero_id for link in links if link.rule in STAYS_IN_XERO},
        "invoice_numbers": {head.name: head.keys.get("invoice_no", "") for head in heads},
        "invoice_currencies": {head.name: head.keys.get("currency", "") for head in heads},
        "invoice_totals": {head.name: decimal_of(head.keys.get("grand_total")) for head in heads},
        "invoice_statuses": {head.name: head.keys.get("status", "") for head in heads},
        "excluded": excluded_names(heads),
    }


def _look_up_keys(journal: Journal) -> Mapping[str, Any]:
    links = journal.links(Module.INVOICES)
    return {"invoice_ids": {str(link.crm_name): link.xero_id for link in links if link.xero_id}}


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


def _details(document: Document, account: Any) -> Details:
    """The details of a payment, from a document as Xero names it."""
    return {
        "invoice": _invoice_id(document).lower(),
        "amount": amount_text(document.get("Amount")),
        "date": str(document.get("Date") or "")[:10],
        "reference": tidy(document.get("Reference")),
        "account": str(account or "").lower(),
    }


def _head(document: Document) -> tuple[str, str, tuple[str, ...], Details]:
    account = (document.get("Account") or {}).get("AccountID")
    return payment_key(document), "", (), _details(document, account)


def _keys(head: Head, settings: Settings, lookups: Lookups) -> Keys:
    keys = head.keys
    document = {
        "Invoice": {"InvoiceID": lookups.invoice_ids.get(keys.get(INVOICE, ""))},
        "Date": keys.get(DATE),
        "Amount": keys.get(AMOUNT),
        "Reference": keys.get(REFERENCE),
    }
    # Money that did not come, or went back, is no payment at Xero.
    status = keys.get(STATUS)
    if status not in (RECEIVED, *EXPECTED):
        return Keys("")
    expected = {"expected": "1"} if status in EXPECTED else {}
    total = lookups.invoice_totals.get(keys.get(INVOICE, ""))
    fills = {"fills": "1"} if total and 2 * decimal_of(keys.get(AMOUNT)) > total else {}
    number = {"number": keys.get(NUMBER, ""), **expected, **fills}
    return Keys("", details={**_details(document, keys.get(ACCOUNT)), **number})


def _natural_keys(document: Document) -> tuple[str, ...]:
    return text_keys(document.get("PaymentID") or "", payment_key(document))


def _title(document: Document) -> str:
    number = (document.get("Invoice") or {}).get("InvoiceNumber") or ""
    return " ".join(each for each in (amount_text(document.get("Amount")), number) if each)


def _deletion(held: Document) -> Document:
    return {"PaymentID": held["PaymentID"], "Status": DELETED}


def _invoice_id(document: Document) -> str:
    return str((document.get("Invoice") or {}).get("InvoiceID") or "")


def _account(document: Document) -> str:
    account = document.get("Account") or {}
    return str(account.get("AccountID") or account.get("Code") or "")


def _undeletable(document: Document) -> Texts | None:
    if not document.get("IsReconciled"):
        return None
    return _lt("It was deleted in the CRM, but it is reconciled with the bank in Xero."), ""


def _crm_figures(fields: Mapping[str, Any]) -> tuple[Decimal, ...]:
    return (decimal_of(fields.get(AMOUNT)),)


def _xero_figures(document: Document) -> tuple[Decimal, ...]:
    return (decimal_of(document.get("Amount")),)


def _book_crm(fields: Fields, base: str) -> Booking:
    status = text_of(fields.get(STATUS))
    is_money = status == RECEIVED
    return Booking(
        Standing.BOOKED if is_money else Standing.GONE,
        "AUTHORISED" if is_money else "CANCELLED",
        status,
        currency=text_of(fields.get("currency")),
        owner=text_of(fields.get("organization_name")),
        invoice=text_of(fields.get(INVOICE)),
        amounts=_crm_figures(fields),
    )


def _book_xero(document: Document, base: str) -> Booking:
    invoice = document.get("Invoice") or {}
    contact = document.get("Contact") or invoice.get("Contact") or {}
    status = document.get("Status")
    return Booking(
        stage="CANCELLED" if status in GONE else "AUTHORISED",
        currency=str(invoice.get("CurrencyCode") or ""),
        owner=str(contact.get("ContactID") or "").lower(),
        invoice=_invoice_id(document).lower(),
        amounts=_xero_figures(document),
    )


SPEC = ModuleSpec(
    module=Module.PAYMENTS,
    doctypes=(PAYMENT,),
    head_fields=(NUMBER, INVOICE, AMOUNT, DATE, REFERENCE, STATUS, ACCOUNT, DO_NOT_SYNC),
    title_field=NUMBER,
    filled_by_crm=("organization_name", "currency"),
    filled_by_sync=(INVOICE, AMOUNT, DATE, STATUS),
    # A payment is made and deleted, never changed. Refunds of credit notes, over- and prepayments
    # are payments of other types.
    xero=XeroResource(
        noun="payment",
        collection="Payments",
        id_key="PaymentID",
        status_key="Status",
        status_if_missing="AUTHORISED",
        title=_title,
        keys=_natural_keys,
        removal=_deletion,
        page="/Bank/ViewTransaction.aspx?bankTransactionID={}",
        scope="accounting.payments",
        unreadable=_lt(
            "A payment of Xero (ID {id}) could not be read and was left out: {error}. The "
            "others are not affected."
        ),
        batch_size=100,
        where='PaymentType=="ACCRECPAYMENT"',
        is_ours=lambda document: document.get("PaymentType") in (None, "ACCRECPAYMENT"),
        words={"Status": ("AUTHORISED", DELETED)},
        removes_singly=True,
        removes_by_status=True,
        is_fixed=True,
    ),
    table=payments.table,
    look_up=_look_up,
    default_accounts=(
        DefaultAccount(
            "payment_account",
            _lt("Account for Payments"),
            _lt("A payment without an account of its own is skipped."),
            fault=lambda account: account.fault_for_payments,
            usual_types=("BANK",),
            usual_code="090",
            named=lambda payment: [str((payment.get("Account") or {}).get("AccountID") or "")],
        ),
    ),
    rule=MatchRule(PAYMENT_SIGNS, pairs_off=True),
    head=_head,
    keys=_keys,
    look_up_keys=_look_up_keys,
    compared=(
        (INVOICE, text_at("Invoice", "InvoiceNumber")),
        (AMOUNT, amount_at("Amount")),
        (DATE, day_at("Date")),
        (REFERENCE, text_at("Reference")),
        (ACCOUNT, _account),
        (STATUS, lambda document: "Received"),
    ),
    refers_to=(
        Refers(
            Module.INVOICES,
            names=lambda fields: [text_of(fields.get(INVOICE))],
            keys=lambda document: [_invoice_id(document)],
            without=_lt("A payment whose invoice is not on the other side is skipped."),
            field=INVOICE,
            detail="invoice",
            ids="invoice_ids",
            records="invoices",
            # Invoices that go to Xero and payments that come back is how most people work.
            sides=(Side.XERO,),
        ),
    ),
    settles=Module.INVOICES,
    # Where payments only go to Xero, a user sets it to Pending, and that ends the pair (rule P2).
    when_gone=Released(
        STATUS,
        RECEIVED,
        payments.PENDING,
        (
            _lt(
                "The payment was deleted in Xero. Payments sync only to Xero, so it stays "
                "Received here."
            ),
            _lt("Set it to Pending and sync. Then it can be sent again."),
        ),
    ),
    remedy_if_kept=_lt("Delete the payment in Xero if it is wrong."),
    undeletable=_undeletable,
    figures=(_lt("Amount"),),
    crm_figures=_crm_figures,
    xero_figures=_xero_figures,
    counts=lambda head: head.keys.get(STATUS) == RECEIVED,
    remedy_if_unequal=_lt(
        "Enter the old amount here again, or delete the payment in Xero and enter it again."
    ),
    booked_by=(STATUS, "currency", "organization_name", INVOICE, AMOUNT),
    book_crm=_book_crm,
    book_xero=_book_xero,
    dated=DATE,
)
