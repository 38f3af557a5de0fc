"""Carrying out a plan's writes to the CRM, and storing them in the journal.

Each record is written in a savepoint of its own, and remembered in the same transaction: both or
neither is ever durable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..actions import REFUSED, Create, Decision, Delete, Operation, Pair, Skip, Update
from ..candidates import BY_LINK
from ..errors import RecordChanged, RecordRefused
from ..links import (
    UNANSWERED,
    UNEQUAL,
    Link,
    LinkState,
    state_when_decided,
    state_when_unequal,
)
from ..mapping import Values, people, persons
from ..mapping.invoice_figures import closes_at_once
from ..mapping.invoices import ITEMS
from ..mapping.rows import decimal_of
from ..messages import _lt, sentences
from ..modules import settled_by, spec_of
from ..plan import Plan
from ..ports import chunks
from ..records import CrmRecord, Fields, Module, Side, Value
from ..report import Entry
from .preparing import prepare
from .session import Session
from .skips import people_skip, skip_entry, with_skip

_COMMIT_EVERY = 100
_UNDECIDED = Skip(
    Side.CRM,
    "G7",
    _lt("Both sides changed it since the last sync, and the settings say: ask."),
    _lt(
        "Choose under Xero Conflicts which value to keep, or in Xero Settings which side "
        "wins, and sync."
    ),
)
_NEVER_AGREED = replace(
    _UNDECIDED, reason=_lt("Both sides meet with different values, and the settings say: ask.")
)

_CLOSED = Skip(
    Side.CRM,
    "X-closed",
    _lt(
        "The total of the invoice is zero, and Xero has marked it as paid. Because of the "
        "Sync Direction, its status here stays the same."
    ),
    _lt("Set Status to Paid here, too."),
)


@dataclass(frozen=True)
class Outgoing:
    """A decision whose other half must go to Xero, with the CRM record as it stands now."""

    decision: Decision
    record: CrmRecord | None


def write_to_crm(session: Session, plan: Plan) -> list[Outgoing]:
    """Carry out the CRM's half of every decision; returns those with a write for Xero."""
    for link in plan.links_to_drop:
        session.journal.drop_link(link)
    for answer in plan.answers_to_drop:
        session.journal.drop_answer(answer)
    if plan.left_alone:
        session.journal.settle(plan.module, plan.left_alone)
    prepare(session, plan)
    outgoing: list[Outgoing] = []
    decisions = [each for each in plan.decisions if not each.waits_for_primary]
    for part in chunks(decisions, _COMMIT_EVERY):
        outgoing += _write_part(session, plan.module, part)
        session.commit(plan.module)
        session.current.written += len(part)
        total = max(session.current.written, session.current.to_write)
        session.progress.report(
            plan.module, _lt("Writing to the CRM"), session.current.written, total
        )
        session.check_stop()
    return outgoing


def _write_part(session: Session, module: Module, part: Sequence[Decision]) -> list[Outgoing]:
    """Write all of them, then store all of them: what was saved is read back in one query."""
    steps = [_CrmWrite(session, module, decision) for decision in part]
    for step in steps:
        step.write()
    done = [(decision, step.remember()) for decision, step in zip(part, steps, strict=True)]
    return [
        Outgoing(decision, record)
        for decision, record in done
        if decision.on(Side.XERO) is not None and not _was_changed(session, decision)
    ]


def _was_changed(session: Session, decision: Decision) -> bool:
    return decision.pair.crm is not None and decision.pair.crm.name in session.rechecks.records


class _CrmWrite:
    """The CRM's half of one decision."""

    def __init__(self, session: Session, module: Module, decision: Decision) -> None:
        self._session, self._module, self._decision = session, module, decision
        self._pair = decision.pair
        self._table = session.current.tables[module]
        self._base: dict[str, Value] = {**self._pair.base, **decision.agreed}
        self._is_unchanged_by_crm = True
        self._record = self._pair.crm
        self._refusal: RecordRefused | None = None

    def write(self) -> None:
        """Write the record in a savepoint; a refusal is kept for `remember`."""
        if self._decision.on(Side.CRM) is None:
            return
        try:
            with self._session.journal.record():
                self._record = self._write()
        except RecordRefused as refusal:
            self._refusal = refusal

    def remember(self) -> CrmRecord | None:
        """Store the link and the log entries; returns the record as it stands now."""
        if self._refusal is not None:
            return self._remember_refusal(self._refusal)
        action = self._decision.on(Side.CRM)
        if isinstance(action, (Create, Update)) and self._record is not None:
            self._note_agreed(self._record, action.values)
        self._remember(self._record, None)
        self._log(self._record, None)
        return self._record

    def _remember_refusal(self, refusal: RecordRefused) -> CrmRecord | None:
        pair, changed = self._pair, isinstance(refusal, RecordChanged)
        if changed and pair.crm and self._session.rechecks.may_repeat:
            self._session.rechecks.records.add(pair.crm.name)
            return None
        failed = Skip(Side.CRM, "refused-crm", refusal.reason, refusal.remedy)
        self._remember(pair.crm, failed)
        self._log(pair.crm, failed)
        return pair.crm

    def _write(self) -> CrmRecord | None:
        action, crm = self._decision.on(Side.CRM), self._session.crm
        if isinstance(action, Create):
            return crm.create(self._module, self._in_crm(action.values))
        assert self._pair.crm is not None
        name, seen = self._pair.crm.name, self._pair.crm.modified
        if isinstance(action, Update):
            return crm.update(self._module, name, self._in_crm(action.values), seen)
        crm.delete(self._module, name, seen)
        return self._pair.crm

    def _in_crm(self, values: Values) -> Fields:
        held = self._pair.crm.fields if self._pair.crm else {}
        document = self._pair.xero.document if self._pair.xero else {}
        return self._table.to_crm(values, held, document)

    def _note_agreed(self, record: CrmRecord, values: Values) -> None:
        """Agree on the values that came from Xero; notes whether the CRM saved them unchanged."""
        saved = self._table.comparable(record.fields)
        saved = self._table.equate_values(saved, values, self._base, record.fields)
        theirs = self._values_at_xero(values)
        for field, value in values.items():
            if field in self._table and field != people.PERSONS:
                if theirs.get(field) == value:  # a borrowed e-mail is still to be sent
                    self._base[field] = value
                self._is_unchanged_by_crm = self._is_unchanged_by_crm and saved[field] == value

    def _values_at_xero(self, values: Values) -> Values:
        """What Xero has; a new record's values are nothing else."""
        if self._pair.crm is None:
            return values
        xero = self._pair.xero
        return self._table.read_beside(xero.document, values) if xero else {}

    def _people(self, record: CrmRecord) -> Value:
        """The people that both sides hold now; those still to be sent are agreed on later."""
        document = self._pair.xero.document if self._pair.xero else {}
        known = people.people_of(self._pair.base)
        return persons.people_agreed_on(
            known, people.people_of(record.fields), persons.read(document)
        )

    def _remember(self, record: CrmRecord | None, failed: Skip | None) -> None:
        pair, module = self._pair, self._module
        if pair.xero is not None and not pair.duplicate_of:
            self._session.journal.settle(module, [pair.xero.id])
        link = self._link_after(record, failed)
        if link is None:
            return
        if pair.is_excluded:
            # The base stays: later changes are merged against it.
            self._session.save_link(link, None if pair.base else {})
            return
        if self._is_matched_now(link):
            self._session.log.match_counts[module, pair.matched_by] += 1
            self._count_payments_once(link, record)
        if self._ends_pair() and failed is None:
            # Nothing is left to link; if a user restores the contact in Xero, it comes back.
            self._session.journal.drop_link(pair.link or link)
            return
        if _has_no_partner(link):
            if pair.link is not None:
                self._session.journal.drop_link(pair.link)
            return
        if people.PERSONS in self._table and record is not None and pair.xero is not None:
            self._base[people.PERSONS] = self._people(record)
        base: Values = self._base if failed is None else pair.base
        base = spec_of(module).remember(pair.base, base)
        self._session.save_link(link, base)

    def _is_matched_now(self, link: Link) -> bool:
        """Whether the pair was in both systems before anything linked it."""
        pair = self._pair
        was_pair = pair.link is not None and pair.link.xero_id == link.xero_id
        return pair.crm is not None and pair.xero is not None and not was_pair

    def _count_payments_once(self, link: Link, record: CrmRecord | None) -> None:
        """Where payments do not sync, an invoice of both systems may have received them twice."""
        session, payments = self._session, settled_by(self._module)
        if payments is None or session.settings.of(payments).enabled or record is None:
            return
        if decimal_of(record.fields.get("received")):
            session.rechecks.invoices.add(record.name)
            session.rechecks.add_side_effects(self._module, {link.xero_id or ""})

    def _ends_pair(self) -> bool:
        return self._decision.ends_pair or isinstance(self._decision.on(Side.CRM), Delete)

    def _link_after(self, record: CrmRecord | None, failed: Skip | None) -> Link | None:
        pair = self._pair
        known = pair.link or Link(self._module, None, None)
        crm_name = record.name if record else known.crm_name
        skip = failed or next(iter(self._decision.skips), None) or self._other_reason()
        xero_id = pair.xero.id if pair.xero else known.xero_id
        if not crm_name and skip is None:
            return None  # a Xero record that the settings leave alone needs no link
        link = Link(
            module=self._module,
            crm_name=crm_name,
            xero_id=xero_id,
            state=self._state(skip, record),
            crm_modified=record.modified if record else known.crm_modified,
            matched_by=_matched_by(pair, known),
            duplicate_of=pair.duplicate_of
            if self._decision.releases_document or pair.is_excluded
            else None,
            refused=self._known_refusal(known, skip),
            conflict=self._decision.conflict.fields if self._decision.conflict else (),
            choices=known.choices if pair.is_excluded else self._decision.choices,
            keeps=known.keeps,
            possible=pair.possible,
        )
        if link.state is LinkState.IN_SYNC:
            link = replace(link, choices=())  # carried out
        if link.state is LinkState.IN_SYNC and known.rule == UNEQUAL:
            # Whether the two are equal by now is judged when the run is over.
            skip = Skip(Side.CRM, known.rule, known.reason, known.remedy)
            link = replace(link, state=state_when_unequal(link.state))
        if skip is None and self._is_unanswered(known):
            link = replace(link, rule=known.rule, reason=known.reason)
        return with_skip(link, skip).since(known, self._session.clock.now())

    def _known_refusal(self, known: Link, skip: Skip | None) -> str:
        """The fingerprint of the refusal, stored only together with its reason."""
        is_refused = skip is not None and skip.rule == REFUSED
        return known.refused if is_refused or self._is_unanswered(known) else ""

    def _is_unanswered(self, known: Link) -> bool:
        """Whether it is sent again after Xero gave no answer: that is kept until the answer."""
        return self._decision.on(Side.XERO) is not None and known.reason == UNANSWERED

    def _other_reason(self) -> Skip | None:
        """A reason for the record's own view that is no skip of the pair."""
        if self._decision.conflict is not None:
            return self._conflict_skip()
        return self._left_out_skip() or self._closed_skip()

    def _closed_skip(self) -> Skip | None:
        """Where Xero closed an invoice of 0.00, and the direction keeps the CRM from it."""
        document = self._pair.xero.document if self._pair.xero else {}
        is_held = ITEMS in self._table and self._decision.waits
        return _CLOSED if is_held and closes_at_once(document) else None

    def _conflict_skip(self) -> Skip:
        conflict = self._decision.conflict
        agreed = conflict and any(each.field in self._pair.base for each in conflict.changes)
        return _UNDECIDED if agreed else _NEVER_AGREED

    def _left_out_skip(self) -> Skip | None:
        left_out = self._decision.people_left_out
        return people_skip(", ".join(each.full_name for each in left_out)) if left_out else None

    def _state(self, skip: Skip | None, record: CrmRecord | None) -> LinkState:
        pair, decision = self._pair, self._decision
        is_refused = skip is not None and skip.rule == REFUSED
        had_record = pair.link is not None and bool(pair.link.crm_name)
        sends = decision.on(Side.XERO) is not None
        return state_when_decided(
            is_excluded=pair.is_excluded,
            changed_meanwhile=isinstance(self._refusal, RecordChanged),
            has_conflict=decision.conflict is not None,
            has_question=any(each.likeness.asks for each in pair.possible),
            is_unfinished=sends or decision.waits or not self._is_unchanged_by_crm,
            is_deleted=record is None and had_record and not is_refused,
            has_reason=skip is not None,
        )

    def _log(self, record: CrmRecord | None, failed: Skip | None) -> None:
        pair, session = self._pair, self._session
        action = self._decision.on(Side.CRM)
        if failed is not None:
            session.log.add(skip_entry(self._module, pair, failed))
        elif action is not None:
            session.log.add(self._entry(action, record))
        for skip in self._decision.skips:
            session.log.add(skip_entry(self._module, pair, skip))
        if self._decision.conflict is not None:
            session.log.add(self._conflict_entry())
        for person in self._decision.people_left_out:
            skip = people_skip(person.full_name)
            title = f"{person.full_name} ({pair.title})"
            session.log.add(replace(skip_entry(self._module, pair, skip), title=title))

    def _entry(self, action: Create | Update | Delete, record: CrmRecord | None) -> Entry:
        operation = {
            Create: Operation.CREATED,
            Update: Operation.UPDATED,
            Delete: Operation.DELETED,
        }[type(action)]
        return Entry(
            self._module,
            Side.CRM,
            operation,
            self._pair.title,
            crm_name=record.name if record else None,
            xero_id=self._pair.xero.id if self._pair.xero else None,
            rule=self._pair.matched_by,
            changes=action.changes if isinstance(action, Update) else (),
            reason=sentences(*self._decision.remarks),
        )

    def _conflict_entry(self) -> Entry:
        conflict = self._decision.conflict
        assert conflict is not None
        entry = skip_entry(self._module, self._pair, self._conflict_skip())
        return replace(entry, changes=conflict.changes)


def _has_no_partner(link: Link) -> bool:
    """Whether there is nothing to link, as for an invoice cancelled before it was sent."""
    return link.state is LinkState.IN_SYNC and link.xero_id is None


def _matched_by(pair: Pair, known: Link) -> str:
    """How the two were matched first: a stored link does not change that."""
    return known.matched_by if pair.matched_by in ("", BY_LINK) else pair.matched_by
