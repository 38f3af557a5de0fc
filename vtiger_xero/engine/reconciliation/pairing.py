"""Pairing records by their links, and which are on one side only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import add

from ..links import Link, LinkState
from ..modules import spec_of
from ..modules.spec import Booking
from ..records import Module, Side
from .postings import Posting, Standing


@dataclass
class Equal:
    """What pairs come to whose two sides say the same; nothing else of them is kept.

    `sums` are their amounts by owner (Xero's id of the contact), standing and currency; `partners`
    and `titles` are those of organizations, and `partners` of invoices.
    """

    pairs: int = 0
    sums: dict[tuple[str, Standing, str], tuple[Decimal, ...]] = field(default_factory=dict)
    partners: dict[str, str] = field(default_factory=dict)  # CRM name → Xero's id
    titles: dict[str, str] = field(default_factory=dict)  # of organizations, by their CRM name

    def add(self, booking: Booking, owner: str) -> None:
        """Count a pair."""
        self.pairs += 1
        if amounts := booking.amounts:
            key = (owner, booking.standing, booking.currency)
            before = self.sums.get(key)
            self.sums[key] = tuple(map(add, before, amounts)) if before else amounts


@dataclass(frozen=True)
class Books:
    """Both sides of a module. `merged` leads from a contact to the one it was merged into.

    Pairs of which only the sums are known are in `equal`, and nowhere else.
    """

    crm: Sequence[Posting] = ()
    xero: Sequence[Posting] = ()
    links: Sequence[Link] = ()
    merged: Mapping[str, str] = field(default_factory=dict)
    equal: Equal = field(default_factory=Equal)


@dataclass(frozen=True)
class Pair:
    """A record and its document; one of them is None where the link leads nowhere any more.

    `shared` says that the document belongs to another record already.
    """

    link: Link
    crm: Posting | None
    xero: Posting | None
    shared: bool = False


@dataclass
class Paired:
    """A module's pairs, their duplicates in the CRM, and records on one side only.

    `apart` is what of the pairs' figures is on one side alone, with that side.
    """

    pairs: list[Pair] = field(default_factory=list)
    duplicates: list[tuple[Posting, str]] = field(default_factory=list)
    only_crm: list[tuple[Posting, Link | None]] = field(default_factory=list)
    only_xero: list[tuple[Posting, Link | None]] = field(default_factory=list)
    apart: list[tuple[Posting, Side]] = field(default_factory=list)
    equal: Equal = field(default_factory=Equal)
    partners: dict[str, str] = field(default_factory=dict)  # CRM name → Xero's id


def pair_records(module: Module, books: Books) -> Paired:
    """Put every record and document of a module into one of the lists, each once."""
    return _Pairing(module, books).result


class _Pairing:
    def __init__(self, module: Module, books: Books) -> None:
        # Of these, a document that is gone takes no money with it either.
        self._sharing = spec_of(module).rule.shares_document
        self._merged = books.merged
        self._crm = {each.key: each for each in books.crm}
        self._xero = {each.key: each for each in books.xero}
        self._known_of_crm: dict[str, Link] = {}
        self._known_of_xero: dict[str, Link] = {}
        self._taken: set[str] = set()
        self.result = Paired(equal=books.equal, partners=dict(books.equal.partners))
        for link in sorted(books.links, key=self._claim):
            self._follow(link)
        self.result.only_crm += self._unpaired(self._crm, self._known_of_crm)
        self.result.only_xero += self._unpaired(self._xero, self._known_of_xero)

    def _present_id(self, xero_id: str) -> str:
        return self._merged.get(xero_id.lower(), xero_id.lower())

    def _claim(self, link: Link) -> int:
        """The record that had the document first keeps it, before one whose own was merged."""
        moved = (
            bool(link.xero_id)
            and self._present_id(link.xero_id or "") != (link.xero_id or "").lower()
        )
        return (link.duplicate_of is not None) + 2 * moved

    def _follow(self, link: Link) -> None:
        if link.xero_id and link.crm_name and link.state is not LinkState.GONE:
            self._join(link, link.crm_name, self._present_id(link.xero_id))
            return
        if link.crm_name:
            self._known_of_crm[link.crm_name] = link
        if link.xero_id:
            self._known_of_xero[self._present_id(link.xero_id)] = link

    def _join(self, link: Link, name: str, xero_id: str) -> None:
        self.result.partners[name] = xero_id
        if self._sharing and (link.duplicate_of or xero_id in self._taken):
            if duplicate := self._crm.pop(name, None):
                self.result.duplicates.append((duplicate, xero_id))
        elif xero_id in self._taken:
            self.result.pairs.append(Pair(link, self._crm.pop(name, None), None, shared=True))
        else:
            self._taken.add(xero_id)
            self._pair(link, name, xero_id)

    def _pair(self, link: Link, name: str, xero_id: str) -> None:
        crm, xero = self._crm.pop(name, None), self._xero.pop(xero_id, None)
        if self._sharing and xero is not None and xero.is_gone:
            if crm is not None:
                self._crm[name] = crm  # on one side only, for a visible reason
                self._known_of_crm[name] = link
        elif any(each is not None and not each.is_gone for each in (crm, xero)) or (crm and xero):
            self.result.pairs.append(Pair(link, crm, xero))

    @staticmethod
    def _unpaired(
        left: Mapping[str, Posting], known: Mapping[str, Link]
    ) -> Iterator[tuple[Posting, Link | None]]:
        return ((each, known.get(key)) for key, each in left.items() if not each.is_gone)
