"""Reading Xero: its changes go into the journal page by page, each page with its watermark.

Reading and deciding are two things: once a page is committed nothing of it can be missed,
whatever happens to the run, and every decision is made from the journal's own copy. So a run
needs no second reading of what it is about to merge.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from ..errors import Stopped, SyncError
from ..journal import Journal
from ..mapping.resources import DELETED
from ..messages import _lt
from ..modules import spec_of
from ..ports import Page, chunks
from ..records import Module
from .session import Session

_AT_ONCE = 500
# One page of the next run can hold the echo of this many of our own writes.
PAGE = 1000
_GOOD_FOR = timedelta(minutes=1)


def pull_all(session: Session, modules: Iterable[Module]) -> None:
    """Read the changes of several modules by turns: a page of each is requested at the same time.

    A module whose read fails is retried when its turn comes, and raises its error then: what was
    read of the others is carried out before.
    """
    readings = {module: _read_pages(session, module) for module in modules}
    while readings:
        for module in list(readings):
            try:
                done = next(readings[module], None) is None
            except Stopped:
                raise
            except SyncError:
                session.readings.pulled_at.pop(module, None)
                done = True
            if done:
                del readings[module]


def pull_once(session: Session, module: Module) -> None:
    """Read a module's changes, unless this run has read them within a minute.

    Writes are decided from what was read, so in a long run it must be recent.
    """
    read = session.readings.pulled_at.get(module)
    if read is None or session.clock.now() - read > _GOOD_FOR:
        pull(session, module)


def pull(session: Session, module: Module) -> int:
    """Store what Xero changed since the last time; returns how many documents came."""
    return sum(_read_pages(session, module))


def _read_pages(session: Session, module: Module) -> Iterator[int]:
    """Request the changes now; each step stores a page and yields its number of documents."""
    asked = session.clock.now()
    pages = session.ledger.changed_since(module, session.journal.watermark(module))
    return _store_pages(session, module, pages, asked)


def _store_pages(
    session: Session, module: Module, pages: Iterable[Page], asked: datetime
) -> Iterator[int]:
    read = 0
    for page in _watch_for_unread(session, module, iter(pages)):
        session.journal.remember(module, page.records, pending=True)
        if page.complete:
            _mark_missing_as_deleted(session, module, page)
        session.journal.set_watermark(module, page.watermark)
        read += len(page.records)
        # Before the commit: a watcher may write, and the next page may take Xero a minute.
        session.progress.report(module, _lt("Reading Xero"), read, 0)
        session.journal.commit()
        session.check_stop()
        yield len(page.records)
    # Not when the last of it was remembered: Xero may have answered long before other modules were
    # read, and what came to its books since then is not in the answer.
    session.readings.pulled_at[module] = asked


def _watch_for_unread(session: Session, module: Module, pages: Iterator[Page]) -> Iterator[Page]:
    """Yield the pages; mark the module as unread where a page brought notices of the ledger."""
    page: Page | None = None
    while True:
        before = len(session.ledger.notices)
        page = next(pages, None)
        if len(session.ledger.notices) > before:
            session.readings.unread.add(module)
        if page is None:
            return
        yield page


def _mark_missing_as_deleted(session: Session, module: Module, page: Page) -> None:
    """Mark what a complete page leaves out as deleted: Xero lists no deleted item.

    It is stored with a status of our own, so that deciding sees it like any other document.
    """
    listed = {record.id for record in page.records}
    missing = [each for each in session.journal.living_ids(module) if each not in listed]
    now, key = session.clock.now(), spec_of(module).xero.status_key
    for part in chunks(missing, _AT_ONCE):
        held = session.journal.xero_records(module, part)
        gone = [replace(r, updated=now, document={**r.document, key: DELETED}) for r in held]
        session.journal.remember(module, gone, pending=True)


def pull_own_writes(session: Session, module: Module, written: int) -> None:
    """After a run that wrote more than fits one page, read its own writes now.

    It costs the calls that the next run would spend on it, and lets that one be a single call.
    Our own documents come back unchanged and stay settled; what others changed meanwhile is
    marked pending like any other change.
    """
    if written >= PAGE:
        pull(session, module)


def forget_readings(journal: Journal) -> None:
    """Make the next run read all of Xero and look at all links (rule S6). `AnotherRun` in a run.

    Links and what both sides last agreed on stay: what was read before is known again, and is
    neither made nor written a second time.
    """
    with journal.lock():
        for module in Module:
            journal.set_watermark(module, None)
            journal.set_mapping_seen(module, "")
        journal.commit()
