"""Reading Xero: its changes go into the journal page by page, each page with its watermark.

Reading and deciding are two things: once a page is committed nothing of it can be missed,
whatever happens to the run, and every decision is made from the journal's own copy. So a run
needs no second reading of what it is about to merge.
"""

from __future__ import annotations

from dataclasses import replace

from ..mapping.kinds import DELETED, KINDS
from ..ports import Page, chunks
from ..records import Module
from .session import Session

_AT_ONCE = 500
# One page of the next run can hold the echo of this many of our own writes.
PAGE = 1000


def pull_once(session: Session, module: Module) -> None:
    """Read a module's news, unless this run has read them already."""
    if module not in session.pulled:
        pull(session, module)


def pull(session: Session, module: Module) -> int:
    """Remember what Xero changed since the last time; returns how many documents came."""
    read, notices = 0, len(session.ledger.notices)
    for page in session.ledger.changed_since(module, session.journal.watermark(module)):
        session.journal.remember(module, page.records, pending=True)
        if page.complete:
            _bury_the_missing(session, module, page)
        session.journal.set_watermark(module, page.watermark)
        session.journal.commit()
        read += len(page.records)
        session.progress.report(module, "Reading Xero", read, 0)
        session.check_stop()
    if len(session.ledger.notices) > notices:
        session.unread.add(module)
    session.pulled[module] = session.clock.now()
    return read


def _bury_the_missing(session: Session, module: Module, page: Page) -> None:
    """Xero lists no deleted item: what a complete page leaves out is gone.

    It is kept with a status of our own, so that deciding sees it like any other document.
    """
    listed = {record.id for record in page.records}
    heads = session.journal.xero_heads(module)
    missing = [head.id for head in heads if head.alive and head.id not in listed]
    now, key = session.clock.now(), KINDS[module].status_key
    for part in chunks(missing, _AT_ONCE):
        held = session.journal.xero_records(module, part)
        gone = [replace(r, updated=now, document={**r.document, key: DELETED}) for r in held]
        session.journal.remember(module, gone, pending=True)


def pull_own_echo(session: Session, module: Module, written: int) -> None:
    """After a run that wrote more than fits one page, read the echo now.

    It costs the calls that the next run would spend on it, and lets that one be a single call.
    Our own documents come back unchanged and stay settled; what others changed meanwhile is
    marked pending like any other change.
    """
    if written >= PAGE:
        pull(session, module)
