"""What Xero says of an invoice as a whole: its number, status, dates, currency, totals, stock."""

from __future__ import annotations

from ...engine.messages import _lt
from .row import Row

_MOVE_LOCK = _lt(
    "Change the date, or have the lock date moved in Xero (Accounting, Advanced, "
    "Financial settings), then sync again."
)
_LOOK_IN_XERO = _lt("Look at the invoice in Xero, and make the change there if it must be made.")

ROWS = (
    Row(
        r"^Invoice # must be unique",
        _lt(
            "Xero already has an invoice with this number, perhaps one that was voided or deleted."
        ),
        _lt("Give the invoice another Invoice No, then sync again."),
    ),
    Row(
        # One source writes "items", another "item"; the exact text is not confirmed.
        r"^No items? available to sell",
        _lt("Xero tracks the stock of an item on this invoice and has too little of it in stock."),
        _lt(
            "Enter the purchase or an inventory adjustment in Xero, or lower the Quantity, "
            "then sync again."
        ),
    ),
    Row(
        r"not of valid status for modification",
        _lt(
            "The invoice is paid, voided or deleted in Xero, or cannot be given the new "
            "status there, so Xero did not change it."
        ),
        _LOOK_IN_XERO,
    ),
    Row(
        r"not of valid status for creation",
        _lt("Xero does not create an invoice that is already paid, voided or deleted."),
        _lt("Check the Status of the invoice."),
    ),
    Row(
        r"not of valid type for creation",
        _lt("Xero does not take this kind of document here."),
        _lt("Enter the document in Xero by hand."),
    ),
    Row(
        r"^This document cannot be edited as it has a payment or credit note allocated",
        _lt(
            "The invoice has a payment or credit in Xero, so only its number, reference and "
            "due date and the texts and accounts of its lines can still be changed."
        ),
        _lt("Undo the change, or remove the payment or credit in Xero first."),
    ),
    Row(
        r"^This document cannot be edited as it has a reconciled payment or credit note allocated",
        _lt(
            "A payment or credit of the invoice is reconciled with the bank statement in "
            "Xero, so the invoice cannot be changed there."
        ),
        _lt(
            "Undo the change. If it is necessary, have the payment unreconciled and removed "
            "in Xero first, then sync again."
        ),
    ),
    Row(
        r"^Date cannot be changed on an invoice that has payments? or credit notes? allocated",
        _lt("The invoice has a payment or credit in Xero, so its date can no longer be changed."),
        _lt(
            "Enter the date that the invoice has in Xero again, or remove the payment or "
            "credit in Xero first."
        ),
    ),
    Row(
        r"^The status (?P<status>\w+) cannot be applied to the invoice",
        _lt(
            "The invoice has a payment or credit in Xero, so it cannot be given the status "
            "{status}."
        ),
        _lt("Remove the payment or credit in Xero first, then sync again."),
    ),
    Row(
        r"cannot be before the (?P<lock>period|end of year) lock date, currently set at "
        r"(?P<date>.+?)\.?$",
        _lt(
            "The books of the Xero organisation are closed up to {date} ({lock} lock date), "
            "and the date of the document is in that period."
        ),
        _MOVE_LOCK,
    ),
    Row(
        # The date that counts is the one in Xero: another date here does not help.
        r"^The document cannot be edited as it is currently dated before the (?P<lock>.+?) lock "
        r"date",
        _lt(
            "In Xero the document is dated before the {lock} lock date, so it cannot be "
            "changed there."
        ),
        _lt(
            "Undo the change, or have the lock date moved in Xero (Accounting, Advanced, "
            "Financial settings), then sync again."
        ),
    ),
    Row(
        r"^(The document DueDate field must be specified|Due date cannot be empty)",
        _lt("The invoice has no due date, and Xero needs one to approve it."),
        _lt("Enter a Due Date."),
    ),
    Row(
        r"^One or more line items must be specified",
        _lt("The invoice has no lines, and Xero needs one."),
        _lt("Add an item to the invoice."),
    ),
    Row(
        r"^The document total does not equal the sum of the lines",
        _lt("The total of the lines is different in Xero."),
        _lt("Check the prices, discounts and taxes of the lines, then sync again."),
    ),
    Row(
        r"^You have reached the limit of invoices you can approve",
        _lt("The Xero subscription allows no more approved invoices for now."),
        _lt(
            "Upgrade the subscription in Xero, or wait until its count starts again, then "
            "sync again."
        ),
    ),
    Row(
        r"^Only AUTHORISED invoices may have SentToContact updated",
        _lt("Xero marks only approved invoices as sent."),
        _lt("Approve the invoice first."),
    ),
)
