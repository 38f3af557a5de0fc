"""The people of an organization: the CRM's Contacts, Xero's primary person and ContactPersons.

Xero keeps one primary person (without an e-mail of their own) and at most five more
(docs/xero.md, N8). People who do not fit stay in the CRM and are named in the log.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..records import Document, Person, Value
from ..text import tidy
from .people import PERSONS, People, are_alike, as_in_xero, mark_primary, pair_up, people_of
from .rows import Part, Row

PERSONS_AT_XERO = 5


def read(document: Document) -> People:
    """The people of a Xero contact, the primary one first."""
    first, last = tidy(document.get("FirstName")), tidy(document.get("LastName"))
    primary = (Person(first, last, is_primary=True),) if first or last else ()
    others = tuple(_read_person(each) for each in document.get("ContactPersons") or ())
    return primary + tuple(person for person in others if person != Person())


def _read_person(element: Document) -> Person:
    return Person(
        tidy(element.get("FirstName")),
        tidy(element.get("LastName")),
        tidy(element.get("EmailAddress")),
    )


def write(document: Document, value: Value) -> None:
    """Put people (primary first) into a Xero contact; flags of those who stay are kept."""
    people = people_of({PERSONS: value})
    primary = next((person for person in people if person.is_primary), Person())
    document["FirstName"], document["LastName"] = primary.first_name, primary.last_name
    held = list(document.get("ContactPersons") or ())
    known = [_read_person(each) for each in held]
    elements = {id(person): each for person, each in zip(known, held, strict=True)}
    others = [person for person in people if not person.is_primary]
    pairs = [(new, old) for new, old in pair_up(others, known) if new]
    written = [_element_of(new, elements.get(id(old))) for new, old in pairs]
    # Xero leaves everybody where the list is empty; one person without a name or e-mail clears it.
    document["ContactPersons"] = written or ([_element_of(Person(), None)] if held else [])


def _element_of(person: Person, held: Document | None) -> Document:
    flags = {"IncludeInEmails": (held or {}).get("IncludeInEmails", False)}
    names = {"FirstName": person.first_name, "LastName": person.last_name}
    return {**names, "EmailAddress": person.email, **flags}


def project(crm: Sequence[Person], xero: Sequence[Person]) -> tuple[People, People]:
    """(the people that Xero should hold, those for whom it has no room)."""
    people = [each for each in mark_primary(crm, xero) if each.full_name or each.email]
    primary = tuple(as_in_xero(person) for person in people if person.is_primary)
    others = [person for person in people if not person.is_primary]
    known = [mine for mine, theirs in pair_up(others, xero) if mine and theirs]
    new = [person for person in others if not any(person is each for each in known)]
    kept = {id(person) for person in [*known, *new][:PERSONS_AT_XERO]}
    at_xero = tuple(as_in_xero(person) for person in others if id(person) in kept)
    return primary + at_xero, tuple(person for person in others if id(person) not in kept)


def people_agreed_on(base: People, crm: Sequence[Person], xero: Sequence[Person]) -> People:
    """The base of the next merge: whom both sides hold alike, and how the others were before.

    People who still differ are being sent, waiting or in conflict: if one side's values were taken
    as agreed on, the other side's would undo them.
    """
    pairs = [(mine, theirs) for mine, theirs in pair_up(mark_primary(crm, xero), xero) if mine]
    both = tuple(theirs for mine, theirs in pairs if theirs and are_alike(mine, theirs))
    missing = [old for old, held in pair_up(base, both) if old and not held]
    one_sided = [*crm, *xero]
    return both + tuple(old for old, held in pair_up(missing, one_sided) if old and held)


ROW = Row(
    PERSONS,
    Part(("FirstName", "LastName", "ContactPersons")),
    "FirstName, LastName; ContactPersons (at most 5)",
    read,
    write,
    length=255,
    note="the primary Contact is Xero's primary person; the sixth further one stays in the CRM",
)
