"""A contact on the wire: read in two views, written back, or echoed with its errors."""

from collections.abc import Iterable, Mapping
from typing import Any

from xero_simulator.contact_fields import (
    ADDRESS_LIMITS,
    ADDRESS_TYPES,
    FIELDS,
    PHONE_LIMITS,
    STANDING_PHONE_TYPES,
    Contact,
    Edited,
    View,
)
from xero_simulator.wire import ZERO_GUID, JsonObject, wire_date, without_nulls

# What an empty address and phone show, by who last wrote the contact [REC].
_EMPTY_ADDRESS: dict[str, dict[str, str]] = {
    Edited.NEVER: {},
    Edited.BY_API: dict.fromkeys(("City", "Region", "PostalCode", "Country"), ""),
    Edited.BY_HAND: dict.fromkeys(ADDRESS_LIMITS, ""),
}
_EMPTY_PHONE = dict.fromkeys(PHONE_LIMITS, "")
_NO_TRACKING: JsonObject = {"SalesTrackingCategories": [], "PurchasesTrackingCategories": []}
_ECHOED_LISTS = ("Addresses", "Phones", "ContactGroups", "ContactPersons")


def read_contact(contact: Contact, view: View) -> JsonObject:
    """A contact as GET shows it."""
    wire: JsonObject = {"ContactID": contact.contact_id}
    if contact.merged_to and view is View.FULL:  # only in pages and single ones [OAS]
        wire["MergedToContactID"] = contact.merged_to
    shown = [row.name for row in FIELDS if row.is_listed or view is View.FULL]
    wire |= without_nulls({name: contact.get(name) for name in shown})
    wire["Addresses"] = _addresses(contact)
    wire["ContactGroups"] = []
    # Without a page the array is there and empty, whatever the contact has [issues].
    wire["ContactPersons"] = contact.persons if view is View.FULL else []
    wire["HasAttachments"] = False
    wire["Phones"] = _phones(contact)
    wire["UpdatedDateUTC"] = wire_date(contact.updated)
    wire["HasValidationErrors"] = False
    return wire


def written_contact(contact: Contact) -> JsonObject:
    """The answer to a write, and the contact of a document that is shown whole [REC].

    IsCustomer and IsSupplier are what the documents say, whatever was sent [REC: true was sent,
    false answered]; Balances are not in it [REC].
    """
    wire = read_contact(contact, View.FULL)
    wire.pop("HasAttachments")
    return wire | _NO_TRACKING


def refused_contact(
    sent: JsonObject, existing: Contact | None, messages: Iterable[str]
) -> JsonObject:
    """What was sent, trimmed, with what is wrong with it, and the Name of the one meant [REC]."""
    wire: JsonObject = {"ContactID": existing.contact_id if existing else ZERO_GUID}
    if existing is not None:
        wire["Name"] = existing.name
    wire |= {name: value for name, value in sent.items() if _is_scalar(name, value)}
    for name in _ECHOED_LISTS:
        wire[name] = [_with_errors(row) for row in sent.get(name) or ()]
    wire["HasValidationErrors"] = True
    wire["ValidationErrors"] = [{"Message": message} for message in messages]
    return wire


def _is_scalar(name: str, value: Any) -> bool:
    return name != "ContactID" and isinstance(value, str | bool)


def _with_errors(row: JsonObject) -> JsonObject:
    return {**without_nulls(row), "ValidationErrors": []}


def _addresses(contact: Contact) -> list[JsonObject]:
    empty = _EMPTY_ADDRESS[contact.edited]
    return [
        {"AddressType": kind, **empty, **contact.addresses.get(kind, {})} for kind in ADDRESS_TYPES
    ]


def _phones(contact: Contact) -> list[JsonObject]:
    kinds = dict.fromkeys((*STANDING_PHONE_TYPES, *_used(contact.phones)))
    empty = _EMPTY_PHONE if contact.edited else {}
    return [{"PhoneType": kind, **empty, **contact.phones.get(kind, {})} for kind in kinds]


def _used(rows: Mapping[str, Mapping[str, str]]) -> Iterable[str]:
    return (kind for kind, row in rows.items() if row)
