"""/Invoices: list, read one, create (PUT), create or update (POST)."""

from collections.abc import Callable
from functools import partial

from xero_simulator.accounting import AccountingCall, Endpoint
from xero_simulator.answers import Answer, Refused, not_found, post_data_invalid
from xero_simulator.batches import Writing, write
from xero_simulator.contact_fields import View
from xero_simulator.document_saving import (
    INVOICES,
    Family,
    Options,
    save_document_as_sent,
)
from xero_simulator.document_shapes import check_document_shape
from xero_simulator.document_wire import (
    read_invoice,
    refused_document,
    rounding_of,
    written_invoice,
)
from xero_simulator.documents import Document, document_table
from xero_simulator.invalid import Invalid
from xero_simulator.ledger import Ledger
from xero_simulator.wire import JsonObject, is_guid

_TABLE = document_table("Invoice")

# -- reading ---------------------------------------------------------------------------------


def list_invoices(call: AccountingCall) -> Answer:
    """GET /Invoices, with every filter it knows."""
    paging, found = call.paging(), _found(call)
    view = View.FULL if paging else View.LISTED
    page = found if paging is None else paging.cut(found)
    rows = [_listed(call, document, view) for document in page]
    return call.answer("Invoices", rows, paging.described(len(found)) if paging else None)


def get_invoice(call: AccountingCall, key: str) -> Answer:
    """GET /Invoices/{InvoiceID} or /Invoices/{InvoiceNumber}."""
    ledger = call.organisation
    document = ledger.invoices.get(key.lower()) or ledger.invoice_numbered(key)
    if document is None:
        return not_found()
    wire = read_invoice(ledger, document, View.FULL, call.unit_places) | rounding_of(document)
    return call.answer("Invoices", [wire])


def _listed(call: AccountingCall, document: Document, view: View) -> JsonObject:
    wire = read_invoice(call.organisation, document, view, call.unit_places, in_page=True)
    if view is View.FULL:  # in a page too the contact is only named [REC]
        named = read_invoice(call.organisation, document, View.LISTED)["Contact"]
        wire["Contact"] = named
    return wire


def _found(call: AccountingCall) -> list[Document]:
    ids, statuses = call.listed("IDs"), call.listed("Statuses")
    call.check_ids(ids, call.organisation.invoices)
    documents = call.found(call.organisation.invoices.in_order(), _TABLE)
    if ids:
        documents = [d for d in documents if d.document_id in ids]
    return [d for d in documents if not statuses or d.status.lower() in statuses]


# -- writing ---------------------------------------------------------------------------------


def create_invoices(call: AccountingCall) -> Answer:
    """PUT /Invoices: create only."""
    return _write(call, call.elements("Invoices"), create_only=True)


def save_invoices(call: AccountingCall) -> Answer:
    """POST /Invoices: create or update, by InvoiceID or else by the number of a sale."""
    return _write(call, call.elements("Invoices"), create_only=False)


def save_invoice(call: AccountingCall, key: str) -> Answer:
    """POST /Invoices/{InvoiceID}: update that one; the path beats the body."""
    elements = call.elements("Invoices")
    if not is_guid(key) or key.lower() not in call.organisation.invoices:
        return not_found()
    if len(elements) != 1:
        return post_data_invalid("Only one invoice can be sent to this path")  # invented [A4]
    return _write(call, [{**elements[0], "InvoiceID": key}], create_only=False)


def _write(call: AccountingCall, elements: list[JsonObject], create_only: bool) -> Answer:
    check_documents(call.organisation, elements)
    options = Options(create_only, call.unit_places)

    def save(sent: JsonObject) -> JsonObject:
        saved = save_document_as_sent(call.organisation, INVOICES, sent, options)
        return written_invoice(call.organisation, saved, call.unit_places)

    return write(call, elements, Writing("Invoices", save, refusing(call.organisation, INVOICES)))


# -- shared with credit notes ----------------------------------------------------------------


def check_documents(ledger: Ledger, elements: list[JsonObject]) -> None:
    """Every element can be read, and names no contact that was never issued.

    # invented [D4]: that such a ContactID is a 404 for the whole request, as it is on /Contacts
    [REC-derived]. It is the reading that punishes a careless batch.
    """
    for element in elements:
        check_document_shape(element)
        contact_id = (element.get("Contact") or {}).get("ContactID")
        if contact_id is not None and contact_id.lower() not in ledger.contacts:
            raise Refused(not_found())


def refusing(ledger: Ledger, family: Family) -> Callable[[JsonObject, Invalid], JsonObject]:
    """The echo of a refused document of a family."""
    return partial(refused_document, ledger, family)


_SCOPE = "accounting.invoices"
ENDPOINTS = (
    Endpoint(
        "/Invoices", _SCOPE, {"GET": list_invoices, "PUT": create_invoices, "POST": save_invoices}
    ),
    Endpoint("/Invoices/<path:key>", _SCOPE, {"GET": get_invoice, "POST": save_invoice}),
)
