"""/CreditNotes and their allocations; /Overpayments and /Prepayments, which are read only here."""

from functools import partial

from xero_simulator.accounting import AccountingCall, Endpoint
from xero_simulator.answers import Answer, Refused, not_found, post_data_invalid
from xero_simulator.batches import Writing, write
from xero_simulator.book import Book
from xero_simulator.contact_fields import View
from xero_simulator.credit_wire import read_allocation, read_credit, written_credit
from xero_simulator.document_rules import NOT_FOUND
from xero_simulator.document_saving import CREDIT_NOTES, Options, save_document_as_sent
from xero_simulator.document_shapes import check_allocation_shape
from xero_simulator.document_wire import contact_of
from xero_simulator.documents import ALLOCATIONS, Document, document_table
from xero_simulator.invalid import Invalid
from xero_simulator.invoices import check_documents, refusing
from xero_simulator.ledger import Ledger
from xero_simulator.money import ZERO, cents
from xero_simulator.settlements import allocate, deallocate
from xero_simulator.shapes import day, nested, number
from xero_simulator.text import name_key
from xero_simulator.wire import JsonObject, wire_date

# -- reading ---------------------------------------------------------------------------------


def list_credits(call: AccountingCall, kind: str) -> Answer:
    """GET /CreditNotes, /Overpayments, /Prepayments: lines with a page only [DOC]."""
    paging = call.paging()
    view = View.FULL if paging else View.LISTED
    found = call.found(_book(call.organisation, kind).in_order(), document_table(kind))
    page = found if paging is None else paging.cut(found)
    rows = [_listed(call, document, view) for document in page]
    return call.answer(f"{kind}s", rows, paging.described(len(found)) if paging else None)


def get_credit(call: AccountingCall, key: str, kind: str) -> Answer:
    """GET one, by its id; a credit note by its number too."""
    credit = _one(call.organisation, kind, key)
    wire = read_credit(call.organisation, credit, View.FULL, call.unit_places)
    return call.answer(f"{kind}s", [wire])


def _listed(call: AccountingCall, credit: Document, view: View) -> JsonObject:
    wire = read_credit(call.organisation, credit, view, call.unit_places, in_page=True)
    return wire | {"Contact": contact_of(call.organisation, credit, View.LISTED)}


def _book(ledger: Ledger, kind: str) -> Book[Document]:
    books = {"Overpayment": ledger.overpayments, "Prepayment": ledger.prepayments}
    return books.get(kind, ledger.credit_notes)


def _one(ledger: Ledger, kind: str, key: str) -> Document:
    book = _book(ledger, kind)
    numbered = (d for d in book.equal("Number", key) if name_key(d.number) == name_key(key))
    credit = book.get(key.lower()) or next(numbered, None)
    if credit is None:
        raise Refused(not_found())
    return credit


# -- writing ---------------------------------------------------------------------------------


def create_credit_notes(call: AccountingCall) -> Answer:
    """PUT /CreditNotes: create only."""
    return _write(call, call.elements("CreditNotes"), create_only=True)


def save_credit_notes(call: AccountingCall) -> Answer:
    """POST /CreditNotes: create, or update by CreditNoteID."""
    return _write(call, call.elements("CreditNotes"), create_only=False)


def save_credit_note(call: AccountingCall, key: str) -> Answer:
    """POST /CreditNotes/{CreditNoteID}: update that one."""
    elements = call.elements("CreditNotes")
    credit = _one(call.organisation, "CreditNote", key)
    if len(elements) != 1:
        return post_data_invalid("Only one credit note can be sent to this path")  # invented [A4]
    sent = {**elements[0], "CreditNoteID": credit.document_id}
    return _write(call, [sent], create_only=False)


def _write(call: AccountingCall, elements: list[JsonObject], create_only: bool) -> Answer:
    check_documents(call.organisation, elements)
    options = Options(create_only, call.unit_places)

    def save(sent: JsonObject) -> JsonObject:
        saved = save_document_as_sent(call.organisation, CREDIT_NOTES, sent, options)
        return written_credit(call.organisation, saved, call.unit_places)

    return write(
        call, elements, Writing("CreditNotes", save, refusing(call.organisation, CREDIT_NOTES))
    )


# -- allocations -----------------------------------------------------------------------------


def create_allocations(call: AccountingCall, key: str, kind: str) -> Answer:
    """PUT /CreditNotes/{id}/Allocations: apply it to invoices, one or several."""
    elements = call.elements("Allocations")
    for element in elements:
        check_allocation_shape(element)
    ledger = call.organisation
    credit_id = _one(ledger, kind, key).document_id

    def save(sent: JsonObject) -> JsonObject:
        credit, invoice = _book(ledger, kind)[credit_id], _invoice(ledger, sent)
        amount = cents(number(sent, "Amount") or ZERO)
        row = allocate(ledger, credit, invoice, amount, day(sent, "Date") or ledger.today())
        return {**read_allocation(ledger, credit, row), "ValidationErrors": []}

    return write(call, elements, Writing("Allocations", save, partial(_refused_allocation, ledger)))


def delete_allocation(call: AccountingCall, key: str, allocation_id: str, kind: str) -> Answer:
    """DELETE /CreditNotes/{id}/Allocations/{AllocationID}: a bare object, no envelope [OAS]."""
    ledger = call.organisation
    credit = _one(ledger, kind, key)
    wanted = allocation_id.lower()
    rows = [row for row in credit.settled if row.array == ALLOCATIONS and row.key == wanted]
    if not rows:
        return not_found()
    [row] = rows
    with ledger.all_or_nothing():
        deallocate(ledger, credit, row)
    return Answer(
        200,
        {
            "AllocationID": row.key,
            "Amount": row.amount,
            "Date": wire_date(row.day),
            "Invoice": {"InvoiceID": row.other_id},
            "IsDeleted": True,
        },
    )


def _invoice(ledger: Ledger, sent: JsonObject) -> Document:
    reference = nested(sent, "Invoice")
    invoice_id, numbered = reference.get("InvoiceID"), reference.get("InvoiceNumber")
    found = ledger.invoices.get(invoice_id.lower()) if invoice_id else None
    if found is None and numbered:
        found = ledger.invoice_numbered(str(numbered))
    if found is None:
        raise Invalid([NOT_FOUND.format(noun="Invoice", noun_id="InvoiceID")])
    return found


def _refused_allocation(ledger: Ledger, sent: JsonObject, invalid: Invalid) -> JsonObject:
    return {
        "Amount": cents(number(sent, "Amount") or ZERO),
        "Date": wire_date(day(sent, "Date") or ledger.today()),
        "Invoice": {"InvoiceID": nested(sent, "Invoice").get("InvoiceID", "")},
        "ValidationErrors": [{"Message": message} for message in invalid.messages],
    }


_INVOICES = "accounting.invoices"
_PAYMENTS = "accounting.payments"


ENDPOINTS = (
    Endpoint(
        "/CreditNotes",
        _INVOICES,
        {
            "GET": partial(list_credits, kind="CreditNote"),
            "PUT": create_credit_notes,
            "POST": save_credit_notes,
        },
    ),
    Endpoint(
        "/CreditNotes/<key>",
        _INVOICES,
        {"GET": partial(get_credit, kind="CreditNote"), "POST": save_credit_note},
    ),
    *(
        endpoint
        for kind, scope in (
            ("CreditNote", _INVOICES),
            ("Overpayment", _PAYMENTS),
            ("Prepayment", _PAYMENTS),
        )
        for endpoint in (
            Endpoint(
                f"/{kind}s/<key>/Allocations",
                scope,
                {"PUT": partial(create_allocations, kind=kind)},
            ),
            Endpoint(
                f"/{kind}s/<key>/Allocations/<allocation_id>",
                scope,
                {"DELETE": partial(delete_allocation, kind=kind)},
            ),
        )
    ),
    *(
        endpoint
        for kind in ("Overpayment", "Prepayment")
        for endpoint in (
            Endpoint(f"/{kind}s", _PAYMENTS, {"GET": partial(list_credits, kind=kind)}),
            Endpoint(f"/{kind}s/<key>", _PAYMENTS, {"GET": partial(get_credit, kind=kind)}),
        )
    ),
)
