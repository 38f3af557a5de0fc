"""Invoices, which are sales invoices at Xero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ...evidence import INVOICE_SIGNS, Details
from ...links import Link, XeroHead, merged_contacts
from ...lookups import Lookups
from ...mapping import invoices
from ...mapping.doctypes import DO_NOT_SYNC, INVOICE
from ...mapping.drafting import rows_of
from ...mapping.heads import Keys, MatchRule
from ...mapping.invoice_figures import (
    amount_settled,
    figures_of,
    rounding_to_send,
    with_whole_total,
)
from ...mapping.invoices import (
    AUTHORISED,
    CANCELLED,
    CREDIT,
    CURRENCY,
    DATE,
    DUE,
    ITEMS,
    NUMBER,
    OF_CRM,
    ORGANIZATION,
    STATUS,
    SUBJECT,
    SUBMITTED,
)
from ...mapping.lines import amount_in_xero
from ...mapping.resources import (
    DELETED,
    GONE,
    VOIDED,
    XeroResource,
    amount_text,
    named_key,
    text_keys,
)
from ...mapping.rows import decimal_of, text_of
from ...messages import _lt
from ...money import ZERO
from ...records import Document, Fields, Head, Module
from ...settings import Settings
from ...text import name_key
from ...totals.payments import CANCEL
from ..compared import amount_at, day_at, text_at
from ..partners import deleted_here, document_of_record, excluded_names, record_of_document
from ..spec import (
    SWEEP,
    Booking,
    DefaultAccount,
    Merged,
    ModuleSpec,
    Refers,
    Sources,
    Standing,
    Texts,
)
from .items_on_lines import look_up_items
from .received import look_up_payments

if TYPE_CHECKING:  # it stores heads, which ask these specs
    from ...journal import Journal

# What people call the figures in which both sides must be equal, and the CRM's fields of them.
FIGURES = (_lt("Grand Total"), _lt("Received"), _lt("Balance"))
CRM_FIGURES = ("grand_total", "received", "balance")
_DRAFT = "DRAFT"
# A Credit Invoice is nothing in Xero.
_STANDINGS = {
    _DRAFT: Standing.DRAFT,
    SUBMITTED: Standing.DRAFT,
    AUTHORISED: Standing.BOOKED,
    CANCELLED: Standing.GONE,
    CREDIT: Standing.APART,
}


# Lookups


def _look_up(sources: Sources) -> Mapping[str, Any]:
    taxes = sources.taxes()
    journal = sources.journal
    links, heads = journal.links(Module.ORGANIZATIONS), sources.crm.heads(Module.ORGANIZATIONS)
    contacts = journal.xero_heads(Module.ORGANIZATIONS)
    return {
        "taxes": taxes,
        "contacts": document_of_record(links, heads),
        "organizations": record_of_document(links, heads),
        "organization_names": {h.name: h.keys.get("organization_name", "") for h in heads},
        "possible_contacts": _possible_contacts(links),
        "merged": merged_contacts(contacts),
        "archived": {head.id for head in contacts if not head.alive},
        "deleted_here": deleted_here(links, heads),
        "excluded": excluded_names(heads),
        **look_up_items(sources),
        **look_up_payments(sources),
    }


def _look_up_keys(journal: Journal) -> Mapping[str, Any]:
    links = journal.links(Module.ORGANIZATIONS)
    return {
        "contacts": {str(link.crm_name): link.xero_id for link in links if link.xero_id},
        "possible_contacts": _possible_contacts(links),
        "merged": merged_contacts(journal.xero_heads(Module.ORGANIZATIONS)),
    }


def _possible_contacts(links: Iterable[Link]) -> dict[str, str]:
    """The contact of another organization that one without a link may be, if it is a single one.

    Another record has that contact by a merge in Xero. Invoices of both may be the same: they must
    not be copied to both sides before the user has answered.
    """
    links = list(links)
    owned = {link.xero_id for link in links if link.crm_name and link.xero_id}
    found = {}
    for link in links:
        possible = {each.key for each in link.possible if each.likeness.asks} & owned
        if link.crm_name and not link.xero_id and len(possible) == 1:
            (found[link.crm_name],) = possible
    return found


# Matching


def _mark(contact: Any, currency: Any, total: Any) -> str:
    """Equal for invoices of one customer over one amount."""
    return f"{str(contact or '').lower()}|{currency or ''}|{amount_text(total)}"


def _details(number: Any, contact: Any, currency: Any, total: Any, day: Any) -> Details:
    """The details of an invoice; `contact` is the customer's id at Xero."""
    return {
        "number": str(number or ""),
        "contact": str(contact or "").lower(),
        "currency": str(currency or ""),
        "total": amount_text(total),
        "date": str(day or "")[:10],
    }


def _head(document: Document) -> tuple[str, str, tuple[str, ...], Details]:
    contact, currency = _contact_id(document), document.get("CurrencyCode")
    total, number = _total(document), str(document.get("InvoiceNumber") or "")
    details = _details(number, contact, currency, total, document.get("Date"))
    return number, "", (_mark(contact, currency, total),), details


def _total(document: Document) -> Any:
    """Xero's total, or that of a request, which says what its lines come to."""
    if document.get("Total") is not None:
        return document["Total"]
    lines = document.get("LineItems") or ()
    return sum((amount_in_xero(line) + decimal_of(line.get("TaxAmount")) for line in lines), ZERO)


def _keys(head: Head, settings: Settings, lookups: Lookups) -> Keys:
    keys = head.keys
    contact = lookups.contacts.get(keys.get(ORGANIZATION, ""), "")
    contact = lookups.present_contact(contact)
    number, currency, total = (keys.get(each) for each in (NUMBER, CURRENCY, "grand_total"))
    mark = _mark(contact, currency, total)
    # What only may be its contact proves nothing: it is a detail, and no mark.
    contact = contact or lookups.possible_contacts.get(keys.get(ORGANIZATION, ""), "")
    details = _details(number, contact, currency, total, keys.get(DATE))
    return Keys(name_key(number), marks=(mark,), details=details)


def _with_present_contact(head: XeroHead, merged: Mapping[str, str]) -> XeroHead:
    """An invoice's head, with the contact that its own was merged into in Xero.

    Xero lists the merged contact as changed, and not its invoices.
    """
    contact = next((mark.partition("|")[0] for mark in head.marks), "")
    present = merged.get(contact, contact)
    if present == contact:
        return head
    marks = tuple(f"{present}|{mark.partition('|')[2]}" for mark in head.marks)
    return replace(head, marks=marks, details={**head.details, "contact": present})


# In Xero


def _natural_keys(document: Document) -> tuple[str, ...]:
    number = named_key("number", document.get("InvoiceNumber"))
    return text_keys(document.get("InvoiceID") or "", number)


def _voiding(held: Document) -> Document:
    """A draft is deleted, an approved invoice voided (rule G9)."""
    is_draft = held.get("Status") in (_DRAFT, SUBMITTED)
    return {"InvoiceID": held["InvoiceID"], "Status": DELETED if is_draft else VOIDED}


def _contact_id(document: Document) -> str:
    return str((document.get("Contact") or {}).get("ContactID") or "")


def _codes(document: Document) -> set[str]:
    lines = document.get("LineItems") or ()
    return {name_key(line["ItemCode"]) for line in lines if line.get("ItemCode")}


def _undeletable(document: Document) -> Texts | None:
    if not amount_settled(document):
        return None
    return (
        _lt(
            "It was deleted in the CRM, but it has payments or credits in Xero. Xero does not "
            "void such an invoice."
        ),
        _lt("Remove these in Xero and void the invoice there, if it is not owed."),
    )


# Figures


def _crm_figures(fields: Mapping[str, Any]) -> tuple[Decimal, ...]:
    return tuple(map(decimal_of, map(fields.get, CRM_FIGURES)))


def _book_crm(fields: Fields, base: str) -> Booking:
    status = text_of(fields.get(STATUS))
    stage = OF_CRM.get(status, _DRAFT)
    standing = _STANDINGS[stage]
    return Booking(
        standing,
        stage,
        status,
        currency=text_of(fields.get(CURRENCY)) or base,
        owner=text_of(fields.get(ORGANIZATION)),
        amounts=_crm_figures(fields) if standing is not Standing.APART else (),
    )


def _book_xero(document: Document, base: str) -> Booking:
    status = str(document.get("Status") or _DRAFT)
    stage = CANCELLED if status in GONE else AUTHORISED if status == "PAID" else status
    return Booking(
        _STANDINGS.get(stage, Standing.BOOKED),
        stage,
        currency=str(document.get("CurrencyCode") or base),
        owner=_contact_id(document).lower(),
        amounts=figures_of(document),
    )


SPEC = ModuleSpec(
    module=Module.INVOICES,
    doctypes=(INVOICE,),
    head_fields=(
        NUMBER,
        SUBJECT,
        ORGANIZATION,
        CURRENCY,
        STATUS,
        "grand_total",
        DATE,
        "received",
        "balance",
        DO_NOT_SYNC,
    ),
    title_field=NUMBER,
    # From the organization, or the invoice's own number.
    filled_by_crm=("billing_", "shipping_", CURRENCY, SUBJECT),
    filled_by_sync=(ORGANIZATION, STATUS, "tax_mode", ITEMS),
    numbered_by_crm=(NUMBER,),
    xero=XeroResource(
        noun="invoice",
        collection="Invoices",
        id_key="InvoiceID",
        status_key="Status",
        status_if_missing=_DRAFT,
        title=lambda document: str(document.get("InvoiceNumber") or ""),
        keys=_natural_keys,
        removal=_voiding,
        page="/AccountsReceivable/View.aspx?InvoiceID={}",
        scope="accounting.invoices",
        unreadable=_lt(
            "An invoice of Xero (ID {id}) could not be read and was left out: {error}. The "
            "others are not affected."
        ),
        batch_size=100,  # they are small; heavy ones are kept apart by `outbox.HEAVIEST`
        unique="InvoiceNumber",
        stays_taken=True,  # a void invoice keeps its number
        has_ids=True,
        where='Type=="ACCREC"',  # sales; bills are no concern of a CRM
        is_ours=lambda document: document.get("Type") in (None, "ACCREC"),
        four_decimals=True,
        complete=with_whole_total,
        words={
            "Status": (_DRAFT, SUBMITTED, "AUTHORISED", "PAID", VOIDED, DELETED),
            "LineAmountTypes": ("Exclusive", "Inclusive", "NoTax"),
        },
        webhook="INVOICE",
        # Credits change what is open on invoices; that they did is all that the CRM needs to hear.
        webhooks_besides=("CREDITNOTE", "PREPAYMENT", "OVERPAYMENT"),
        sweep=SWEEP,
        new={"Type": "ACCREC", "LineAmountTypes": "Exclusive"},
        echoed=("Status", "InvoiceNumber"),
        also_sent=rounding_to_send,
    ),
    table=invoices.table,
    look_up=_look_up,
    default_accounts=(
        DefaultAccount(
            "sales_account",
            _lt("Sales Account"),
            _lt("An invoice with a line whose product has no account is skipped."),
            usual_types=("REVENUE", "SALES"),
            usual_code="200",
            named=lambda invoice: (
                str(line.get("AccountCode") or "") for line in invoice.get("LineItems") or ()
            ),
        ),
        DefaultAccount(
            "charges_account",
            _lt("Account for Shipping & Handling"),
            _lt("An invoice with Shipping & Handling is skipped."),
            _lt("Shipping & Handling is booked to the Sales Account instead."),
        ),
        DefaultAccount(
            "adjustment_account",
            _lt("Account for the Adjustment"),
            _lt("An invoice with an Adjustment is skipped."),
            _lt("The Adjustment is booked to the Sales Account instead."),
        ),
    ),
    rule=MatchRule(INVOICE_SIGNS, name_needs_mark=True),
    head=_head,
    keys=_keys,
    look_up_keys=_look_up_keys,
    with_present=_with_present_contact,
    compared=(
        (NUMBER, text_at("InvoiceNumber")),
        (ORGANIZATION, text_at("Contact", "Name")),
        (DATE, day_at("Date")),
        (DUE, day_at("DueDate")),
        (CURRENCY, text_at("CurrencyCode")),
        ("grand_total", amount_at("Total")),
        ("received", amount_at("AmountPaid")),
    ),
    refers_to=(
        Refers(
            Module.ORGANIZATIONS,
            names=lambda fields: [text_of(fields.get(ORGANIZATION))],
            keys=lambda document: [_contact_id(document)],
            without=_lt("An invoice whose customer is not on the other side is skipped."),
            field=ORGANIZATION,
            detail="contact",
            ids="contacts",
            records="organizations",
        ),
        Refers(
            Module.PRODUCTS,
            names=lambda fields: [text_of(row.get("item_name")) for row in rows_of(fields, ITEMS)],
            keys=_codes,
            # A line without its item still has its text and its price.
            without=_lt("A line keeps its text and price, but not its item."),
            is_vital=False,
        ),
    ),
    when_gone=Merged(),
    remedy_if_kept=_lt("Void the invoice in Xero, if it is not owed."),
    undeletable=_undeletable,
    # Else the CRM would fill it in.
    incoming=lambda document, settings: {SUBJECT: ""},
    figures=FIGURES,
    crm_figures=_crm_figures,
    xero_figures=figures_of,
    counts=lambda head: head.keys.get(STATUS) != CANCEL,
    booked_by=(STATUS, CURRENCY, ORGANIZATION, *CRM_FIGURES),
    book_crm=_book_crm,
    book_xero=_book_xero,
    dated=DATE,
)
