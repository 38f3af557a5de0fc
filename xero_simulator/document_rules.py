"""What Xero refuses in an invoice or credit note: its status, its dates, what is paid already.

Provenance: REC recorded live, OAS Xero's OpenAPI file, DOC its documentation, 3P third
parties, invented [Y1]: the rule is real, the wording is ours because nobody has published it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from xero_simulator.documents import (
    ACCREC,
    AUTHORISED,
    CREDIT_NOTES,
    DELETED,
    DRAFT,
    PAID,
    SUBMITTED,
    VOIDED,
    Document,
    Line,
)
from xero_simulator.readings import Readings
from xero_simulator.text import name_key
from xero_simulator.wire import parse_wire_date

if TYPE_CHECKING:
    from xero_simulator.ledger import Ledger

# REC
NOT_MODIFIABLE = "{noun} not of valid status for modification"
# OAS
NUMBER_TAKEN = "Invoice # must be unique."
# DOC
NOT_CREATABLE_TYPE = "{noun} not of valid type for creation"
SENT_ONLY_APPROVED = "Only AUTHORISED invoices may have SentToContact updated."
# 3P, "verified response from the live API" (pyxero)
NOT_CREATABLE_STATUS = "{noun} not of valid status for creation"
NO_LINES = "One or more line items must be specified"
NO_CONTACT = "A Contact must be specified for this type of transaction"
# 3P
CONTACT_ARCHIVED = (
    "The contact with the specified contact details has been archived. "
    "The contact must be un-archived before creating new invoices or credit notes"
)
SETTLED = "This document cannot be edited as it has a payment or credit note allocated to it."
STATUS_HELD = (
    "The status {status} cannot be applied to the invoice because it has payments or credit "
    "notes allocated to it."
)
LINE_ID_NEEDED = "To update fields on a paid invoice line item, you must supply a LineItemID"
PERIOD_LOCKED = (
    "The document date cannot be before the period lock date, currently set at {date:%d-%b-%Y}"
)
YEAR_LOCKED = (  # with its form of the date: xeroizer 92
    "The document date cannot be before the end of year lock date, currently set at {date:%d-%b-%Y}"
)
NO_DUE_DATE = "The document DueDate field must be specified."  # xeroizer 290
TOTALS_DIFFER = "The document total does not equal the sum of the lines."  # xeroizer 86
NOT_SUBSCRIBED = "Organisation is not subscribed to currency {code}"
NOT_FOUND = "An existing {noun} with the specified {noun_id} could not be found"
# invented [Y1]: the rules are real, the wording is ours
LINE_UNKNOWN = "An existing line item with the specified LineItemID could not be found"
TYPE_FIXED = "The Type of an existing document cannot be changed"
TOO_LONG = "{field} must be {limit} characters or fewer."
BAD_URL = "Url must be an absolute address and cannot contain the word xero."
BAD_RATE = "CurrencyRate must be greater than zero."
NEGATIVE_TOTAL = "The total of an approved document cannot be negative."
BAD_ROUNDING = "RoundingAmount must be between -0.10 and 0.10."

CREATABLE = (DRAFT, SUBMITTED, AUTHORISED)
# From a status that nothing is settled against, to which others [DOC].
TRANSITIONS = {
    DRAFT: (DRAFT, SUBMITTED, AUTHORISED, DELETED),
    SUBMITTED: (SUBMITTED, AUTHORISED, DRAFT, DELETED),
    AUTHORISED: (AUTHORISED, VOIDED),
    PAID: (PAID,),
    VOIDED: (),
    DELETED: (),
}
LIMITS = {"InvoiceNumber": 255, "CreditNoteNumber": 255, "Reference": 255}
MOST_ROUNDING = Decimal("0.10")
# What may change once something is settled [DOC][PLAT]; Contact: not when it was by credit note.
# Dropped here, because they are compared by themselves: lines and contact.
FREE_WHEN_SETTLED = {"number", "reference", "due", "others", "sent_to_contact", "updated"}


def status_fault(before: Document | None, asked: str | None, noun: str) -> str | None:
    """Why the status cannot become `asked`, or None. Nothing asked: it stays."""
    if before is None:
        fits = asked is None or asked in CREATABLE
        return None if fits else NOT_CREATABLE_STATUS.format(noun=noun)
    asked = asked or before.status
    if before.settled and asked in (DRAFT, SUBMITTED, AUTHORISED, VOIDED) and not (
        asked == before.status == AUTHORISED
    ):  # fmt: skip
        return STATUS_HELD.format(status=asked)
    return None if asked in TRANSITIONS[before.status] else NOT_MODIFIABLE.format(noun=noun)


def lock_faults(organisation: "Ledger", days: Iterable[date]) -> Iterator[str]:
    """In a locked period nothing can be written.

    # invented [D1]: that this holds for drafts too, which are not in the ledger yet.
    """
    earliest = min(days)
    for name, message in (("PeriodLockDate", PERIOD_LOCKED), ("EndOfYearLockDate", YEAR_LOCKED)):
        if written := organisation.books.profile.get(name):
            locked = parse_wire_date(written).date()
            if earliest <= locked:
                yield message.format(date=locked)


def number_fault(organisation: "Ledger", document: Document) -> str | None:
    """The number of a sale is unique, voided and deleted ones included; that of a bill is not."""
    if document.kind != ACCREC or not document.number:
        return None
    other = organisation.invoice_numbered(document.number)
    taken = other is not None and other.document_id != document.document_id
    return NUMBER_TAKEN if taken else None


def is_held_fast(document: Document) -> bool:
    """Whether its figures can no longer be edited.

    # invented [F7]: that this holds for an invoice of nothing, which is PAID without a payment.
    """
    return bool(document.settled) or document.status == PAID


def settled_faults(before: Document, after: Document) -> Iterator[str]:
    """Why a change of a part or fully paid document is refused; what is unchanged passes.

    # invented [D2]: that repeating what is there already passes.
    """
    if not is_held_fast(before):
        return
    if before.contact_id != after.contact_id and any(
        row.array == CREDIT_NOTES for row in before.settled
    ):
        yield SETTLED
    if any(line.line_id not in {old.line_id for old in before.lines} for line in after.lines):
        yield LINE_ID_NEEDED
    elif _held(before) != _held(after):
        yield SETTLED


def approval_faults(document: Document, readings: Readings) -> Iterator[str]:
    """What only matters once a document is approved."""
    if document.status not in (AUTHORISED, PAID):
        return
    if document.due is None and document.kind in (ACCREC, "ACCPAY"):
        yield NO_DUE_DATE
    if document.total < 0 and readings.refuses_below_zero:  # invented [D10]
        yield NEGATIVE_TOTAL


def closed_at_once(document: Document, readings: Readings) -> Document:
    """An invoice of nothing is paid as soon as it is approved.

    # invented [F7]: that Xero does so, and that the API then treats it as any paid invoice.
    People who sync with it report it; no recording is at hand.
    """
    is_invoice = document.kind in (ACCREC, "ACCPAY")
    is_nothing = document.status == AUTHORISED and not document.outstanding
    if is_invoice and is_nothing and readings.closes_nothing:
        return replace(document, status=PAID)
    return document


def field_faults(organisation: "Ledger", document: Document) -> Iterator[str]:
    """Lengths, currency, address."""
    for name, text in (("InvoiceNumber", document.number), ("Reference", document.reference)):
        if len(text) > LIMITS[name]:
            yield TOO_LONG.format(field=name, limit=LIMITS[name])
    if document.currency not in organisation.currency_codes:
        yield NOT_SUBSCRIBED.format(code=document.currency)
    if document.rate <= 0:
        yield BAD_RATE
    url = str(document.others.get("Url", ""))
    if url and (not name_key(url).startswith(("http://", "https://")) or "xero" in name_key(url)):
        yield BAD_URL


def _held(document: Document) -> dict[str, object]:
    """All of a document that a settlement holds fast."""
    fields = {n: v for n, v in vars(document).items() if n not in FREE_WHEN_SETTLED}
    fields |= {"contact_id": "", "lines": [_held_line(line) for line in document.lines]}
    return fields


def _held_line(line: Line) -> Line:
    return replace(line, description="", account_code="", tracking=[])
