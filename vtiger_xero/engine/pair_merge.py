"""Three-way merge of a pair that both sides have: field by field, and person by person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial

from .actions import Action, Change, Conflict, Decision, Pair, Skip, Update
from .candidates import BY_MERGE
from .choosing import choice_on, field_conflict_of
from .conditions import (
    Context,
    Proposal,
    key_of_seen,
    refuse,
    restrict,
    skip_if_refused_before,
    words_never_agreed,
)
from .figures import different_total
from .links import Choice, FieldConflict
from .mapping import Row, Table, Way, people, people_merge
from .mapping.invoice_figures import closes_at_once
from .mapping.invoices import ITEMS, OTHERWISE, ROUNDING, STATUS, credits_of
from .mapping.item_history import (
    CODES,
    names_more_items,
    with_former_code,
    with_items_of,
    with_items_of_both,
)
from .mapping.items import CODE
from .mapping.organizations import EMAIL, borrowed_email
from .mapping.rows import decimal_of, text_of
from .merge import UNKNOWN, Policy, Verdict, is_empty, merge_number, merge_value
from .messages import sentences
from .modules import spec_of
from .money import ZERO
from .records import Line, Module, Person, Side, Value
from .requests import update
from .settings import ConflictPolicy
from .totals.payments import PAID


class PairMerge:
    """Three-way merge of a pair that both sides have."""

    def __init__(self, module: Module, pair: Pair, context: Context) -> None:
        assert pair.crm is not None and pair.xero is not None
        self._module, self._pair, self._context = module, pair, context
        self._crm, self._xero = pair.crm, pair.xero
        self._table: Table = context.tables[module]
        comparable = self._table.comparable(pair.crm.fields)
        self._mine = self._table.restore_values(comparable, pair.base, pair.crm.fields)
        self._borrowed = self._email_to_borrow()
        self._theirs = self._table.read_beside(pair.xero.document, pair.base, self._mine)
        self._mine = self._table.equate_values(self._mine, self._theirs, pair.base, pair.crm.fields)
        if ITEMS in pair.base:
            agreed = with_items_of_both(pair.base[ITEMS], self._mine[ITEMS], self._theirs[ITEMS])
            self._pair = replace(pair, base={**pair.base, ITEMS: agreed})
        keeps = pair.link.keeps if pair.link else None
        self._policy = Policy(
            context.settings.conflicts, pair.crm.modified, pair.xero.updated, keeps
        )
        self._agreed: dict[str, Value] = {}
        self._to: dict[Side, list[Change]] = {Side.CRM: [], Side.XERO: []}
        self._asked: list[Change] = []
        self._in_conflict: list[FieldConflict] = []
        self._choices: list[Choice] = []
        self._left_out: tuple[Person, ...] = ()
        self._waits = False
        self._names_items = False  # Xero's lines come with items that Xero does not have yet

    def _email_to_borrow(self) -> str:
        if EMAIL not in self._table or EMAIL in self._pair.base:
            return ""
        return borrowed_email(self._crm.fields)

    def decision(self) -> Decision:
        """What is to be done, on either side."""
        for row in self._table.rows_to_compare:
            if row.field == people.PERSONS:
                self._merge_people()
            else:
                self._merge_row(row)
        if self._borrowed:
            self._borrow_email()
        if ITEMS in self._table:
            self._close_what_xero_closed()
            self._round_the_same_lines_only()
        choices = tuple(self._choices)
        if self._asked:
            conflict = Conflict(tuple(self._asked), tuple(self._in_conflict))
            return Decision(self._pair, (conflict,), self._agreed, choices=choices)
        to_xero = self._xero_actions()
        if self._borrowed and any(isinstance(each, Skip) for each in to_xero):
            self._drop_borrowed_email()
        in_crm = self._crm_action()
        actions = (in_crm, *to_xero) if in_crm is not None else tuple(to_xero)
        actions = self._with_figures(actions)
        self._remember_lines_of_xero(actions)
        return Decision(
            self._pair,
            actions,
            self._agreed,
            self._left_out,
            self._waits,
            remarks=self._remarks(),
            choices=choices,
        )

    def _remember_lines_of_xero(self, actions: tuple[Action, ...]) -> None:
        """Agree on Xero's lines where only their items are still to be sent.

        At a first meeting, too: what a user adds in Xero until then is new, and the policy does
        not overrule it.
        """
        if ITEMS not in self._table:
            return
        written = {
            each.side for each in actions if isinstance(each, Update) and ITEMS in each.values
        }
        waits = any(each.field == ITEMS for each in self._to[Side.XERO]) and not written
        is_first = waits and ITEMS not in self._pair.base
        if is_first and names_more_items(self._mine[ITEMS], self._theirs[ITEMS]):
            self._agreed[ITEMS] = self._theirs[ITEMS]
        if self._names_items and Side.CRM in written:
            self._agreed[ITEMS] = self._theirs[ITEMS]

    def _with_figures(self, actions: tuple[Action, ...]) -> tuple[Action, ...]:
        """Add both totals to a skip that holds an invoice's lines back (rule G12)."""
        writes = [each.values for each in actions if isinstance(each, Update)]
        skip = next((each for each in actions if isinstance(each, Skip)), None)
        if ITEMS not in self._table or skip is None:
            return actions
        if any({ITEMS, ROUNDING, STATUS} & values.keys() for values in writes):
            return actions
        totals = different_total(self._crm.fields, self._xero.document)
        with_totals = replace(skip, reason=sentences(skip.reason, totals))
        return tuple(with_totals if each is skip else each for each in actions)

    def _remarks(self) -> tuple[str, ...]:
        """Remarks for the log on amounts received without a payment of their own."""
        changed = {change.field for change in self._to[Side.CRM]}
        return credits_of(self._xero.document) if OTHERWISE in changed else ()

    def _close_what_xero_closed(self) -> None:
        """Set an invoice of 0.00 to Paid that Xero closed at its approval; it has no payment."""
        if not closes_at_once(self._xero.document):
            return
        agree = self._mine[STATUS] == self._theirs[STATUS]
        held = text_of(self._crm.fields.get(STATUS))
        becomes_nothing = any(each.field == ITEMS for each in self._to[Side.CRM])
        is_closed = becomes_nothing or not decimal_of(self._crm.fields.get("balance"))
        if not (agree and is_closed) or held == PAID:
            return
        if self._writes(Side.CRM, self._table[STATUS]):
            self._to[Side.CRM].append(Change(STATUS, held, self._theirs[STATUS]))
        else:
            self._waits = True

    def _round_the_same_lines_only(self) -> None:
        """Drop a rounding that belongs to other lines than the CRM's."""
        changes = self._to[Side.CRM]
        ours, theirs = (_sum_of(each[ITEMS]) for each in (self._mine, self._theirs))
        if ours != theirs and not any(each.field == ITEMS for each in changes):
            self._to[Side.CRM] = [each for each in changes if each.field != ROUNDING]

    def _borrow_email(self) -> None:
        """Give both sides the primary Contact's e-mail, where neither has one at first."""
        row = self._table[EMAIL]
        wanted = self._writes(Side.XERO, row) and not self._mine[EMAIL] and not self._theirs[EMAIL]
        if self._borrowed and wanted:
            self._agreed.pop(EMAIL, None)
            for side in Side:
                if self._writes(side, row):
                    self._to[side].append(Change(EMAIL, "", self._borrowed))

    def _drop_borrowed_email(self) -> None:
        """Drop the borrowed e-mail from the CRM's changes: Xero does not get it."""
        kept = (change for change in self._to[Side.CRM] if change.field != EMAIL)
        if not self._theirs[EMAIL]:
            self._to[Side.CRM] = list(kept)

    def _verdict(self, row: Row, mine: Value, theirs: Value) -> Verdict:
        if row.way is Way.OWNED:
            return Verdict() if mine == theirs or theirs is None else Verdict(Side.XERO)
        if not row.clearable and is_empty(mine) and row.field in self._pair.base:
            return Verdict(Side.XERO) if theirs else Verdict()
        base = self._pair.base.get(row.field, UNKNOWN)
        if base is UNKNOWN and spec_of(self._module).xero.is_fixed:
            return _verdict_for_fixed(mine, theirs)
        merged = merge_number if row.number else merge_value
        verdict = merged(base, mine, theirs, self._policy_for(row.field))
        if verdict.asks and self._may_sync(row):
            verdict = self._ask(row.field, mine, theirs)
        if verdict.winner is Side.CRM and not row.can_send(mine):
            return Verdict()  # the CRM keeps what cannot be sent
        return verdict

    def _merge_row(self, row: Row) -> None:
        mine, theirs = self._mine[row.field], self._theirs[row.field]
        verdict = self._verdict(row, mine, theirs)
        if row.field == ITEMS and self._overrules_only_items(verdict, row):
            self._names_items = True
            verdict = Verdict(Side.XERO)
            theirs = with_items_of(theirs, self._pair.base[ITEMS], mine)
        if verdict.winner is None:
            self._agreed.update({row.field: mine} if mine == theirs else {})
        elif self._writes(verdict.winner.other, row):
            old, new = (mine, theirs) if verdict.winner is Side.XERO else (theirs, mine)
            change = Change(row.field, old, new, verdict.overwrites)
            self._to[verdict.winner.other].append(change)
            if change.field == CODE and verdict.winner is Side.CRM and theirs:
                self._agreed[CODES] = with_former_code(self._pair.base, theirs)
        elif row.way.writes(verdict.winner.other):
            self._waits = True  # the direction holds it back
            if verdict.winner is Side.XERO and self._is_merged(row.field):
                self._agreed[row.field] = mine  # what is edited here from now on is an edit

    def _overrules_only_items(self, verdict: Verdict, row: Row) -> bool:
        """Whether the policy would overrule Xero's lines only because of items of the CRM.

        Then Xero's lines are taken over, and the items are sent for them.
        """
        base = self._pair.base.get(row.field)
        wins = verdict.winner is Side.CRM and verdict.overwrites
        return wins and self._writes(Side.CRM, row) and names_more_items(self._mine[ITEMS], base)

    def _is_merged(self, field: str) -> bool:
        """Whether its contact was merged into this one in Xero, and the field never agreed on."""
        return self._pair.matched_by == BY_MERGE and field not in self._pair.base

    def _policy_for(self, field: str) -> Policy:
        """The policy of a field: after a merge in Xero the remaining contact wins."""
        if self._is_merged(field):
            return replace(self._policy, choice=ConflictPolicy.XERO)
        return self._policy

    def _ask(self, field: str, mine: Value, theirs: Value) -> Verdict:
        """The user's decision on these very values; without one the field is in conflict."""
        conflict = field_conflict_of(field, self._pair.base.get(field), mine, theirs)
        self._in_conflict.append(conflict)
        choice = choice_on(self._pair.link.choices if self._pair.link else (), conflict)
        if choice is None:
            self._asked.append(Change(field, mine, theirs))
            return Verdict(asks=True)
        self._choices.append(choice)
        return Verdict(choice.winner, overwrites=True)

    def _may_sync(self, row: Row) -> bool:
        return any(self._writes(side, row) for side in Side)

    def _writes(self, side: Side, row: Row) -> bool:
        return row.way.writes(side) and self._context.settings.writes(self._module, side)

    def _merge_people(self) -> None:
        base, theirs = people.people_of(self._pair.base), people.people_of(self._theirs)
        mine = people.people_of(self._crm.fields)
        writes = [side for side in Side if self._context.settings.writes(self._module, side)]
        choose = self._policy_for(people.PERSONS).winner
        merged = people_merge.merge(base, mine, theirs, writes, choose)
        if merged.asked:
            winner = self._ask(people.PERSONS, *self._people_in_dispute(mine, theirs)).winner
            if winner is None:
                return
            choose = partial(_return_side, winner)
            merged = people_merge.merge(base, mine, theirs, writes, choose)
        if not people.is_unchanged(merged.crm, mine, theirs):
            change = Change(people.PERSONS, mine, merged.crm, merged.overwrites)
            self._to[Side.CRM].append(change)
        if not people.same_people(merged.xero, theirs):
            change = Change(people.PERSONS, theirs, merged.xero, merged.overwrites)
            self._to[Side.XERO].append(change)
        self._left_out = merged.left_out if Side.XERO in writes else ()
        self._waits = self._waits or self._has_people_to_sync(writes, mine, theirs, choose)

    @staticmethod
    def _people_in_dispute(
        mine: people.People, theirs: people.People
    ) -> tuple[people.People, people.People]:
        """Both as Xero would store them, the primary one first: other differences do not count."""
        held = [people.as_in_xero(each) for each in people.mark_primary(mine, theirs)]
        return tuple(sorted(held, key=lambda each: not each.is_primary)), theirs

    def _has_people_to_sync(
        self,
        writes: Sequence[Side],
        mine: people.People,
        theirs: people.People,
        choose: people_merge.Choose,
    ) -> bool:
        """Whether a side that the direction does not write to lacks changes of people."""
        base = people.people_of(self._pair.base)
        both = people_merge.merge(base, mine, theirs, list(Side), choose)
        xero_lacks = not people.same_people(both.xero, theirs)
        crm_lacks = not people.is_unchanged(both.crm, mine, theirs)
        return (Side.XERO not in writes and xero_lacks) or (Side.CRM not in writes and crm_lacks)

    def _crm_action(self) -> Action | None:
        changes = self._to[Side.CRM]
        if not changes:
            return None
        values = {change.field: change.new for change in changes}
        proposal = Proposal(self._module, Side.CRM, self._pair, values, frozenset(values))
        return refuse(proposal, self._context) or Update(Side.CRM, tuple(changes), values)

    def _xero_actions(self) -> Sequence[Update | Skip]:
        """What goes to Xero, and the skip of the rest: an approved invoice takes only a part."""
        changes = self._to[Side.XERO]
        if not changes:
            return ()
        proposal = self._proposal(changes)
        allowed, kept_back = restrict(proposal, self._context)
        if ITEMS in self._table:
            words = words_never_agreed(proposal, self._context)
            self._agreed |= {key_of_seen(name): words[name] for name in words.keys() - allowed}
        left = [change for change in changes if change.field in allowed]
        action = self._xero_action(left) if left else None
        return [each for each in (action, kept_back) if each is not None]

    def _xero_action(self, changes: Sequence[Change]) -> Update | Skip:
        proposal = self._proposal(changes)
        values = dict(proposal.values)
        document = update(
            self._module, self._table, self._xero.document, values, known=self._theirs
        )
        skip = refuse(proposal, self._context) or skip_if_refused_before(
            self._pair, document, self._context
        )
        return skip or Update(Side.XERO, tuple(changes), values, document)

    def _proposal(self, changes: Sequence[Change]) -> Proposal:
        values = {change.field: change.new for change in changes}
        return Proposal(self._module, Side.XERO, self._pair, values, frozenset(values))


def _verdict_for_fixed(mine: Value, theirs: Value) -> Verdict:
    """Where Xero changes no document, its values win, and what it lacks stays in the CRM."""
    if mine == theirs or is_empty(theirs):
        return Verdict()
    return Verdict(Side.XERO, overwrites=not is_empty(mine))


def _sum_of(lines: Value) -> Decimal:
    found = [each for each in lines if isinstance(each, Line)] if isinstance(lines, tuple) else []
    return sum((each.amount + each.tax for each in found), ZERO)


def _return_side(side: Side) -> Side:
    """A `Choose` for a conflict on which a user has decided."""
    return side
