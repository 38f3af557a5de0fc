"""One contact, as the API sends it, into the book."""

from dataclasses import replace
from typing import TYPE_CHECKING

from xero_simulator.contact_fields import WRITABLE, Contact, Edited, overlay
from xero_simulator.contact_rules import (
    MATCHED_ARCHIVED,
    NAME_EMPTY,
    NOT_IDENTIFIED,
    broken_rules,
)
from xero_simulator.invalid import Invalid
from xero_simulator.wire import JsonObject

if TYPE_CHECKING:
    from xero_simulator.ledger import Ledger


def save_contact_as_sent(organisation: "Ledger", sent: JsonObject, create_only: bool) -> Contact:
    """Create or update the contact that `sent` means, or Invalid.

    On /Contacts, and within an invoice that sends more of its contact than the ContactID.
    """
    existing = None if create_only else _existing(organisation, sent)
    _check_identity(sent, existing)
    before = existing or organisation.blank_contact()
    changed = overlay(before, sent, WRITABLE, organisation.readings)
    if messages := broken_rules(organisation, changed, sent):
        raise Invalid(messages, existing.contact_id if existing else None)
    changed = replace(changed, edited=Edited.BY_API)
    if existing is not None and changed == replace(before, edited=Edited.BY_API):
        return existing  # what changes nothing leaves UpdatedDateUTC as it is [REC]
    saved = replace(changed, updated=organisation.stamp())
    organisation.contacts.save(saved)
    return saved


def _existing(organisation: "Ledger", sent: JsonObject) -> Contact | None:
    """The contact that a POST means: by ContactID, else ContactNumber, else Name [DOC]."""
    book = organisation.contacts
    contact_id, number, name = (sent.get(k) for k in ("ContactID", "ContactNumber", "Name"))
    if contact_id:
        return book[contact_id.lower()]
    by_number = book.numbered(number) if number else None
    by_name = (book.active_named(name) or book.archived_named(name)) if name else None
    return by_number or by_name


def _check_identity(sent: JsonObject, existing: Contact | None) -> None:
    if existing is not None and not existing.is_active:
        raise Invalid([MATCHED_ARCHIVED], existing.contact_id)
    keys = [sent.get(k) for k in ("Name", "ContactID", "ContactNumber")]
    if not any(key is not None for key in keys):
        raise Invalid([NOT_IDENTIFIED])
    if existing is None and not sent.get("Name"):
        raise Invalid([NAME_EMPTY])
