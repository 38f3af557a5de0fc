"""Deciding: one pair in, one `Decision` out. Pure, and the only place where anything is decided.

A preview is a plan that is shown, a run is a plan that is applied.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from .actions import (
    Action,
    Change,
    Conflict,
    Create,
    Decision,
    Delete,
    Operation,
    Pair,
    Skip,
    Update,
)
from .conditions import Context, Proposal, refuse
from .links import Link
from .mapping import TABLES, Row, Table, Way, persons
from .mapping.organizations import EMAIL, NUMBER, lent_email
from .mapping.requests import archiving, creation, update
from .merge import UNKNOWN, Policy, Verdict, is_empty, merge_value
from .outbox import BATCH_SIZE, fingerprint
from .records import Document, Module, Person, Side, Value
from .text import name_key


@dataclass(frozen=True)
class Plan:
    """All decisions of one module, and the links that stand for CRM records that are no more."""

    module: Module
    decisions: tuple[Decision, ...] = ()
    forgotten: tuple[Link, ...] = ()

    def only(self, crm_names: Collection[str]) -> Plan:
        """The decisions on these CRM records alone."""
        chosen = (each for each in self.decisions if each.pair.crm)
        kept = tuple(each for each in chosen if each.pair.crm and each.pair.crm.name in crm_names)
        return Plan(self.module, kept)

    @property
    def counts(self) -> Counter[tuple[Side, Operation]]:
        """Counts as the sync log shows them."""
        return Counter(pair for each in self.decisions for pair in _counted(each))

    @property
    def calls(self) -> int:
        """The API calls that carrying this plan out takes, reading not included."""
        at_xero = [each.on(Side.XERO) for each in self.decisions]
        creates = sum(isinstance(each, Create) for each in at_xero)
        changes = sum(isinstance(each, (Update, Delete)) for each in at_xero)
        return sum(math.ceil(number / BATCH_SIZE) for number in (creates, changes))


_OPERATIONS: Mapping[type, Operation] = {
    Create: Operation.CREATED,
    Update: Operation.UPDATED,
    Delete: Operation.DELETED,
    Skip: Operation.SKIPPED,
}


def _counted(decision: Decision) -> list[tuple[Side, Operation]]:
    counted = [
        (action.side, _OPERATIONS[type(action)])
        for action in decision.actions
        if not isinstance(action, Conflict)
    ]
    counted += [(Side.CRM, Operation.SKIPPED)] * (decision.conflict is not None)
    return counted + [(Side.XERO, Operation.SKIPPED)] * len(decision.people_left_out)


def decide(module: Module, pair: Pair, context: Context) -> Decision:
    """What is to be done with one pair."""
    if pair.weak:
        return _undecided(pair)
    if pair.crm is None and pair.link is not None and pair.link.crm_name:
        return _gone_in_crm(module, pair, context)
    if pair.duplicate_of is not None:
        return _twin(pair)
    if pair.crm is None:
        return _new_from_xero(module, pair, context)
    if pair.xero is None:
        return _new_from_crm(module, pair, context)
    if _archived(pair):
        return _gone_at_xero(module, pair, context)
    return _Merge(module, pair, context).decision()


def _undecided(pair: Pair) -> Decision:
    reason = f"Xero has a contact that looks alike: \u201c{pair.weak}\u201d."
    remedy = "If they are one, give both the same name; if not, make the names differ more."
    return Decision(pair, (Skip(Side.XERO, "G6", reason, remedy),))


def _twin(pair: Pair) -> Decision:
    reason = f"It has the same name as {pair.duplicate_of}: both are one contact in Xero."
    remedy = f"Merge it into {pair.duplicate_of}; that one's values travel."
    return Decision(pair, (Skip(Side.XERO, "G2", reason, remedy),))


def _gone_in_crm(module: Module, pair: Pair, context: Context) -> Decision:
    link, settings = pair.link, context.settings
    if pair.xero is None or _archived(pair) or pair.duplicate_of or (link and link.duplicate_of):
        return Decision(pair)
    if not settings.writes(module, Side.XERO) or not pair.base:
        return Decision(pair)
    if not settings.deletions:
        return Decision(pair, (_kept("and the settings keep deletions from travelling."),))
    if _changed_at_xero(module, pair):
        return Decision(pair, (_kept("but changed in Xero since: the edit stands."),))
    document = archiving(pair.xero.document)
    action = _refused_before(pair, document, context) or Delete(Side.XERO, document)
    return Decision(pair, (action,))


def _kept(why: str) -> Skip:
    reason = f"It was deleted in the CRM, {why}"
    return Skip(Side.XERO, "G9", reason, "Archive the contact in Xero, if nobody needs it.")


def _changed_at_xero(module: Module, pair: Pair) -> bool:
    """Whether Xero has something that the CRM never heard of."""
    assert pair.xero is not None
    theirs = TABLES[module].read(pair.xero.document)
    people = persons.people_of(theirs), persons.people_of(pair.base)
    return not persons.same_people(*people) or any(
        theirs[row.field] != pair.base.get(row.field, "")
        for row in TABLES[module].compared
        if row.way is Way.BOTH and row.field != persons.PERSONS
    )


def _archived(pair: Pair) -> bool:
    status = pair.xero.document.get("ContactStatus") if pair.xero else None
    return status in ("ARCHIVED", "GDPRREQUEST")


def _gone_at_xero(module: Module, pair: Pair, context: Context) -> Decision:
    """Archived at Xero: trashed here where deletions travel and nobody touched it here since."""
    assert pair.crm is not None
    settings, link = context.settings, pair.link
    agreed_once = bool(pair.base)
    untouched = link is not None and link.crm_modified == pair.crm.modified
    may_trash = settings.deletions and settings.writes(module, Side.CRM)
    if agreed_once and may_trash and pair.news and untouched and not _has_news(module, pair):
        return Decision(pair, (Delete(Side.CRM),))
    if agreed_once and not _has_news(module, pair):
        return Decision(pair)
    if not settings.writes(module, Side.XERO):
        return Decision(pair, held=True)
    skip = refuse(Proposal(module, Side.XERO, pair, {}, frozenset()), context)
    return Decision(pair, (skip,) if skip else ())


def _has_news(module: Module, pair: Pair) -> bool:
    """Whether the CRM has something that Xero should hear of."""
    assert pair.crm is not None
    known, mine = persons.people_of(pair.base), TABLES[module].comparable(pair.crm.fields)
    at_xero, _ = persons.project(persons.people_of(pair.crm.fields), known)
    return not persons.same_people(at_xero, known) or any(
        mine[row.field] != pair.base.get(row.field, "")
        for row in TABLES[module].compared
        if row.way is Way.BOTH and row.field != persons.PERSONS
    )


def _new_from_xero(module: Module, pair: Pair, context: Context) -> Decision:
    assert pair.xero is not None
    settings, document = context.settings, pair.xero.document
    customers_only = settings.customers_only and not document.get("IsCustomer")
    if not settings.writes(module, Side.CRM) or customers_only:
        return Decision(pair)
    values = {k: v for k, v in TABLES[module].read(document).items() if not is_empty(v)}
    values.pop(NUMBER, None)
    values[persons.PERSONS] = _with_email(persons.people_of(values), values.get("primary_email"))
    values["assigned_to"] = settings.assigned_to
    proposal = Proposal(module, Side.CRM, pair, values, frozenset(values))
    skip = refuse(proposal, context)
    return Decision(pair, (skip or Create(Side.CRM, values),))


def _with_email(people: Sequence[Person], email: Value) -> tuple[Person, ...]:
    """Xero keeps the primary person's e-mail as the contact's: the new Contact gets it too."""
    return tuple(
        replace(person, email=str(email or "")) if person.is_primary else person
        for person in people
    )


def _new_from_crm(module: Module, pair: Pair, context: Context) -> Decision:
    assert pair.crm is not None
    if not context.settings.writes(module, Side.XERO):
        return Decision(pair)
    table = TABLES[module]
    comparable = table.comparable(pair.crm.fields)
    values = {row.field: comparable[row.field] for row in table.rows if row.way is not Way.TO_CRM}
    at_xero, left_out = persons.project(persons.people_of(pair.crm.fields), ())
    values[persons.PERSONS] = at_xero
    lent = lent_email(pair.crm.fields)
    values[EMAIL] = lent or values[EMAIL]
    if name_key(str(values[NUMBER] or "")) in context.numbers_at_xero:
        values[NUMBER] = ""  # another CRM's number: the name alone is the key then
    proposal = Proposal(module, Side.XERO, pair, values, frozenset(values))
    document = creation(table, values)
    skip = refuse(proposal, context) or _refused_before(pair, document, context)
    if skip:
        return Decision(pair, (skip,))
    actions: tuple[Action, ...] = (Create(Side.XERO, values, document),)
    if lent and context.settings.writes(module, Side.CRM):
        # Else the two would differ from the start; what is lent becomes the organization's own.
        pinned = Update(Side.CRM, (Change(EMAIL, "", lent),), {EMAIL: lent})
        actions = (pinned, *actions)
    return Decision(pair, actions, people_left_out=left_out)


def _refused_before(pair: Pair, document: Document, context: Context) -> Skip | None:
    link = pair.link
    if context.retry or not link or not link.refused or link.refused != fingerprint(document):
        return None
    return Skip(Side.XERO, "refused", link.reason, link.remedy)


class _Merge:
    """Three-way merge of a pair that both sides have."""

    def __init__(self, module: Module, pair: Pair, context: Context) -> None:
        assert pair.crm is not None and pair.xero is not None
        self._module, self._pair, self._context = module, pair, context
        self._crm, self._xero = pair.crm, pair.xero
        self._table: Table = TABLES[module]
        self._mine = self._table.comparable(pair.crm.fields)
        self._lent = "" if EMAIL in pair.base else lent_email(pair.crm.fields)
        self._theirs = self._table.read(pair.xero.document)
        choice = context.settings.conflicts
        self._policy = Policy(choice, pair.crm.modified, pair.xero.updated)
        self._agreed: dict[str, Value] = {}
        self._to: dict[Side, list[Change]] = {Side.CRM: [], Side.XERO: []}
        self._asked: list[Change] = []
        self._left_out: tuple[Person, ...] = ()
        self._held = False

    def decision(self) -> Decision:
        for row in self._table.compared:
            if row.field == persons.PERSONS:
                self._merge_people()
            else:
                self._merge_row(row)
        self._lend_email()
        if self._asked:
            return Decision(self._pair, (Conflict(tuple(self._asked)),), self._agreed)
        to_xero = self._xero_action()
        if isinstance(to_xero, Skip):
            self._lend_nothing()
        proposed = (self._crm_action(), to_xero)
        actions = tuple(action for action in proposed if action is not None)
        return Decision(self._pair, actions, self._agreed, self._left_out, self._held)

    def _lend_email(self) -> None:
        """At the first meeting, where neither has an e-mail: the primary Contact's, for both."""
        row = self._table[EMAIL]
        if self._lent and not self._mine[EMAIL] and not self._theirs[EMAIL]:
            self._agreed.pop(EMAIL, None)
            for side in Side:
                if self._writes(side, row):
                    self._to[side].append(Change(EMAIL, "", self._lent))

    def _lend_nothing(self) -> None:
        """What Xero will not get, the CRM need not get either."""
        kept = (change for change in self._to[Side.CRM] if change.field != EMAIL)
        if not self._theirs[EMAIL]:
            self._to[Side.CRM] = list(kept)

    def _merge_row(self, row: Row) -> None:
        mine, theirs = self._mine[row.field], self._theirs[row.field]
        if not row.clearable and is_empty(mine) and row.field in self._pair.base:
            verdict = Verdict(Side.XERO) if theirs else Verdict()
        else:
            base = self._pair.base.get(row.field, UNKNOWN)
            verdict = merge_value(base, mine, theirs, self._policy)
        if verdict.asks and self._may_travel(row):
            self._asked.append(Change(row.field, mine, theirs))
        elif verdict.winner is None:
            self._agreed.update({row.field: mine} if mine == theirs else {})
        elif self._writes(verdict.winner.other, row):
            old, new = (mine, theirs) if verdict.winner is Side.XERO else (theirs, mine)
            change = Change(row.field, old, new, verdict.overwrites)
            self._to[verdict.winner.other].append(change)
        elif row.way.writes(verdict.winner.other):
            self._held = True  # it is the direction that keeps it back

    def _may_travel(self, row: Row) -> bool:
        return any(self._writes(side, row) for side in Side)

    def _writes(self, side: Side, row: Row) -> bool:
        return row.way.writes(side) and self._context.settings.writes(self._module, side)

    def _merge_people(self) -> None:
        base, theirs = persons.people_of(self._pair.base), persons.people_of(self._theirs)
        mine = persons.people_of(self._crm.fields)
        writes = [side for side in Side if self._context.settings.writes(self._module, side)]
        merged = persons.merge(base, mine, theirs, writes, self._policy.winner)
        if merged.asked:
            self._asked.append(Change(persons.PERSONS, mine, theirs))
            return
        if not persons.unchanged(merged.crm, mine, theirs):
            change = Change(persons.PERSONS, mine, merged.crm, merged.overwrites)
            self._to[Side.CRM].append(change)
        if not persons.same_people(merged.xero, theirs):
            change = Change(persons.PERSONS, theirs, merged.xero, merged.overwrites)
            self._to[Side.XERO].append(change)
        self._left_out = merged.left_out if Side.XERO in writes else ()
        self._held = self._held or self._people_held(merged, mine, theirs)

    def _people_held(
        self, merged: persons.PeopleMerge, mine: persons.People, theirs: persons.People
    ) -> bool:
        """Whether the other direction, too, would have something to write."""
        base = persons.people_of(self._pair.base)
        both = persons.merge(base, mine, theirs, list(Side), self._policy.winner)
        return not (
            persons.same_people(both.xero, merged.xero)
            and persons.same_people(both.crm, merged.crm)
        )

    def _crm_action(self) -> Action | None:
        changes = self._to[Side.CRM]
        if not changes:
            return None
        values = {change.field: change.new for change in changes}
        proposal = Proposal(self._module, Side.CRM, self._pair, values, frozenset(values))
        return refuse(proposal, self._context) or Update(Side.CRM, tuple(changes), values)

    def _xero_action(self) -> Action | None:
        changes = self._to[Side.XERO]
        if not changes:
            return None
        values = {change.field: change.new for change in changes}
        proposal = Proposal(self._module, Side.XERO, self._pair, values, frozenset(values))
        document = update(self._table, self._xero.document, values)
        skip = refuse(proposal, self._context) or _refused_before(
            self._pair, document, self._context
        )
        return skip or Update(Side.XERO, tuple(changes), values, document)
