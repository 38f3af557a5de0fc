"""Organizations and Xero's Contacts: the table of docs/mapping.md, both ways."""

from __future__ import annotations

from ..records import Fields, Person
from ..text import tidy
from . import people, persons
from .addresses import address
from .phones import phone
from .rows import Row, Table, Way, text_of, text_row

NAME = "organization_name"
NUMBER = "organization_number"
EMAIL = "primary_email"


def borrowed_email(fields: Fields) -> str:
    """The primary Contact's e-mail, where the organization has none of its own."""
    crowd = people.mark_primary(people.people_of(fields), ())
    primary = next((each for each in crowd if each.is_primary), Person())
    return "" if tidy(text_of(fields.get(EMAIL))) else primary.email


ROWS: tuple[Row, ...] = (
    text_row(NAME, "Name", length=255, note="unique among active contacts, whatever the case"),
    text_row(
        NUMBER,
        "ContactNumber",
        length=50,
        way=Way.ON_CREATE,
        note="our key at Xero: set on contacts that the CRM creates, never written over",
    ),
    text_row(
        EMAIL,
        "EmailAddress",
        length=255,
        note="at the first meeting the primary Contact's, when the organization has none",
    ),
    phone("primary_phone", "DEFAULT"),
    phone("secondary_phone", "MOBILE"),
    phone("fax", "FAX"),
    text_row("website", "Website", way=Way.TO_CRM, note="Xero's API does not write it"),
    *address("POBOX", "billing", "postal_code"),
    *address("STREET", "shipping", "code"),
    text_row("tax_number", "TaxNumber", length=50),
    text_row(
        "currency", "DefaultCurrency", clearable=False, note="Xero cannot be told to forget it"
    ),
    persons.ROW,
)

TABLE = Table(ROWS)
