"""What Xero says of payments."""

from __future__ import annotations

from ...engine.messages import _lt
from .row import Row

_CHOOSE_ACCOUNT = _lt(
    "Choose another Xero Account on the payment: a bank account, or one for which "
    "payments are enabled in Xero (Accounting, Chart of accounts)."
)

ROWS = (
    Row(
        r"^Payment amount exceeds the amount outstanding",
        _lt("The payment is larger than what the invoice still owes in Xero."),
        _lt(
            "Compare the payments and credits of the invoice here and in Xero; correct the "
            "Amount, or delete what is there twice."
        ),
    ),
    Row(
        r"^You must specify an Account code or Account ID for the payment",
        _lt("The payment has no account, and Xero needs one."),
        _CHOOSE_ACCOUNT,
    ),
    Row(
        r"^Only Status accepted for updates",
        _lt("A saved payment cannot be changed in Xero. It can only be deleted there."),
        _lt("Undo the change. If it is necessary, delete this payment and enter a corrected one."),
    ),
    Row(
        r"^Payments within a batch cannot be deleted",
        _lt(
            "The payment is part of a batch payment in Xero. Xero does not delete single "
            "payments of a batch."
        ),
        _lt(
            "If the payment must be deleted, open the batch payment in Xero and remove it "
            "there, then sync again. Deleting a batch deletes every payment in it."
        ),
    ),
    Row(
        r"^Account could not be found",
        _lt("Xero has no such account for the payment, or it is archived."),
        _CHOOSE_ACCOUNT,
    ),
    Row(
        r"^Account type is invalid for making a payment",
        _lt("The account of this payment cannot receive payments in Xero."),
        _CHOOSE_ACCOUNT,
    ),
    Row(
        r"^Payments can only be made against Authorised documents",
        _lt(
            "Xero accepts payments on approved invoices that are not fully paid. This invoice "
            "is a draft, paid, voided or deleted there."
        ),
        _lt("Approve the invoice here and sync it first, or look at it in Xero."),
    ),
    Row(
        r"^Payment not of valid status for modification",
        _lt("Xero does not change payments, and it deletes a payment only once."),
        _lt("Look at the payment in Xero. To correct one, delete it and enter another."),
    ),
    Row(
        r"^Payment amounts must be positive",
        _lt("Xero does not accept a payment of zero or less."),
        _lt("Correct the Amount of the payment."),
    ),
    Row(
        r"^The Date field must be specified",
        _lt("The payment has no date, and Xero needs one."),
        _lt("Enter a Payment Date."),
    ),
)
