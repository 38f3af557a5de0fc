"""Carrying out a plan's remote half: batches to Xero, exactly once.

A batch is committed before it is sent and its outcome is committed when it is known; between
the two, recovery finds out. No rollback ever covers a remote write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..actions import Change, Create, Decision, Delete, Operation, Update
from ..errors import BatchRefused, RequestFailed
from ..links import UNANSWERED, Link, LinkState
from ..mapping import TABLES, Values, people, persons
from ..outbox import BATCH_SIZE, Batch, Item, Method, fingerprint
from ..ports import Outcome, chunks
from ..records import Module, Side, XeroRecord
from ..report import Entry
from .session import Session
from .to_crm import Outgoing


class Sender:
    """Sends one module's batches and writes down what Xero said of each element."""

    def __init__(self, session: Session, module: Module) -> None:
        self._session, self._module = session, module
        self._decisions: dict[str, Decision] = {}
        self._links: dict[str, Link] = {}
        self._bases: Mapping[str, Values] = {}
        self._before: dict[str, XeroRecord] = {}
        self.written = 0

    def send_all(self, outgoing: Sequence[Outgoing], sizes: Mapping[str, int]) -> None:
        """Send everything that a plan decided, doubtful records last.

        `sizes` says in how large a batch a doubtful record may go (see `recovery`).
        """
        self._links = self._known_links()  # as the CRM's half of this plan has left them
        items = [self._item(each) for each in outgoing]
        done = 0
        for method, part, size in _portions(items, sizes):
            for chunk in chunks(part, size):
                self._session.check_stop()
                self._post_and_send(self._batch(method, tuple(chunk)))
                done += len(chunk)
                self._session.progress.report(self._module, "Writing to Xero", done, len(items))

    def resend(self, batch: Batch) -> None:
        """Send a batch again that may have been sent before: same key, same body."""
        self._links = self._known_links()
        self._send(batch)

    def _batch(self, method: Method, items: tuple[Item, ...]) -> Batch:
        tenant, now = self._session.settings.tenant, self._session.clock.now()
        return Batch.of(tenant, self._module, method, items, now)

    def _item(self, outgoing: Outgoing) -> Item:
        decision, record = outgoing.decision, outgoing.record
        action, pair = decision.on(Side.XERO), decision.pair
        name = record.name if record else (pair.link.crm_name if pair.link else None)
        assert action is not None and name is not None
        item = Item(
            document=action.document,
            crm_name=name,
            xero_id=pair.xero.id if pair.xero else None,
            values={} if isinstance(action, Delete) else _agreeing(outgoing, action, pair.xero),
            crm_modified=record.modified if record else None,
        )
        self._decisions[item.key] = decision
        return item

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
        self._settle_all(batch, outcomes)

    def _settle_all(self, batch: Batch, outcomes: Sequence[Outcome]) -> None:
        """Write down what Xero said, and with it that the batch is no longer on its way."""
        self._remember_before(outcomes)
        names = [item.crm_name for item in batch.items]
        self._bases = self._session.journal.bases(self._module, names)
        by_key = {item.key: item for item in batch.items}
        for outcome in outcomes:
            self._settle(by_key[outcome.key], outcome)
        self._session.journal.close(batch)
        self._session.commit(self._module)

    def _split(self, batch: Batch, refusal: BatchRefused) -> None:
        """Whose fault it is, Xero did not say: halves, until it is one record's."""
        if len(batch.items) == 1:
            self._settle_all(batch, [Outcome(batch.items[0].key, refusal=refusal.message)])
            return
        halves = batch.halves(self._session.settings.tenant, self._session.clock.now())
        for half in halves:
            self._session.journal.post(half)
        self._session.journal.close(batch)
        self._session.commit(self._module)
        for half in halves:
            self._send(half)

    def _known_links(self) -> dict[str, Link]:
        links = self._session.journal.links(self._module)
        return {link.crm_name: link for link in links if link.crm_name}

    # What Xero said

    def _settle(self, item: Item, outcome: Outcome) -> None:
        link = self._links.get(item.crm_name) or Link(self._module, item.crm_name, item.xero_id)
        if outcome.record is None:
            self._refused(item, link, outcome)
        else:
            self._arrived(item, link, outcome.record)

    def _arrived(self, item: Item, link: Link, record: XeroRecord) -> None:
        archived = _archives(item)
        self._remember(item, record)
        reason = "" if link.reason == UNANSWERED else link.reason
        state = self._state(item, reason)
        kept = replace(
            link,
            reason=reason,
            xero_id=record.id,
            state=state,
            crm_modified=item.crm_modified or link.crm_modified,
            refused="",
        )
        if archived:
            self._session.journal.drop_link(link)  # if a person restores it, it comes back
        else:
            self._save(kept, item.values)
        self.written += 1
        self._note(item, record.id)

    def _state(self, item: Item, reason: str) -> LinkState:
        decision = self._decisions.get(item.key)
        if decision is None or decision.held:
            return LinkState.WAITING  # something is still to be decided, or to travel
        return LinkState.SKIPPED if reason else LinkState.IN_SYNC

    def _remember_before(self, outcomes: Sequence[Outcome]) -> None:
        ids = [outcome.record.id for outcome in outcomes if outcome.record]
        held = self._session.journal.xero_records(self._module, ids)
        self._before = {record.id: record for record in held}

    def _remember(self, item: Item, record: XeroRecord) -> None:
        """Keep Xero's answer, unless what we hold is newer (a replayed answer is an old one)."""
        held = self._before.get(record.id)
        if held is not None and held.updated > record.updated:
            return
        decision = self._decisions.get(item.key)
        expected = decision is not None and self._expected(decision, held, record)
        pending = not (expected or _archives(item))
        self._session.journal.remember(self._module, [record], pending=pending)

    def _expected(self, decision: Decision, held: XeroRecord | None, record: XeroRecord) -> bool:
        """Whether the document is what we knew of it and what we sent, and nothing else.

        A person may have edited it at Xero between our reading and our writing: that is news.
        """
        table, action = TABLES[self._module], decision.on(Side.XERO)
        sent = {} if action is None or isinstance(action, Delete) else action.values
        wanted = {**table.read(held.document if held else {}), **sent}
        there = table.read(record.document)
        crowds = people.people_of(there), people.people_of(wanted)
        return people.same_people(*crowds) and all(
            there[row.field] == wanted.get(row.field)
            for row in table.compared
            if row.field != people.PERSONS
        )

    def _refused(self, item: Item, link: Link, outcome: Outcome) -> None:
        print_of_request = fingerprint(item.document)
        kept = replace(
            link,
            state=LinkState.SKIPPED,
            reason=outcome.refusal,
            remedy=outcome.remedy,
            refused=print_of_request,
        )
        self._save(kept, {})
        entry = self._entry(item, Operation.SKIPPED, item.xero_id)
        self._session.note(
            replace(entry, rule="refused", reason=outcome.refusal, remedy=outcome.remedy)
        )

    def _save(self, link: Link, values: Values) -> None:
        assert link.crm_name is not None
        agreed = {**self._bases.get(link.crm_name, {}), **values}
        self._session.keep(link, agreed)
        self._links[link.crm_name] = link

    def _note(self, item: Item, xero_id: str) -> None:
        operation = Operation.CREATED if item.xero_id is None else Operation.UPDATED
        if _archives(item):
            operation = Operation.DELETED
        self._session.note(self._entry(item, operation, xero_id))

    def _entry(self, item: Item, operation: Operation, xero_id: str | None) -> Entry:
        decision = self._decisions.get(item.key)
        changes: tuple[Change, ...] = ()
        if decision is not None:
            action = decision.on(Side.XERO)
            changes = action.changes if isinstance(action, Update) else ()
        title = decision.pair.title if decision else str(item.document.get("Name", ""))
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


def _archives(item: Item) -> bool:
    return item.document.get("ContactStatus") == "ARCHIVED"


def _portions(
    items: Sequence[Item], sizes: Mapping[str, int]
) -> Iterator[tuple[Method, list[Item], int]]:
    """Items by method and by the size of batch that they may go in, the largest first.

    Updates go before creations: a new contact may take the name that a renamed one gives up.
    """
    for size in sorted({BATCH_SIZE, *sizes.values()}, reverse=True):
        part = [item for item in items if sizes.get(item.crm_name, BATCH_SIZE) == size]
        yield Method.UPDATE, [item for item in part if item.xero_id is not None], size
        yield Method.CREATE, [item for item in part if item.xero_id is None], size


def _agreeing(outgoing: Outgoing, action: Create | Update, xero: XeroRecord | None) -> Values:
    """What both sides will agree on once the item has arrived."""
    record, values = outgoing.record, action.values
    at_xero = persons.read(xero.document) if xero else ()
    known = people.people_of(outgoing.decision.pair.base)
    if people.PERSONS in values:
        at_xero = people.people_of(values)
        # Who had to make room at Xero was not taken out there by a person.
        known = tuple(old for old, new in people.pair_up(known, at_xero) if old and new)
    in_crm = people.people_of(record.fields) if record else ()
    held = {} if record is None else TABLES[record.module].comparable(record.fields)
    values = {k: v for k, v in values.items() if k == people.PERSONS or held.get(k) == v}
    return {**values, people.PERSONS: persons.agreed(known, in_crm, at_xero)}
