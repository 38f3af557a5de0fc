"""The people of an organization: the CRM's Contacts, Xero's primary person and ContactPersons.

Xero keeps one primary person (without an e-mail of their own) and at most five more (facts:
Contacts). Whoever does not fit stays in the CRM and is named in the log. Merging is person by
person and value by value, against the people that both sides last agreed on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ..records import Document, Person, Side, Value
from ..text import name_key, tidy
from .rows import Part, Row, Values

PERSONS_AT_XERO = 5
PERSONS = "contacts"

People = tuple[Person, ...]
Choose = Callable[[], Side | None]


@dataclass(frozen=True)
class PeopleMerge:
    """What each side should hold. `left_out` are the CRM's people for whom Xero has no room.

    `asked` says that a person must decide a clash, `overwrites` that the policy decided one.
    """

    crm: People
    xero: People
    left_out: People
    asked: bool = False
    overwrites: bool = False


def people_of(values: Values) -> People:
    """The people among a record's values."""
    people = values.get(PERSONS)
    return people if isinstance(people, tuple) else ()


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
    people = tuple(value) if isinstance(value, tuple) else ()
    primary = next((person for person in people if person.is_primary), Person())
    document["FirstName"], document["LastName"] = primary.first_name, primary.last_name
    held = list(document.get("ContactPersons") or ())
    known = [_read_person(each) for each in held]
    elements = {id(person): each for person, each in zip(known, held, strict=True)}
    others = [person for person in people if not person.is_primary]
    pairs = [(new, old) for new, old in pair_up(others, known) if new]
    document["ContactPersons"] = [_written(new, elements.get(id(old))) for new, old in pairs]


def _written(person: Person, held: Document | None) -> Document:
    flags = {"IncludeInEmails": (held or {}).get("IncludeInEmails", False)}
    names = {"FirstName": person.first_name, "LastName": person.last_name}
    return {**names, "EmailAddress": person.email, **flags}


def project(crm: Sequence[Person], xero: Sequence[Person]) -> tuple[People, People]:
    """(the people that Xero should hold, those for whom it has no room)."""
    people = [each for each in mark_primary(crm, xero) if each.full_name or each.email]
    primary = tuple(_bare(person) for person in people if person.is_primary)
    others = [person for person in people if not person.is_primary]
    known = [mine for mine, theirs in pair_up(others, xero) if mine and theirs]
    new = [person for person in others if not any(person is each for each in known)]
    kept = {id(person) for person in [*known, *new][:PERSONS_AT_XERO]}
    at_xero = tuple(_bare(person) for person in others if id(person) in kept)
    return primary + at_xero, tuple(person for person in others if id(person) not in kept)


def mark_primary(crm: Sequence[Person], xero: Sequence[Person]) -> People:
    """The CRM's people with exactly one primary, or none.

    Whoever the CRM marks is primary; else whoever is so at Xero; else, where Xero knows nobody
    yet, the first (the spec's "first Contact"). Where Xero has people and none is primary,
    nobody is promoted: that would rewrite contacts that nobody touched.
    """
    people = [_tidied(person) for person in crm]
    named = [person for person in people if person.full_name]
    marked = next((person for person in named if person.is_primary), None)
    at_xero = next((person for person in xero if person.is_primary), None)
    if marked is None and at_xero is not None:
        marked = next((person for person in people if _same_name(person, at_xero)), None)
    if marked is None and not xero and named:
        marked = named[0]
    return tuple(replace(person, is_primary=person is marked) for person in people)


def merge(
    base: People, crm: People, xero: People, writes: Sequence[Side], choose: Choose
) -> PeopleMerge:
    """Three-way merge of people; `choose` names the side that wins a clash, None to ask."""
    clash = _Clash(choose)
    rows = _together(base, mark_primary(crm, xero), xero)
    found = [_merge_person(old, mine, theirs, clash) for old, mine, theirs in rows]
    merged = _one_primary([person for person in found if person is not None], xero, clash)
    crm_after = tuple(merged) if Side.CRM in writes else tuple(crm)
    at_xero, left_out = project(merged, xero)
    xero_after = at_xero if Side.XERO in writes else xero
    return PeopleMerge(crm_after, xero_after, left_out, clash.asked, clash.settled)


def agreed(base: People, crm: Sequence[Person], xero: Sequence[Person]) -> People:
    """The base of the next merge: whom both sides hold, and whom one side alone still lacks."""
    both = tuple(theirs for mine, theirs in pair_up(crm, xero) if mine and theirs)
    missing = [old for old, held in pair_up(base, both) if old and not held]
    one_sided = [*crm, *xero]
    return both + tuple(old for old, held in pair_up(missing, one_sided) if old and held)


def pair_up(
    left: Sequence[Person], right: Sequence[Person]
) -> list[tuple[Person | None, Person | None]]:
    """Who is who in two lists: the surest signs first, each person once.

    Name and e-mail, then the name, then an e-mail that nobody else has; last, the primary person
    of both sides, if one of the two names stayed: people marry, and typing errors are mended.
    """
    mine, theirs = list(left), list(right)
    found: dict[int, Person] = {}
    for same in (_alike_by_name_and_email, _same_name, _same_email, _same_primary):
        for person in list(mine):
            lonely = same is not _same_email or (
                _only_one(mine, person) and _only_one(theirs, person)
            )
            partner = _take(theirs, person, same) if lonely else None
            if partner is not None:
                found[id(person)] = partner
                mine = [each for each in mine if each is not person]
    pairs: list[tuple[Person | None, Person | None]] = [(p, found.get(id(p))) for p in left]
    return pairs + [(None, person) for person in theirs]


def same_people(left: Sequence[Person], right: Sequence[Person]) -> bool:
    """Whether two lists hold the same people, in whatever order."""
    return sorted(map(_identity, left)) == sorted(map(_identity, right))


def unchanged(after: Sequence[Person], before: Sequence[Person], xero: Sequence[Person]) -> bool:
    """Whether the CRM's list needs no write.

    Who counts as primary may follow from Xero alone; that is no reason to save anything.
    """
    known = mark_primary(before, xero)
    return [(each.name, _identity(each)) for each in after] == [
        (each.name, _identity(each)) for each in known
    ] or tuple(after) == tuple(before)


class _Clash:
    """Decides values that both sides changed, and remembers whether a person must."""

    def __init__(self, choose: Choose) -> None:
        self._choose = choose
        self.asked = self.settled = False

    def settle(self, crm: Person | None, xero: Person | None) -> Person | None:
        winner = self._choose()
        self.asked = self.asked or winner is None
        self.settled = True
        return xero if winner is Side.XERO else crm


def _together(
    base: Sequence[Person], crm: Sequence[Person], xero: Sequence[Person]
) -> list[tuple[Person | None, Person | None, Person | None]]:
    """Each person once, with how the base, the CRM and Xero know them; the CRM's order first."""
    mine = {id(old): person for old, person in pair_up(base, crm) if old and person}
    theirs = {id(old): person for old, person in pair_up(base, xero) if old and person}
    rows: list[tuple[Person | None, Person | None, Person | None]]
    rows = [(old, mine.get(id(old)), theirs.get(id(old))) for old in base]
    new_mine = _without(crm, mine.values())
    new_theirs = _without(xero, theirs.values())
    rows += [(None, person, other) for person, other in pair_up(new_mine, new_theirs)]
    order = {id(person): place for place, person in enumerate(crm)}
    return sorted(rows, key=lambda row: order.get(id(row[1]), len(order)))


def _without(people: Sequence[Person], taken: Iterable[Person]) -> list[Person]:
    known = set(map(id, taken))
    return [person for person in people if id(person) not in known]


def _take(
    people: list[Person], person: Person, same: Callable[[Person, Person], bool]
) -> Person | None:
    for place, each in enumerate(people):
        if same(each, person):
            return people.pop(place)
    return None


def _only_one(people: Sequence[Person], person: Person) -> bool:
    return sum(_same_email(each, person) for each in people) == 1


def _merge_person(
    old: Person | None, mine: Person | None, theirs: Person | None, clash: _Clash
) -> Person | None:
    if mine is None or theirs is None:
        return _one_sided(old, mine, theirs, clash)
    if old is None:
        return mine if _alike(mine, theirs) else _blend(mine, theirs, clash)
    if _alike(theirs, old):
        return mine
    if _alike(mine, old) or _alike(mine, theirs):
        return _taken_over(mine, theirs, demoted=old.is_primary)
    return _settled(mine, theirs, clash)


def _one_sided(
    old: Person | None, mine: Person | None, theirs: Person | None, clash: _Clash
) -> Person | None:
    present = mine or theirs
    if old is None or present is None:
        return present
    if _alike(present, old):
        return None  # the other side took them out, this side left them as they were
    return clash.settle(mine, theirs)


def _blend(mine: Person, theirs: Person, clash: _Clash) -> Person | None:
    """First meeting: an empty e-mail is filled from the other side, a different one clashes."""
    if mine.email and theirs.email and not theirs.is_primary:
        return _settled(mine, theirs, clash)
    return replace(mine, email=mine.email or theirs.email)


def _settled(mine: Person, theirs: Person, clash: _Clash) -> Person | None:
    winner = clash.settle(mine, theirs)
    return _taken_over(mine, theirs) if winner is theirs else mine


def _taken_over(mine: Person, theirs: Person, *, demoted: bool = False) -> Person:
    """The CRM's person with Xero's values; a primary person has no e-mail at Xero.

    Who was primary there and no longer is has none yet: that is no wish to empty the CRM's.
    """
    unknown = theirs.is_primary or (demoted and not theirs.email)
    email = mine.email if unknown else theirs.email
    return replace(theirs, email=email, name=mine.name)


def _one_primary(people: list[Person], xero: Sequence[Person], clash: _Clash) -> list[Person]:
    """At most one primary person; two there are where both sides chose another one."""
    primaries = [person for person in people if person.is_primary]
    if len(primaries) < 2:
        return people
    at_xero = next((person for person in xero if person.is_primary), Person())
    theirs = next((each for each in primaries if _same_name(each, at_xero)), None)
    mine = next(each for each in primaries if each is not theirs)
    chosen = clash.settle(mine, theirs) if theirs else mine
    return [replace(each, is_primary=each is chosen) for each in people]


def _tidied(person: Person) -> Person:
    return replace(
        person,
        first_name=tidy(person.first_name),
        last_name=tidy(person.last_name),
        email=tidy(person.email),
    )


def _bare(person: Person) -> Person:
    email = "" if person.is_primary else person.email
    return replace(person, name=None, email=email)


def _same_name(left: Person, right: Person) -> bool:
    return name_key(left.full_name) == name_key(right.full_name) != ""


def _alike_by_name_and_email(left: Person, right: Person) -> bool:
    return _same_name(left, right) and name_key(left.email) == name_key(right.email)


def _same_primary(left: Person, right: Person) -> bool:
    if not left.is_primary or not right.is_primary:
        return False
    names = (left.first_name, right.first_name), (left.last_name, right.last_name)
    return any(name_key(one) == name_key(other) != "" for one, other in names)


def _same_email(left: Person, right: Person) -> bool:
    return name_key(left.email) == name_key(right.email) != ""


def _alike(left: Person, right: Person) -> bool:
    return _identity(left) == _identity(right)


def _identity(person: Person) -> tuple[str, str, str, bool]:
    bare = _bare(person)
    return (bare.first_name, bare.last_name, bare.email, bare.is_primary)


ROW = Row(
    PERSONS,
    Part(("FirstName", "LastName", "ContactPersons")),
    "FirstName, LastName; ContactPersons (at most 5)",
    read,
    write,
    length=255,
    note="the primary Contact is Xero's primary person; the sixth further one stays in the CRM",
)
