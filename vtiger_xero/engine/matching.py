"""Who belongs to whom: pure pairing over heads, in mission G6's order, never a guess.

Stored link → our number and one more detail that agrees → name. A number alone proves nothing:
two CRMs that share one Xero both count from one. Names that merely look alike (accents,
punctuation) are shown for a decision. Equal names in the CRM share one Xero document (G2).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .links import Link, LinkState, XeroHead
from .mapping.heads import marks_of
from .mapping.organizations import NAME, NUMBER
from .records import Head, Side
from .text import likeness_key, name_key

BY_LINK, BY_NUMBER, BY_NAME = "stored link", "number", "name"
BY_MERGE = "merged in Xero"


@dataclass(frozen=True)
class Candidate:
    """A pair to look at, by its keys.

    `weak` names a Xero record that merely looks alike. `news` says that Xero's document changed
    since it was last dealt with.
    """

    crm_name: str | None
    xero_id: str | None
    link: Link | None = None
    matched_by: str = ""
    duplicate_of: str | None = None
    weak: str = ""
    news: bool = False


@dataclass(frozen=True)
class World:
    """The heads of both sides and the links between them. CRM heads stand oldest first."""

    crm: Sequence[Head]
    xero: Sequence[XeroHead]
    links: Sequence[Link]


def candidates(world: World, writes: Sequence[Side]) -> list[Candidate]:
    """Every pair that may need something, given the sides that the sync may write to."""
    return list(_Matcher(world, writes).run())


class _Matcher:
    def __init__(self, world: World, writes: Sequence[Side]) -> None:
        self._writes = writes
        self._crm = {head.name: head for head in world.crm}
        self._xero = {head.id: head for head in world.xero}
        self._links = world.links
        self._waiting = {link.crm_name: link for link in world.links if not link.xero_id}
        self._seen = {link.xero_id: link for link in world.links if not link.crm_name}
        self._linked = [link for link in world.links if link.crm_name and link.xero_id]
        self._by_name = _index(world.xero, lambda head: name_key(head.title))
        self._by_number = _index(world.xero, lambda head: name_key(head.number))
        self._by_likeness = _index(world.xero, lambda head: likeness_key(head.title))
        self._let_go_of_strays()
        self._in_use = {link.xero_id for link in self._linked}
        self._owner: dict[str, str] = {}
        self._gone: set[str] = set()

    def run(self) -> Iterator[Candidate]:
        self._claim_links()
        # Who is gone comes first: their documents must be free before a twin takes over.
        by_presence = sorted(self._linked, key=lambda link: link.crm_name in self._crm)
        yield from filter(None, map(self._of_link, by_presence))
        linked = {link.crm_name for link in self._linked}
        yield from self._unlinked([head for name, head in self._crm.items() if name not in linked])
        if Side.CRM in self._writes:
            yield from self._only_at_xero()

    # Linked pairs

    def _let_go_of_strays(self) -> None:
        """A twin whose name, or its first's, was changed is a twin no longer."""
        strays = [link for link in self._linked if self._has_strayed(link)]
        self._linked = [link for link in self._linked if link not in strays]
        self._waiting |= {
            link.crm_name: Link(link.module, link.crm_name, None, refused=link.refused)
            for link in strays
        }

    def _has_strayed(self, link: Link) -> bool:
        if link.duplicate_of is None or link.matched_by != BY_NAME:
            return False
        twin, first = (self._crm.get(name or "") for name in (link.crm_name, link.duplicate_of))
        return twin is not None and first is not None and _name(twin) != _name(first)

    def _claim_links(self) -> None:
        """Who owns which Xero document; a twin takes over where its first is gone."""
        alive = [link for link in self._linked if link.crm_name in self._crm]
        for link in sorted(alive, key=self._claim_order):
            self._owner.setdefault(self._final(link.xero_id or ""), link.crm_name or "")
        self._gone = {self._final(link.xero_id or "") for link in self._linked} - set(self._owner)

    def _of_link(self, link: Link) -> Candidate | None:
        final = self._final(link.xero_id or "")
        owner = self._owner.get(final)
        twin = owner if owner != link.crm_name else None
        if twin == link.duplicate_of and final == link.xero_id and not self._moved(link):
            return None
        if link.state is LinkState.GONE and link.crm_name not in self._crm:
            return None
        matched_by = BY_MERGE if final != link.xero_id else link.matched_by or BY_LINK
        return Candidate(link.crm_name, final, link, matched_by, twin, news=self._news(final))

    def _claim_order(self, link: Link) -> int:
        """Who had the document first keeps it; whose was merged into it comes second."""
        moved = self._final(link.xero_id or "") != link.xero_id
        return (link.duplicate_of is not None) + 2 * moved + 4 * (link.state is LinkState.GONE)

    def _news(self, xero_id: str) -> bool:
        known = self._xero.get(xero_id)
        return known is not None and known.pending

    def _moved(self, link: Link) -> bool:
        head = self._crm.get(link.crm_name or "")
        if head is None or head.modified != link.crm_modified:
            return True
        if link.duplicate_of is not None:
            return False
        return link.state is not LinkState.IN_SYNC or self._news(link.xero_id or "")

    def _final(self, xero_id: str) -> str:
        """Where merges at Xero have led to, or the active contact that took an archived one's name.

        A bookkeeper who archived a contact and entered it anew means the same customer.
        """
        final = self._merged(xero_id)
        head = self._xero.get(final)
        if head is None or head.alive:
            return final
        heirs = self._alive(self._by_name, name_key(head.title))
        return next((each.id for each in heirs if each.id not in self._in_use), final)

    def _merged(self, xero_id: str) -> str:
        """A circle, which Xero never makes, ends the walk."""
        walked = set()
        while (head := self._xero.get(xero_id)) and head.merged_into and xero_id not in walked:
            walked.add(xero_id)
            xero_id = head.merged_into
        return xero_id

    # CRM records without a link

    def _unlinked(self, heads: Sequence[Head]) -> Iterator[Candidate]:
        numbered = [head for head in heads if self._own_number(head)]
        first_of_name: dict[str, str] = {}
        taken = {head.name for head in numbered}
        ordered = [*numbered, *(each for each in heads if each.name not in taken)]
        # All that is certain first: what merely looks alike may belong to somebody else.
        matched = {head.name: self._matched(head) for head in ordered}
        yield from filter(None, matched.values())
        alone = (head for head in ordered if not matched[head.name])
        yield from filter(None, (self._alone(head, first_of_name) for head in alone))

    def _own_number(self, head: Head) -> bool:
        """Name and number agree: of several CRM twins, this is the one that Xero knows."""
        known = self._alive(self._by_name, _name(head))
        number = name_key(head.keys.get(NUMBER))
        return bool(number) and any(name_key(each.number) == number for each in known)

    def _matched(self, head: Head) -> Candidate | None:
        found, matched_by = self._match(head, _name(head))
        if found is None:
            return None
        owner = self._owner.setdefault(found.id, head.name)
        twin = owner if owner != head.name else None
        return Candidate(head.name, found.id, self._waiting.get(head.name), matched_by, twin)

    def _alone(self, head: Head, first_of_name: dict[str, str]) -> Candidate | None:
        key, link = _name(head), self._waiting.get(head.name)
        first = first_of_name.setdefault(key, head.name) if key else head.name
        if first != head.name:
            return Candidate(head.name, None, link, BY_NAME, first)
        weak = self._weak(head)
        if Side.XERO not in self._writes and not weak:
            return None
        return Candidate(head.name, None, link, weak=weak)

    def _match(self, head: Head, key: str) -> tuple[XeroHead | None, str]:
        if not key:
            return None, ""
        named = self._by_name.get(key, [])
        for each in [*(x for x in named if x.alive), *(x for x in named if not x.alive)]:
            if not each.merged_into and self._may_share(each, key):
                return each, BY_NAME
        return self._by_number_and_mark(head), BY_NUMBER

    def _may_share(self, known: XeroHead, key: str) -> bool:
        """Free, or owned by a twin; not where its owner was just given another name."""
        owner = self._owner.get(known.id)
        return owner is None or (known.alive and _name(self._crm[owner]) == key)

    def _by_number_and_mark(self, head: Head) -> XeroHead | None:
        number, marks = name_key(head.keys.get(NUMBER)), marks_of(head.keys)
        free = self._free(self._by_number, number) if number else []
        found = [each for each in free if each.marks & marks]
        return found[0] if len(found) == 1 else None

    def _weak(self, head: Head) -> str:
        key = likeness_key(head.keys.get(NAME))
        alike = self._free(self._by_likeness, key) if key else []
        for each in alike:
            self._gone.add(each.id)  # held back on both sides until a person has decided
        return ", ".join(each.title for each in alike)

    # Xero documents without a link

    def _only_at_xero(self) -> Iterator[Candidate]:
        for head in self._xero.values():
            if head.alive and head.id not in self._owner and head.id not in self._gone:
                yield Candidate(None, head.id, self._seen.get(head.id))

    def _alive(self, index: Mapping[str, list[XeroHead]], key: str) -> list[XeroHead]:
        return [head for head in index.get(key, []) if head.alive]

    def _free(self, index: Mapping[str, list[XeroHead]], key: str) -> list[XeroHead]:
        return [head for head in self._alive(index, key) if head.id not in self._owner]


def _name(head: Head) -> str:
    return name_key(head.keys.get(NAME))


def _index(heads: Iterable[XeroHead], key: Callable[[XeroHead], str]) -> dict[str, list[XeroHead]]:
    index: dict[str, list[XeroHead]] = defaultdict(list)
    for head in heads:
        index[key(head)].append(head)
    return index
