"""Invoices and Xero's sales invoices: the table of docs/mapping.md, both ways."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from ..entered_twice import total_counted_twice
from ..lookups import Lookups
from ..messages import _lt
from ..money import minor_unit
from ..records import Document, Fields, Line, Module, NotInXero, Side, Value
from ..text import tidy
from ..totals.payments import APPROVED, CANCEL, CREDIT_INVOICE, PAID, PARTIALLY_PAID
from .drafting import draft, rows_of
from .equal_rates import with_tax_types_of_xero
from .invoice_figures import (
    ROUNDED,
    amount_settled,
    cis_deduction_of,
    payments_of,
    rounding_of,
    write_rounding,
)
from .item_history import with_agreed_defaults
from .line_writing import is_kept_by_rates, write_lines
from .lines import pair_up, read_lines
from .resources import DELETED, VOIDED
from .rows import Part, Row, Table, Values, Way, day, decimal_of, money, text_of, text_row
from .to_rows import to_rows

NUMBER, SUBJECT, ORGANIZATION, STATUS = "invoice_no", "subject", "organization_name", "status"
DATE, DUE, CURRENCY, RATE = "invoice_date", "due_date", "currency", "conversion_rate"
ITEMS, OTHERWISE = "items", "received_otherwise"
ROUNDING, CIS = "rounding", "cis_deduction"

# How a status is compared: several of the CRM's are one at Xero.
DRAFT, SUBMITTED, AUTHORISED, CANCELLED = "DRAFT", "SUBMITTED", "AUTHORISED", "CANCELLED"
CREDIT = "CREDIT"  # a credit invoice, which Xero keeps elsewhere
OF_CRM = {
    "Created": DRAFT,
    "AutoCreated": DRAFT,
    "Sent": SUBMITTED,
    APPROVED: AUTHORISED,
    "Overdue": AUTHORISED,
    "Initiated": AUTHORISED,
    "In Progress": AUTHORISED,
    PARTIALLY_PAID: AUTHORISED,
    PAID: AUTHORISED,
    CANCEL: CANCELLED,
    CREDIT_INVOICE: CREDIT,
}
_OF_XERO = {"PAID": AUTHORISED, VOIDED: CANCELLED, DELETED: CANCELLED}
_CENT = minor_unit(2)
_TO_CRM = {DRAFT: "Created", SUBMITTED: "Sent", CANCELLED: CANCEL}


def table(lookups: Lookups) -> Table:
    """The rows; contacts, items, accounts and taxes are looked up."""
    return Table(
        (
            _number(),
            _subject(),
            _organization(lookups),
            day(DATE, "Date", clearable=False),
            day(DUE, "DueDate", clearable=False, note="Xero approves no invoice without one"),
            _status(),
            text_row(CURRENCY, "CurrencyCode", clearable=False),
            _rate(lookups),
            _items(lookups),
            _rounding(),
            _cis_deduction(),
            _received_otherwise(lookups),
        )
    )


def _number() -> Row:
    """Where the number stands in for a Subject, a new number does so, too.

    An invoice that Xero made without a number gets none from here: its record has one of its own.
    """

    def apply(value: Value, held: Fields, document: Document) -> Fields:
        stands_in = bool(held) and held.get(SUBJECT) == held.get(NUMBER)
        return {NUMBER: value, **({SUBJECT: value} if stands_in else {})}

    def restore(value: Value, agreed: Value, fields: Fields) -> Value:
        return value if agreed else ""

    def equate(mine: Value, theirs: Value, agreed: Values, fields: Fields) -> Value:
        return mine if theirs or agreed.get(NUMBER) else ""

    note = "an invoice that Xero made without one keeps none there"
    row = text_row(NUMBER, "InvoiceNumber", length=255, clearable=False, apply=apply, note=note)
    return replace(row, restore=restore, equate=equate)


def _subject() -> Row:
    """Xero's Reference is often empty, Vtiger's Subject never: the number stands in, and back."""

    def source(fields: Fields) -> Value:
        subject = tidy(text_of(fields.get(SUBJECT)))
        return "" if subject == tidy(text_of(fields.get(NUMBER))) else subject

    def apply(value: Value, held: Fields, document: Document) -> Fields:
        return {SUBJECT: value or document.get("InvoiceNumber") or ""}

    note = "without a Reference the Subject is the invoice's number"
    row = text_row(SUBJECT, "Reference", length=255, note=note)
    return Row(**{**vars(row), "source": source, "apply": apply})


def _organization(lookups: Lookups) -> Row:
    """Compared by ContactID; nothing else of a contact is sent (docs/xero.md, D25)."""

    def read(document: Document) -> Value:
        contact = text_of((document.get("Contact") or {}).get("ContactID"))
        return lookups.present_contact(contact)

    def write(document: Document, value: Value) -> None:
        document["Contact"] = {"ContactID": text_of(value)}

    def source(fields: Fields) -> Value:
        name = text_of(fields.get(ORGANIZATION))
        return lookups.contacts.get(name) or (name and NotInXero.named(name))

    def apply(value: Value, held: Fields, document: Document) -> Fields:
        present = text_of(held.get(ORGANIZATION))
        if present and lookups.contacts.get(present) == value:
            return {ORGANIZATION: present}  # a duplicate of the contact's own organization
        return {ORGANIZATION: lookups.organizations.get(text_of(value), "")}

    part = Part(("Contact",))
    return Row(ORGANIZATION, part, "Contact.ContactID", read, write, source=source, apply=apply)


def _status() -> Row:
    def read(document: Document) -> Value:
        status = str(document.get("Status") or DRAFT)
        return _OF_XERO.get(status, status)

    def write(document: Document, value: Value) -> None:
        if value == CANCELLED:
            draft_here = document.get("Status") in (None, DRAFT, SUBMITTED)
            document["Status"] = DELETED if draft_here else VOIDED
        elif value != read(document) or "Status" not in document:
            document["Status"] = value

    def source(fields: Fields) -> Value:
        return OF_CRM.get(text_of(fields.get(STATUS)), DRAFT)

    def apply(value: Value, held: Fields, document: Document) -> Fields:
        return {STATUS: crm_status(text_of(value), text_of(held.get(STATUS)), document)}

    note = "see below"
    part = Part(("Status",))
    return Row(STATUS, part, "Status", read, write, source=source, apply=apply, note=note)


def crm_status(status: str, held: str, document: Document) -> str:
    """The CRM's status for one of Xero's; a held one that says the same is kept."""
    if status != AUTHORISED:
        return _TO_CRM.get(status, "Created")
    if document.get("Status") == "PAID":
        return PAID
    if amount_settled(document):
        return PARTIALLY_PAID
    return held if OF_CRM.get(held) == AUTHORISED else APPROVED


def _rate(lookups: Lookups) -> Row:
    """Six decimals. For the base currency there is none, and 1 for another says nothing."""
    row = money(RATE, ("CurrencyRate",), 6)

    def is_base(currency: object) -> bool:
        return not currency or currency == lookups.reference.base_currency

    def read(document: Document) -> Value:
        if is_base(document.get("CurrencyCode")) or not document.get("CurrencyRate"):
            return None
        return row.read(document)

    def write(document: Document, value: Value) -> None:
        if value is not None:
            row.write(document, value)

    def source(fields: Fields) -> Value:
        rate = decimal_of(fields.get(RATE))
        return None if is_base(fields.get(CURRENCY)) or rate in (0, 1) else rate

    def apply(value: Value, held: Fields, document: Document) -> Fields:
        return {RATE: value if value is not None else Decimal(1)}

    changed = {"read": read, "write": write, "source": source, "apply": apply, "clearable": False}
    return Row(**{**vars(row), **changed, "note": "not for the base currency"})


def _items(lookups: Lookups) -> Row:
    """All lines together, charges and adjustment among them: one value, merged as one."""

    def read(document: Document) -> Value:
        return read_lines(document, lookups)

    def read_beside(document: Document, agreed: Value, mine: Value) -> Value:
        return read_lines(document, lookups, _lines(agreed), _lines(mine))

    def write(document: Document, value: Value) -> None:
        write_lines(document, _lines(value), lookups)

    def goes_along(document: Document) -> bool:
        is_over = document.get("Status") in (VOIDED, DELETED)
        return not is_over and not is_kept_by_rates(document)

    def source(fields: Fields) -> Value:
        return draft(fields, lookups).lines

    def apply(value: Value, held: Fields, document: Document) -> Fields:
        return to_rows(_lines(value), held, document, lookups)

    def restore(value: Value, agreed: Value, fields: Fields) -> Value:
        equal = with_tax_types_of_xero(_lines(value), _lines(agreed), fields, lookups)
        return with_agreed_defaults(pair_up(equal, _lines(agreed)), rows_of(fields, ITEMS), lookups)

    def equate(mine: Value, theirs: Value, agreed: Values, fields: Fields) -> Value:
        return with_tax_types_of_xero(_lines(mine), _lines(theirs), fields, lookups)

    part = Part(("LineItems", "LineAmountTypes"))
    return Row(
        ITEMS,
        part,
        "LineItems, LineAmountTypes",
        read,
        write,
        source=source,
        apply=apply,
        restore=restore,
        equate=equate,
        read_beside=read_beside,
        goes_along=goes_along,
        note="with taxes, discounts, charges and adjustment; see below",
    )


def _lines(value: Value) -> list[Line]:
    return [each for each in value if isinstance(each, Line)] if isinstance(value, tuple) else []


def _rounding() -> Row:
    """What a person in Xero typed the total up or down by (rule I19).

    An edit here that changes the total ends it, on both sides.
    """

    def read(document: Document) -> Value:
        return rounding_of(document) or None

    def write(document: Document, value: Value) -> None:
        if value or rounding_of(document):
            write_rounding(document, decimal_of(value))

    def source(fields: Fields) -> Value:
        return decimal_of(fields.get(ROUNDING)).quantize(_CENT) or None

    def apply(value: Value, held: Fields, document: Document) -> Fields:
        return {ROUNDING: decimal_of(value)}

    part = Part(ROUNDED)
    note = "a total that was typed over in Xero; until an edit changes the total"
    xero = "RoundingAmount"
    return Row(ROUNDING, part, xero, read, write, source=source, apply=apply, note=note)


def _cis_deduction() -> Row:
    """What the customer pays to the tax office instead counts as not due (rule I19)."""

    def read(document: Document) -> Value:
        return cis_deduction_of(document).quantize(_CENT)

    def write(document: Document, value: Value) -> None:
        document["CISDeduction"] = value

    def source(fields: Fields) -> Value:
        return decimal_of(fields.get(CIS)).quantize(_CENT)

    part, note = Part(("CISDeduction",)), "counts as not due"
    return Row(CIS, part, "CISDeduction", read, write, way=Way.OWNED, source=source, note=note)


def _received_otherwise(lookups: Lookups) -> Row:
    """What Xero counts as received beyond the payments that are records of their own (rule P4).

    Where payments do not come into the CRM, all that was paid at Xero is among it; and where the
    CRM's record of a payment is gone while Xero keeps the payment, so is that one. Where payments
    do not sync at all, what people entered in both systems counts once (`entered_twice`).
    """
    payments = lookups.settings.of(Module.PAYMENTS)
    comes = payments.enabled and payments.direction.writes(Side.CRM)

    def read(document: Document) -> Value:
        invoice = str(document.get("InvoiceID") or "")
        if comes:
            paid = sum(_counted_only_at_xero(document, lookups), Decimal(0))
        elif not payments.enabled:
            both = total_counted_twice(lookups.entered.get(invoice, ()), payments_of(document))
            paid = decimal_of(document.get("AmountPaid")) - both
        else:
            paid = decimal_of(document.get("AmountPaid")) - lookups.paid_by_records.get(invoice, 0)
        return (decimal_of(document.get("AmountCredited")) + paid).quantize(Decimal("0.01"))

    def write(document: Document, value: Value) -> None:
        document["AmountCredited"] = value

    def source(fields: Fields) -> Value:
        return decimal_of(fields.get(OTHERWISE)).quantize(Decimal("0.01"))

    xero = "AmountCredited; AmountPaid where payments do not sync"
    note = "credit notes, over- and prepayments; counts in Received and Balance"
    part = Part(("AmountCredited",))
    return Row(OTHERWISE, part, xero, read, write, way=Way.OWNED, source=source, note=note)


def _counted_only_at_xero(document: Document, lookups: Lookups) -> Iterator[Decimal]:
    for each in document.get("Payments") or ():
        if str(each.get("PaymentID")) in lookups.orphan_payments:
            yield decimal_of(each.get("Amount"))


_CREDITS = (
    ("CreditNotes", "credit note", "CreditNoteNumber"),
    ("Overpayments", "overpayment", "Reference"),
    ("Prepayments", "prepayment", "Reference"),
)


def credits_of(document: Document) -> tuple[str, ...]:
    """What was applied to an invoice besides payments, each named with its amount (rule P4)."""
    found = []
    for key, word, number in _CREDITS:
        for each in document.get(key) or ():
            name = " ".join(one for one in (word, str(each.get(number) or "")) if one)
            amount = decimal_of(each.get("AppliedAmount") or each.get("Total"))
            found.append(_lt("Received by {0}: {1}.").format(name, f"{amount:.2f}"))
    return tuple(found)


LINE_ROWS: tuple[tuple[str, str, str], ...] = (
    ("Item Name", "ItemCode", "a line without one becomes the product ??????"),
    ("Item Comment", "Description", "where it is empty, the item's name"),
    ("Quantity", "Quantity", "four decimals; a negative one goes with its sign at the price"),
    ("Selling Price", "UnitAmount", "four decimals; Inclusive prices are turned into exclusive"),
    (
        "Discount Percent / Amount",
        "DiscountRate / DiscountAmount",
        "as an amount where no rate of two decimals comes to it; a negative line takes a rate only",
    ),
    ("Taxes", "TaxType, TaxAmount", "TaxAmount is set where rounding differs"),
    ("Xero Sales Account", "AccountCode", "else the product's, else that of the settings"),
    (
        "Shipping & Handling and its taxes",
        "a line \u201cCharges\u201d without an item",
        "the last one; a line of the CRM that is called so stays an item",
    ),
    ("Adjustment", "a line \u201cAdjustment\u201d without an item and without tax", "likewise"),
)
