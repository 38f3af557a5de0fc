"""Settling what an earlier run left open: batches whose outcome is not known.

What arrived is found by the natural keys of the items in what was just pulled. Creations that are
not there are sent again as they were within the life of their Idempotency-Key: if Xero is only
slow, it answers what it would have answered. Everything else is decided, and perhaps sent, anew,
but not while Xero may still be at work on it: a payment has no name by which Xero would refuse the
second one, and an update that comes late would overwrite what was sent after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from ..actions import Change, Operation
from ..links import UNANSWERED, Link, XeroHead, state_when_found
from ..mapping import Values
from ..mapping.doctypes import DO_NOT_SYNC
from ..messages import _lt
from ..modules import head_of, spec_of
from ..namesakes import Namesakes
from ..outbox import Batch, Item, Method, fingerprint
from ..records import Module, Side, XeroRecord
from ..report import Entry
from ..text import have_one_in_common, name_key
from .session import Session
from .to_xero import Sender


def recover(session: Session, module: Module, *, send: bool = True) -> dict[str, int]:
    """Settle every open batch of a module. Call it after a pull, before any decision.

    Returns, by CRM name, in how large a batch a record may be sent next: one that makes Xero fail
    takes its whole batch along, so what did not arrive goes out in halves, and last. Without
    `send` (a preview) only what has arrived is settled, and nothing is committed.
    """
    sizes: dict[str, int] = {}
    session.in_flight.clear(module)
    commit = partial(session.commit, module) if send else _commit_nothing
    for batch in session.journal.open_batches(module):
        missing = _link_arrived(session, module, batch)
        if batch.method is Method.UPDATE:
            _agree_on_what_arrived(session, module, batch)
        if missing and _may_be_among_the_unread(session, batch):
            session.in_flight.add(missing)
            session.log.notify(_UNREAD)
            commit()
            continue
        if _may_be_repeated(session, batch, missing):
            if _has_excluded(session, module, batch):
                session.in_flight.add(batch.items)
            elif send:
                Sender(session, module).resend(batch)
            continue
        if missing and _may_still_arrive(session, batch):
            session.in_flight.add(missing, until_timeout=True)
            commit()
            continue
        if batch.failed:
            sizes |= {item.crm_name: max(1, len(batch.items) // 2) for item in missing}
            _skip_if_single(session, module, batch, missing)
        session.journal.close(batch)
        commit()
    return sizes


_UNREAD = _lt(
    "Some payments in Xero could not be read. Payments that were sent earlier may be "
    "among them, so they are not sent again until this is known. Look for them in Xero."
)


def _may_be_among_the_unread(session: Session, batch: Batch) -> bool:
    """Whether a payment that could not be read may be the missing one.

    Sent again, it would be there twice: Xero has no key by which to recognise it.
    """
    is_new = batch.method is Method.CREATE and not spec_of(batch.module).xero.unique
    return is_new and batch.module in session.readings.unread


def _commit_nothing() -> None:
    """Used by a preview, which stores nothing."""


def _may_be_repeated(session: Session, batch: Batch, missing: Sequence[Item]) -> bool:
    """Whether it is a whole creation within the key's life: Xero knows the key with this body.

    An update is decided anew from what Xero holds now, and may have to be another one.
    """
    whole = len(missing) == len(batch.items)
    fresh = session.clock.now() < batch.last_call
    return batch.method is Method.CREATE and whole and fresh and not batch.failed


def _may_still_arrive(session: Session, batch: Batch) -> bool:
    """Whether Xero was read too early to know that what is missing will not arrive.

    A deletion need not wait: it has the same result, however often and late it is carried out.
    """
    seen = session.readings.pulled_at.get(batch.module, batch.sent)
    return batch.method is not Method.DELETE and seen < batch.arrived_by


def _has_excluded(session: Session, module: Module, batch: Batch) -> bool:
    """Whether one of its records is excluded from the sync by now.

    Then it is not sent again, and cannot be without that one: Xero knows the key with this body.
    It waits until no request can be under way. By then all of it has arrived, or never will.
    """
    names = {item.crm_name for item in batch.items}
    heads = session.crm.heads(module)
    return any(head.keys.get(DO_NOT_SYNC) for head in heads if head.name in names)


def _link_arrived(session: Session, module: Module, batch: Batch) -> list[Item]:
    """Link what arrived; returns what did not, or (an update) may not have."""
    links = _links(session, module)
    found = _Arrived(session, module)
    missing: list[Item] = []
    for item in batch.items:
        creates = item.xero_id is None
        head = found.head_of(item) if creates else None
        if head is None:
            missing.append(item)
        else:
            known = links.get(item.crm_name)
            session.save_link(_link(session, known, item, head), item.values)
            session.log.add(_entry(module, item, head.id, Operation.CREATED))
    return missing


def _agree_on_what_arrived(session: Session, module: Module, batch: Batch) -> None:
    """Agree on the values of an update that Xero holds.

    Else they would look like a user's edit in Xero, and conflict with what a user has typed here
    since. It is agreed on once: a person may come back to the same value later.
    """
    links, names = _links(session, module), [item.crm_name for item in batch.items]
    bases = session.journal.bases(module, names)
    ids = [item.xero_id for item in batch.items if item.xero_id]
    held = {record.id: record for record in session.journal.xero_records(module, ids)}
    items = []
    for item in batch.items:
        link, record = links.get(item.crm_name), held.get(item.xero_id or "")
        arrived: Values = {}
        if link is not None and record is not None and link.xero_id == record.id:
            there = session.current.tables[module].read_beside(record.document, item.values)
            arrived = {k: v for k, v in item.values.items() if k in there and there[k] == v}
        if arrived and link is not None and record is not None:
            base = bases.get(item.crm_name, {})
            _note_update(session, item, record, base, arrived)
            agreed = spec_of(module).remember(base, {**base, **arrived})
            session.save_link(link, agreed)
        left = {k: v for k, v in item.values.items() if k not in arrived}
        items.append(replace(item, values=left))
    if tuple(items) != batch.items:
        session.journal.post(replace(batch, items=tuple(items)))


def _note_update(
    session: Session, item: Item, record: XeroRecord, base: Values, arrived: Values
) -> None:
    """Log what an earlier run changed in Xero and could not log."""
    changes = tuple(
        Change(field, base.get(field), value)
        for field, value in arrived.items()
        if base.get(field) != value
    )
    if changes:
        entry = _entry(item.module, item, record.id, Operation.UPDATED)
        session.log.add(replace(entry, changes=changes))


def _skip_if_single(
    session: Session, module: Module, batch: Batch, missing: Sequence[Item]
) -> None:
    """Skip a record on which Xero failed although it was sent alone; twice is like a refusal."""
    if len(batch.items) > 1 or not missing:
        return
    (item,) = missing
    links = _links(session, module)
    known = links.get(item.crm_name) or Link(module, item.crm_name, item.xero_id)
    is_second_time = known.reason == UNANSWERED
    remedy = _lt("Compare it with Xero, correct it, and sync again.")
    namesakes = Namesakes(lambda: session.journal.xero_heads(module))
    print_of = fingerprint(item.document, namesakes.of(module, item.document, item.xero_id))
    refused = print_of if is_second_time else ""
    skipped = replace(known, rule="unanswered", reason=UNANSWERED, remedy=remedy, refused=refused)
    session.save_link(skipped, None)


class _Arrived:
    """Finds the documents of batches without an answer, by natural key."""

    def __init__(self, session: Session, module: Module) -> None:
        links = session.journal.links(module)
        self._rule = spec_of(module).rule
        self._taken = {link.xero_id for link in links if link.crm_name}
        self._by_name: dict[str, list[XeroHead]] = defaultdict(list)
        self._by_number: dict[str, list[XeroHead]] = defaultdict(list)
        for head in session.journal.xero_heads(module):
            if head.alive and head.id not in self._taken:
                self._by_name[name_key(head.title)].append(head)
                self._by_number[name_key(head.number)].append(head)

    def head_of(self, item: Item) -> XeroHead | None:
        """By name; by number only with one more detail, for another CRM counts from one, too.

        Each document is found once: of two equal payments, the second finds the other.
        """
        sent = head_of(XeroRecord(item.module, "", datetime.min, item.document), pending=False)
        found = self._find_by_name(sent) or self._find_by_number(sent)
        if found is not None:
            self._taken.add(found.id)
        return found

    def _find_by_name(self, sent: XeroHead) -> XeroHead | None:
        named = self._not_taken(self._by_name, name_key(sent.title))
        proven = (each for each in named if self._proves(each, sent))
        return next(proven, None)

    def _proves(self, known: XeroHead, sent: XeroHead) -> bool:
        return not self._rule.name_needs_mark or have_one_in_common(known.marks, sent.marks)

    def _find_by_number(self, sent: XeroHead) -> XeroHead | None:
        if not self._rule.number_needs_mark:
            return None  # an item is known by its code, and every request has one
        numbered = self._not_taken(self._by_number, name_key(sent.number))
        return next((each for each in numbered if have_one_in_common(each.marks, sent.marks)), None)

    def _not_taken(self, index: Mapping[str, list[XeroHead]], key: str) -> list[XeroHead]:
        return [head for head in index.get(key, ()) if head.id not in self._taken] if key else []


def _entry(module: Module, item: Item, xero_id: str, done: Operation) -> Entry:
    """The log entry of a write of an earlier run, which could not log it."""
    return Entry(
        module,
        Side.XERO,
        done,
        spec_of(module).xero.title(item.document) or item.crm_name,
        crm_name=item.crm_name,
        xero_id=xero_id,
        rule="found after a lost answer",
    )


def _links(session: Session, module: Module) -> dict[str | None, Link]:
    return {link.crm_name: link for link in session.journal.links(module)}


def _link(session: Session, known: Link | None, item: Item, head: XeroHead) -> Link:
    """The link of a pair that was found; the next decision merges it as usual."""
    link = Link(
        item.module,
        item.crm_name,
        head.id,
        state=state_when_found(),
        crm_modified=item.crm_modified,
        matched_by="found after a lost answer",
        keeps=known.keeps if known else None,
    )
    return link.since(known, session.clock.now())
