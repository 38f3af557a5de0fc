"""The books of both sides with every record in memory: what reading in parts must equal."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from vtiger_xero.engine.journal import Journal
from vtiger_xero.engine.links import merged_contacts
from vtiger_xero.engine.ports import Crm
from vtiger_xero.engine.reconciliation import Books, Reconciliation, Sum, books_of
from vtiger_xero.engine.records import Module


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


def in_order(found: Reconciliation) -> list[list[str]]:
    """All rows, sorted: that they are the same, in whatever order, is the promise."""
    rows = (found.counts, found.sums, found.by_organization, found.drifts, found.alone)
    return [sorted(map(_row, each)) for each in (*rows, found.left_out)]


def _row(found: Any) -> str:
    """A row as text in which 2.5 and 2.50 are one amount."""
    values = found if isinstance(found, Sum) else vars(found).values()
    return str([v.normalize() if isinstance(v, Decimal) else v for v in values])
