"""Gathering what a module's mapping must look up, as it stands at this point of the run."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal

from ..lookups import Lookups, OpenInvoice
from ..mapping.rows import decimal_of
from ..modules import spec_of
from ..modules.spec import Sources
from ..money import ZERO
from ..ports import chunks
from ..records import Document, Module
from .session import Session

_AT_ONCE = 500


def look_up(session: Session, module: Module) -> Lookups:
    """The lookups of a module."""
    found = _lookups(session, **spec_of(module).look_up(_sources(session)))
    return session.earlier_plans.applied_to(module, found)


def look_up_taxes(session: Session) -> Lookups:
    """Lookups with Xero's taxes alone."""
    return _lookups(session, taxes=_sources(session).taxes())


def _sources(session: Session) -> Sources:
    return Sources(
        session.crm, session.journal, session.settings, session.reference, session.readings.unread
    )


def _lookups(session: Session, **gathered: object) -> Lookups:
    basis = session.reference, session.settings, session.crm.base_currency()
    return Lookups(*basis, run_filter=session.request.run_filter, **gathered)  # type: ignore[arg-type]


def open_invoices(
    session: Session, module: Module, payments: Module, ids: Iterable[str]
) -> dict[str, OpenInvoice]:
    """What is open at Xero on these documents of a module, by the journal.

    What was paid by payments that were deleted since is open again.
    """
    found: dict[str, OpenInvoice] = {}
    heads = session.journal.xero_heads(payments)
    deleted = {head.id.lower() for head in heads if not head.alive}
    for part in chunks(sorted(set(ids)), _AT_ONCE):
        for record in session.journal.xero_records(module, part):
            document = record.document
            due = document.get("AmountDue")
            left = decimal_of(document.get("Total") if due is None else due)
            number = str(document.get("InvoiceNumber") or "")
            status, repaid = str(document.get("Status") or ""), _total_of_deleted(document, deleted)
            status = "AUTHORISED" if repaid and status == "PAID" else status
            found[record.id] = OpenInvoice(status, left + repaid, number)
    return found


def _total_of_deleted(document: Document, deleted: Collection[str]) -> Decimal:
    """What an invoice's deleted payments came to that its copy still counts."""
    gone = (
        decimal_of(each.get("Amount"))
        for each in document.get("Payments") or ()
        if str(each.get("PaymentID") or "").lower() in deleted
    )
    return sum(gone, ZERO)
