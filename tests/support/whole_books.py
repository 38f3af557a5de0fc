"""The books of both sides with every record in memory: what reading in parts must equal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from vtiger_xero.engine.journal import Journal
from vtiger_xero.engine.links import Link, merged_contacts
from vtiger_xero.engine.modules import spec_of
from vtiger_xero.engine.ports import Crm
from vtiger_xero.engine.reconciliation import Books, Reconciliation, Sum
from vtiger_xero.engine.reconciliation.postings import of_crm, of_xero
from vtiger_xero.engine.records import CrmRecord, Module, XeroRecord


def read_whole(crm: Crm, journal: Journal) -> dict[Module, Books]:
    """The books of all modules."""
    return {module: _whole(crm, journal, module) for module in Module}


def _whole(crm: Crm, journal: Journal, module: Module) -> Books:
    heads = journal.xero_heads(module)
    made = books_of(
        crm.get(module, [head.name for head in crm.heads(module)]),
        journal.xero_records(module, [head.id for head in heads]),
        journal.links(module),
        crm.base_currency(),
        {head.id for head in heads if head.pending},
    )
    merged = merged_contacts(heads)
    return replace(made, merged={each.lower(): into.lower() for each, into in merged.items()})


def books_of(
    records: Iterable[CrmRecord],
    documents: Iterable[XeroRecord],
    links: Sequence[Link],
    base_currency: str = "",
    pending: Iterable[str] = (),
) -> Books:
    """Both sides of one module, from whole records; `pending` are Xero ids of what is new there."""
    new = frozenset(pending)
    ours = (each for each in documents if spec_of(each.module).xero.is_ours(each.document))
    return Books(
        crm=[of_crm(each, base_currency) for each in records],
        xero=[of_xero(each, base_currency, pending=each.id in new) for each in ours],
        links=links,
    )


def in_order(found: Reconciliation) -> list[list[str]]:
    """All rows, sorted: that they are the same, in whatever order, is the promise."""
    rows = (found.counts, found.sums, found.by_organization, found.drifts, found.alone)
    return [sorted(map(_row, each)) for each in (*rows, found.totals)]


def _row(found: Any) -> str:
    """A row as text in which 2.5 and 2.50 are one amount."""
    values = found if isinstance(found, Sum) else vars(found).values()
    return str([v.normalize() if isinstance(v, Decimal) else v for v in values])
