"""Making and deleting payments: the rules, and what they do to the document.

Xero keeps no client from paying twice: two equal payments are two payments, as long as they
fit into what is outstanding. Only an Idempotency-Key, for six minutes, knows the difference.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from xero_simulator.chart import account_named
from xero_simulator.document_rules import NOT_FOUND, lock_faults
from xero_simulator.documents import AUTHORISED, PAYMENTS, Document, Settlement
from xero_simulator.invalid import Invalid
from xero_simulator.money import ZERO, cents, places
from xero_simulator.payment_fields import DELETED, Payment
from xero_simulator.settlements import ONLY_AUTHORISED, book_of, release, settle
from xero_simulator.shapes import day, nested, number
from xero_simulator.text import name_key
from xero_simulator.wire import JsonObject

if TYPE_CHECKING:
    from xero_simulator.ledger import Ledger

# OAS
TOO_MUCH = "Payment amount exceeds the amount outstanding on this document"
# 3P x3
NO_ACCOUNT = "Account could not be found"
WRONG_ACCOUNT = "Account type is invalid for making a payment to/from"
NOT_MODIFIABLE = "Payment not of valid status for modification"
# invented [Y1]: the rules are real, the wording is ours
NOT_POSITIVE = "Payment amounts must be positive amounts"  # 3P (sde1000/quicktill 133)
NO_DATE = "The Date field must be specified."  # of documents: xeroizer 290
NO_DOCUMENT = "A payment must be made against an invoice, credit note, prepayment or overpayment."
# 3P (EZRentOut)
IN_BATCH = "Payments within a batch cannot be deleted."
# invented [Y1], as above
RECONCILED = "The payment has been reconciled and cannot be deleted."
TOO_LONG = "Reference must be 255 characters or fewer."
BAD_RATE = "CurrencyRate must be greater than zero."

_DOCUMENTS = (
    ("Invoice", "Number", ("ACCREC", "ACCPAY")),
    ("CreditNote", "Number", ("ACCRECCREDIT",)),
    ("Overpayment", "", ("RECEIVE-OVERPAYMENT",)),
    ("Prepayment", "", ("RECEIVE-PREPAYMENT",)),
)


def make_payment(ledger: "Ledger", sent: JsonObject) -> Payment:
    """A new payment of what `sent` means, or Invalid."""
    if sent.get("PaymentID"):
        raise Invalid([NOT_MODIFIABLE], sent["PaymentID"].lower())  # immutable [DOC]
    document, account = _document(ledger, sent), _account(ledger, sent)
    if faults := list(_faults(ledger, sent, document, account)):
        raise Invalid(faults)
    payment = _payment(ledger, sent, document, account or {})
    row = Settlement(PAYMENTS, payment.key, document.key, payment.amount, payment.day)
    settled = settle(ledger, document, row)
    payment = replace(payment, updated=settled.updated)
    ledger.payments.save(payment)
    return payment


def delete_payment(ledger: "Ledger", payment: Payment, by_hand: bool = False) -> Payment:
    """The payment stays, with Status DELETED; its document is open again. Or Invalid."""
    if payment.status == DELETED:
        raise Invalid([NOT_MODIFIABLE], payment.key)
    faults = list(lock_faults(ledger, [payment.day]))
    if payment.is_reconciled and not by_hand:
        faults.append(RECONCILED)
    if payment.batch_id and not by_hand:
        faults.append(IN_BATCH)
    if faults:
        raise Invalid(faults, payment.key)
    document = book_of(ledger, payment.document_kind)[payment.document_id]
    released = release(ledger, document, payment.key)
    deleted = replace(payment, status=DELETED, updated=released.updated)
    ledger.payments.save(deleted)
    return deleted


def _document(ledger: "Ledger", sent: JsonObject) -> Document:
    for name, number_name, kinds in _DOCUMENTS:
        reference = nested(sent, name)
        document_id = reference.get(f"{name}ID")
        numbered = reference.get(f"{name}{number_name}") or sent.get(f"{name}{number_name}")
        if not document_id and not (number_name and numbered):
            continue
        book = book_of(ledger, kinds[0])
        if document_id:
            found = book.get(document_id.lower())
        else:
            same = book.equal("Number", str(numbered))
            exact = (d for d in same if name_key(d.number) == name_key(str(numbered)))
            found = next((d for d in exact if d.is_sale), None)
        if found is None:
            noun_id = f"{name}ID" if document_id else f"{name}Number"
            raise Invalid([NOT_FOUND.format(noun=name, noun_id=noun_id)])
        return found
    raise Invalid([NO_DOCUMENT])


def _account(ledger: "Ledger", sent: JsonObject) -> JsonObject | None:
    account = nested(sent, "Account")
    code = account.get("Code") or sent.get("Code")
    found = account_named(ledger, account.get("AccountID"), code)
    return found if found is not None and found["Status"] == "ACTIVE" else None


def _faults(
    ledger: "Ledger", sent: JsonObject, document: Document, account: JsonObject | None
) -> Iterator[str]:
    amount = cents(number(sent, "Amount") or ZERO)
    if account is None:
        yield NO_ACCOUNT
    elif account["Type"] != "BANK" and not account.get("EnablePaymentsToAccount"):
        yield WRONG_ACCOUNT
    if document.status != AUTHORISED:
        yield ONLY_AUTHORISED
    if amount <= 0:
        yield NOT_POSITIVE
    if amount > document.outstanding:
        yield TOO_MUCH
    paid_on = day(sent, "Date")
    if paid_on is None:
        yield NO_DATE
    else:
        yield from lock_faults(ledger, [paid_on])
    if len(sent.get("Reference") or "") > 255:
        yield TOO_LONG
    rate = number(sent, "CurrencyRate")
    if rate is not None and rate <= 0:
        yield BAD_RATE


def _payment(
    ledger: "Ledger", sent: JsonObject, document: Document, account: JsonObject
) -> Payment:
    amount = cents(number(sent, "Amount") or ZERO)
    is_foreign = document.currency != ledger.currency
    given = number(sent, "CurrencyRate") if is_foreign else None
    rate = places(given or ledger.day_rate(document.currency), 6)
    paid_on = day(sent, "Date")
    assert paid_on is not None
    return Payment(
        payment_id=ledger.new_id(),
        updated=ledger.stamp(),
        document_id=document.document_id,
        document_kind=document.kind,
        account_id=account["AccountID"],
        day=paid_on,
        amount=amount,
        rate=rate,
        bank_amount=_bank_amount(sent, document, account, amount, rate),
        reference=sent.get("Reference") or "",
        is_reconciled=bool(sent.get("IsReconciled")),
    )


def _bank_amount(
    sent: JsonObject, document: Document, account: JsonObject, amount: Decimal, rate: Decimal
) -> Decimal:
    """In the currency of the bank account [PLAT: settable since June 2026]."""
    if account.get("CurrencyCode", document.currency) == document.currency:
        return amount
    return cents(number(sent, "BankAmount") or amount / rate)
