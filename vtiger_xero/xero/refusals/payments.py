"""What Xero says of payments."""

from __future__ import annotations

from .row import Row

_CHOOSE_ACCOUNT = (
    "Choose another Xero Account on the payment: a bank account, or one for which payments are "
    "enabled in Xero (Accounting, Chart of accounts)."
)
_CORRECT_AMOUNT = "Correct the Amount of the payment."

ROWS = (
    Row(
        r"^Payment amount exceeds the amount outstanding",
        "The payment is larger than what the invoice still owes in Xero.",
        "Compare the payments and credits of the invoice here and in Xero; correct the Amount, or "
        "delete what is there twice.",
    ),
    Row(
        r"^Account could not be found",
        "Xero has no such account for the payment, or it is archived.",
        _CHOOSE_ACCOUNT,
    ),
    Row(
        r"^Account type is invalid for making a payment",
        "Xero takes no payments on the account of this payment.",
        _CHOOSE_ACCOUNT,
    ),
    Row(
        r"^Payments can only be made against Authorised documents",
        "Xero takes payments on approved invoices that are not fully paid, and this one is a "
        "draft, paid, voided or deleted there.",
        "Approve the invoice here and sync it first, or look at it in Xero.",
    ),
    Row(
        r"^Payment not of valid status for modification",
        "Xero changes no payment, and does not delete one twice.",
        "Look at the payment in Xero. To correct one, delete it and enter another.",
    ),
    Row(
        r"^The payment has been reconciled",
        "The payment is reconciled with the bank statement in Xero, so it cannot be deleted from "
        "outside.",
        "Remove the payment in Xero (Remove & Redo), then sync again.",
    ),
    Row(
        r"^Payments within a batch cannot be deleted",
        "The payment is part of a batch payment in Xero, so it cannot be deleted by itself.",
        "Remove it from the batch payment in Xero, then sync again.",
    ),
    Row(
        r"^(Payment|The) amount must be greater than zero",
        "Xero takes no payment of zero or less.",
        _CORRECT_AMOUNT,
    ),
    Row(
        r"^The Date field must be specified",
        "The payment has no date, and Xero needs one.",
        "Enter a Payment Date.",
    ),
    Row(
        r"^A payment must be made against an invoice",
        "The payment belongs to no invoice that Xero knows.",
        "Choose the invoice under Related To, and sync that first.",
    ),
)
