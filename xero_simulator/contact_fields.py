"""The fields of a Contact as rows, and how a write lays new values over old ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from xero_simulator.query import Read, Table
from xero_simulator.readings import Readings
from xero_simulator.wire import JsonObject

ACTIVE, ARCHIVED, GDPRREQUEST = "ACTIVE", "ARCHIVED", "GDPRREQUEST"
STATUSES = (ACTIVE, ARCHIVED, GDPRREQUEST)
ADDRESS_TYPES = ("STREET", "POBOX")
PHONE_TYPES = ("DEFAULT", "DDI", "FAX", "MOBILE", "OFFICE")
# A contact always has these, empty or not [REC]; OFFICE only shows once it is used.
STANDING_PHONE_TYPES = PHONE_TYPES[:4]


class Edited(str, Enum):
    """Who last wrote a contact: it decides which empty elements it shows [REC].

    Contacts of the Demo Company that nobody has edited show no empty element at all, those that
    the API wrote some, those that a person edited in the screens all of them
    (corrin/docketworks: contacts_page.json, contact_create.json, invoice.json).
    """

    NEVER = ""
    BY_API = "API"
    BY_HAND = "screens"


class View(Enum):
    """The two shapes in which a contact or document is read."""

    FULL = "one, a page, or the answer to a write"
    LISTED = "GET without a page: a subset of the fields [OAS][DOC]"


@dataclass(frozen=True)
class Field:
    """One scalar or nested element of a Contact; `is_listed`: shown without a page, too.

    `empty`: what is shown while it has no value. `empty_for`: after whose edit it is shown empty;
    whatever has an `empty` and says nothing here always is.
    """

    name: str
    limit: int | None = None
    kind: type = str
    is_listed: bool = True
    writable: bool = True
    empty: Any = None
    empty_for: tuple[Edited, ...] = tuple(Edited)


_BY_HAND = (Edited.BY_HAND,)
_ONCE_EDITED = (Edited.BY_API, Edited.BY_HAND)

# Limits [OAS]. Which element shows without a page: "only available when paging or fetched by id"
# [OAS]; for the rest of the paged-only ones the issues of Xero's SDKs (Xero-Java 245 and 298,
# xero-php-oauth2 121).
FIELDS = (
    Field("ContactNumber", 50),
    Field("AccountNumber", 50),
    Field("ContactStatus"),
    Field("Name", 255),
    Field("FirstName", 255, empty="", empty_for=_BY_HAND),
    Field("LastName", 255, empty="", empty_for=_BY_HAND),
    Field("CompanyNumber", 50),
    Field("EmailAddress", 255, empty="", empty_for=_ONCE_EDITED),
    Field("BankAccountDetails", empty="", empty_for=_ONCE_EDITED),
    Field("TaxNumber", 50, empty="", empty_for=_BY_HAND),
    Field("TaxNumberType"),
    Field("AccountsReceivableTaxType", empty="", empty_for=_BY_HAND),
    Field("AccountsPayableTaxType", empty="", empty_for=_BY_HAND),
    Field("IsSupplier", kind=bool, writable=False, empty=False),
    Field("IsCustomer", kind=bool, writable=False, empty=False),
    Field("SalesDefaultLineAmountType", is_listed=False),
    Field("PurchasesDefaultLineAmountType", is_listed=False),
    Field("DefaultCurrency"),
    Field("XeroNetworkKey", is_listed=False),
    Field("SalesDefaultAccountCode", is_listed=False),
    Field("PurchasesDefaultAccountCode", is_listed=False),
    Field("PaymentTerms", kind=dict, is_listed=False),
    Field("Website", is_listed=False, writable=False),
    Field("Discount", kind=Decimal, is_listed=False, writable=False),
    Field("BatchPayments", kind=dict, is_listed=False),
    Field("BrandingTheme", kind=dict, is_listed=False, writable=False),
    Field("Balances", kind=dict, is_listed=False, writable=False),
)
FIELD = {row.name: row for row in FIELDS}
WRITABLE = frozenset(row.name for row in FIELDS if row.writable)
EVERY_FIELD = frozenset(FIELD)

ADDRESS_LIMITS = {
    "AddressLine1": 500,
    "AddressLine2": 500,
    "AddressLine3": 500,
    "AddressLine4": 500,
    "City": 255,
    "Region": 255,
    "PostalCode": 50,
    "Country": 50,
    "AttentionTo": 255,
}
PHONE_LIMITS = {"PhoneNumber": 50, "PhoneAreaCode": 10, "PhoneCountryCode": 20}
PERSON_LIMITS = {"FirstName": 255, "LastName": 255, "EmailAddress": 255}
MOST_PERSONS = 5  # [PLAT]


@dataclass(frozen=True)
class Contact:
    """A contact of the ledger. A change is always a new Contact, so undoing is putting back."""

    contact_id: str
    updated: datetime
    fields: Mapping[str, Any] = field(default_factory=dict)
    addresses: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    phones: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    persons: list[JsonObject] = field(default_factory=list)
    merged_to: str | None = None
    edited: str = Edited.NEVER

    @property
    def key(self) -> str:
        """Its place in the book."""
        return self.contact_id

    @property
    def name(self) -> str:
        """Name, unique among the active ones."""
        return str(self.fields.get("Name", ""))

    @property
    def number(self) -> str | None:
        """ContactNumber, the key that other systems set."""
        return self.fields.get("ContactNumber")

    @property
    def status(self) -> str:
        """ContactStatus."""
        return str(self.fields["ContactStatus"])

    @property
    def is_active(self) -> bool:
        """Whether the API may still edit it."""
        return self.status == ACTIVE

    def get(self, name: str) -> Any:
        """The value of a scalar element by its name on the wire; None when it shows none."""
        if (value := self.fields.get(name)) is not None:
            return value
        row = FIELD[name]
        return row.empty if row.empty is not None and self.edited in row.empty_for else None


def overlay(
    contact: Contact, sent: JsonObject, allowed: frozenset[str], readings: Readings
) -> Contact:
    """A sparse update: what is not sent stays [OAS]; "" empties; null counts as not sent."""
    changes = {name: value for name, value in sent.items() if name in allowed and value is not None}
    fields = {**contact.fields, **changes}
    return replace(
        contact,
        fields={name: value for name, value in fields.items() if value != ""},
        addresses=_by_type(contact.addresses, sent.get("Addresses"), "AddressType", readings),
        phones=_by_type(contact.phones, sent.get("Phones"), "PhoneType", readings),
        persons=_persons(contact.persons, sent.get("ContactPersons"), readings),
    )


def _by_type(
    kept: Mapping[str, Mapping[str, str]],
    sent: list[JsonObject] | None,
    type_name: str,
    readings: Readings,
) -> Mapping[str, Mapping[str, str]]:
    """Types that are not sent stay.

    # invented [R18]: a type that is sent is replaced whole. Xero does not say whether an address is
    # itself sparse; this way a client that sends half an address sees the other half go.
    """
    if not sent:
        return kept
    before = kept if kept and readings.addresses_are_sparse else {}
    laid = {row[type_name]: {**before.get(row[type_name], {}), **row} for row in sent}
    replaced = {
        name: {k: v for k, v in row.items() if k != type_name and v} for name, row in laid.items()
    }
    return {**kept, **replaced}


def _persons(
    kept: list[JsonObject], sent: list[JsonObject] | None, readings: Readings
) -> list[JsonObject]:
    """Sending the array REPLACES it [PLAT], but an empty one changes nothing [3P, xero-node 560].

    One element with nothing in it takes all of them out [3P, xero-php 63, with a word of Xero's].
    """
    if sent is None or (not sent and not readings.empty_persons_clear):
        return kept
    is_blank = sent and not any(person.get(name) for person in sent for name in PERSON_LIMITS)
    if is_blank and not readings.blank_person_clears:
        return kept
    return [
        {
            **{name: person[name] for name in PERSON_LIMITS if person.get(name)},
            "IncludeInEmails": bool(person.get("IncludeInEmails")),
        }
        for person in sent
        if any(person.get(name) for name in PERSON_LIMITS)
    ]


def _read(name: str) -> Read:
    return lambda contact: contact.get(name)


def _read_stored(name: str) -> Read:
    return lambda contact: contact.fields.get(name)


# An absent text is null here although it may be shown as "": guard it [3P].
_SHOWN_EMPTY = ("EmailAddress", "BankAccountDetails")
CONTACTS = Table(
    "Contact",
    {
        row.name: _read_stored(row.name) if row.name in _SHOWN_EMPTY else _read(row.name)
        for row in FIELDS
        if row.kind is str
    },
)
