"""Documents that others refer to and that were not read: read by their ids, in the same run.

A contact or an invoice whose time of change lies before the watermark never comes by its own
change: its row could not be read once, or Xero showed it late. What refers to it does come.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta

from ..errors import BatchRefused, ConfigurationError, RequestFailed
from ..links import XeroHead
from ..modules import spec_of
from ..modules.spec import Refers
from ..ports import chunks
from ..records import Document, Module, Side
from ..text import name_key
from .pull import pull
from .session import Session

_AT_ONCE = 500
_APART = timedelta(minutes=5)  # how far Xero's clock and ours may differ


def read_needed(session: Session, modules: Collection[Module]) -> None:
    """Read the invoices of new payments, the contacts of new invoices, and items made meanwhile.

    Only what changed since the last run is looked at, and what a person asks to be tried again:
    a run with no changes makes no call.
    """
    for module in reversed(Module):
        for refers in spec_of(module).refers_to:
            if not {module, refers.module} <= set(modules):
                continue
            if not refers.is_of_lines:
                changed = _changed_heads(session, module)
                ids = (head.details.get(refers.detail, "") for head in changed)
                read_missing(session, refers.module, ids)
            elif names_new(session, module, refers):
                pull(session, refers.module)


def read_missing(session: Session, module: Module, ids: Iterable[str]) -> None:
    """Read contacts or invoices that the journal does not have, if the direction lets them in.

    Where Xero refuses the request, a notice says so and the run goes on without them.
    """
    if not session.settings.writes(module, Side.CRM):
        return
    known = {head.id.lower() for head in session.journal.xero_heads(module)}
    missing = sorted({each.lower() for each in ids if each} - known)
    if not missing:
        return
    try:
        records = session.ledger.read_by_ids(module, missing)
    except (BatchRefused, ConfigurationError, RequestFailed) as error:
        session.log.notify(error.message)
        return
    session.journal.remember(module, records, pending=True)
    session.journal.commit()


def names_new(session: Session, module: Module, refers: Refers) -> bool:
    """Whether a document that changed after others were read names one that was not there."""
    asked, named = (session.readings.pulled_at.get(each) for each in (refers.module, module))
    if asked is None or named is None or asked >= named:
        return False
    changed = _changed_heads(session, module)
    newer = [head.id for head in changed if head.updated > asked - _APART]
    documents = _documents(session, module, newer)
    codes = {code for document in documents for code in refers.keys(document)}
    if not codes:
        return False
    heads = session.journal.xero_heads(refers.module)
    return bool(codes - {name_key(head.title) for head in heads})


def _changed_heads(session: Session, module: Module) -> list[XeroHead]:
    """Living documents that changed; in a run that tries again, also those without a record."""
    heads = [head for head in session.journal.xero_heads(module) if head.alive]
    if not session.request.retry:
        return [head for head in heads if head.pending]
    linked = {link.xero_id for link in session.journal.links(module) if link.crm_name}
    return [head for head in heads if head.pending or head.id not in linked]


def _documents(session: Session, module: Module, ids: Sequence[str]) -> Iterator[Document]:
    for part in chunks(ids, _AT_ONCE):
        for record in session.journal.xero_records(module, part):
            yield record.document
