"""Documents that others refer to and that were not read: read by their ids, in the same run.

A contact or an invoice whose time of change lies before the watermark never comes by its own
change: its row could not be read once, or Xero showed it late. What refers to it does come.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta

from ..errors import BatchRefused, ConfigurationError, RequestFailed
from ..links import XeroHead
from ..mapping.heads import contact_of_invoice
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
    if {Module.PAYMENTS, Module.INVOICES} <= set(modules):
        read_missing(session, Module.INVOICES, _invoices_of_payments(session))
    if {Module.INVOICES, Module.ORGANIZATIONS} <= set(modules):
        changed = _changed_heads(session, Module.INVOICES)
        read_missing(session, Module.ORGANIZATIONS, (contact_of_invoice(head) for head in changed))
    if {Module.INVOICES, Module.PRODUCTS} <= set(modules) and names_new_items(session):
        pull(session, Module.PRODUCTS)


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


def names_new_items(session: Session) -> bool:
    """Whether an invoice that changed after items were read names an item that was not there."""
    asked, invoices = (
        session.readings.pulled_at.get(each) for each in (Module.PRODUCTS, Module.INVOICES)
    )
    if asked is None or invoices is None or asked >= invoices:
        return False
    changed = _changed_heads(session, Module.INVOICES)
    newer = [head.id for head in changed if head.updated > asked - _APART]
    lines = (
        line
        for document in _documents(session, Module.INVOICES, newer)
        for line in document.get("LineItems") or ()
    )
    codes = {name_key(line["ItemCode"]) for line in lines if line.get("ItemCode")}
    if not codes:
        return False
    heads = session.journal.xero_heads(Module.PRODUCTS)
    return bool(codes - {name_key(head.title) for head in heads})


def _invoices_of_payments(session: Session) -> Iterator[str]:
    ids = [head.id for head in _changed_heads(session, Module.PAYMENTS)]
    for document in _documents(session, Module.PAYMENTS, ids):
        yield str((document.get("Invoice") or {}).get("InvoiceID") or "")


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
