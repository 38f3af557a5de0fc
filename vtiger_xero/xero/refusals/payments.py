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
        "A saved payment cannot be changed in Xero. It can only be deleted there.",
        "Undo the change. If it is necessary, delete this payment and enter a corrected one.",
    ),
    Row(
        r"^Payments within a batch cannot be deleted",
        "The payment is part of a batch payment in Xero. Xero does not delete single payments of "
        "a batch.",
        "If the payment must be deleted, open the batch payment in Xero and remove it there, "
        "then sync again. Deleting a batch deletes every payment in it.",
    ),
    Row(
        r"^Account could not be found",
        "Xero has no such account for the payment, or it is archived.",
        _CHOOSE_ACCOUNT,
    ),
    Row(
        r"^Account type is invalid for making a payment",
        "The account of this payment cannot receive payments in Xero.",
        _CHOOSE_ACCOUNT,
    ),
    Row(
        r"^Payments can only be made against Authorised documents",
        "Xero accepts payments on approved invoices that are not fully paid. This invoice is a "
        "draft, paid, voided or deleted there.",
        "Approve the invoice here and sync it first, or look at it in Xero.",
    ),
    Row(
        r"^Payment not of valid status for modification",
        "Xero does not change payments, and it deletes a payment only once.",
        "Look at the payment in Xero. To correct one, delete it and enter another.",
    ),
    Row(
        r"^Payment amounts must be positive",
        "Xero does not accept a payment of zero or less.",
        "Correct the Amount of the payment.",
    ),
    Row(
        r"^The Date field must be specified",
        "The payment has no date, and Xero needs one.",
        "Enter a Payment Date.",
    ),
)
