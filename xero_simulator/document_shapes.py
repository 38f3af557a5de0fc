"""What cannot even be read as an invoice, credit note or payment."""

from xero_simulator.contact_shapes import check_shape
from xero_simulator.documents import LINE_AMOUNT_TYPES, STATUSES
from xero_simulator.shapes import (
    check_dates,
    check_enums,
    check_guids,
    check_kinds,
    check_numbers,
    nested,
    rows,
)
from xero_simulator.wire import JsonObject

TYPES = (
    "ACCPAY", "ACCPAYCREDIT", "APOVERPAYMENT", "APPREPAYMENT",
    "ACCREC", "ACCRECCREDIT", "AROVERPAYMENT", "ARPREPAYMENT",
)  # fmt: skip
_TEXTS = (
    "InvoiceNumber", "CreditNoteNumber", "Reference", "Url", "CurrencyCode",
)  # fmt: skip
_NUMBERS = ("CurrencyRate", "SubTotal", "TotalTax", "Total", "RoundingAmount")
_DATES = ("Date", "DueDate", "ExpectedPaymentDate", "PlannedPaymentDate")
_LINE_TEXTS = ("Description", "ItemCode", "AccountCode", "TaxType")
_LINE_NUMBERS = (
    "Quantity", "UnitAmount", "LineAmount", "TaxAmount", "DiscountRate", "DiscountAmount",
)  # fmt: skip


def check_document_shape(sent: JsonObject) -> None:
    """Raise Refused(400) unless `sent` can be read. Unknown elements are ignored."""
    check_kinds(sent, {**dict.fromkeys(_TEXTS, str), "SentToContact": bool})
    check_enums(sent, {"Type": TYPES, "Status": STATUSES, "LineAmountTypes": LINE_AMOUNT_TYPES})
    check_guids(sent, ("InvoiceID", "CreditNoteID", "BrandingThemeID"))
    check_numbers(sent, _NUMBERS)
    check_dates(sent, _DATES)
    check_shape(nested(sent, "Contact"))
    for line in rows(sent, "LineItems") or ():
        check_kinds(line, dict.fromkeys(_LINE_TEXTS, str))
        check_guids(line, ("LineItemID", "AccountID"))
        check_numbers(line, _LINE_NUMBERS)
        rows(line, "Tracking")


def check_payment_shape(sent: JsonObject) -> None:
    """The same for a payment."""
    check_kinds(
        sent,
        {
            **dict.fromkeys(("Reference", "Code", "InvoiceNumber", "CreditNoteNumber"), str),
            "IsReconciled": bool,
        },
    )
    check_enums(sent, {"Status": ("AUTHORISED", "DELETED")})
    check_guids(sent, ("PaymentID",))
    check_numbers(sent, ("Amount", "CurrencyRate", "BankAmount"))
    check_dates(sent, ("Date",))
    for name in ("Invoice", "CreditNote", "Prepayment", "Overpayment"):
        check_guids(nested(sent, name), (f"{name}ID",))
    check_guids(nested(sent, "Account"), ("AccountID",))


def check_allocation_shape(sent: JsonObject) -> None:
    """The same for an allocation."""
    check_guids(nested(sent, "Invoice"), ("InvoiceID",))
    check_numbers(sent, ("Amount",))
    check_dates(sent, ("Date",))
