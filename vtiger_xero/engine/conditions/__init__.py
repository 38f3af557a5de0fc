"""The documented rules as rows: what keeps a record from being written, why, and the remedy.

A row looks at a proposal (what would be written to one side) and finds what is wrong with it.
Nothing else in the engine refuses what would be written; what looks at a pair or at the writing
itself is named in `besides`. What Xero refuses beyond these rows comes back as an outcome and is
logged with Xero's own words.
"""

from __future__ import annotations

from ..actions import Skip
from . import everywhere, invoices, invoices_to_crm, items, organizations, payments
from .approved import restrict, seen, words_never_agreed
from .base import Condition, Context, Finding, Proposal, first_skip, refused_before

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
    return first_skip(CONDITIONS, proposal, context)


__all__ = [
    "CONDITIONS",
    "Condition",
    "Context",
    "Finding",
    "Proposal",
    "Skip",
    "refuse",
    "refused_before",
    "restrict",
    "seen",
    "words_never_agreed",
]
