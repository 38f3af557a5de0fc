"""Documents on the wire: read in two views, written back, or echoed with their errors."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xero_simulator.chart import account_coded
from xero_simulator.contact_fields import Contact, View
from xero_simulator.contact_wire import written_contact
from xero_simulator.document_saving import INVOICES, Family, Saved
from xero_simulator.documents import (
    CREDIT_NOTES,
    OVERPAYMENTS,
    PAYMENTS,
    PREPAYMENTS,
    Document,
    Line,
    Settlement,
)
from xero_simulator.invalid import Invalid
from xero_simulator.item_rules import item_coded
from xero_simulator.lines import gross_of, rate_of
from xero_simulator.money import cents, places, shown, total
from xero_simulator.shapes import day, number
from xero_simulator.wire import ZERO_GUID, JsonObject, wire_date, without_nulls

if TYPE_CHECKING:
    from xero_simulator.ledger import Ledger

STANDARD_THEME = "7889a0ac-262a-40e3-8a63-9a769b1a18af"  # of the Demo Company [REC]
_LISTS: JsonObject = {"Addresses": [], "Phones": [], "ContactGroups": [], "ContactPersons": []}
_CREDIT_IDS = {
    CREDIT_NOTES: "CreditNoteID",
    PREPAYMENTS: "PrepaymentID",
    OVERPAYMENTS: "OverpaymentID",
}
_NUMBERS = (
    "Quantity", "UnitAmount", "LineAmount", "TaxAmount", "DiscountRate", "DiscountAmount",
    "SubTotal", "TotalTax", "Total", "CurrencyRate", "RoundingAmount", "Amount", "BankAmount",
)  # fmt: skip


def read_invoice(
    ledger: "Ledger",
    document: Document,
    view: View,
    unit_places: int = 2,
    *,
    in_page: bool = False,
) -> JsonObject:
    """An invoice as GET shows it: FULL by id or page, LISTED without a page [DOC].

    Of discounts a page shows the rates alone [3P: Xero-OpenAPI 592; xero-php-oauth2 152]. By id
    there are no empty Payments and CreditNotes, and InvoiceAddresses neither [REC invoice.json].
    """
    is_whole = view is View.FULL and not in_page
    wire: JsonObject = {
        "Type": document.kind,
        "InvoiceID": document.document_id,
        "InvoiceNumber": document.number,
        "Reference": document.reference,
    }
    wire |= settlements(ledger, document, is_whole)
    wire |= {
        "AmountDue": shown(document.outstanding),
        "AmountPaid": shown(document.amount_paid),
        "AmountCredited": shown(document.amount_credited),
        "SentToContact": document.sent_to_contact,
        "CurrencyRate": shown(document.rate),
        "HasErrors": False,
        "IsDiscounted": any(_is_discounted(line) for line in document.lines),
        "InvoicePaymentServices": [],
    }
    if document.kind == "ACCPAY":
        wire.pop("SentToContact")  # [REC: bills_page.json of the same recorder]
    wire["HasAttachments"] = False
    wire |= {"Attachments": []} if is_whole else {"InvoiceAddresses": []}
    wire |= head(ledger, document, view)
    lines = lines_of(ledger, document, unit_places, in_page=in_page)
    wire["LineItems"] = lines if view is View.FULL else []
    if view is View.FULL and wire["IsDiscounted"] and not in_page:
        off = total(gross_of(line) - line.line_amount for line in document.lines)
        wire["TotalDiscount"] = shown(cents(off))  # [3P: the answer in Xero-OpenAPI 713]
    wire |= totals(document)
    is_listed = in_page or view is not View.FULL
    if is_listed and document.rounding and not ledger.readings.lists_contain_rounding:
        wire["Total"] = shown(document.total - document.rounding)
    if document.cis_deduction:
        wire["CISDeduction"] = shown(document.cis_deduction)
        wire["CISRate"] = shown(document.cis_rate)
    if document.fully_paid_on:
        wire["FullyPaidOnDate"] = wire_date(document.fully_paid_on)
    return wire


def rounding_of(document: Document) -> JsonObject:
    """RoundingAmount and EnteredTotal, where there is a rounding.

    By id and in the answers to writes, never in lists [OAS 19.0.0].
    # invented [F2]: that the Total of a list contains it.
    """
    if not document.rounding:
        return {}
    return {"RoundingAmount": shown(document.rounding), "EnteredTotal": shown(document.total)}


def written_invoice(ledger: "Ledger", saved: Saved, unit_places: int) -> JsonObject:
    """The answer to a write: without what settles it [REC], with the contact whole.

    One that was voided shows what was due until then [REC: invoice_void.json], and 0 in lists.
    """
    document = saved.document
    wire = without_settlements(read_invoice(ledger, document, View.FULL, unit_places))
    wire["AmountDue"] = shown(document.due_before_its_end)
    wire["Contact"] = contact_of(ledger, document, View.FULL)
    return wire | rounding_of(document) | remarks(saved)


def without_settlements(wire: JsonObject) -> JsonObject:
    """An invoice as the answers to writes show it, of itself and of its payment [REC][OAS]."""
    left_out = ("Payments", "CreditNotes", "HasAttachments", "Attachments", "AmountCredited")
    return {name: value for name, value in wire.items() if name not in left_out}


def refused_document(
    ledger: "Ledger", family: Family, sent: JsonObject, invalid: Invalid
) -> JsonObject:
    """What was sent, over what is stored of it, with what is wrong with it.

    Its Status is the one asked for; its Type, days, lines, totals and currency are there although
    they were not sent, its number and reference are not [REC: invoice_delete_authorised.json].
    """
    echoed = _echo(sent)
    before = family.book(ledger).get(invalid.key or "")
    wire: JsonObject = {
        **(_stored(ledger, before) if before else {}),
        **{name: value for name, value in echoed.items() if name != "HasErrors"},
        family.id_name: invalid.key or ZERO_GUID,
        **(no_settlements() if family is INVOICES else {"Payments": [], "Allocations": []}),
        "HasErrors": True,
        "Contact": _echo_of_contact(sent.get("Contact") or {}),
        "ValidationErrors": [{"Message": message} for message in invalid.messages],
    }
    if before is None or sent.get("LineItems") is not None:
        # invented [Y2]: that lines which were sent have ValidationErrors, and stored ones none.
        wire["LineItems"] = [
            {**_echo(row), "ValidationErrors": []} for row in sent.get("LineItems") or ()
        ]
    if family is INVOICES:
        wire |= {"IsDiscounted": False, "InvoiceAddresses": [], "InvoicePaymentServices": []}
    for name in ("Date", "DueDate"):
        value = day(sent, name)
        if value is not None:
            wire |= {f"{name}String": f"{value:%Y-%m-%d}T00:00:00", name: wire_date(value)}
    return wire


def _stored(ledger: "Ledger", document: Document) -> JsonObject:
    """What the echo of a refused update shows of what is there."""
    names = (
        "Type", "DateString", "Date", "DueDateString", "DueDate", "LineAmountTypes", "LineItems",
        "SubTotal", "TotalTax", "Total", "CurrencyCode",
    )  # fmt: skip
    stored = {
        "Type": document.kind,
        **head(ledger, document, View.LISTED),
        **totals(document),
        "LineItems": lines_of(ledger, document, 2, in_page=True),
    }
    return {name: stored[name] for name in names if name in stored}


def contact_of(ledger: "Ledger", document: Document, view: View) -> JsonObject:
    """Whole by id and after a write; in a list no more than id and name [REC]."""
    contact: Contact | None = ledger.contacts.get(document.contact_id)
    if contact is None:
        return {}
    if view is View.FULL:
        return written_contact(contact)
    named = {"ContactID": contact.contact_id, "ContactNumber": contact.number, "Name": contact.name}
    return {**without_nulls(named), **_LISTS, "HasValidationErrors": False}


def settlements(ledger: "Ledger", document: Document, is_whole: bool = False) -> JsonObject:
    """The four arrays of what settles an invoice; by id the first two only where they are full."""
    wire: JsonObject = {PAYMENTS: payments_of(ledger, document)}
    for array, id_name in _CREDIT_IDS.items():
        wire[array] = [
            _applied(ledger, array, id_name, row, is_whole)
            for row in document.settled
            if row.array == array
        ]
    empty = [name for name in (PAYMENTS, CREDIT_NOTES) if is_whole and not wire[name]]
    return {name: rows for name, rows in wire.items() if name not in empty}


def _applied(
    ledger: "Ledger", array: str, id_name: str, row: Settlement, is_whole: bool
) -> JsonObject:
    books = {
        CREDIT_NOTES: ledger.credit_notes,
        PREPAYMENTS: ledger.prepayments,
        OVERPAYMENTS: ledger.overpayments,
    }
    credit = books[array].get(row.other_id)
    wire: JsonObject = {id_name: row.other_id, "ID": row.other_id}
    if credit is not None and array == CREDIT_NOTES:
        wire |= {"CreditNoteNumber": credit.number, "HasErrors": False, "InvoiceAddresses": []}
        wire |= {"CurrencyRate": shown(credit.rate)} if is_whole else {}  # [REC]
    return wire | {
        "AppliedAmount": shown(row.amount),
        **_dated("Date", row.day),
        "LineItems": [],
        "Total": shown(credit.total if credit else row.amount),
    }


def payments_of(ledger: "Ledger", document: Document) -> list[JsonObject]:
    """The payments of a document, as it shows them: HasAccount is false here [OAS]."""
    rows = [row for row in document.settled if row.array == PAYMENTS]
    payments = ((row, ledger.payments.get(row.key)) for row in rows)
    return [
        without_nulls(
            {
                "PaymentID": row.key,
                "BatchPaymentID": payment.batch_id or None if payment else None,
                "Date": wire_date(row.day),
                "Amount": shown(row.amount),
                "Reference": payment.reference or None if payment else None,
                "CurrencyRate": shown(payment.rate if payment else Decimal(1)),
                "HasAccount": False,
                "HasValidationErrors": False,
            }
        )
        for row, payment in payments
    ]


def head(ledger: "Ledger", document: Document, view: View) -> JsonObject:
    """Contact, dates, status."""
    others = {
        name: wire_date(day(dict(document.others), name) or document.day)
        if "Date" in name
        else value
        for name, value in document.others.items()
    }
    return {
        "Contact": contact_of(ledger, document, view),
        **_dated("Date", document.day),
        **(_dated("DueDate", document.due) if document.due else {}),
        **({"BrandingThemeID": STANDARD_THEME} if document.is_sale else {}),  # bills: none [REC]
        **others,
        "Status": document.status,
        "LineAmountTypes": document.line_amount_types,
    }


def totals(document: Document) -> JsonObject:
    """Totals, times, currency."""
    return {
        "SubTotal": shown(document.sub_total),
        "TotalTax": shown(document.total_tax),
        "Total": shown(document.total),
        "UpdatedDateUTC": wire_date(document.updated),
        "UpdatedDateUTCString": f"{document.updated:%Y-%m-%dT%H:%M:%S}Z",
        "CurrencyCode": document.currency,
    }


def lines_of(
    ledger: "Ledger", document: Document, unit_places: int, *, in_page: bool = False
) -> list[JsonObject]:
    """LineItems."""
    return [read_line(ledger, line, unit_places, in_page=in_page) for line in document.lines]


def read_line(
    ledger: "Ledger", line: Line, unit_places: int, *, in_page: bool = False
) -> JsonObject:
    """A line. Prices have two decimals unless unitdp=4 is asked for, whatever is kept [OAS].

    One of text only has no amounts [REC: credit_notes_page.json]; ValidationErrors stand in the
    answers of one document and of writes, and not in pages [REC].
    """
    as_amount = {} if in_page or not _is_discounted(line) else _discount(line)
    account = account_coded(ledger, line.account_code) if line.account_code else None
    item = item_coded(ledger, line.item_code) if line.item_code else None
    named = {"ItemID": item.item_id, "Name": item.get("Name"), "Code": item.code} if item else None
    wire = {
        "ItemCode": line.item_code or None,
        "Description": line.description or None,
        "UnitAmount": _shown(line.unit_amount, unit_places),
        "TaxType": line.tax_type or None,
        "TaxAmount": None if line.is_text_only else shown(line.tax_amount),
        "LineAmount": None if line.is_text_only else shown(line.line_amount),
        "AccountCode": line.account_code or None,
        "Item": without_nulls(named) if named else None,
        "Tracking": line.tracking,
        "Quantity": _shown(line.quantity, 4),
        "DiscountRate": _shown(rate_of(line), 2),
        **as_amount,
        "LineItemID": line.line_id,
        "AccountID": (account or {}).get("AccountID"),
        "ValidationErrors": None if in_page else [],
    }
    return without_nulls(wire)


def _discount(line: Line) -> JsonObject:
    """What an answer of one document shows beside the rate [3P]."""
    off = line.discount_amount or cents(gross_of(line) - line.line_amount)
    return {
        "DiscountAmount": _shown(off, 2),
        "DiscountEnteredAsPercent": line.discount_amount is None,
    }


def _shown(amount: Decimal | None, count: int) -> Decimal | None:
    return None if amount is None else shown(places(amount, count))


def _is_discounted(line: Line) -> bool:
    return bool(line.discount_rate or line.discount_amount)


def _dated(name: str, value: date) -> JsonObject:
    return {f"{name}String": f"{value:%Y-%m-%d}T00:00:00", name: wire_date(value)}


def no_settlements() -> JsonObject:
    """The four arrays, empty."""
    return {PAYMENTS: [], CREDIT_NOTES: [], PREPAYMENTS: [], OVERPAYMENTS: []}


def remarks(saved: Saved) -> JsonObject:
    """Warnings, if there are any: such a document was saved."""
    return {"Warnings": [{"Message": text} for text in saved.warnings]} if saved.warnings else {}


def _echo(sent: JsonObject) -> JsonObject:
    """The scalars that were sent; a number that came as a text is a number."""
    scalars = {n: v for n, v in sent.items() if isinstance(v, str | bool | int | Decimal)}
    numbers: dict[str, Any] = {n: number(sent, n) for n in _NUMBERS if n in scalars}
    return without_nulls({**scalars, **numbers})


def _echo_of_contact(sent: JsonObject) -> JsonObject:
    return {**_echo(sent), **_LISTS, "HasValidationErrors": False, "ValidationErrors": []}
