"""The contact of a document: named, found, made, or rewritten."""

from typing import TYPE_CHECKING

from xero_simulator.contact_fields import WRITABLE, Contact
from xero_simulator.contact_saving import save_contact_as_sent
from xero_simulator.document_rules import CONTACT_ARCHIVED
from xero_simulator.invalid import Invalid
from xero_simulator.wire import JsonObject

if TYPE_CHECKING:
    from xero_simulator.ledger import Ledger

_DETAILS = WRITABLE | {"Addresses", "Phones", "ContactPersons"}


def meant_contact(ledger: "Ledger", sent: JsonObject, kept_id: str) -> Contact:
    """The contact that a document is for, or Invalid.

    With more than its ContactID the contact itself is written [PLAT]. A document that has an
    archived contact keeps it; a contact that is archived gets no further ones.
    """
    contact = _found(ledger, sent)
    if contact is not None and not contact.is_active:
        if contact.contact_id != kept_id:
            raise Invalid([CONTACT_ARCHIVED])
        return contact
    details = {name for name in _DETAILS if sent.get(name) is not None}
    if contact is not None and details <= _identifying(sent):
        return contact
    # ContactPersons that are not sent are deleted [PLAT].
    known = {"ContactID": contact.contact_id} if contact else {}
    rewritten = {"ContactPersons": [{}], **sent, **known}
    return save_contact_as_sent(ledger, rewritten, create_only=False)


def _found(ledger: "Ledger", sent: JsonObject) -> Contact | None:
    book, name, number = ledger.contacts, sent.get("Name"), sent.get("ContactNumber")
    if contact_id := sent.get("ContactID"):
        return book[contact_id.lower()]
    if number and (numbered := book.numbered(number)):
        return numbered
    return (book.active_named(name) or book.archived_named(name)) if name else None


def _identifying(sent: JsonObject) -> set[str]:
    """What says which contact is meant, and so changes nothing about it."""
    if sent.get("ContactID"):
        return set()
    return {"ContactNumber"} if sent.get("ContactNumber") else {"Name"}
