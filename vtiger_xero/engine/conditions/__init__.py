"""The documented rules as rows: what keeps a record from being written, why, and the remedy.

A row looks at a proposal (what would be written to one side) and finds what is wrong with it.
Nothing else in the engine refuses a write; rules that look at a pair or at the writing itself are
listed in `other_rules`. What Xero refuses beyond these rows is logged with Xero's own words.
"""

from __future__ import annotations

from ..actions import Skip
from . import everywhere, invoices, invoices_to_crm, items, organizations, payments
from .approved import key_of_seen, restrict, words_never_agreed
from .base import Condition, Context, Finding, Proposal, skip_if_refused_before, skip_of_findings

CONDITIONS: tuple[Condition, ...] = (
    *organizations.CONDITIONS,
    *items.CONDITIONS,
    *invoices.CONDITIONS,
    *invoices_to_crm.CONDITIONS,
    *payments.CONDITIONS,
    *everywhere.CONDITIONS,
)


def refuse(proposal: Proposal, context: Context) -> Skip | None:
    """The skip that stands for everything that is wrong with a proposal, or None."""
    return skip_of_findings(CONDITIONS, proposal, context)


__all__ = [
    "CONDITIONS",
    "Condition",
    "Context",
    "Finding",
    "Proposal",
    "Skip",
    "key_of_seen",
    "refuse",
    "restrict",
    "skip_if_refused_before",
    "words_never_agreed",
]
