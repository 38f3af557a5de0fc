"""/Payments: list, read one, make (PUT and POST), delete (POST /Payments/{id})."""

from collections.abc import Iterable

from xero_simulator.accounting import AccountingCall, Endpoint
from xero_simulator.answers import (
    Answer,
    Refused,
    not_found,
    post_data_invalid,
    validation_failed,
)
from xero_simulator.batches import Writing, write
from xero_simulator.chart import account_named
from xero_simulator.contact_fields import View
from xero_simulator.credit_wire import read_credit
from xero_simulator.document_shapes import check_payment_shape
from xero_simulator.document_wire import (
    contact_of,
    no_settlements,
    read_invoice,
    without_settlements,
)
from xero_simulator.documents import Document
from xero_simulator.invalid import Invalid
from xero_simulator.ledger import Ledger
from xero_simulator.money import shown, total
from xero_simulator.payment_fields import DELETED, Payment
from xero_simulator.payment_saving import (
    NOT_MODIFIABLE,
    delete_payment,
    make_payment,
)
from xero_simulator.query import Table
from xero_simulator.settlements import book_of
from xero_simulator.shapes import day, nested, number
from xero_simulator.wire import ZERO_GUID, JsonObject, wire_date, without_nulls

# 3P: a remark, and no refusal
BEFORE_ITS_INVOICE = "The payment date is prior to the invoice date."
_TABLE = Table(
    "Payment",
    {
        "PaymentType": lambda payment: payment.payment_type,
        "Status": lambda payment: payment.status,
        "Reference": lambda payment: payment.reference or None,
    },
)

# -- reading ---------------------------------------------------------------------------------


def list_payments(call: AccountingCall) -> Answer:
    """GET /Payments: deleted ones too."""
    paging = call.paging()
    found = call.found(call.organisation.payments.in_order(), _TABLE)
    page = found if paging is None else paging.cut(found)
    rows = [read_payment(call.organisation, payment, is_listed=True) for payment in page]
    return call.answer("Payments", rows, paging.described(len(found)) if paging else None)


def get_payment(call: AccountingCall, key: str) -> Answer:
    """GET /Payments/{PaymentID}."""
    payment = _one(call.organisation, key)
    return call.answer("Payments", [read_payment(call.organisation, payment)])


def read_payment(ledger: Ledger, payment: Payment, is_listed: bool = False) -> JsonObject:
    """A payment. Its document is named in a list, and whole by id and after a write [OAS]."""
    account = account_named(ledger, payment.account_id, None) or {}
    names = ("AccountID", "Code") if is_listed else ("AccountID", "Code", "Name")
    return without_nulls(
        {
            "PaymentID": payment.payment_id,
            **(_batch(ledger, payment) if payment.batch_id else {}),
            "Date": wire_date(payment.day),
            "BankAmount": shown(payment.bank_amount),
            "Amount": shown(payment.amount),
            "Reference": payment.reference or None,
            "CurrencyRate": shown(payment.rate),
            "PaymentType": payment.payment_type,
            "Status": payment.status,
            "UpdatedDateUTC": wire_date(payment.updated),
            "UpdatedDateUTCString": f"{payment.updated:%Y-%m-%dT%H:%M:%S}Z",
            "HasAccount": True,
            "IsReconciled": payment.is_reconciled,
            "Account": {name: account[name] for name in names if name in account},
            **_document(ledger, payment, is_listed),
            "HasValidationErrors": False,
        }
    )


def _document(ledger: Ledger, payment: Payment, is_listed: bool) -> JsonObject:
    """A credit note shows as an Invoice of its type as well, as in Xero's examples [OAS]."""
    document = book_of(ledger, payment.document_kind)[payment.document_id]
    if document.kind.endswith("PAYMENT"):
        name = "Overpayment" if document.kind.endswith("OVERPAYMENT") else "Prepayment"
        wire = read_credit(ledger, document, View.LISTED)
        return {name: wire | {"Contact": contact_of(ledger, document, View.LISTED)}}
    if is_listed:
        return {"Invoice": _named(ledger, document)}
    wire = read_invoice(ledger, document, View.FULL)
    return {"Invoice": wire | {"Contact": contact_of(ledger, document, View.LISTED)}}


def written_payment(ledger: Ledger, payment: Payment, remarks: Iterable[str] = ()) -> JsonObject:
    """The answer to a write: its document as the answers to writes show it [OAS]."""
    wire = read_payment(ledger, payment)
    if "Invoice" in wire:
        wire["Invoice"] = without_settlements(wire["Invoice"])
    warnings = [{"Message": text} for text in remarks]
    return wire | ({"Warnings": warnings} if warnings else {})


def _remarks(ledger: Ledger, payment: Payment) -> list[str]:
    """What Xero remarks about a payment that it takes."""
    document = book_of(ledger, payment.document_kind)[payment.document_id]
    return [BEFORE_ITS_INVOICE] if payment.day < document.day else []


def _batch(ledger: Ledger, payment: Payment) -> JsonObject:
    """The batch that a person paid it in.

    Keys: the example of getPayments [OAS]; its types: XeroAPI/Xero-OpenAPI 526.
    """
    batch = [p for p in ledger.payments.values() if p.batch_id == payment.batch_id]
    return {
        "BatchPaymentID": payment.batch_id,
        "BatchPayment": {
            "Account": {"AccountID": payment.account_id},
            "BatchPaymentID": payment.batch_id,
            "Date": wire_date(payment.day),
            "Type": "RECBATCH" if payment.payment_type.startswith("ACCREC") else "PAYBATCH",
            "Status": payment.status,
            "TotalAmount": shown(total(p.amount for p in batch)),
            "UpdatedDateUTC": wire_date(payment.updated),
            "IsReconciled": payment.is_reconciled,
        },
    }


def _named(ledger: Ledger, document: Document) -> JsonObject:
    return {
        "Type": document.kind,
        "InvoiceID": document.document_id,
        "InvoiceNumber": document.number,
        "Payments": [],
        "CreditNotes": [],
        "Prepayments": [],
        "Overpayments": [],
        "HasErrors": False,
        "IsDiscounted": False,
        "InvoiceAddresses": [],
        "InvoicePaymentServices": [],
        "Contact": contact_of(ledger, document, View.LISTED),
        "LineItems": [],
        "CurrencyCode": document.currency,
    }


def _one(ledger: Ledger, key: str) -> Payment:
    payment = ledger.payments.get(key.lower())
    if payment is None:
        raise Refused(not_found())
    return payment


# -- writing ---------------------------------------------------------------------------------


def create_payments(call: AccountingCall) -> Answer:
    """PUT and POST /Payments: make one or several. Xero minds no duplicates."""
    elements = call.elements("Payments")
    for element in elements:
        check_payment_shape(element)

    def save(sent: JsonObject) -> JsonObject:
        payment = make_payment(call.organisation, sent)
        return written_payment(call.organisation, payment, _remarks(call.organisation, payment))

    return write(call, elements, Writing("Payments", save, _refused))


def change_payment(call: AccountingCall, key: str) -> Answer:
    """POST /Payments/{PaymentID} with Status DELETED; anything else is refused [DOC]."""
    payment = _one(call.organisation, key)
    elements = call.elements("Payments")
    if len(elements) != 1:
        return post_data_invalid("Only one payment can be sent to this path")  # invented [A4]
    check_payment_shape(elements[0])

    def save(sent: JsonObject) -> JsonObject:
        if sent.get("Status") != DELETED:
            raise Invalid([NOT_MODIFIABLE], payment.payment_id)
        return written_payment(call.organisation, delete_payment(call.organisation, payment))

    try:
        with call.organisation.all_or_nothing():
            return call.answer("Payments", [save(elements[0])])
    except Invalid as invalid:
        raise Refused(validation_failed([_refused(elements[0], invalid)])) from None


def _refused(sent: JsonObject, invalid: Invalid) -> JsonObject:
    """What was sent, with what is wrong with it: no PaymentID for what was not made [3P].

    Its Account has the zero id unless one was sent, its Invoice the lists of every invoice, empty.
    """
    paid_on = day(sent, "Date")
    references: dict[str, JsonObject] = {
        name: {k: v for k, v in nested(sent, name).items() if isinstance(v, str)}
        for name in ("Account", "Invoice", "CreditNote", "Prepayment", "Overpayment")
        if sent.get(name)
    }
    if "Account" in references:
        account = {"AccountID": ZERO_GUID, **references["Account"], "ValidationErrors": []}
        references["Account"] = account
    if "Invoice" in references:
        references["Invoice"] |= {
            **no_settlements(),
            "IsDiscounted": False,
            "InvoiceAddresses": [],
            "HasErrors": False,
            "InvoicePaymentServices": [],
            "LineItems": [],
            "ValidationErrors": [],
        }
    return without_nulls(
        {
            "PaymentID": invalid.key,
            "Date": wire_date(paid_on) if paid_on else None,
            "Amount": number(sent, "Amount"),
            "Reference": sent.get("Reference"),
            **references,
            "HasAccount": bool(references.get("Account")),
            "HasValidationErrors": True,
            "ValidationErrors": [{"Message": message} for message in invalid.messages],
        }
    )


_SCOPE = "accounting.payments"
ENDPOINTS = (
    Endpoint(
        "/Payments",
        _SCOPE,
        {"GET": list_payments, "PUT": create_payments, "POST": create_payments},
    ),
    Endpoint("/Payments/<key>", _SCOPE, {"GET": get_payment, "POST": change_payment}),
)
