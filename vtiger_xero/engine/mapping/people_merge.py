"""Three-way merge of people: person by person, and value by value.

Against the people on whom both sides last agreed; a conflict follows the conflict policy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ..records import Person, Side
from .people import People, are_alike, mark_primary, pair_up, same_name
from .persons import project

Choose = Callable[[], Side | None]


@dataclass(frozen=True)
class PeopleMerge:
    """What each side should hold. `left_out` are the CRM's people for whom Xero has no room.

    `asked`: a user must decide a conflict; `overwrites`: the policy decided one.
    """

    crm: People
    xero: People
    left_out: People
    asked: bool = False
    overwrites: bool = False


def merge(
    base: People, crm: People, xero: People, writes: Sequence[Side], choose: Choose
) -> PeopleMerge:
    """Three-way merge of people; `choose` names the side that wins a conflict, None to ask."""
    resolver = _Resolver(choose)
    rows = _join_lists(base, mark_primary(crm, xero), xero)
    found = [_merge_person(old, mine, theirs, resolver) for old, mine, theirs in rows]
    merged = _one_primary([person for person in found if person is not None], xero, resolver)
    crm_after = tuple(merged) if Side.CRM in writes else tuple(crm)
    at_xero, left_out = project(merged, xero)
    xero_after = at_xero if Side.XERO in writes else xero
    return PeopleMerge(crm_after, xero_after, left_out, resolver.asked, resolver.settled)


class _Resolver:
    """Decides values that both sides changed, and remembers whether a person must."""

    def __init__(self, choose: Choose) -> None:
        self._choose = choose
        self.asked = self.settled = False

    def settle(self, crm: Person | None, xero: Person | None) -> Person | None:
        winner = self._choose()
        self.asked = self.asked or winner is None
        self.settled = True
        return xero if winner is Side.XERO else crm


def _join_lists(
    base: Sequence[Person], crm: Sequence[Person], xero: Sequence[Person]
) -> list[tuple[Person | None, Person | None, Person | None]]:
    """Each person once, with how the base, the CRM and Xero know them; the CRM's order first."""
    mine = {id(old): person for old, person in pair_up(base, crm) if old and person}
    theirs = {id(old): person for old, person in pair_up(base, xero) if old and person}
    rows: list[tuple[Person | None, Person | None, Person | None]]
    rows = [(old, mine.get(id(old)), theirs.get(id(old))) for old in base]
    new_mine = _remove(crm, mine.values())
    new_theirs = _remove(xero, theirs.values())
    rows += [(None, person, other) for person, other in pair_up(new_mine, new_theirs)]
    order = {id(person): place for place, person in enumerate(crm)}
    return sorted(rows, key=lambda row: order.get(id(row[1]), len(order)))


def _remove(people: Sequence[Person], taken: Iterable[Person]) -> list[Person]:
    known = {id(each) for each in taken}
    return [person for person in people if id(person) not in known]


def _merge_person(
    old: Person | None, mine: Person | None, theirs: Person | None, resolver: _Resolver
) -> Person | None:
    if mine is None or theirs is None:
        return _one_sided(old, mine, theirs, resolver)
    if old is None:
        return mine if are_alike(mine, theirs) else _blend(mine, theirs, resolver)
    if are_alike(theirs, old):
        return mine
    if are_alike(mine, old) or are_alike(mine, theirs):
        return _take_over(mine, theirs, demoted=old.is_primary)
    return _merge_values(mine, theirs, resolver)


def _one_sided(
    old: Person | None, mine: Person | None, theirs: Person | None, resolver: _Resolver
) -> Person | None:
    present = mine or theirs
    if old is None or present is None:
        return present
    if are_alike(present, old):
        return None  # the other side took them out, this side left them as they were
    return resolver.settle(mine, theirs)


def _blend(mine: Person, theirs: Person, resolver: _Resolver) -> Person | None:
    """First meeting: an empty e-mail is filled from the other side, a different one conflicts."""
    if mine.email and theirs.email and not theirs.is_primary:
        return _merge_values(mine, theirs, resolver)
    return replace(mine, email=mine.email or theirs.email)


def _merge_values(mine: Person, theirs: Person, resolver: _Resolver) -> Person | None:
    winner = resolver.settle(mine, theirs)
    return _take_over(mine, theirs) if winner is theirs else mine


def _take_over(mine: Person, theirs: Person, *, demoted: bool = False) -> Person:
    """The CRM's person with Xero's values; a primary person has no e-mail at Xero.

    Who was primary there and no longer is has none yet: that is no wish to empty the CRM's.
    """
    unknown = theirs.is_primary or (demoted and not theirs.email)
    email = mine.email if unknown else theirs.email
    return replace(theirs, email=email, name=mine.name)


def _one_primary(people: list[Person], xero: Sequence[Person], resolver: _Resolver) -> list[Person]:
    """At most one primary person; two there are where both sides chose another one."""
    primaries = [person for person in people if person.is_primary]
    if len(primaries) < 2:
        return people
    at_xero = next((person for person in xero if person.is_primary), Person())
    theirs = next((each for each in primaries if same_name(each, at_xero)), None)
    mine = next(each for each in primaries if each is not theirs)
    chosen = resolver.settle(mine, theirs) if theirs else mine
    return [replace(each, is_primary=each is chosen) for each in people]
