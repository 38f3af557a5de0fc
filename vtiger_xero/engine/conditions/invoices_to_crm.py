"""What keeps an invoice of Xero from being written to the CRM (rules I12, I16)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ..errors import RecordRefused
from ..mapping.drafting import rows_of
from ..mapping.invoice_figures import rounding_of, sums_of_lines
from ..mapping.invoices import (
    CANCELLED,
    CURRENCY,
    ITEMS,
    ORGANIZATION,
    OTHERWISE,
    ROUNDING,
    STATUS,
)
from ..mapping.rows import decimal_of, text_of
from ..messages import _lt
from ..money import as_text, decimals_of, round_amount
from ..records import Document, Module, Side
from ..text import name_key
from ..totals import invoice_input, invoice_totals
from .base import Condition, Context, Finding, Proposal


def _unknown_customer(proposal: Proposal, context: Context) -> tuple[str, str]:
    """(ContactID, name) of a customer that the CRM does not have, both "" where it has."""
    contact = text_of(proposal.values.get(ORGANIZATION))
    if ORGANIZATION not in proposal.changed or context.lookups.knows_contact(contact):
        return "", ""
    return contact, str((proposal.document.get("Contact") or {}).get("Name") or contact)


def _customer_unknown(proposal: Proposal, context: Context) -> Iterator[Finding]:
    contact, name = _unknown_customer(proposal, context)
    lookups = context.lookups
    if name and contact not in lookups.archived and contact not in lookups.deleted_here:
        yield (
            _lt("The customer “{0}” of this invoice is not in the CRM.").format(name),
            lookups.remedy_if_missing(Module.ORGANIZATIONS, Side.CRM),
        )


def _customer_archived(proposal: Proposal, context: Context) -> Iterator[Finding]:
    contact, name = _unknown_customer(proposal, context)
    if contact in context.lookups.archived and contact not in context.lookups.deleted_here:
        yield (
            _lt(
                "The customer “{0}” of this invoice is archived in Xero and is not in the CRM."
            ).format(name),
            _lt("Restore the contact in Xero if the invoice should sync."),
        )


def _customer_deleted(proposal: Proposal, context: Context) -> Iterator[Finding]:
    contact, name = _unknown_customer(proposal, context)
    if contact in context.lookups.deleted_here:
        yield (
            _lt("The customer “{0}” of this invoice was deleted in the CRM.").format(name),
            _lt("Enter the organization again under that name if the invoice should sync."),
        )


def _item_unknown(proposal: Proposal, context: Context) -> Iterator[Finding]:
    """A line that names an item of Xero must not become one that names none (rule I16)."""
    lookups = context.lookups
    comes = lookups.items_sync and context.settings.writes(Module.PRODUCTS, Side.CRM)
    if not comes or ITEMS not in proposal.changed:
        return
    for line in proposal.document.get("LineItems") or ():
        code = str(line.get("ItemCode") or "")
        is_there = lookups.items_unread or name_key(code) in lookups.codes_at_xero
        if code and is_there and lookups.item_with_code(code) is None:
            come = lookups.remedy_if_missing(Module.PRODUCTS, Side.CRM)
            if name_key(code) in lookups.deleted_codes:
                come = _lt("It was deleted in the CRM. Enter a product with that code, and sync.")
            yield _lt("The item “{0}” of this invoice is not in the CRM.").format(code), come


def _total_differs(proposal: Proposal, context: Context) -> Iterator[Finding]:
    """Whether the CRM would make another total of Xero's lines (rule I12, the way back)."""
    if ITEMS not in proposal.changed:
        return
    try:
        ours = _total_in_crm(proposal, context)
    except RecordRefused as refused:
        yield refused.reason, refused.remedy
        return
    theirs = decimal_of(proposal.document.get("Total"))
    if ours != theirs:
        currency = str(proposal.document.get("CurrencyCode") or "")
        why, remedy = _why_totals_differ(proposal.document, context, currency)
        yield (
            _lt("The total is {0} in Xero and would be {1} in the CRM: {2}.").format(
                _money(theirs, currency), as_text(ours), why
            ),
            remedy,
        )


_CHANGE_LINES = _lt("Change the lines in Xero so that both totals are equal.")


def _why_totals_differ(document: Document, context: Context, currency: str) -> tuple[str, str]:
    """(what the difference comes from, what to do about it)."""
    taxes = context.lookups.taxes
    for number, line in enumerate(document.get("LineItems") or (), start=1):
        tax_type = str(line.get("TaxType") or "")
        if decimal_of(line.get("TaxAmount")) and not taxes.of_xero(tax_type):
            return (
                _lt("Xero has no tax rate “{0}”, which line {1} has").format(tax_type, number),
                _lt("Choose another tax rate for the line in Xero, or restore this one there."),
            )
    decimals = decimals_of(currency)
    amounts = [
        decimal_of(line.get(key))
        for line in document.get("LineItems") or ()
        for key in ("LineAmount", "TaxAmount")
    ]
    if any(each != round_amount(each, decimals) for each in (*amounts, rounding_of(document))):
        return _lt("it rounds to the decimals of the currency"), _CHANGE_LINES
    sums = sums_of_lines(document)
    if sum(sums) + rounding_of(document) != decimal_of(document.get("Total")):
        return _lt("the lines in Xero have another sum"), _CHANGE_LINES
    return _lt("quantity, price and discount of a line give another amount here"), _CHANGE_LINES


def _total_in_crm(proposal: Proposal, context: Context) -> Decimal:
    document = proposal.document
    table = context.tables[Module.INVOICES]
    fields = table.to_crm({ITEMS: proposal.values[ITEMS]}, proposal.held, document)
    rounding = proposal.values.get(ROUNDING, proposal.held.get(ROUNDING))
    currency = str(document.get("CurrencyCode") or proposal.held.get(CURRENCY) or "")
    items, taxes = rows_of(fields, ITEMS), rows_of(fields, "taxes")
    head = {**fields, "currency": currency, ROUNDING: rounding}
    typed = invoice_input(head, items, taxes)
    return round_amount(invoice_totals(typed).grand_total, max(2, decimals_of(currency)))


def _credit_too_fine(proposal: Proposal, context: Context) -> Iterator[Finding]:
    """What was received rounds to the decimals of the currency, too."""
    amount = decimal_of(proposal.values.get(OTHERWISE))
    currency = str(proposal.document.get("CurrencyCode") or proposal.held.get(CURRENCY) or "")
    if OTHERWISE in proposal.changed and amount != round_amount(amount, decimals_of(currency)):
        held, made = both_amounts(amount, currency)
        yield (
            _lt(
                "The credit is {0} in Xero and would be {1} in the CRM, which rounds to the "
                "decimals of the currency."
            ).format(held, made),
            _lt("Correct the credit in Xero."),
        )


def both_amounts(amount: Decimal, currency: str) -> tuple[str, str]:
    """An amount of Xero's with its currency, and what the CRM would make of it."""
    return _money(amount, currency), f"{round_amount(amount, decimals_of(currency)):f}"


def _money(amount: Decimal, currency: str) -> str:
    return f"{as_text(amount)} {currency}".strip()


def _voided_on_arrival(proposal: Proposal, context: Context) -> Iterator[Finding]:
    wanted = proposal.values.get(STATUS)
    if wanted == CANCELLED and proposal.held and not context.settings.deletions:
        yield (
            _lt(
                "It was voided in Xero. It is not cancelled in the CRM, because Sync "
                "Deletions is off."
            ),
            _lt("Cancel it in the CRM too, or tick Sync Deletions in Xero Settings."),
        )


_TO_CRM = (Module.INVOICES, Side.CRM)

CONDITIONS: tuple[Condition, ...] = (
    Condition(
        "G9-invoice",
        *_TO_CRM,
        "an invoice voided in Xero is cancelled only where deletions sync",
        _voided_on_arrival,
    ),
    Condition(
        "I1-customer",
        *_TO_CRM,
        "an invoice waits until its customer is in the CRM",
        _customer_unknown,
    ),
    Condition(
        "I1-archived",
        *_TO_CRM,
        "an invoice of a customer that is archived in Xero and not in the CRM stays in Xero, "
        "logged once",
        _customer_archived,
        once=True,
    ),
    Condition(
        "I1-deleted",
        *_TO_CRM,
        "an invoice of a customer that was deleted in the CRM stays in Xero, logged once",
        _customer_deleted,
        once=True,
    ),
    Condition(
        "I16-item",
        *_TO_CRM,
        "an invoice waits until the items that its lines name are in the CRM, where items come",
        _item_unknown,
    ),
    Condition(
        "I12-crm",
        *_TO_CRM,
        "an invoice of which the CRM would make another total is skipped with both figures",
        _total_differs,
    ),
    Condition(
        "P4-credit",
        *_TO_CRM,
        "a credit finer than the currency of its invoice is skipped",
        _credit_too_fine,
    ),
)
