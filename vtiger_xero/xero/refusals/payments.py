"""What Xero says of payments."""

from __future__ import annotations

from .row import Row

_CHOOSE_ACCOUNT = (
    "Choose another Xero Account on the payment: a bank account, or one for which payments are "
    "enabled in Xero (Accounting, Chart of accounts)."
)

ROWS = (
    Row(
        r"^Payment amount exceeds the amount outstanding",
        "The payment is larger than what the invoice still owes in Xero.",
        "Compare the payments and credits of the invoice here and in Xero; correct the Amount, or "
        "delete what is there twice.",
    ),
    Row(
        r"^You must specify an Account code or Account ID for the payment",
        "The payment has no account, and Xero needs one.",
        _CHOOSE_ACCOUNT,
    ),
    Row(
        r"^Only Status accepted for updates",
        "Xero changes nothing about a payment once it is saved; it can only be deleted there.",
        "Take the change back. If it must be made, delete this payment and enter the corrected one "
        "in its place.",
    ),
    Row(
        r"^Payments within a batch cannot be deleted",
        "The payment is part of a batch payment in Xero, and Xero deletes none of these one by "
        "one.",
        "If the payment must go, open the batch payment in Xero and remove it there, then sync "
        "again: deleting a batch deletes every payment in it.",
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
        r"^Payment amounts must be positive",
        "Xero takes no payment of zero or less.",
        "Correct the Amount of the payment.",
    ),
    Row(
        r"^The Date field must be specified",
        "The payment has no date, and Xero needs one.",
        "Enter a Payment Date.",
    ),
)
