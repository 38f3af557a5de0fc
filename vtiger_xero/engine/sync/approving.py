"""Holding an approved plan against what would be done now.

What is told of a run as a whole is read by everybody who may see runs, so no record is named: the
next preview names them, to whoever may read them.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..approval import Approval, approval_of
from ..errors import PlanStale
from ..plan import Plan
from .scope import Approved
from .session import Session


def require_fresh(approved: Approval, plans: Sequence[Plan]) -> None:
    """`PlanStale` where a write that was approved is gone by now, or another one."""
    present = approval_of(plans)
    stale = sum(present.get(key) != digest for key, digest in approved.items())
    if stale:
        raise PlanStale(
            f"The preview is out of date. Records that would not be written as it says: {stale}. "
            "Nothing was written. Preview again, and apply that."
        )


def tell_what_was_left(session: Session) -> None:
    """A notice on the writes that nobody had approved."""
    if isinstance(session.scope, Approved) and session.scope.left:
        new = len(session.scope.left)
        session.tell(f"New since the preview, and left for the next run: {new}. Preview it.")
