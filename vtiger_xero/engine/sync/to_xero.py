"""Carrying out a plan's writes to Xero: batches, exactly once.

A batch is committed before it is sent and its outcome is committed when it is known; between
the two, recovery finds out. No rollback ever covers a remote write.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from ..actions import REFUSED, Change, Create, Decision, Delete, Operation, Pair, Skip, Update
from ..errors import BatchRefused, RequestFailed
from ..links import (
    UNANSWERED,
    Link,
    LinkState,
    state_when_accepted,
    state_when_refused,
)
from ..mapping import Table, Values, people, persons
from ..mapping.invoice_figures import closes_at_once, rounding_of
from ..mapping.invoices import ITEMS
from ..mapping.rows import decimal_of
from ..messages import _lt, sentences
from ..modules import spec_of
from ..money import ZERO, as_text
from ..namesakes import Namesakes
from ..outbox import Batch, Item, Method, fingerprint
from ..ports import Outcome
from ..records import Document, Line, Module, Side, XeroRecord
from ..report import Entry
from .batching import batches, order_by_names, values_to_agree_on
from .session import Session
from .skips import skip_entry, with_skip
from .to_crm import Outgoing
from .waiting import Waiting


class Sender:
    """Sends one module's batches and stores the outcome of each element."""

    def __init__(self, session: Session, module: Module) -> None:
        self._session, self._module = session, module
        self._waiting = Waiting()
        self._decisions: Mapping[str, Decision] = {}
        self._links: dict[str, Link] = {}
        self._bases: Mapping[str, Values] = {}
        self._before: dict[str, XeroRecord] = {}
        self._namesakes = Namesakes()
        self.written = 0

    @property
    def module(self) -> Module:
        """The module."""
        return self._module

    def add(self, outgoing: Sequence[Outgoing]) -> None:
        """Add what is to be sent once all is decided."""
        for each in outgoing:
            self._waiting.add(self._item(each), each.decision)

    def send_all(self, sizes: Mapping[str, int]) -> None:
        """Send everything that was added, doubtful records last.

        `sizes` says in how large a batch a doubtful record may go (see `recovery`).
        """
        waiting, self._waiting = self._waiting, Waiting()
        if not waiting.sized:
            return
        self._know_journal()  # as the CRM's half of this plan has left it
        heads = self._session.journal.xero_heads(self._module)
        done = 0
        for turn in order_by_names(waiting.sized, heads):
            for method, some in batches(self._module, turn, sizes):
                self._session.check_stop()
                held = [waiting.get(each.crm_name) for each in some]
                self._decisions = {item.crm_name: decision for item, decision in held}
                self._post_and_send(self._batch(method, tuple(item for item, _ in held)))
                done += len(some)
                self._session.progress.report(
                    self._module, _lt("Writing to Xero"), done, len(waiting.sized)
                )

    def resend(self, batch: Batch) -> None:
        """Send a batch again that may have been sent before: same key, same body."""
        self._know_journal()
        self._send(batch)

    def _batch(self, method: Method, items: tuple[Item, ...]) -> Batch:
        tenant, now = self._session.settings.tenant, self._session.clock.now()
        return Batch.of(tenant, self._module, method, items, now)

    def _item(self, outgoing: Outgoing) -> Item:
        decision, record = outgoing.decision, outgoing.record
        action, pair = decision.on(Side.XERO), decision.pair
        name = record.name if record else (pair.link.crm_name if pair.link else None)
        assert action is not None and name is not None
        return Item(
            document=action.document,
            crm_name=name,
            xero_id=pair.xero.id if pair.xero else None,
            values={}
            if isinstance(action, Delete)
            else values_to_agree_on(outgoing, action, self._table),
            crm_modified=record.modified if record else None,
            module=self._module,
        )

    @property
    def _table(self) -> Table:
        return self._session.current.tables[self._module]

    def _removes(self, item: Item) -> bool:
        decision = self._decisions.get(item.crm_name)
        return decision is not None and isinstance(decision.on(Side.XERO), Delete)

    def _post_and_send(self, batch: Batch) -> None:
        self._session.journal.post(batch)
        self._session.commit(self._module)
        self._send(batch)

    def _send(self, batch: Batch) -> None:
        try:
            outcomes = self._session.ledger.send(batch)
        except BatchRefused as refusal:
            self._split(batch, refusal)
            return
        except RequestFailed:
            # Recovery will look whose fault it is, in smaller batches.
            self._session.journal.post(replace(batch, failed=True))
            self._session.commit(self._module)
            raise
        self._save_outcomes(batch, outcomes)

    def _save_outcomes(self, batch: Batch, outcomes: Sequence[Outcome]) -> None:
        """Store the outcomes of a batch and close it, in one transaction."""
        self._load_stored(outcomes)
        names = [item.crm_name for item in batch.items]
        self._bases = self._session.journal.bases(self._module, names)
        by_key = {item.key: item for item in batch.items}
        for outcome in outcomes:
            self._save_outcome(by_key[outcome.key], outcome)
        self._session.journal.close(batch)
        self._session.commit(self._module)

    def _split(self, batch: Batch, refusal: BatchRefused) -> None:
        """Send a refused batch in halves, until the refusal is one record's."""
        if len(batch.items) == 1:
            self._save_outcomes(batch, [Outcome(batch.items[0].key, refusal=refusal.message)])
            return
        self._session.journal.close(batch)
        for half in batch.halves(self._session.settings.tenant, self._session.clock.now()):
            # The first one's own halves may have taken long.
            self._post_and_send(replace(half, sent=self._session.clock.now()))

    def _know_journal(self) -> None:
        journal, module = self._session.journal, self._module
        self._links = {each.crm_name: each for each in journal.links(module) if each.crm_name}
        self._namesakes = Namesakes(lambda: journal.xero_heads(module))

    # Outcomes

    def _save_outcome(self, item: Item, outcome: Outcome) -> None:
        link = self._links.get(item.crm_name) or Link(self._module, item.crm_name, item.xero_id)
        if outcome.record is None:
            self._save_refusal(item, link, outcome)
        else:
            self._save_success(item, link, outcome.record, outcome.warnings)

    def _save_success(
        self, item: Item, link: Link, record: XeroRecord, warnings: Sequence[str]
    ) -> None:
        before = self._before.get(record.id)
        record, has_changes = self._store_answer(item, record)
        kept_people = self._people_kept_by_xero(item, before, record)
        different = self._total_differs(item, record) or _skip_of_kept_people(kept_people)
        answered = self._with_answer(link, different)
        decision = self._decisions.get(item.crm_name)
        state = state_when_accepted(
            is_unfinished=decision is None or decision.waits,
            has_reason=bool(answered.reason),
            has_changes=has_changes,
        )
        link_after = replace(
            answered,
            xero_id=record.id,
            state=state,
            choices=link.choices if state is LinkState.WAITING else (),  # else carried out
            crm_modified=item.crm_modified or link.crm_modified,
            refused=self._fingerprint_of(item) if kept_people else "",
        ).since(link, self._session.clock.now())
        if self._removes(item):
            self._session.journal.drop_link(link)  # if a person restores it, it comes back
        else:
            values = item.values
            if kept_people:  # the next run must not take them for people added in Xero
                agreed = people.people_of(values)
                values = {**values, people.PERSONS: (*agreed, *kept_people)}
            self._save(link_after, values)
        self.written += 1
        self._log(item, record.id, warnings)
        if different:
            self._session.log.add(skip_entry(self._module, self._pair(item), different, record.id))

    def _people_kept_by_xero(
        self, item: Item, before: XeroRecord | None, record: XeroRecord
    ) -> people.People:
        """Contact persons that the request removed and that Xero kept all the same."""
        if "ContactPersons" not in item.document or before is None:
            return ()
        sent, known = persons.read(item.document), persons.read(before.document)
        there = people.pair_up(persons.read(record.document), known)
        kept_people = [one for one, other in there if one and other and not one.is_primary]
        return tuple(one for one, other in people.pair_up(kept_people, sent) if one and not other)

    @staticmethod
    def _with_answer(link: Link, different: Skip | None) -> Link:
        """The link with its reason after Xero's answer."""
        if different is None and link.reason == UNANSWERED:
            return replace(link, rule="", reason="", remedy="")
        return with_skip(link, different)

    def _pair(self, item: Item) -> Pair:
        decision = self._decisions.get(item.crm_name)
        return decision.pair if decision else Pair(None, None)

    def _total_differs(self, item: Item, record: XeroRecord) -> Skip | None:
        """The skip where the answer's total differs from what was sent (rule I12)."""
        decision = self._decisions.get(item.crm_name)
        action = decision.on(Side.XERO) if decision else None
        if action is None or isinstance(action, Delete):
            return None
        return _skip_of_other_total(action, record)

    def _load_stored(self, outcomes: Sequence[Outcome]) -> None:
        ids = [outcome.record.id for outcome in outcomes if outcome.record]
        held = self._session.journal.xero_records(self._module, ids)
        self._before = {record.id: record for record in held}

    def _store_answer(self, item: Item, record: XeroRecord) -> tuple[XeroRecord, bool]:
        """Store Xero's answer, unless what is stored is newer (a replayed answer is an old one).

        Returns the document and whether it holds anything unexpected: that is rechecked, in this
        run if it still can be. An answer leaves out what the write did not touch (an invoice's
        payments and credits): that stays as stored. It leaves out what the write emptied, too.
        """
        held = self._before.get(record.id)
        if held is not None and held.updated > record.updated:
            return held, False
        if held is not None and not spec_of(self._module).xero.answers_whole:
            left = {k: v for k, v in held.document.items() if k not in item.document}
            record = replace(record, document={**left, **record.document})
        decision = self._decisions.get(item.crm_name)
        expected = decision is not None and self._is_expected(decision, held, record)
        pending = not (expected or self._removes(item))
        self._session.journal.remember(self._module, [record], pending=pending)
        if pending and decision is not None and self._session.rechecks.may_repeat:
            self._session.rechecks.records.add(item.crm_name)
        return record, pending

    def _is_expected(self, decision: Decision, held: XeroRecord | None, record: XeroRecord) -> bool:
        """Whether the document is what was stored plus what was sent, and nothing else.

        A user may have edited it at Xero between our reading and our writing.
        """
        table, action = self._table, decision.on(Side.XERO)
        sent = {} if action is None or isinstance(action, Delete) else action.values
        base = self._bases.get(decision.pair.crm.name, {}) if decision.pair.crm else {}
        wanted = {**table.read_beside(held.document if held else {}, base), **sent}
        if closes_at_once(record.document) and not closes_at_once(held.document if held else {}):
            return False  # Xero closed it in this very write: the CRM takes the status over
        there = table.read_beside(record.document, wanted)
        crowds = people.people_of(there), people.people_of(wanted)
        return people.same_people(*crowds) and all(
            there[row.field] == wanted.get(row.field)
            for row in table.rows_to_compare
            if row.field != people.PERSONS
        )

    def _save_refusal(self, item: Item, link: Link, outcome: Outcome) -> None:
        link_after = replace(
            link,
            state=state_when_refused(),
            rule=REFUSED,
            reason=outcome.refusal,
            remedy=outcome.remedy,
            refused=self._fingerprint_of(item),
        )
        self._save(link_after, {})
        entry = self._entry(item, Operation.SKIPPED, item.xero_id)
        self._session.log.add(
            replace(entry, rule=REFUSED, reason=outcome.refusal, remedy=outcome.remedy)
        )

    def _fingerprint_of(self, item: Item) -> str:
        namesakes = self._namesakes.of(self._module, item.document, item.xero_id)
        return fingerprint(item.document, namesakes)

    def _save(self, link: Link, values: Values) -> None:
        assert link.crm_name is not None
        before = self._bases.get(link.crm_name, {})
        agreed = spec_of(self._module).remember(before, {**before, **values})
        self._session.save_link(link, agreed)
        self._links[link.crm_name] = link

    def _log(self, item: Item, xero_id: str, warnings: Sequence[str]) -> None:
        operation = Operation.CREATED if item.xero_id is None else Operation.UPDATED
        if self._removes(item):
            operation = Operation.DELETED
        entry = self._entry(item, operation, xero_id)
        remarks = [
            *self._remarks(item),
            *(_lt("Note from Xero: {0}").format(warning) for warning in warnings),
        ]
        self._session.log.add(replace(entry, reason=sentences(*remarks)))

    def _remarks(self, item: Item) -> list[str]:
        decision = self._decisions.get(item.crm_name)
        action = decision.on(Side.XERO) if decision else None
        if action is None or isinstance(action, Delete):
            return []
        held = decision.pair.xero if decision else None
        return [
            each for each in (_dropped_rounding(action, held.document if held else {}),) if each
        ]

    def _entry(self, item: Item, operation: Operation, xero_id: str | None) -> Entry:
        decision = self._decisions.get(item.crm_name)
        changes: tuple[Change, ...] = ()
        if decision is not None:
            action = decision.on(Side.XERO)
            changes = action.changes if isinstance(action, Update) else ()
        title = decision.pair.title if decision else spec_of(self._module).xero.title(item.document)
        return Entry(
            self._module,
            Side.XERO,
            operation,
            title or item.crm_name,
            crm_name=item.crm_name,
            xero_id=xero_id,
            rule=decision.pair.matched_by if decision else "found after a lost answer",
            changes=changes,
        )


def _skip_of_kept_people(kept_people: people.People) -> Skip | None:
    """The skip that reports people whom Xero did not remove."""
    if not kept_people:
        return None
    names = ", ".join(person.full_name or person.email for person in kept_people)
    return Skip(
        Side.XERO,
        REFUSED,
        _lt("Xero kept the contact persons “{0}”, who were removed in the CRM.").format(names),
        _lt("Remove them from the contact in Xero, too."),
    )


def _skip_of_other_total(action: Create | Update, record: XeroRecord) -> Skip | None:
    """The skip where the total of Xero's answer differs from what was sent (rule I12)."""
    if "Total" not in record.document:
        return None
    wanted, found = _total(action), decimal_of(record.document["Total"])
    if wanted is None or wanted == found:
        return None
    return Skip(
        Side.XERO,
        "I12",
        _lt("It was sent to Xero, but its total is {0} there and {1} here.").format(
            as_text(found), as_text(wanted)
        ),
        _lt("Compare the lines in Xero with the ones here, and correct them in Xero."),
    )


def _dropped_rounding(action: Create | Update, held: Document) -> str:
    """The remark that an edit here ended a total that was typed over in Xero, "" for none."""
    old, sent = rounding_of(held), action.document.get("RoundingAmount")
    if sent is None or sent or not old:
        return ""
    return _lt("The rounding of {0} in Xero no longer applies: the total changed.").format(
        as_text(old)
    )


def _total(action: Create | Update) -> Decimal | None:
    if action.document.get("Total") is not None:  # sent only beside a rounding
        return decimal_of(action.document["Total"])
    value = action.values.get(ITEMS)
    if not isinstance(value, tuple):
        return None
    lines = [each for each in value if isinstance(each, Line)]
    return sum((line.amount + line.tax for line in lines), ZERO)
