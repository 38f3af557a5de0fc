"""What keeps a payment from being written (rules P1 to P4)."""

from __future__ import annotations

from collections.abc import Iterator

from ..mapping.doctypes import UNTICK
from ..mapping.payments import ACCOUNT, AMOUNT, DATE, INVOICE, STATUS
from ..mapping.resources import DELETED, VOIDED
from ..mapping.rows import decimal_of, text_of
from ..messages import _lt, label, listed
from ..money import as_text, decimals_of, round_amount
from ..records import Module, NotInXero, Side
from ..totals.payments import APPROVED, CANCEL, CREDIT_INVOICE, PAID, PARTIALLY_PAID, RECEIVED
from ..xero_totals import DECIMALS
from .base import Condition, Context, Finding, Proposal
from .invoices import locked_period
from .invoices_to_crm import both_amounts

PAYABLE = (APPROVED, PAID, PARTIALLY_PAID)
ELSEWHERE = _lt("Choose another invoice, or change the Payment Status.")

_ANEW = _lt("Delete the payment in Xero and sync. It is then Pending here and can be sent again.")
_ANEW_ONE_WAY = _lt(
    "Delete the payment in Xero, set it to Pending here, and sync. Then it can be sent again."
)


def _is_new(proposal: Proposal) -> bool:
    return not proposal.document


def _is_received(proposal: Proposal) -> bool:
    return _is_new(proposal) and proposal.held.get(STATUS) == RECEIVED


def _is_to_be_sent(proposal: Proposal, context: Context) -> bool:
    """What is no money yet, or of an invoice that takes none, need not fit anything in Xero."""
    return _is_received(proposal) and not _why_no_payment(proposal, context)


def no_payment_of(title: str, status: str) -> str:
    """Why an invoice of this status in the CRM takes no payment, "" if it may take one."""
    if status == CANCEL:
        return _lt("The invoice “{0}” is cancelled and cannot have a payment.").format(title)
    if status == CREDIT_INVOICE:
        return _lt("“{0}” is a credit invoice and cannot have a payment.").format(title)
    return ""


def _why_no_payment(proposal: Proposal, context: Context) -> str:
    name, lookups = text_of(proposal.held.get(INVOICE)), context.lookups
    title = lookups.invoice_title(name)
    if reason := no_payment_of(title, lookups.invoice_statuses.get(name, "")):
        return reason
    held = lookups.open_at_xero.get(text_of(proposal.values.get(INVOICE)))
    if held is not None and held.status == VOIDED:
        return _lt("The invoice “{0}” is voided in Xero and cannot have a payment.").format(title)
    if held is not None and held.status == DELETED:
        return _lt("The invoice “{0}” is deleted in Xero and cannot have a payment.").format(title)
    return ""


def _invoice_over(proposal: Proposal, context: Context) -> Iterator[Finding]:
    """Nothing else is reported of it: what it lacks matters once it is for another invoice."""
    if _is_received(proposal) and (reason := _why_no_payment(proposal, context)):
        yield reason, ELSEWHERE


def _not_received(proposal: Proposal, context: Context) -> Iterator[Finding]:
    status = text_of(proposal.held.get(STATUS))
    if _is_new(proposal) and status != RECEIVED:
        reason = _lt("Payment Status is {0}; only payments that are Received are sent.").format(
            label(status)
        )
        if not status:
            reason = _lt("Payment Status is empty; only payments that are Received are sent.")
        yield reason, _lt("Set it to Received when the money has arrived.")


def _invoice_status(proposal: Proposal, context: Context) -> Iterator[Finding]:
    name = text_of(proposal.held.get(INVOICE))
    status = context.lookups.invoice_statuses.get(name)
    is_kept_out = _not_in_xero(proposal, context) in context.lookups.excluded
    if _is_to_be_sent(proposal, context) and status not in (None, *PAYABLE) and not is_kept_out:
        title = context.lookups.invoice_title(name)
        yield (
            _lt(
                "The invoice “{0}” is {1}; payments are sent for invoices that are Approved, "
                "Partially Paid or Paid."
            ).format(title, label(status)),
            _lt("Approve the invoice."),
        )


def _edited_here(proposal: Proposal, context: Context) -> Iterator[Finding]:
    """Xero's payments are made or deleted, never changed (rule P2)."""
    if not _is_new(proposal) and proposal.changed:
        names = listed(sorted(context.label(each) for each in proposal.changed))
        comes_back = context.settings.writes(Module.PAYMENTS, Side.CRM)
        yield (
            _lt(
                "The payment is already in Xero, and payments cannot be changed there: {0} "
                "stays the same in Xero."
            ).format(names),
            _ANEW if comes_back else _ANEW_ONE_WAY,
        )


def _invoice_unknown(proposal: Proposal, context: Context) -> Iterator[Finding]:
    if (name := _not_in_xero(proposal, context)) and name not in context.lookups.excluded:
        title = context.lookups.invoice_title(name)
        yield (
            _lt("The invoice “{0}” of this payment is not in Xero yet.").format(title),
            context.lookups.remedy_if_missing(Module.INVOICES, Side.XERO),
        )


def _invoice_kept_out(proposal: Proposal, context: Context) -> Iterator[Finding]:
    if (name := _not_in_xero(proposal, context)) and name in context.lookups.excluded:
        title = context.lookups.invoice_title(name)
        yield (
            _lt(
                "The invoice “{0}” of this payment does not sync: Do Not Sync with Xero is "
                "ticked there."
            ).format(title),
            UNTICK,
        )


def _not_in_xero(proposal: Proposal, context: Context) -> str:
    """The CRM's name of the invoice of a payment to be sent, if Xero has no such invoice."""
    unknown = isinstance(proposal.values.get(INVOICE), NotInXero)
    return (
        text_of(proposal.held.get(INVOICE)) if unknown and _is_to_be_sent(proposal, context) else ""
    )


def _not_approved(proposal: Proposal, context: Context) -> Iterator[Finding]:
    held = context.lookups.open_at_xero.get(text_of(proposal.values.get(INVOICE)))
    status = context.lookups.invoice_statuses.get(text_of(proposal.held.get(INVOICE)))
    is_approved_here = status is None or status in PAYABLE  # else that is the reason
    is_waiting = held is not None and held.status not in ("AUTHORISED", "PAID")
    if held is not None and is_waiting and is_approved_here and _is_to_be_sent(proposal, context):
        yield (
            _lt(
                "The status of the invoice in Xero is {0}. Xero accepts payments only for "
                "approved invoices."
            ).format(held.status),
            _lt("Approve the invoice first."),
        )


def _too_much(proposal: Proposal, context: Context) -> Iterator[Finding]:
    held = context.lookups.open_at_xero.get(text_of(proposal.values.get(INVOICE)))
    amount = decimal_of(proposal.values.get(AMOUNT))
    title = context.lookups.invoice_title(text_of(proposal.held.get(INVOICE)))
    if _is_to_be_sent(proposal, context) and held is not None and amount > held.due:
        yield (
            _lt(
                "The payment is {0}, but only {1} is outstanding on the invoice “{2}” in Xero."
            ).format(as_text(amount), as_text(held.due), title),
            _lt(
                "Check whether this payment is already in Xero. If it is, set it to Pending "
                "here. If not, correct the amount."
            ),
        )


def _finer_than_xero(proposal: Proposal, context: Context) -> Iterator[Finding]:
    """The CRM keeps more decimals of some currencies; rounded it would be another payment."""
    amount = decimal_of(proposal.held.get(AMOUNT))
    if _is_to_be_sent(proposal, context) and amount != round_amount(amount, DECIMALS):
        yield (
            _lt("The payment is {0}. Xero keeps two decimals of an amount.").format(
                as_text(amount)
            ),
            _lt("Round the amount to two decimals."),
        )


def _account(proposal: Proposal, context: Context) -> Iterator[Finding]:
    if not _is_to_be_sent(proposal, context):
        return
    account_id = text_of(proposal.values.get(ACCOUNT))
    account = context.lookups.account(account_id) if account_id else None
    label = context.label(ACCOUNT)
    remedy = _lt(
        "Choose a bank account as {0}, or one that payments are enabled for in Xero."
    ).format(label)
    if not account_id:
        yield (
            _lt("No bank account is chosen for the payment."),
            _lt("Choose one here, or in Xero Settings as Account for Payments."),
        )
    elif account is None:
        yield _lt("{0}: this account is not in Xero.").format(label), remedy
    elif fault := account.fault_for_payments:
        yield fault, remedy


def _in_locked_period(proposal: Proposal, context: Context) -> Iterator[Finding]:
    if _is_to_be_sent(proposal, context):
        yield from locked_period(proposal.values.get(DATE), context.reference)


def _unknown_invoice(proposal: Proposal, context: Context) -> tuple[str, str]:
    """(InvoiceID, number) of an invoice that the CRM does not have, both "" where it has."""
    invoice = text_of(proposal.values.get(INVOICE))
    if INVOICE not in proposal.changed or invoice in context.lookups.invoices:
        return "", ""
    held = proposal.document.get("Invoice") or {}
    return invoice, str(held.get("InvoiceNumber") or invoice)


def _invoice_not_here(proposal: Proposal, context: Context) -> Iterator[Finding]:
    invoice, number = _unknown_invoice(proposal, context)
    lookups = context.lookups
    if number and invoice not in lookups.deleted_here and invoice not in lookups.left_in_xero:
        yield (
            _lt("The invoice “{0}” of this payment is not in the CRM.").format(number),
            lookups.remedy_if_missing(Module.INVOICES, Side.CRM),
        )


def _invoice_deleted_here(proposal: Proposal, context: Context) -> Iterator[Finding]:
    invoice, number = _unknown_invoice(proposal, context)
    if invoice in context.lookups.deleted_here:
        yield (
            _lt(
                "The invoice “{0}” of this payment was deleted in the CRM. The payment is "
                "only in Xero."
            ).format(number),
            "",
        )


def _invoice_left_in_xero(proposal: Proposal, context: Context) -> Iterator[Finding]:
    invoice, number = _unknown_invoice(proposal, context)
    if invoice in context.lookups.left_in_xero:
        yield (
            _lt(
                "The invoice “{0}” of this payment is not in the CRM because of its customer, "
                "so the payment stays in Xero too."
            ).format(number),
            _lt("See the reason on the invoice. The payment syncs after the invoice."),
        )


def _finer_than_crm(proposal: Proposal, context: Context) -> Iterator[Finding]:
    """Xero keeps cents in every currency, the CRM what the currency has."""
    amount = decimal_of(proposal.values.get(AMOUNT))
    invoice = context.lookups.invoices.get(text_of(proposal.values.get(INVOICE)), "")
    currency = context.lookups.invoice_currencies.get(invoice, "")
    if AMOUNT in proposal.changed and amount != round_amount(amount, decimals_of(currency)):
        held, made = both_amounts(amount, currency)
        yield (
            _lt(
                "The payment is {0} in Xero and would be {1} in the CRM, which rounds to the "
                "decimals of the currency."
            ).format(held, made),
            _lt("Correct the payment in Xero."),
        )


_TO_XERO = (Module.PAYMENTS, Side.XERO)
_TO_CRM = (Module.PAYMENTS, Side.CRM)

CONDITIONS: tuple[Condition, ...] = (
    Condition("P1", *_TO_XERO, "a payment that is not Received is not sent", _not_received),
    Condition(
        "P1-over",
        *_TO_XERO,
        "a payment of an invoice that is cancelled, a credit invoice, or voided in Xero is skipped",
        _invoice_over,
    ),
    Condition(
        "P1-invoice",
        *_TO_XERO,
        "a payment is sent only where its invoice is Approved, Paid or Partially Paid",
        _invoice_status,
    ),
    Condition("P2", *_TO_XERO, "a change of a payment that was sent is skipped", _edited_here),
    Condition(
        "P3-invoice", *_TO_XERO, "a payment waits until its invoice is in Xero", _invoice_unknown
    ),
    Condition(
        "P3-excluded",
        *_TO_XERO,
        "a payment of an invoice that is kept out and not in Xero is skipped",
        _invoice_kept_out,
    ),
    Condition(
        "P3-approved",
        *_TO_XERO,
        "a payment waits until Xero has approved the invoice",
        _not_approved,
    ),
    Condition("P3", *_TO_XERO, "a payment over what is outstanding is skipped", _too_much),
    Condition(
        "P3-cents",
        *_TO_XERO,
        "a payment finer than the two decimals that Xero keeps is skipped",
        _finer_than_xero,
    ),
    Condition("P3-account", *_TO_XERO, "an account that takes no payments is skipped", _account),
    Condition("P3-locked", *_TO_XERO, "a payment in a locked period is skipped", _in_locked_period),
    Condition(
        "P4-invoice",
        *_TO_CRM,
        "a payment waits until its invoice is in the CRM",
        _invoice_not_here,
    ),
    Condition(
        "P4-deleted",
        *_TO_CRM,
        "a payment of an invoice that was deleted in the CRM stays in Xero, logged once",
        _invoice_deleted_here,
        once=True,
    ),
    Condition(
        "P4-left",
        *_TO_CRM,
        "a payment of an invoice that its customer keeps in Xero stays there, logged once",
        _invoice_left_in_xero,
        once=True,
    ),
    Condition(
        "P4-cents",
        *_TO_CRM,
        "a payment finer than its currency is in the CRM is skipped",
        _finer_than_crm,
    ),
)
