"""Rows as they are on the wire into the ledger, past the rules: a sample, or another's books."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from xero_simulator.chart import account_named
from xero_simulator.document_rules import closed_at_once
from xero_simulator.documents import (
    ALLOCATIONS,
    AUTHORISED,
    CREDIT_NOTES,
    EXCLUSIVE,
    PAID,
    PAYMENTS,
    Document,
    Line,
    Settlement,
)
from xero_simulator.item_fields import Item, overlay_item
from xero_simulator.money import ZERO
from xero_simulator.payment_fields import DELETED, Payment
from xero_simulator.readings import Readings
from xero_simulator.shapes import day, number
from xero_simulator.wire import JsonObject, parse_wire_date

if TYPE_CHECKING:
    from xero_simulator.ledger import Ledger

_OTHERS = (
    "Url", "BrandingThemeID", "ExpectedPaymentDate", "PlannedPaymentDate", "RepeatingInvoiceID",
)  # fmt: skip


def loaded_item(ledger: "Ledger", row: JsonObject) -> Item:
    """An item."""
    blank = Item(row.get("ItemID") or ledger.new_id(), _updated(ledger, row))
    return replace(
        overlay_item(blank, row, 4, Readings()),
        on_hand=number(row, "QuantityOnHand") or ZERO,
        cost_pool=number(row, "TotalCostPool") or ZERO,
    )


def loaded_document(ledger: "Ledger", row: JsonObject) -> Document:
    """An invoice or credit, with its lines as they are; AmountPaid is not read."""
    kind = row["Type"]
    id_name = "InvoiceID" if kind in ("ACCREC", "ACCPAY") else "ID"
    currency = row.get("CurrencyCode") or ledger.currency
    status = row.get("Status", "DRAFT")
    document = Document(
        document_id=row.get(id_name) or ledger.new_id(),
        updated=_updated(ledger, row),
        kind=kind,
        status=AUTHORISED if status == PAID else status,  # paid is what its payments make it
        contact_id=row["Contact"]["ContactID"].lower(),
        day=day(row, "Date") or ledger.today(),
        currency=currency,
        rate=number(row, "CurrencyRate") or ledger.day_rate(currency),
        due=day(row, "DueDate"),
        number=row.get("InvoiceNumber") or row.get("CreditNoteNumber") or "",
        reference=row.get("Reference") or "",
        line_amount_types=row.get("LineAmountTypes") or EXCLUSIVE,
        lines=tuple(_line(ledger, line) for line in row.get("LineItems") or ()),
        sent_to_contact=bool(row.get("SentToContact")),
        others={name: row[name] for name in _OTHERS if row.get(name)},
    )
    return closed_at_once(document, ledger.readings)


def loaded_credit_note(ledger: "Ledger", row: JsonObject) -> None:
    """A credit note into the book, and onto the invoices that it is applied to."""
    credit = loaded_document(ledger, row)
    for each in row.get("Allocations") or ():
        invoice = ledger.invoices.get(each["Invoice"]["InvoiceID"].lower())
        if invoice is None:
            continue
        key, amount = each.get("AllocationID") or ledger.new_id(), number(each, "Amount") or ZERO
        on = day(each, "Date") or credit.day
        row_here = Settlement(ALLOCATIONS, key, invoice.document_id, amount, on)
        credit = _settled(credit, row_here)
        row_there = Settlement(CREDIT_NOTES, key, credit.document_id, amount, on)
        ledger.invoices.save(_settled(invoice, row_there), quietly=True)
    ledger.credit_notes.save(credit, quietly=True)


def loaded_payment(ledger: "Ledger", row: JsonObject) -> None:
    """A payment into the book, and onto its invoice unless it is deleted."""
    invoice = ledger.invoices[row["Invoice"]["InvoiceID"].lower()]
    account = row["Account"]
    found = account_named(ledger, account.get("AccountID"), account.get("Code"))
    if found is None:
        raise ValueError(f"no account {account}")
    amount, rate = number(row, "Amount") or ZERO, number(row, "CurrencyRate")
    payment = Payment(
        payment_id=row.get("PaymentID") or ledger.new_id(),
        updated=_updated(ledger, row),
        document_id=invoice.document_id,
        document_kind=invoice.kind,
        account_id=found["AccountID"],
        day=day(row, "Date") or ledger.today(),
        amount=amount,
        rate=invoice.rate if rate is None else rate,  # 0 occurs [3P]
        bank_amount=number(row, "BankAmount") or amount,
        reference=row.get("Reference") or "",
        is_reconciled=bool(row.get("IsReconciled")),
        status=row.get("Status", AUTHORISED),
    )
    ledger.payments.save(payment)
    if payment.status != DELETED:
        _settle(ledger, invoice, payment)


def _settle(ledger: "Ledger", invoice: Document, payment: Payment) -> None:
    row = Settlement(PAYMENTS, payment.key, payment.document_id, payment.amount, payment.day)
    updated = max(invoice.updated, payment.updated)
    settled = replace(_settled(invoice, row), updated=updated)
    ledger.invoices.save(settled, quietly=True)


def _settled(document: Document, row: Settlement) -> Document:
    settled = replace(document, settled=(*document.settled, row))
    return replace(settled, status=AUTHORISED if settled.outstanding else PAID)


def _line(ledger: "Ledger", row: JsonObject) -> Line:
    amounts: dict[str, Decimal | None] = {
        "quantity": number(row, "Quantity"),
        "unit_amount": number(row, "UnitAmount"),
        "discount_rate": number(row, "DiscountRate"),
        "discount_amount": number(row, "DiscountAmount"),
    }
    return Line(
        line_id=row.get("LineItemID") or ledger.new_id(),
        description=row.get("Description") or "",
        item_code=row.get("ItemCode") or "",
        account_code=row.get("AccountCode") or "",
        tax_type=row.get("TaxType") or "",
        tax_amount=number(row, "TaxAmount") or ZERO,
        line_amount=number(row, "LineAmount") or ZERO,
        tracking=row.get("Tracking") or [],
        **amounts,
    )


def _updated(ledger: "Ledger", row: JsonObject) -> datetime:
    written = row.get("UpdatedDateUTC")
    return parse_wire_date(written) if written else ledger.stamp()
