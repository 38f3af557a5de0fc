"""A contact on the wire: read in three views, written back, or echoed with its errors."""

from collections.abc import Iterable, Mapping
from typing import Any

from vtiger_xero.simulator.contact_fields import (
    ADDRESS_TYPES,
    FIELDS,
    PHONE_LIMITS,
    STANDING_PHONE_TYPES,
    Contact,
    View,
)
from vtiger_xero.simulator.wire import ZERO_GUID, JsonObject, wire_date, without_nulls

# An empty address still shows these four [OAS examples].
_EMPTY_ADDRESS = {"City": "", "Region": "", "PostalCode": "", "Country": ""}
_EMPTY_PHONE = dict.fromkeys(PHONE_LIMITS, "")
_ECHOED_LISTS = ("Addresses", "Phones", "ContactGroups", "ContactPersons")


def read_contact(contact: Contact, view: View) -> JsonObject:
    """A contact as GET shows it."""
    wire: JsonObject = {"ContactID": contact.contact_id}
    if contact.merged_to and View.LISTED not in view:  # only in pages and single ones [OAS]
        wire["MergedToContactID"] = contact.merged_to
    wire |= without_nulls({row.name: contact.get(row.name) for row in FIELDS if row.views & view})
    if View.SUMMARY not in view:
        wire["Addresses"] = _addresses(contact)
        wire["ContactGroups"] = []
        # Without a page the array is there and empty, whatever the contact has [issues].
        wire["ContactPersons"] = contact.persons if View.FULL in view else []
        wire["HasAttachments"] = False
    wire["Phones"] = _phones(contact)
    wire["UpdatedDateUTC"] = wire_date(contact.updated)
    wire["HasValidationErrors"] = False
    return wire


def written_contact(contact: Contact, sent: JsonObject) -> JsonObject:
    """The answer to a write. It ECHOES the read-only flags that were sent [REC]."""
    wire = read_contact(contact, View.FULL)
    for flag in ("IsCustomer", "IsSupplier"):
        if isinstance(sent.get(flag), bool):
            wire[flag] = sent[flag]
    wire.pop("HasAttachments")  # [OAS examples of PUT and POST]
    return wire | {"SalesTrackingCategories": [], "PurchasesTrackingCategories": []}


def refused_contact(
    sent: JsonObject, contact_id: str | None, messages: Iterable[str]
) -> JsonObject:
    """What was sent, trimmed, with what is wrong with it [REC, verbatim shape]."""
    wire: JsonObject = {"ContactID": contact_id or ZERO_GUID}
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
    return [
        {"AddressType": kind, **_EMPTY_ADDRESS, **contact.addresses.get(kind, {})}
        for kind in ADDRESS_TYPES
    ]


def _phones(contact: Contact) -> list[JsonObject]:
    kinds = dict.fromkeys((*STANDING_PHONE_TYPES, *_used(contact.phones)))
    return [{"PhoneType": kind, **_EMPTY_PHONE, **contact.phones.get(kind, {})} for kind in kinds]


def _used(rows: Mapping[str, Mapping[str, str]]) -> Iterable[str]:
    return (kind for kind, row in rows.items() if row)
