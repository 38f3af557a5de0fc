"""Reading Xero: its changes go into the journal page by page, each page with its watermark.

Reading and deciding are two things: once a page is committed nothing of it can be missed,
whatever happens to the run, and every decision is made from the journal's own copy. So a run
needs no second reading of what it is about to merge.
"""

from __future__ import annotations

from ..records import Module
from .session import Session

# One page of the next run can hold the echo of this many of our own writes.
PAGE = 1000


def pull(session: Session, module: Module) -> int:
    """Remember what Xero changed since the last time; returns how many documents came."""
    read = 0
    for page in session.ledger.changed_since(module, session.journal.watermark(module)):
        session.journal.remember(module, page.records, pending=True)
        session.journal.set_watermark(module, page.watermark)
        session.journal.commit()
        read += len(page.records)
        session.progress.report(module, "Reading Xero", read, 0)
        session.check_stop()
    return read


def pull_own_echo(session: Session, module: Module, written: int) -> None:
    """After a run that wrote more than fits one page, read the echo now.

    It costs the calls that the next run would spend on it, and lets that one be a single call.
    Our own documents come back unchanged and stay settled; what others changed meanwhile is
    marked pending like any other change.
    """
    if written >= PAGE:
        pull(session, module)
