"""Payments and Xero's payments on sales invoices: the table of docs/mapping.md, both ways."""

from __future__ import annotations

from ..lookups import Lookups
from ..records import Document, Fields, NotInXero, Value
from ..text import tidy
from ..totals.payments import RECEIVED
from .resources import DELETED
from .rows import Part, Row, Table, day, money, text_of, text_row

INVOICE, AMOUNT, DATE, ACCOUNT = "related_to", "amount", "payment_date", "xero_account"
REFERENCE, STATUS, NUMBER = "reference", "payment_status", "payment_no"
PENDING = "Pending"
EXPECTED = (PENDING, "In Progress")  # money that may come, or may be there already
_AUTHORISED = "AUTHORISED"


def table(lookups: Lookups) -> Table:
    """The rows; invoices and accounts are looked up."""
    return Table(
        (
            _invoice(lookups),
            money(AMOUNT, ("Amount",), 2),
            day(DATE, "Date"),
            _account(lookups),
            _reference(),
            _status(),
        )
    )


def _invoice(lookups: Lookups) -> Row:
    def read(document: Document) -> Value:
        return text_of((document.get("Invoice") or {}).get("InvoiceID"))

    def write(document: Document, value: Value) -> None:
        document["Invoice"] = {"InvoiceID": text_of(value)}

    def source(fields: Fields) -> Value:
        name = text_of(fields.get(INVOICE))
        return lookups.invoice_ids.get(name) or (name and NotInXero.named(name))

    def apply(value: Value, held: Fields, document: Document) -> Fields:
        return {INVOICE: lookups.invoices.get(text_of(value), "")}

    part = Part(("Invoice",))
    return Row(INVOICE, part, "Invoice.InvoiceID", read, write, source=source, apply=apply)


def _account(lookups: Lookups) -> Row:
    """By AccountID: a bank account may have no code."""

    def read(document: Document) -> Value:
        held = document.get("Account") or {}
        return str(held.get("AccountID") or lookups.account_id(str(held.get("Code") or ""))).lower()

    def write(document: Document, value: Value) -> None:
        document["Account"] = {"AccountID": text_of(value)}

    def source(fields: Fields) -> Value:
        return (text_of(fields.get(ACCOUNT)) or lookups.settings.payment_account).lower()

    def apply(value: Value, held: Fields, document: Document) -> Fields:
        account = lookups.account(text_of(value))
        return {ACCOUNT: account.id if account else ""}

    def restore(value: Value, agreed: Value, fields: Fields) -> Value:
        """Where none was chosen, another account in the settings does not change this payment."""
        return value if text_of(fields.get(ACCOUNT)) else agreed

    part = Part(("Account",))
    note = "a bank account, or one that payments are enabled for"
    return Row(
        ACCOUNT,
        part,
        "Account.AccountID",
        read,
        write,
        source=source,
        apply=apply,
        restore=restore,
        note=note,
    )


def _reference() -> Row:
    """Where the CRM has none, the payment's number: a payment is found again by it."""

    def source(fields: Fields) -> Value:
        return tidy(text_of(fields.get(REFERENCE))) or text_of(fields.get(NUMBER))

    def restore(value: Value, agreed: Value, fields: Fields) -> Value:
        """Where Xero has none and none was typed here, the number is no change."""
        return value if agreed or tidy(text_of(fields.get(REFERENCE))) else agreed

    note = "the payment's number where it is empty"
    row = text_row(REFERENCE, "Reference", length=255, note=note)
    made = {**vars(row), "source": source, "restore": restore}
    return Row(**{**made, "restores_unagreed": True})


def _status() -> Row:
    def read(document: Document) -> Value:
        return PENDING if document.get("Status") == DELETED else RECEIVED

    def write(document: Document, value: Value) -> None:
        document["Status"] = _AUTHORISED if value == RECEIVED else DELETED

    note = "only a payment that is Received is sent; one deleted in Xero is Pending again"
    return Row(STATUS, Part(("Status",)), "Status", read, write, note=note)
