"""Holding an approved plan against what would be done now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..actions import Pair
from ..approval import Approval, approval_of, key_of, parts_of
from ..errors import PlanStale
from ..plan import Plan
from ..records import Module
from ..text import named
from .scope import Approved
from .session import Session

_NAMED = 5


def require_fresh(session: Session, approved: Approval, plans: Sequence[Plan]) -> None:
    """`PlanStale` where a write that was approved is gone by now, or another one."""
    present = approval_of(plans)
    stale = [key for key, digest in approved.items() if present.get(key) != digest]
    if stale:
        titles = named(_titles(session, plans, stale[:_NAMED]), _NAMED, of=len(stale))
        raise PlanStale(
            f"The preview is out of date. What would not be written as it says: {titles}. Nothing "
            "was written. Preview again, and apply that."
        )


def tell_what_was_left(session: Session) -> None:
    """A notice on the writes that nobody had approved."""
    if isinstance(session.scope, Approved) and session.scope.left:
        titles = named(session.scope.left.values(), _NAMED)
        session.tell(f"What is new since the preview was left for the next run: {titles}.")


def _titles(session: Session, plans: Sequence[Plan], keys: Sequence[str]) -> Iterator[str]:
    known = {key_of(plan.module, d.pair): d.pair.title for plan in plans for d in plan.decisions}
    for key in keys:
        yield known.get(key) or _title(session, *parts_of(key))


def _title(session: Session, module: Module, name: str, xero_id: str) -> str:
    """What people call a record that no plan speaks of any more."""
    records = session.crm.get(module, [name]) if name else ()
    documents = session.journal.xero_records(module, [xero_id]) if xero_id else ()
    pair = Pair(next(iter(records), None), next(iter(documents), None))
    return pair.title or name or xero_id
