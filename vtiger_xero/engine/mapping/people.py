"""Comparing people, pairing them up, and which one is primary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..records import Person
from ..text import name_key, tidy
from .rows import Values

PERSONS = "contacts"  # the CRM field that holds an organization's people

People = tuple[Person, ...]
_Same = Callable[[Person, Person], bool]


def people_of(values: Values) -> People:
    """The people among a record's values."""
    people = values.get(PERSONS)
    if not isinstance(people, tuple):
        return ()
    return tuple(each for each in people if isinstance(each, Person))


def mark_primary(crm: Sequence[Person], xero: Sequence[Person]) -> People:
    """The CRM's people with exactly one primary, or none.

    The one that the CRM marks is primary; else Xero's; else, where Xero has no people yet, the
    first. Where Xero has people and none is primary, none is
    promoted: that would rewrite contacts that no user edited.
    """
    people = [tidy_person(person) for person in crm]
    named = [person for person in people if person.full_name]
    marked = next((person for person in named if person.is_primary), None)
    at_xero = next((person for person in xero if person.is_primary), None)
    if marked is None and at_xero is not None:
        # The one whom Xero has among the further people is not its primary one.
        further = [person for person in xero if not person.is_primary]
        named_so = [person for person in people if same_name(person, at_xero)]
        left = [p for p in named_so if not any(_same_name_and_email(p, o) for o in further)]
        marked = next(iter(left or named_so), None)
    if marked is None and not xero and named:
        marked = named[0]
    return tuple(replace(person, is_primary=person is marked) for person in people)


def pair_up(
    left: Sequence[Person], right: Sequence[Person]
) -> list[tuple[Person | None, Person | None]]:
    """Pair the people of two lists: the surest signs first, each person once.

    As Xero holds them (a primary person has no e-mail there: the other one of that name must not
    pass for them), name and e-mail, then a name, then an e-mail that no other of those who are left
    has: of two people of one name none is chosen by their order. Last, the primary person of
    both sides, if one of the two names stayed: people marry, and typing errors are corrected.
    """
    mine, theirs = list(left), list(right)
    found: dict[int, Person] = {}
    for same in (_same_in_xero, _same_name_and_email, same_name, _same_email, _same_primary):
        for person in list(mine):
            lonely = same not in (same_name, _same_email) or (
                _only_one(mine, person, same) and _only_one(theirs, person, same)
            )
            partner = _take(theirs, person, same) if lonely else None
            if partner is not None:
                found[id(person)] = partner
                mine = [each for each in mine if each is not person]
    pairs: list[tuple[Person | None, Person | None]] = [(p, found.get(id(p))) for p in left]
    return pairs + [(None, person) for person in theirs]


def same_people(left: Sequence[Person], right: Sequence[Person]) -> bool:
    """Whether two lists hold the same people, in whatever order."""
    return sorted(identity(each) for each in left) == sorted(identity(each) for each in right)


def is_unchanged(after: Sequence[Person], before: Sequence[Person], xero: Sequence[Person]) -> bool:
    """Whether the CRM's list needs no write.

    Who counts as primary may follow from Xero alone; that is no reason to save anything.
    """
    known = mark_primary(before, xero)
    return [(each.name, identity(each)) for each in after] == [
        (each.name, identity(each)) for each in known
    ] or tuple(after) == tuple(before)


def as_in_xero(person: Person) -> Person:
    """The person as Xero knows them: no CRM key, and no e-mail of their own if primary."""
    email = "" if person.is_primary else person.email
    return replace(person, name=None, email=email)


def tidy_person(person: Person) -> Person:
    """The person as the two sides compare them."""
    return replace(
        person,
        first_name=tidy(person.first_name),
        last_name=tidy(person.last_name),
        email=tidy(person.email),
    )


def same_name(left: Person, right: Person) -> bool:
    """Whether two people have one name; an empty name is none."""
    return name_key(left.full_name) == name_key(right.full_name) != ""


def _same_in_xero(left: Person, right: Person) -> bool:
    if left.is_primary != right.is_primary:
        return False
    return _same_name_and_email(as_in_xero(left), as_in_xero(right))


def _same_name_and_email(left: Person, right: Person) -> bool:
    return same_name(left, right) and name_key(left.email) == name_key(right.email)


def _same_primary(left: Person, right: Person) -> bool:
    if not left.is_primary or not right.is_primary:
        return False
    names = (left.first_name, right.first_name), (left.last_name, right.last_name)
    return any(name_key(one) == name_key(other) != "" for one, other in names)


def _same_email(left: Person, right: Person) -> bool:
    return name_key(left.email) == name_key(right.email) != ""


def are_alike(left: Person, right: Person) -> bool:
    """Whether Xero would hold the same of both."""
    return identity(left) == identity(right)


def identity(person: Person) -> tuple[str, str, str, bool]:
    """What Xero holds of a person."""
    held = as_in_xero(person)
    return (held.first_name, held.last_name, held.email, held.is_primary)


def _take(people: list[Person], person: Person, same: _Same) -> Person | None:
    for place, each in enumerate(people):
        if same(each, person):
            return people.pop(place)
    return None


def _only_one(people: Sequence[Person], person: Person, same: _Same) -> bool:
    return sum(same(each, person) for each in people) == 1
