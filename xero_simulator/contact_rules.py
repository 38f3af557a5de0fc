"""What Xero refuses in a Contact, as rows: what is looked at, what breaks it, Xero's words.

Provenance: REC recorded live, OAS Xero's OpenAPI file, DOC its documentation, 3P third
parties, invented [Y1]: the limit is real, the wording is ours because nobody has published it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xero_simulator.contact_fields import (
    ADDRESS_LIMITS,
    FIELDS,
    GDPRREQUEST,
    MOST_PERSONS,
    PERSON_LIMITS,
    PHONE_LIMITS,
    Contact,
)
from xero_simulator.wire import JsonObject

if TYPE_CHECKING:
    from xero_simulator.ledger import Ledger

# OAS
NOT_IDENTIFIED = (
    "The Contact must contain at least 1 of the following elements to identify the contact: "
    "Name, ContactID, ContactNumber"
)
# 3P, a real response (xeroizer 380)
NAME_EMPTY = "Contact Name cannot be empty."
# REC + OAS
NAME_TAKEN = (
    "The contact name {value} is already assigned to another contact. "
    "The contact name must be unique across all active contacts."
)
# 3P
NUMBER_TAKEN = "Another contact has this contact number. Please enter a different contact number."
# REC
MATCHED_ARCHIVED = (
    "The specified contact details matched an archived contact. "
    "Archived contacts cannot currently be edited via the API."
)
# DOC
EMAIL_INVALID = "Email address must be valid"
# 3P, Xero-NetStandard 623
WEBSITE_INVALID = "Website must be valid"
# 3P x8
NOT_SUBSCRIBED = "Organisation is not subscribed to currency {value}"
# 3P for documents, here by analogy
ACCOUNT_UNKNOWN = "Account code '{value}' is not a valid code for this document."
TAX_TYPE_UNKNOWN = (
    "The TaxType code {value} does not exist or cannot be used for this type of transaction."
)
# invented [Y1]: nobody has published these, the limits behind them are real
TOO_LONG = "{field} must be {limit} characters or fewer."
NAME_BRACKETS = "The contact name cannot contain the characters < or >."
NAME_SPACES = "The contact name cannot contain leading, trailing or double spaces."
COUNTRY_LETTERS = "Country can only contain letters."
TOO_MANY_PERSONS = "A contact can have no more than 5 additional contact persons."
GDPR_NOT_SETTABLE = "ContactStatus GDPRREQUEST cannot be set via the API."

# "Umlauts not supported" [OAS]: ASCII only.
_EMAIL = re.compile(r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
# invented [N2]: what makes a website valid; known is only that some that the screens take are not.
_WEBSITE = re.compile(r"^https?://[^\s.]+(\.[^\s.]+)+$", re.IGNORECASE)
_COUNTRY = re.compile(r"^[A-Za-z ]*$")  # "[A-Z], [a-z] only" [OAS], whose examples have spaces


@dataclass(frozen=True)
class TextRule:
    """A text that breaks it is refused with the message."""

    element: str
    broken: Callable[[str], bool]
    message: str


def _longer_than(limit: int) -> Callable[[str], bool]:
    return lambda text: len(text) > limit


def _too_long(element: str, limits: dict[str, int]) -> Iterator[TextRule]:
    for name, limit in limits.items():
        message = TOO_LONG.format(field=name, limit=limit)
        yield TextRule(f"{element}{name}", _longer_than(limit), message)


def is_invalid_email(text: str) -> bool:
    """Whether Xero would not take it; an empty one it takes."""
    return bool(text) and (not _EMAIL.match(text) or ".." in text or text.startswith("."))


def _has_stray_spaces(text: str) -> bool:
    inner = text.strip()
    return bool(inner) and (text != inner or "  " in inner)


TEXT_RULES = (
    TextRule("Name", lambda text: not text.strip(), NAME_EMPTY),
    TextRule("Name", lambda text: bool(re.search("[<>]", text)), NAME_BRACKETS),
    TextRule("Name", _has_stray_spaces, NAME_SPACES),
    TextRule("EmailAddress", is_invalid_email, EMAIL_INVALID),
    TextRule("ContactPersons.EmailAddress", is_invalid_email, EMAIL_INVALID),
    TextRule("Addresses.Country", lambda text: not _COUNTRY.match(text), COUNTRY_LETTERS),
    TextRule("ContactStatus", lambda text: text == GDPRREQUEST, GDPR_NOT_SETTABLE),
    *_too_long("", {row.name: row.limit for row in FIELDS if row.limit}),
    *_too_long("Addresses.", ADDRESS_LIMITS),
    *_too_long("Phones.", PHONE_LIMITS),
    *_too_long("ContactPersons.", PERSON_LIMITS),
)


@dataclass(frozen=True)
class LedgerRule:
    """A value that the organisation's other records must allow."""

    element: str
    broken: Callable[["Ledger", Contact, str], bool]
    message: str


def _name_taken(organisation: "Ledger", contact: Contact, name: str) -> bool:
    other = organisation.contacts.active_named(name)
    return contact.is_active and other is not None and other.contact_id != contact.contact_id


def _number_taken(organisation: "Ledger", contact: Contact, number: str) -> bool:
    other = organisation.contacts.numbered(number)
    return other is not None and other.is_active and other.contact_id != contact.contact_id


def _number_archived(organisation: "Ledger", contact: Contact, number: str) -> bool:
    # [3P: R16, U7] An archived contact keeps its number to itself (one report), and its name is
    # free. The recorded text speaks of "contact details" that "matched an archived contact".
    other = organisation.contacts.numbered(number)
    return other is not None and not other.is_active and other.contact_id != contact.contact_id


LEDGER_RULES = (
    LedgerRule("Name", _name_taken, NAME_TAKEN),
    LedgerRule("ContactNumber", _number_taken, NUMBER_TAKEN),
    LedgerRule("ContactNumber", _number_archived, MATCHED_ARCHIVED),
    # A website that only Xero's screens could set fails every update by the API [3P].
    LedgerRule("Website", lambda org, contact, text: not _WEBSITE.match(text), WEBSITE_INVALID),
    LedgerRule("DefaultCurrency", lambda org, c, code: code not in org.currency_codes,
               NOT_SUBSCRIBED),
    LedgerRule("SalesDefaultAccountCode", lambda org, c, code: not org.has_account(code),
               ACCOUNT_UNKNOWN),
    LedgerRule("PurchasesDefaultAccountCode", lambda org, c, code: not org.has_account(code),
               ACCOUNT_UNKNOWN),
    LedgerRule("AccountsReceivableTaxType", lambda org, c, code: not org.has_tax_type(code),
               TAX_TYPE_UNKNOWN),
    LedgerRule("AccountsPayableTaxType", lambda org, c, code: not org.has_tax_type(code),
               TAX_TYPE_UNKNOWN),
)  # fmt: skip


def broken_rules(organisation: "Ledger", contact: Contact, sent: JsonObject) -> list[str]:
    """The messages for a write, each once, in the order of the rows."""
    messages = [rule.message for rule in TEXT_RULES for text in _texts(sent, rule.element)
                if rule.broken(text)]  # fmt: skip
    if len(sent.get("ContactPersons") or ()) > MOST_PERSONS:
        messages.append(TOO_MANY_PERSONS)
    for rule in LEDGER_RULES:
        value = contact.fields.get(rule.element)
        if value and rule.broken(organisation, contact, value):
            messages.append(rule.message.format(value=value))
    return list(dict.fromkeys(messages))


def _texts(sent: JsonObject, element: str) -> Iterable[str]:
    """The texts at `Name` or `Addresses.City`, those that are there."""
    collection, _, name = element.rpartition(".")
    rows = (sent.get(collection) or ()) if collection else (sent,)
    return (row[name] for row in rows if isinstance(row.get(name), str))
