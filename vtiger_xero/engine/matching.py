"""Which records of both sides belong together: pure matching over heads, never a guess.

Stored link → a person's answer → name → our number and one more detail that agrees (rule G6; the
engine's README says why the name comes first). A number alone proves nothing: two CRMs that share
one Xero both count from one. What may be one without a proof
(`evidence`, `pairing_off`), or fits several records, is shown for a decision. Equal names in the
CRM share one Xero document (rule G2). What a name is, and what it proves, is a module's own
(`mapping.heads`): an item's is its code, an invoice's its number, and that only with customer and
total; a payment has none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property

from .candidates import BY_LINK, BY_MERGE, BY_NAME, BY_NUMBER, BY_PERSON, Candidate, MatchInput
from .evidence import Sign, contradict
from .links import Answer, Likeness, Link, LinkState, Possible, XeroHead, merged_contacts
from .mapping.doctypes import DO_NOT_SYNC
from .mapping.heads import Keys
from .pairing_off import BY_DAY, BY_REFERENCE, PaymentPairs, pair_payments
from .records import Head, Side
from .text import have_one_in_common, name_key

_MOST = 20  # records of the other side that one is shown with


def candidates(inputs: MatchInput, writes: Sequence[Side]) -> list[Candidate]:
    """Every pair that may need something, given the sides that the sync may write to."""
    return list(_Matcher(inputs, writes).run())


class _Matcher:
    def __init__(self, inputs: MatchInput, writes: Sequence[Side]) -> None:
        self._writes = writes
        self._rule = inputs.rule
        self._crm = {head.name: head for head in inputs.crm}
        self._keys = {head.name: inputs.keys_of(head) for head in inputs.crm}
        self._xero = {head.id: head for head in inputs.xero}
        self._merged = merged_contacts(inputs.xero)
        self._links, self._recheck = inputs.links, inputs.recheck
        self._crm_only_links = {link.crm_name: link for link in inputs.links if not link.xero_id}
        self._xero_only_links = {link.xero_id: link for link in inputs.links if not link.crm_name}
        self._linked = [link for link in inputs.links if link.crm_name and link.xero_id]
        self._is_customer_unlinked = inputs.is_customer_unlinked
        self._answered_two = {each.pair for each in inputs.answers if each.answer is Answer.TWO}
        self._answered_one = {
            each.crm_name: each.xero_id for each in inputs.answers if each.answer is Answer.ONE
        }
        self._drop_outdated_links()
        self._linked_ids = {link.xero_id for link in self._linked}
        self._owner: dict[str, str] = {}
        self._found_by: dict[str, str] = {}  # how the record came to its document, by its name
        # Owned by a record whose own contact was merged into it.
        self._owned_by_merge: set[str] = set()
        self._of_deleted: set[str] = set()
        self._paired_payments = PaymentPairs()
        self._possible_at_xero: dict[str, list[Possible]] = defaultdict(list)

    def run(self) -> Iterator[Candidate]:
        self._claim_links()
        self._pass_to_duplicates()
        linked = {link.crm_name for link in self._linked}
        unlinked = self._primaries_first(
            [head for name, head in self._crm.items() if name not in linked]
        )
        # All that is certain first: what is only possibly one may belong to another record, and
        # whose record is gone must know that a new one took its document over.
        answered = {head.name: self._match_by_answer(head) for head in unlinked}
        unanswered = [head for head in unlinked if answered[head.name] is None]
        if self._rule.pairs_off:
            self._pair_payments(unanswered)
        matched = {head.name: answered[head.name] or self._match_by_keys(head) for head in unlinked}
        for head in unlinked if self._rule.shares_document else ():
            matched[head.name] = matched[head.name] or self._share_with_primary(head)
        links = sorted(self._linked, key=self._release_order)
        of_links = [self._linked_candidate(link) for link in links]
        yield from (each for each in of_links if each)
        yield from (each for each in matched.values() if each)
        primaries: dict[str, str] = {}
        unmatched = [head for head in unlinked if not matched[head.name]]
        self._unlinked_by_sign = self._count_by_sign(unmatched)
        found = (self._unmatched_candidate(head, primaries) for head in unmatched)
        yield from (each for each in found if each)
        if Side.CRM in self._writes:
            yield from self._only_at_xero()

    @cached_property
    def _by_name(self) -> Mapping[str, list[XeroHead]]:
        return _index(self._xero.values(), lambda head: name_key(head.title))

    @cached_property
    def _by_number(self) -> Mapping[str, list[XeroHead]]:
        return _index(self._xero.values(), lambda head: name_key(head.number))

    # Linked pairs

    def _drop_outdated_links(self) -> None:
        """Drop links of duplicates that were renamed, or whose primary was.

        And of records of a document that is gone, once a user gave them another name.
        """
        outdated = [link for link in self._linked if self._is_outdated(link)]
        self._linked = [link for link in self._linked if link not in outdated]
        self._crm_only_links |= {
            link.crm_name: Link(
                link.module, link.crm_name, None, refused=link.refused, keeps=link.keeps
            )
            for link in outdated
        }

    def _is_outdated(self, link: Link) -> bool:
        if self._is_excluded(link.crm_name):
            return False  # its link stays as it is
        if link.duplicate_of is None:
            return self._is_renamed_after_deletion(link)
        if link.matched_by not in (BY_NAME, BY_PERSON, BY_NUMBER):
            return False
        own, primary = (self._keys.get(name or "") for name in (link.crm_name, link.duplicate_of))
        if own is None or primary is None or own.duplicate_key == primary.duplicate_key:
            return False
        is_renamed = link.matched_by == BY_NAME and not self._has_name_of_xero(link, primary)
        return is_renamed or self._has_own_name(link, own, primary)

    def _has_name_of_xero(self, link: Link, primary: Keys) -> bool:
        """Whether the sync gave the primary its name: what a user types is not in Xero yet."""
        known = self._xero.get(self._present_id(link.xero_id or ""))
        return known is not None and primary.name == name_key(known.title)

    def _has_own_name(self, link: Link, own: Keys, primary: Keys) -> bool:
        """Whether a user gave the duplicate a name of its own.

        Where the names differ because the sync gave the primary the name from Xero, the two stay
        together.
        """
        head = self._crm[link.crm_name or ""]
        signs = [set(self._rule.signs.of(each.details)) for each in (own, primary)]
        return head.modified != link.crm_modified and not signs[0] & signs[1]

    def _is_renamed_after_deletion(self, link: Link) -> bool:
        known, keys = self._xero.get(link.xero_id or ""), self._keys.get(link.crm_name or "")
        if known is None or keys is None or known.alive or not self._new_code_means_new_item:
            return False
        return bool(keys.name) and keys.name != name_key(known.title)

    @property
    def _new_code_means_new_item(self) -> bool:
        """Whether a new code of a product whose item was deleted asks for a new item."""
        return self._rule.shares_document and not self._rule.keeps_name

    def _claim_links(self) -> None:
        """Find the owner of each document; a duplicate takes over where its primary is gone."""
        alive = [link for link in self._linked if link.crm_name in self._crm]
        self._found_by |= {link.crm_name or "": link.matched_by for link in alive}
        for link in sorted(alive, key=self._claim_order):
            present = self._present_id(link.xero_id or "")
            if self._owner.setdefault(present, link.crm_name or "") == link.crm_name:
                is_merged = BY_MERGE in (link.matched_by, self._matched_by_now(link, present))
                self._owned_by_merge |= {present} if is_merged else set()
        claimed = {self._present_id(link.xero_id or "") for link in self._linked}
        self._of_deleted = claimed - self._owner.keys()

    def _pass_to_duplicates(self) -> None:
        """Pass the document of an excluded record to a duplicate that syncs (rule G2)."""
        kept_out = any(self._is_excluded(each) for each in self._owner.values())
        for link in self._linked if kept_out else ():
            present, name = self._present_id(link.xero_id or ""), link.crm_name or ""
            keys, owner = self._keys.get(name), self._keys.get(self._owner.get(present, ""))
            if keys and owner and link.duplicate_of and keys.duplicate_key == owner.duplicate_key:
                self._claim(present, name)

    def _claim(self, xero_id: str, name: str) -> str:
        """Claim a document for a record; returns its owner."""
        owner = self._owner.setdefault(xero_id, name)
        if self._is_excluded(owner) and not self._is_excluded(name):
            owner = self._owner[xero_id] = name
        return owner

    def _is_free_for(self, name: str, known: XeroHead) -> bool:
        """Whether a document may become that of this record.

        An owner by a merge in Xero leaves the contact to the record that had its name all along, or
        to one that waits for an answer about it.
        """
        owner = self._owner.get(known.id)
        if owner is None or known.id not in self._owned_by_merge:
            return owner is None
        waiting = self._crm_only_links.get(name)
        is_asked = waiting is not None and known.id in {each.key for each in waiting.possible}
        return is_asked or self._keys[owner].name != name_key(known.title)

    def _take(self, name: str, known: XeroHead) -> str:
        """Give a document that was found to be this record's to it; returns its owner."""
        if known.id in self._owned_by_merge and self._is_free_for(name, known):
            self._owned_by_merge.discard(known.id)
            self._owner[known.id] = name
        return self._claim(known.id, name)

    def _is_excluded(self, name: str | None) -> bool:
        head = self._crm.get(name or "")
        return head is not None and bool(head.keys.get(DO_NOT_SYNC))

    def _release_order(self, link: Link) -> int:
        """Records that leave a document come first: it must be free for a duplicate."""
        if link.crm_name not in self._crm:
            return 0
        return 1 if self._is_excluded(link.crm_name) else 2

    def _linked_candidate(self, link: Link) -> Candidate | None:
        present = self._present_id(link.xero_id or "")
        owner = self._owner.get(present)
        duplicate_of = owner if owner != link.crm_name else None
        is_unchanged = duplicate_of == link.duplicate_of and present == link.xero_id
        if is_unchanged and not self._needs_look(link):
            return None
        if link.state is LinkState.GONE and link.crm_name not in self._crm:
            return None
        matched_by = link.matched_by or BY_LINK
        if present != link.xero_id:
            matched_by = self._matched_by_now(link, present)
        elif duplicate_of and not link.duplicate_of and link.matched_by != BY_MERGE:
            matched_by = BY_NAME  # with another name it is no duplicate any more
        changed = self._changed_at_xero(present)
        return Candidate(link.crm_name, present, link, matched_by, duplicate_of, (), changed)

    def _matched_by_now(self, link: Link, present: str) -> str:
        """How the link came to its present document, "" if that is the stored one."""
        if present == link.xero_id:
            return ""
        if self._merged.get(link.xero_id or "") == present:
            return BY_MERGE
        if not self._rule.pairs_off:
            return BY_NAME
        return BY_REFERENCE if self._xero[present].details.get("reference") else BY_DAY

    def _claim_order(self, link: Link) -> int:
        """The record that had the document first keeps it, before one whose own was merged."""
        moved = self._present_id(link.xero_id or "") != link.xero_id
        return (link.duplicate_of is not None) + 2 * moved + 4 * (link.state is LinkState.GONE)

    def _changed_at_xero(self, xero_id: str) -> bool:
        known = self._xero.get(xero_id)
        return known is not None and known.pending

    def _needs_look(self, link: Link) -> bool:
        head = self._crm.get(link.crm_name or "")
        if head is None or head.modified != link.crm_modified or head.name in self._recheck:
            return True
        if self._is_excluded(head.name) != (link.state is LinkState.EXCLUDED):
            return True
        if link.duplicate_of is not None:
            return False
        settled = link.state in (LinkState.IN_SYNC, LinkState.EXCLUDED)
        return not settled or self._changed_at_xero(link.xero_id or "")

    def _present_id(self, xero_id: str) -> str:
        """The contact after merges in Xero, or the active one that took an archived one's name.

        A bookkeeper who archived a contact and entered it anew means the same customer.
        """
        present = self._merged.get(xero_id, xero_id)
        head = self._xero.get(present)
        if head is None or head.alive:
            return present
        title = name_key(head.title)
        named = self._active(self._by_name, title) if title else []
        taken = self._linked_ids | self._documents_of_new_payments
        successors = (each for each in named if each.id not in taken)
        return next((each.id for each in successors if self._proves(each, head)), present)

    @cached_property
    def _documents_of_new_payments(self) -> Set[str]:
        """Payments of Xero that certainly belong to records without a link.

        One that was typed anew in both systems belongs to the new record, not to a deleted one.
        """
        if not self._rule.pairs_off:
            return frozenset()
        linked = {link.crm_name for link in self._linked}
        ours = {name: keys.details for name, keys in self._keys.items() if name not in linked}
        heads = (each for each in self._xero.values() if each.alive)
        free = {each.id: each.details for each in heads if each.id not in self._linked_ids}
        pairs = pair_payments(ours, free, self._answered_two).certain
        return {xero_id for xero_id, _ in pairs.values()}

    # CRM records without a link

    def _primaries_first(self, heads: Sequence[Head]) -> list[Head]:
        """The order in which duplicates become primary: excluded last, Xero's number first."""
        numbered = {head.name for head in heads if self._has_own_number(self._keys[head.name])}
        return sorted(heads, key=lambda h: (self._is_excluded(h.name), h.name not in numbered))

    def _has_own_number(self, keys: Keys) -> bool:
        """Whether Xero has a document of this name and number: then it is the primary."""
        known = self._active(self._by_name, keys.name)
        return bool(keys.number) and any(name_key(each.number) == keys.number for each in known)

    def _match_by_answer(self, head: Head) -> Candidate | None:
        """The document that a user matched with this record, if it is there and free."""
        known = self._xero.get(self._answered_one.get(head.name, ""))
        if known is None or not (known.alive or self._rule.keeps_name):
            return None
        if not self._is_free_for(head.name, known):
            return None
        self._take(head.name, known)
        self._found_by[head.name] = BY_PERSON
        return Candidate(head.name, known.id, self._crm_only_links.get(head.name), BY_PERSON)

    def _pair_payments(self, unlinked: Sequence[Head]) -> None:
        """Compare records that have no name all at once."""
        ours = {head.name: self._keys[head.name].details for head in unlinked}
        if Side.CRM not in self._writes:  # nothing comes that could be the money that is expected
            ours = {name: held for name, held in ours.items() if not held.get("expected")}
        free = {head.id: head.details for head in self._heads_without_owner}
        self._paired_payments = pair_payments(ours, free, self._answered_two)

    def _match_by_keys(self, head: Head) -> Candidate | None:
        found, matched_by = self._find_document(head.name, self._keys[head.name])
        if found is None:
            return None
        owner = self._take(head.name, found)
        self._found_by[head.name] = matched_by
        duplicate_of = owner if owner != head.name else None
        link = self._crm_only_links.get(head.name)
        return Candidate(head.name, found.id, link, matched_by, duplicate_of)

    def _share_with_primary(self, head: Head) -> Candidate | None:
        """A duplicate shares the document of a record of the same name that has one (rule G2).

        Its name in Xero may differ: a user matched it, or another name has not arrived there yet.
        """
        name, keys = head.name, self._keys[head.name]
        known = self._xero.get(self._documents_of_primaries.get(keys.duplicate_key, ""))
        if known is None or not known.alive or (name, known.id) in self._answered_two:
            return None
        detail = self._rule.contradicts
        if detail and contradict(keys.details, known.details, detail):
            return None
        found_by = self._found_by.get(self._owner[known.id], "")
        matched_by = found_by if found_by in (BY_PERSON, BY_NUMBER) else BY_NAME
        owner = self._claim(known.id, name)
        duplicate_of = owner if owner != name else None
        return Candidate(name, known.id, self._crm_only_links.get(name), matched_by, duplicate_of)

    @cached_property
    def _documents_of_primaries(self) -> Mapping[str, str]:
        """The documents that records have, by what makes another record their duplicate."""
        owned = ((self._keys[owner].duplicate_key, key) for key, owner in self._owner.items())
        return {key: xero_id for key, xero_id in reversed(list(owned)) if key}

    def _unmatched_candidate(self, head: Head, primaries: dict[str, str]) -> Candidate | None:
        keys, link = self._keys[head.name], self._crm_only_links.get(head.name)
        key = keys.duplicate_key if self._rule.shares_document else ""
        primary = primaries.setdefault(key, head.name) if key else head.name
        duplicate_of = primary if primary != head.name else None
        possible = () if duplicate_of else self._possible_matches(head, keys)
        if self._is_known_excluded(head, link, duplicate_of):
            return None
        if duplicate_of:
            return Candidate(head.name, None, link, BY_NAME, duplicate_of)
        if Side.XERO not in self._writes and not possible:
            return None
        return Candidate(head.name, None, link, possible=possible)

    def _is_known_excluded(self, head: Head, link: Link | None, duplicate_of: str | None) -> bool:
        """Whether it is excluded and unlinked, and stored so: then there is nothing to look at."""
        return (
            link is not None
            and link.state is LinkState.EXCLUDED
            and self._is_excluded(head.name)
            and (link.crm_modified, link.duplicate_of) == (head.modified, duplicate_of)
        )

    def _find_document(self, name: str, keys: Keys) -> tuple[XeroHead | None, str]:
        if self._rule.pairs_off:
            xero_id, matched_by = self._paired_payments.certain.get(name, ("", ""))
            return self._xero.get(xero_id), matched_by
        named = self._by_name.get(keys.name, []) if keys.name else []
        proven = [each for each in named if self._is_named(name, each, keys)]
        alive = [each for each in proven if each.alive]
        if len(alive) > 1:
            return None, ""  # nothing says which of them it is
        if proven:
            return (alive or sorted(proven, key=lambda each: each.updated))[-1], BY_NAME
        if self._rule.number_needs_mark and not keys.name:
            return None, ""
        return self._by_number_and_mark(name, keys), BY_NUMBER

    def _is_named(self, name: str, known: XeroHead, keys: Keys) -> bool:
        """Whether a document of its name is certainly its own."""
        if known.merged_into or (name, known.id) in self._answered_two:
            return False
        detail = self._rule.contradicts
        if detail and contradict(keys.details, known.details, detail):
            return False
        return self._may_share(name, known, keys) and self._proves(known, keys)

    def _proves(self, known: XeroHead, keys: Keys | XeroHead) -> bool:
        """Whether the name is proof enough."""
        if not known.alive and not self._rule.keeps_name:
            return False
        return not self._rule.name_needs_mark or have_one_in_common(known.marks, keys.marks)

    def _may_share(self, name: str, known: XeroHead, keys: Keys) -> bool:
        """Whether it is free or a duplicate's; not where its owner was just given another name."""
        owner = self._owner.get(known.id)
        if owner is None or not self._rule.shares_document:
            return owner is None
        if self._is_free_for(name, known):
            return True
        return known.alive and self._keys[owner].name == keys.name

    def _by_number_and_mark(self, name: str, keys: Keys) -> XeroHead | None:
        free = self._without_owner(self._by_number, keys.number) if keys.number else []
        needs_mark = self._rule.number_needs_mark
        found = [
            each for each in free if not needs_mark or have_one_in_common(each.marks, keys.marks)
        ]
        two = any((name, each.id) in self._answered_two for each in found)
        return found[0] if len(found) == 1 and not two else None

    # What is possibly one

    @cached_property
    def _heads_without_owner(self) -> list[XeroHead]:
        """Xero's documents without an owner, once all certain matches were made.

        And those whose owner came to them by a merge (`_is_free_for`).
        """
        taken = self._owner.keys() - self._owned_by_merge
        return [head for head in self._xero.values() if head.alive and head.id not in taken]

    @cached_property
    def _by_sign(self) -> Mapping[Sign, list[XeroHead]]:
        """Without documents whose record was deleted here: they are deleted or stay."""
        index: dict[Sign, list[XeroHead]] = defaultdict(list)
        for head in (each for each in self._heads_without_owner if each.id not in self._of_deleted):
            for sign in self._rule.signs.of(head.details):
                index[sign].append(head)
        return index

    def _count_by_sign(self, unmatched: Sequence[Head]) -> Mapping[Sign, int]:
        """How many of these CRM records have each sign."""
        counted: dict[Sign, int] = defaultdict(int)
        for head in unmatched:
            for sign in self._rule.signs.of(self._keys[head.name].details):
                counted[sign] += 1
        return counted

    def _possible_matches(self, head: Head, keys: Keys) -> tuple[Possible, ...]:
        """Documents that may be this record: neither is copied until a user has answered."""
        found = self._find_by_signs(head.name, keys)
        found |= dict(self._paired_payments.possible.get(head.name, ()))
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

    def _find_by_signs(self, name: str, keys: Keys) -> dict[str, Likeness]:
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
        if not self._rule.number_needs_mark and not self._is_distinctive(sign, keys):
            return None
        likeness = self._rule.signs.likeness(sign[0], keys.details, known.details)
        if (name, known.id) in self._answered_two:
            # Xero has no two active contacts of one name, and the CRM makes one of such two.
            namesake = likeness is Likeness.TAX_NUMBERS_DIFFER
            return Likeness.NAMESAKE if namesake and self._rule.shares_document else None
        too_early = self._rule.name_needs_mark and self._is_too_early(keys, known)
        return None if too_early else likeness

    def _is_distinctive(self, sign: Sign, keys: Keys) -> bool:
        """Whether a sign says anything: items of one name and several codes are ordinary."""
        if sign[0] is not Likeness.ITEM_NAME or not keys.name:
            return True
        return self._unlinked_by_sign[sign] == 1 and len(self._by_sign[sign]) == 1

    def _is_too_early(self, keys: Keys, known: XeroHead) -> bool:
        """Whether neither customer is linked yet: their invoices are compared when they are."""
        unknown = not keys.details.get("contact") and self._is_customer_unlinked(known)
        same = ("currency", "total")
        return unknown and all(keys.details.get(k) == known.details.get(k) for k in same)

    # Xero documents without a link

    def _only_at_xero(self) -> Iterator[Candidate]:
        for head in self._xero.values():
            if head.alive and head.id not in self._owner and head.id not in self._of_deleted:
                possible = tuple(self._possible_at_xero.get(head.id, ())[:_MOST])
                yield Candidate(
                    None, head.id, self._xero_only_links.get(head.id), possible=possible
                )

    def _active(self, index: Mapping[str, list[XeroHead]], key: str) -> list[XeroHead]:
        return [head for head in index.get(key, []) if head.alive]

    def _without_owner(self, index: Mapping[str, list[XeroHead]], key: str) -> list[XeroHead]:
        return [head for head in self._active(index, key) if head.id not in self._owner]


def _index(heads: Iterable[XeroHead], key: Callable[[XeroHead], str]) -> dict[str, list[XeroHead]]:
    index: dict[str, list[XeroHead]] = defaultdict(list)
    for head in heads:
        index[key(head)].append(head)
    return index
