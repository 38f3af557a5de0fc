"""Who belongs to whom: pure pairing over heads, never a guess.

Stored link → a person's answer → name → our number and one more detail that agrees; mission G6 has
the last two the other way round (the engine's README says why). A number alone proves nothing: two
CRMs that share one Xero both count from one. What may be one although nothing proves it
(`evidence`, `pairing_off`), or fits several records, is shown for a decision. Equal names in the
CRM share one Xero document (G2). What a name is, and what it proves, is a module's own
(`mapping.heads`): an item's is its code, an invoice's its number, and that only with customer and
total; a payment has none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property

from .candidates import BY_LINK, BY_MERGE, BY_NAME, BY_NUMBER, BY_PERSON, Candidate, MatchInput
from .evidence import Sign, contradict
from .links import Answer, Likeness, Link, LinkState, Possible, XeroHead
from .mapping.doctypes import DO_NOT_SYNC
from .mapping.heads import Keys
from .pairing_off import BY_DAY, BY_REFERENCE, PairedOff, paired_off
from .records import Head, Side
from .text import name_key

_MOST = 20  # records of the other side that one is shown with


def candidates(world: MatchInput, writes: Sequence[Side]) -> list[Candidate]:
    """Every pair that may need something, given the sides that the sync may write to."""
    return list(_Matcher(world, writes).run())


class _Matcher:
    def __init__(self, world: MatchInput, writes: Sequence[Side]) -> None:
        self._writes = writes
        self._rule = world.rule
        self._crm = {head.name: head for head in world.crm}
        self._keys = {head.name: world.keys_of(head) for head in world.crm}
        self._xero = {head.id: head for head in world.xero}
        self._links, self._recheck = world.links, world.recheck
        self._waiting = {link.crm_name: link for link in world.links if not link.xero_id}
        self._seen = {link.xero_id: link for link in world.links if not link.crm_name}
        self._linked = [link for link in world.links if link.crm_name and link.xero_id]
        self._by_name = _index(world.xero, lambda head: name_key(head.title))
        self._by_number = _index(world.xero, lambda head: name_key(head.number))
        self._waits = world.waits
        self._two = {each.pair for each in world.answers if each.answer is Answer.TWO}
        self._one = {
            each.crm_name: each.xero_id for each in world.answers if each.answer is Answer.ONE
        }
        self._let_go_of_strays()
        self._in_use = {link.xero_id for link in self._linked}
        self._owner: dict[str, str] = {}
        self._found_by: dict[str, str] = {}  # how the record came to its document, by its name
        self._by_merge: set[str] = set()  # owned by a record whose own contact was merged into it
        self._gone: set[str] = set()
        self._paired_off = PairedOff()
        self._possible_at_xero: dict[str, list[Possible]] = defaultdict(list)

    def run(self) -> Iterator[Candidate]:
        self._claim_links()
        self._hand_down()
        linked = {link.crm_name for link in self._linked}
        unlinked = self._ordered([head for name, head in self._crm.items() if name not in linked])
        # All that is certain first: what is only possibly one may belong to another record, and
        # whose record is gone must know that a new one took its document over.
        answered = {head.name: self._answered(head) for head in unlinked}
        open_ = [head for head in unlinked if answered[head.name] is None]
        if self._rule.pairs_off:
            self._pair_off(open_)
        matched = {head.name: answered[head.name] or self._matched(head) for head in unlinked}
        for head in unlinked if self._rule.twins else ():
            matched[head.name] = matched[head.name] or self._shared(head)
        held = [self._of_link(link) for link in sorted(self._linked, key=self._turn)]
        yield from (each for each in held if each)
        yield from (each for each in matched.values() if each)
        first_of_name: dict[str, str] = {}
        alone = [head for head in unlinked if not matched[head.name]]
        self._alone_by_sign = self._counted(alone)
        yield from (each for each in (self._alone(head, first_of_name) for head in alone) if each)
        if Side.CRM in self._writes:
            yield from self._only_at_xero()

    # Linked pairs

    def _let_go_of_strays(self) -> None:
        """A twin whose name, or its first's, was changed is a twin no longer.

        Nor does a record belong to a document that is gone, once a person gave it another name.
        """
        strays = [link for link in self._linked if self._has_strayed(link)]
        self._linked = [link for link in self._linked if link not in strays]
        self._waiting |= {
            link.crm_name: Link(
                link.module, link.crm_name, None, refused=link.refused, keeps=link.keeps
            )
            for link in strays
        }

    def _has_strayed(self, link: Link) -> bool:
        if self._is_excluded(link.crm_name):
            return False  # its link stays as it is
        if link.duplicate_of is None:
            return self._has_outlived(link)
        if link.matched_by not in (BY_NAME, BY_PERSON, BY_NUMBER):
            return False
        twin, first = (self._keys.get(name or "") for name in (link.crm_name, link.duplicate_of))
        if twin is None or first is None or twin.twin == first.twin:
            return False
        is_renamed = link.matched_by == BY_NAME and not self._has_name_of_xero(link, first)
        return is_renamed or self._is_another_now(link, twin, first)

    def _has_name_of_xero(self, link: Link, first: Keys) -> bool:
        """Whether the sync gave the primary its name: what a person types is not in Xero yet."""
        known = self._xero.get(self._final(link.xero_id or ""))
        return known is not None and first.name == name_key(known.title)

    def _is_another_now(self, link: Link, twin: Keys, first: Keys) -> bool:
        """Whether a person gave the duplicate a name of its own.

        Where the names differ because the sync gave the primary the name from Xero, the two stay
        together.
        """
        head = self._crm[link.crm_name or ""]
        signs = [set(self._rule.signs.of(each.details)) for each in (twin, first)]
        return head.modified != link.crm_modified and not signs[0] & signs[1]

    def _has_outlived(self, link: Link) -> bool:
        known, keys = self._xero.get(link.xero_id or ""), self._keys.get(link.crm_name or "")
        if known is None or keys is None or known.alive or not self._renews:
            return False
        return bool(keys.name) and keys.name != name_key(known.title)

    @property
    def _renews(self) -> bool:
        """Items: to give the product of a deleted one another code is to want a new one."""
        return self._rule.twins and not self._rule.holds

    def _claim_links(self) -> None:
        """Who owns which Xero document; a twin takes over where its first is gone."""
        alive = [link for link in self._linked if link.crm_name in self._crm]
        self._found_by |= {link.crm_name or "": link.matched_by for link in alive}
        for link in sorted(alive, key=self._claim_order):
            final = self._final(link.xero_id or "")
            if self._owner.setdefault(final, link.crm_name or "") == link.crm_name:
                is_merged = BY_MERGE in (link.matched_by, self._moved_by(link, final))
                self._by_merge |= {final} if is_merged else set()
        self._gone = {self._final(link.xero_id or "") for link in self._linked} - set(self._owner)

    def _hand_down(self) -> None:
        """Who is kept out of the sync gives the document to a twin that is not (mission G2)."""
        kept_out = any(self._is_excluded(each) for each in self._owner.values())
        for link in self._linked if kept_out else ():
            final, name = self._final(link.xero_id or ""), link.crm_name or ""
            keys, owner = self._keys.get(name), self._keys.get(self._owner.get(final, ""))
            if keys and owner and link.duplicate_of and keys.twin == owner.twin:
                self._claim(final, name)

    def _claim(self, xero_id: str, name: str) -> str:
        """Who owns a document, now that this record wants it, too."""
        owner = self._owner.setdefault(xero_id, name)
        if self._is_excluded(owner) and not self._is_excluded(name):
            owner = self._owner[xero_id] = name
        return owner

    def _is_free_for(self, name: str, known: XeroHead) -> bool:
        """Whether a document may become that of this record.

        Who came to a contact by a merge in Xero leaves it to the record that it was all along: the
        one of its name, or one that a question is open about.
        """
        owner = self._owner.get(known.id)
        if owner is None or known.id not in self._by_merge:
            return owner is None
        waiting = self._waiting.get(name)
        is_asked = waiting is not None and known.id in {each.key for each in waiting.possible}
        return is_asked or self._keys[owner].name != name_key(known.title)

    def _take(self, name: str, known: XeroHead) -> str:
        """Who owns a document, now that it was found to be this record's."""
        if known.id in self._by_merge and self._is_free_for(name, known):
            self._by_merge.discard(known.id)
            self._owner[known.id] = name
        return self._claim(known.id, name)

    def _is_excluded(self, name: str | None) -> bool:
        head = self._crm.get(name or "")
        return head is not None and bool(head.keys.get(DO_NOT_SYNC))

    def _turn(self, link: Link) -> int:
        """Documents must be free before a twin takes over: who leaves one comes first."""
        if link.crm_name not in self._crm:
            return 0
        return 1 if self._is_excluded(link.crm_name) else 2

    def _of_link(self, link: Link) -> Candidate | None:
        final = self._final(link.xero_id or "")
        owner = self._owner.get(final)
        twin = owner if owner != link.crm_name else None
        if twin == link.duplicate_of and final == link.xero_id and not self._moved(link):
            return None
        if link.state is LinkState.GONE and link.crm_name not in self._crm:
            return None
        matched_by = link.matched_by or BY_LINK
        if final != link.xero_id:
            matched_by = self._moved_by(link, final)
        elif twin and not link.duplicate_of and link.matched_by != BY_MERGE:
            matched_by = BY_NAME  # it gave its document to a twin: with another name it is none
        return Candidate(
            link.crm_name,
            final,
            link,
            matched_by,
            twin,
            changed_at_xero=self._changed_at_xero(final),
        )

    def _moved_by(self, link: Link, final: str) -> str:
        """How a link came to another document than it is stored with, "" if it did not."""
        if final == link.xero_id:
            return ""
        if self._merged(link.xero_id or "") == final:
            return BY_MERGE
        if not self._rule.pairs_off:
            return BY_NAME
        return BY_REFERENCE if self._xero[final].details.get("reference") else BY_DAY

    def _claim_order(self, link: Link) -> int:
        """Who had the document first keeps it; whose was merged into it comes second."""
        moved = self._final(link.xero_id or "") != link.xero_id
        return (link.duplicate_of is not None) + 2 * moved + 4 * (link.state is LinkState.GONE)

    def _changed_at_xero(self, xero_id: str) -> bool:
        known = self._xero.get(xero_id)
        return known is not None and known.pending

    def _moved(self, link: Link) -> bool:
        head = self._crm.get(link.crm_name or "")
        if head is None or head.modified != link.crm_modified or head.name in self._recheck:
            return True
        if self._is_excluded(head.name) != (link.state is LinkState.EXCLUDED):
            return True
        if link.duplicate_of is not None:
            return False
        settled = link.state in (LinkState.IN_SYNC, LinkState.EXCLUDED)
        return not settled or self._changed_at_xero(link.xero_id or "")

    def _final(self, xero_id: str) -> str:
        """Where merges at Xero have led to, or the active contact that took an archived one's name.

        A bookkeeper who archived a contact and entered it anew means the same customer.
        """
        final = self._merged(xero_id)
        head = self._xero.get(final)
        if head is None or head.alive:
            return final
        title = name_key(head.title)
        named = self._alive(self._by_name, title) if title else []
        spoken_for = self._in_use | self._of_new_records
        heirs = (each for each in named if each.id not in spoken_for)
        return next((each.id for each in heirs if self._proves(each, head)), final)

    @cached_property
    def _of_new_records(self) -> Set[str]:
        """Payments that are certainly those of records without a link.

        One that was typed anew in both systems is the new record's, not that of the deleted one.
        """
        if not self._rule.pairs_off:
            return frozenset()
        linked = {link.crm_name for link in self._linked}
        ours = {name: keys.details for name, keys in self._keys.items() if name not in linked}
        heads = (each for each in self._xero.values() if each.alive)
        free = {each.id: each.details for each in heads if each.id not in self._in_use}
        return {xero_id for xero_id, _ in paired_off(ours, free, self._two).certain.values()}

    def _merged(self, xero_id: str) -> str:
        """A circle, which Xero never makes, ends the walk."""
        walked = set()
        while (head := self._xero.get(xero_id)) and head.merged_into and xero_id not in walked:
            walked.add(xero_id)
            xero_id = head.merged_into
        return xero_id

    # CRM records without a link

    def _ordered(self, heads: Sequence[Head]) -> list[Head]:
        """Who of several twins comes first: not who is kept out, rather whose number Xero has."""
        numbered = {head.name for head in heads if self._own_number(self._keys[head.name])}
        return sorted(heads, key=lambda h: (self._is_excluded(h.name), h.name not in numbered))

    def _own_number(self, keys: Keys) -> bool:
        """Name and number agree: of several CRM twins, this is the one that Xero knows."""
        known = self._alive(self._by_name, keys.name)
        return bool(keys.number) and any(name_key(each.number) == keys.number for each in known)

    def _answered(self, head: Head) -> Candidate | None:
        """The document that a person said is this record, as long as it is there and free."""
        known = self._xero.get(self._one.get(head.name, ""))
        if known is None or not (known.alive or self._rule.holds):
            return None
        if not self._is_free_for(head.name, known):
            return None
        self._take(head.name, known)
        self._found_by[head.name] = BY_PERSON
        return Candidate(head.name, known.id, self._waiting.get(head.name), BY_PERSON)

    def _pair_off(self, unlinked: Sequence[Head]) -> None:
        """Records that have no name are compared all at once."""
        ours = {head.name: self._keys[head.name].details for head in unlinked}
        if Side.CRM not in self._writes:  # nothing comes that could be the money that is expected
            ours = {name: held for name, held in ours.items() if not held.get("expected")}
        free = {head.id: head.details for head in self._free_heads}
        self._paired_off = paired_off(ours, free, self._two)

    def _matched(self, head: Head) -> Candidate | None:
        found, matched_by = self._match(head.name, self._keys[head.name])
        if found is None:
            return None
        owner = self._take(head.name, found)
        self._found_by[head.name] = matched_by
        twin = owner if owner != head.name else None
        return Candidate(head.name, found.id, self._waiting.get(head.name), matched_by, twin)

    def _shared(self, head: Head) -> Candidate | None:
        """The document of a record of the same name that has one: a duplicate shares it (G2).

        Xero may call it otherwise, where a person said that it is that record's, or as long as
        another name has not arrived there.
        """
        name, keys = head.name, self._keys[head.name]
        known = self._xero.get(self._of_primaries.get(keys.twin, ""))
        if known is None or not known.alive or (name, known.id) in self._two:
            return None
        detail = self._rule.contradicts
        if detail and contradict(keys.details, known.details, detail):
            return None
        found_by = self._found_by.get(self._owner[known.id], "")
        matched_by = found_by if found_by in (BY_PERSON, BY_NUMBER) else BY_NAME
        owner = self._claim(known.id, name)
        twin = owner if owner != name else None
        return Candidate(name, known.id, self._waiting.get(name), matched_by, twin)

    @cached_property
    def _of_primaries(self) -> Mapping[str, str]:
        """The documents that records have, by what makes another record their duplicate."""
        owned = ((self._keys[owner].twin, xero_id) for xero_id, owner in self._owner.items())
        return {key: xero_id for key, xero_id in reversed(list(owned)) if key}

    def _alone(self, head: Head, first_of_name: dict[str, str]) -> Candidate | None:
        keys, link = self._keys[head.name], self._waiting.get(head.name)
        key = keys.twin if self._rule.twins else ""
        first = first_of_name.setdefault(key, head.name) if key else head.name
        twin = first if first != head.name else None
        possible = () if twin else self._possible(head, keys)
        if self._is_settled(head, link, twin):
            return None
        if twin:
            return Candidate(head.name, None, link, BY_NAME, twin)
        if Side.XERO not in self._writes and not possible:
            return None
        return Candidate(head.name, None, link, possible=possible)

    def _is_settled(self, head: Head, link: Link | None, twin: str | None) -> bool:
        """Whether it is kept out, alone, and known to be: then there is nothing to look at."""
        return (
            link is not None
            and link.state is LinkState.EXCLUDED
            and self._is_excluded(head.name)
            and (link.crm_modified, link.duplicate_of) == (head.modified, twin)
        )

    def _match(self, name: str, keys: Keys) -> tuple[XeroHead | None, str]:
        if self._rule.pairs_off:
            xero_id, matched_by = self._paired_off.certain.get(name, ("", ""))
            return self._xero.get(xero_id), matched_by
        named = self._by_name.get(keys.name, []) if keys.name else []
        proven = [each for each in named if self._is_named(name, each, keys)]
        alive = [each for each in proven if each.alive]
        if len(alive) > 1:
            return None, ""  # which of them it is, nothing says
        if proven:
            return (alive or sorted(proven, key=lambda each: each.updated))[-1], BY_NAME
        if self._rule.number_needs_mark and not keys.name:
            return None, ""
        return self._by_number_and_mark(name, keys), BY_NUMBER

    def _is_named(self, name: str, known: XeroHead, keys: Keys) -> bool:
        """Whether a document of its name is certainly its own."""
        if known.merged_into or (name, known.id) in self._two:
            return False
        detail = self._rule.contradicts
        if detail and contradict(keys.details, known.details, detail):
            return False
        return self._may_share(name, known, keys) and self._proves(known, keys)

    def _proves(self, known: XeroHead, keys: Keys | XeroHead) -> bool:
        """Whether the name is proof enough."""
        if not known.alive and not self._rule.holds:
            return False
        return not self._rule.name_needs_mark or bool(known.marks & keys.marks)

    def _may_share(self, name: str, known: XeroHead, keys: Keys) -> bool:
        """Free, or owned by a twin; not where its owner was just given another name."""
        owner = self._owner.get(known.id)
        if owner is None or not self._rule.twins:
            return owner is None
        if self._is_free_for(name, known):
            return True
        return known.alive and self._keys[owner].name == keys.name

    def _by_number_and_mark(self, name: str, keys: Keys) -> XeroHead | None:
        free = self._free(self._by_number, keys.number) if keys.number else []
        needs_mark = self._rule.number_needs_mark
        found = [each for each in free if not needs_mark or each.marks & keys.marks]
        two = any((name, each.id) in self._two for each in found)
        return found[0] if len(found) == 1 and not two else None

    # What is possibly one

    @cached_property
    def _free_heads(self) -> list[XeroHead]:
        """Xero's documents that are nobody's, when all that is certain was matched.

        And those that somebody only came to by a merge (`_is_free_for`).
        """
        taken = self._owner.keys() - self._by_merge
        return [head for head in self._xero.values() if head.alive and head.id not in taken]

    @cached_property
    def _by_sign(self) -> Mapping[Sign, list[XeroHead]]:
        """Without those whose record was deleted here: they go with it, or stay as they are."""
        index: dict[Sign, list[XeroHead]] = defaultdict(list)
        for head in (each for each in self._free_heads if each.id not in self._gone):
            for sign in self._rule.signs.of(head.details):
                index[sign].append(head)
        return index

    def _counted(self, alone: Sequence[Head]) -> Mapping[Sign, int]:
        """How many records of the CRM bear a sign."""
        counted: dict[Sign, int] = defaultdict(int)
        for head in alone:
            for sign in self._rule.signs.of(self._keys[head.name].details):
                counted[sign] += 1
        return counted

    def _possible(self, head: Head, keys: Keys) -> tuple[Possible, ...]:
        """Documents that may be this record: neither is copied until a person has answered."""
        found = self._signed(head.name, keys)
        found |= dict(self._paired_off.possible.get(head.name, ()))
        possible = tuple(
            Possible(xero_id, self._title(self._xero[xero_id].details), likeness)
            for xero_id, likeness in list(found.items())[:_MOST]
        )
        title = self._title(keys.details) or head.name
        for xero_id, likeness in found.items():
            self._possible_at_xero[xero_id].append(Possible(head.name, title, likeness))
        return possible

    def _title(self, details: Mapping[str, str]) -> str:
        return self._rule.signs.title(details)

    def _signed(self, name: str, keys: Keys) -> dict[str, Likeness]:
        found: dict[str, Likeness] = {}
        for sign in self._rule.signs.of(keys.details):
            for known in self._by_sign.get(sign, ()):
                if not self._is_free_for(name, known):
                    continue
                if known.id not in found and (likeness := self._likeness(name, keys, known, sign)):
                    found[known.id] = likeness
        return found

    def _likeness(self, name: str, keys: Keys, known: XeroHead, sign: Sign) -> Likeness | None:
        """By what the two may be one, None where they are not, or where it is too early to say."""
        if not self._rule.number_needs_mark and not self._is_telling(sign, keys):
            return None
        likeness = self._rule.signs.likeness(sign[0], keys.details, known.details)
        if (name, known.id) in self._two:
            # Xero has no two active contacts of one name, and the CRM makes one of such two.
            namesake = likeness is Likeness.TAX_NUMBERS_DIFFER
            return Likeness.NAMESAKE if namesake and self._rule.twins else None
        too_early = self._rule.name_needs_mark and self._is_too_early(keys, known)
        return None if too_early else likeness

    def _is_telling(self, sign: Sign, keys: Keys) -> bool:
        """Items of one name and several codes are a matter of course; a single pair is not."""
        if sign[0] is not Likeness.ITEM_NAME or not keys.name:
            return True
        return self._alone_by_sign[sign] == 1 and len(self._by_sign[sign]) == 1

    def _is_too_early(self, keys: Keys, known: XeroHead) -> bool:
        """Where neither customer is linked yet: their invoices are compared when they are."""
        unknown = not keys.details.get("contact") and self._waits(known)
        same = ("currency", "total")
        return unknown and all(keys.details.get(k) == known.details.get(k) for k in same)

    # Xero documents without a link

    def _only_at_xero(self) -> Iterator[Candidate]:
        for head in self._xero.values():
            if head.alive and head.id not in self._owner and head.id not in self._gone:
                possible = tuple(self._possible_at_xero.get(head.id, ())[:_MOST])
                yield Candidate(None, head.id, self._seen.get(head.id), possible=possible)

    def _alive(self, index: Mapping[str, list[XeroHead]], key: str) -> list[XeroHead]:
        return [head for head in index.get(key, []) if head.alive]

    def _free(self, index: Mapping[str, list[XeroHead]], key: str) -> list[XeroHead]:
        return [head for head in self._alive(index, key) if head.id not in self._owner]


def _index(heads: Iterable[XeroHead], key: Callable[[XeroHead], str]) -> dict[str, list[XeroHead]]:
    index: dict[str, list[XeroHead]] = defaultdict(list)
    for head in heads:
        index[key(head)].append(head)
    return index
