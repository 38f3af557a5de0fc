"""Settling what an earlier run left open: batches whose outcome nobody knows.

Within the life of their Idempotency-Key they are sent again as they were, and Xero answers what
it answered before. Later, what arrived is found by the natural keys of the items in what was
just pulled; only what is not there will be decided, and perhaps sent, anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..links import Link, LinkState, XeroHead
from ..outbox import KEY_LIFE, Batch, Item, fingerprint
from ..records import Module
from ..text import name_key
from .session import Session
from .to_xero import Sender

UNANSWERED = "Xero has not answered for this record, though it was sent alone."


def recover(session: Session, module: Module) -> dict[str, int]:
    """Settle every open batch of a module. Call it after a pull, before any decision.

    Returns, by CRM name, in how large a batch a record may be sent next: one that makes Xero fail
    takes its whole batch along, so what did not arrive goes out in halves, and last.
    """
    sizes: dict[str, int] = {}
    for batch in session.journal.open_batches(module):
        age = session.clock.now() - batch.sent
        if age < KEY_LIFE:
            Sender(session, module).resend(batch)
        else:
            missing = _look_up(session, module, batch)
            sizes |= {item.crm_name: max(1, len(batch.items) // 2) for item in missing}
    return sizes


def _look_up(session: Session, module: Module, batch: Batch) -> list[Item]:
    """Link what arrived; returns what did not, or (an update) may not have."""
    found = _by_natural_key(session, module)
    links = {link.crm_name: link for link in session.journal.links(module) if link.crm_name}
    taken = {link.xero_id for link in links.values()}
    missing: list[Item] = []
    for item in batch.items:
        head = found.get(item.key)
        if item.xero_id is None and head is not None and head.id not in taken:
            session.keep(_found(module, item, head), item.values)
        else:
            missing.append(item)
    if len(batch.items) == 1 and missing:
        _give_up(session, module, missing[0], links)
    session.journal.close(batch)
    session.commit(module)
    return missing


def _give_up(session: Session, module: Module, item: Item, links: dict[str, Link]) -> None:
    """It was alone and had no answer: skipped like a refusal, until it changes or a person asks."""
    known = links.get(item.crm_name) or Link(module, item.crm_name, item.xero_id)
    print_of_request = fingerprint(item.document)
    remedy = "Compare it with Xero, correct it, and sync again."
    session.keep(replace(known, reason=UNANSWERED, remedy=remedy, refused=print_of_request), None)


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
