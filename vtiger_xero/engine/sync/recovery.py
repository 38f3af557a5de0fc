"""Settling what an earlier run left open: batches whose outcome nobody knows.

Within the life of their Idempotency-Key they are sent again as they were, and Xero answers what
it answered before. Later, what arrived is found by the natural keys of the items in what was
just pulled; only what is not there will be decided, and perhaps sent, anew.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..links import Link, LinkState, XeroHead
from ..outbox import KEY_LIFE, Batch, Item
from ..records import Module
from ..text import name_key
from .session import Session
from .to_xero import Sender


def recover(session: Session, module: Module) -> None:
    """Settle every open batch of a module. Call it after a pull, before any decision."""
    open_batches = session.journal.open_batches(module)
    if not open_batches:
        return
    for batch in open_batches:
        age = session.clock.now() - batch.sent
        if age < KEY_LIFE:
            Sender(session, module).resend(batch)
        else:
            _look_up(session, module, batch)


def _look_up(session: Session, module: Module, batch: Batch) -> None:
    found = _by_natural_key(session, module)
    taken = {link.xero_id for link in session.journal.links(module) if link.crm_name}
    for item in batch.items:
        head = found.get(item.key)
        if item.xero_id is None and head is not None and head.id not in taken:
            session.keep(_found(module, item, head), item.values)
    session.journal.close(batch)
    session.commit(module)


def _by_natural_key(session: Session, module: Module) -> Mapping[str, XeroHead]:
    heads = [head for head in session.journal.xero_heads(module) if head.alive]
    named = {f"name:{name_key(head.title)}": head for head in heads}
    return {**named, **{f"number:{name_key(head.number)}": head for head in heads if head.number}}


def _found(module: Module, item: Item, head: XeroHead) -> Link:
    """The pair that the lost answer would have told of; the next decision merges it as usual."""
    return Link(
        module,
        item.crm_name,
        head.id,
        state=LinkState.WAITING,
        crm_modified=item.crm_modified,
        matched_by="found after a lost answer",
    )
