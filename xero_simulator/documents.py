"""Invoices, bills, credit notes, over- and prepayments: one shape, as the ledger keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from xero_simulator.money import ZERO, total
from xero_simulator.query import Table
from xero_simulator.wire import JsonObject

ACCREC, ACCPAY = "ACCREC", "ACCPAY"
ACCRECCREDIT, ACCPAYCREDIT = "ACCRECCREDIT", "ACCPAYCREDIT"
INVOICE_KINDS = (ACCREC, ACCPAY)
CREDIT_NOTE_KINDS = (ACCRECCREDIT, ACCPAYCREDIT)

DRAFT, SUBMITTED, AUTHORISED = "DRAFT", "SUBMITTED", "AUTHORISED"
PAID, VOIDED, DELETED = "PAID", "VOIDED", "DELETED"
STATUSES = (DRAFT, SUBMITTED, DELETED, AUTHORISED, PAID, VOIDED)
APPROVED = (AUTHORISED, PAID)

EXCLUSIVE, INCLUSIVE, NO_TAX = "Exclusive", "Inclusive", "NoTax"
LINE_AMOUNT_TYPES = (EXCLUSIVE, INCLUSIVE, NO_TAX)

# What a document was settled with, by the name of the array that shows it.
PAYMENTS, CREDIT_NOTES = "Payments", "CreditNotes"
PREPAYMENTS, OVERPAYMENTS, ALLOCATIONS = "Prepayments", "Overpayments", "Allocations"


@dataclass(frozen=True)
class Line:
    """One line. A line of text only has no quantity and no amount."""

    line_id: str
    description: str = ""
    quantity: Decimal | None = None
    unit_amount: Decimal | None = None
    item_code: str = ""
    account_code: str = ""
    tax_type: str = ""
    tax_amount: Decimal = ZERO
    line_amount: Decimal = ZERO
    discount_rate: Decimal | None = None
    discount_amount: Decimal | None = None
    tracking: list[JsonObject] = field(default_factory=list)

    @property
    def is_text_only(self) -> bool:
        """A description and nothing else, which is legal."""
        return self.quantity is None and not self.item_code and not self.line_amount


@dataclass(frozen=True)
class Settlement:
    """An amount that settles a document: `array` shows it, `other_id` is the other document."""

    array: str
    key: str
    other_id: str
    amount: Decimal
    day: date


@dataclass(frozen=True)
class Document:
    """A document. A change is always a new one, so undoing is putting back."""

    document_id: str
    updated: datetime
    kind: str
    status: str
    contact_id: str
    day: date
    currency: str
    rate: Decimal = Decimal(1)
    due: date | None = None
    number: str = ""
    reference: str = ""
    line_amount_types: str = EXCLUSIVE
    lines: tuple[Line, ...] = ()
    rounding: Decimal = ZERO
    cis_deduction: Decimal = ZERO
    cis_rate: Decimal = ZERO
    sent_to_contact: bool = False
    others: Mapping[str, Any] = field(default_factory=dict)
    settled: tuple[Settlement, ...] = ()
    moved: Mapping[str, list[Decimal]] = field(default_factory=dict)  # item: quantity, cost

    def __post_init__(self) -> None:
        # The state file gives dictionaries back for what is nested.
        lines = tuple(Line(**row) if isinstance(row, dict) else row for row in self.lines)
        settled = tuple(Settlement(**r) if isinstance(r, dict) else r for r in self.settled)
        object.__setattr__(self, "lines", lines)
        object.__setattr__(self, "settled", settled)

    @property
    def key(self) -> str:
        """Its place in the book."""
        return self.document_id

    @property
    def is_sale(self) -> bool:
        """Whether it belongs to a customer, not to a supplier."""
        return self.kind.startswith(("ACCREC", "RECEIVE", "AR"))

    @property
    def is_approved(self) -> bool:
        """Whether it stands in the ledger."""
        return self.status in APPROVED

    @property
    def sub_total(self) -> Decimal:
        """SubTotal is without tax, Inclusive lines or not."""
        amounts = total(line.line_amount for line in self.lines)
        return amounts - self.total_tax if self.line_amount_types == INCLUSIVE else amounts

    @property
    def total_tax(self) -> Decimal:
        """TotalTax: rounded per line, then summed [REC]."""
        return total(line.tax_amount for line in self.lines)

    @property
    def total(self) -> Decimal:
        """Total."""
        return self.sub_total + self.total_tax + self.rounding

    @property
    def amount_paid(self) -> Decimal:
        """AmountPaid."""
        return total(row.amount for row in self.settled if row.array == PAYMENTS)

    @property
    def amount_credited(self) -> Decimal:
        """AmountCredited: credit notes, prepayments and overpayments [OAS]."""
        return total(row.amount for row in self.settled if row.array != PAYMENTS)

    @property
    def outstanding(self) -> Decimal:
        """AmountDue of an invoice, RemainingCredit of a credit.

        What the customer pays to the tax office instead (CIS) is not due [3P: "withheld by the
        contractor to be paid to HMRC"; that it does not change Total: ApprovalMax].
        """
        if self.status in (VOIDED, DELETED):
            return ZERO  # [OAS example of a voided invoice]
        return self.due_before_its_end

    @property
    def due_before_its_end(self) -> Decimal:
        """The same, whether it is voided or not."""
        return self.total - self.cis_deduction - self.amount_paid - self.amount_credited

    @property
    def fully_paid_on(self) -> date | None:
        """The day of the last settlement, once nothing is outstanding."""
        if self.status != PAID:
            return None
        return max((row.day for row in self.settled), default=self.day)


def document_table(name: str) -> Table:
    """The texts of an Invoice, CreditNote, Overpayment or Prepayment [DOC]."""
    number = "InvoiceNumber" if name == "Invoice" else "CreditNoteNumber"
    return Table(
        name,
        {
            number: lambda d: d.number,
            "Type": lambda d: d.kind,
            "Status": lambda d: d.status,
            "Reference": lambda d: d.reference,
            "CurrencyCode": lambda d: d.currency,
        },
    )
