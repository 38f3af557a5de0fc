"""/Contacts: list, read one, create (PUT), create or update (POST)."""

from collections.abc import Iterable

from xero_simulator.accounting import AccountingCall, Endpoint
from xero_simulator.answers import (
    Answer,
    Refused,
    not_found,
    post_data_invalid,
)
from xero_simulator.balances import balances_of
from xero_simulator.batches import Writing, write
from xero_simulator.contact_fields import CONTACTS, Contact, View
from xero_simulator.contact_saving import save_contact_as_sent
from xero_simulator.contact_shapes import check_shape
from xero_simulator.contact_wire import read_contact, refused_contact, written_contact
from xero_simulator.invalid import Invalid
from xero_simulator.organisation import Organisation
from xero_simulator.wire import JsonObject, is_guid, without_nulls

# -- reading ---------------------------------------------------------------------------------


def list_contacts(call: AccountingCall) -> Answer:
    """GET /Contacts, with every filter it knows."""
    paging, found = call.paging(), _found(call)
    view = View.FULL if paging else View.LISTED
    page = found if paging is None else paging.cut(found)
    rows = [_read(call.organisation, contact, view) for contact in page]
    return call.answer("Contacts", rows, paging.described(len(found)) if paging else None)


def get_contact(call: AccountingCall, key: str) -> Answer:
    """GET /Contacts/{ContactID} or /Contacts/{ContactNumber}; archived ones too."""
    book = call.organisation.contacts
    contact = book.get(key.lower()) or book.numbered(key)
    if contact is None:
        return not_found()
    wire = {**_read(call.organisation, contact, View.FULL), "Attachments": []}  # [REC]
    return call.answer("Contacts", [wire])


def _read(organisation: Organisation, contact: Contact, view: View) -> JsonObject:
    wire = read_contact(contact, view)
    balances = balances_of(organisation, contact) if view is View.FULL else None
    return without_nulls({"Balances": balances, **wire})


def _found(call: AccountingCall) -> list[Contact]:
    """Every contact that passes the filters, in the order asked for."""
    contacts: Iterable[Contact] = call.organisation.contacts.in_order()
    if not call.flag("includeArchived"):
        contacts = (c for c in contacts if c.is_active)
    if ids := call.listed("IDs"):
        call.check_ids(ids, call.organisation.contacts)
        contacts = (c for c in contacts if c.contact_id in ids)
    return call.found(contacts, CONTACTS)


# -- writing ---------------------------------------------------------------------------------


def create_contacts(call: AccountingCall) -> Answer:
    """PUT /Contacts: create only."""
    return _write(call, call.elements("Contacts"), create_only=True)


def save_contacts(call: AccountingCall) -> Answer:
    """POST /Contacts: create or update."""
    return _write(call, call.elements("Contacts"), create_only=False)


def save_contact(call: AccountingCall, key: str) -> Answer:
    """POST /Contacts/{ContactID}: update that one; the path beats the body."""
    elements = call.elements("Contacts")
    if not is_guid(key):
        return not_found()
    if len(elements) != 1:
        return post_data_invalid("Only one contact can be sent to this path")  # invented [A4]
    return _write(call, [{**elements[0], "ContactID": key}], create_only=False)


def _write(call: AccountingCall, elements: list[JsonObject], create_only: bool) -> Answer:
    for element in elements:
        check_shape(element)
    _refuse_unknown_ids(call.organisation, elements)

    def save(sent: JsonObject) -> JsonObject:
        return written_contact(save_contact_as_sent(call.organisation, sent, create_only))

    def refused(sent: JsonObject, invalid: Invalid) -> JsonObject:
        existing = call.organisation.contacts.get(invalid.key or "")
        return refused_contact(sent, existing, invalid.messages)

    return write(call, elements, Writing("Contacts", save, refused))


def _refuse_unknown_ids(organisation: Organisation, elements: list[JsonObject]) -> None:
    """An id that was never issued is a 404 for the WHOLE request [REC-derived]."""
    for element in elements:
        contact_id = element.get("ContactID")
        if contact_id is not None and contact_id.lower() not in organisation.contacts:
            raise Refused(not_found())


ENDPOINTS = (
    Endpoint(
        "/Contacts",
        "accounting.contacts",
        {"GET": list_contacts, "PUT": create_contacts, "POST": save_contacts},
    ),
    Endpoint("/Contacts/<key>", "accounting.contacts", {"GET": get_contact, "POST": save_contact}),
)
