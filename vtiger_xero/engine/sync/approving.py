"""Holding an approved plan against what would be done now.

What is told of a run as a whole is read by everybody who may see runs, so no record is named: the
next preview names them, to whoever may read them.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..approval import Approval, approval_of, writes
from ..errors import PlanStale
from ..mapping.kinds import KINDS
from ..plan import Plan
from ..records import Module
from .planning import plan
from .scope import Approved
from .session import Session
from .to_crm import write_to_crm


def require_fresh(approved: Approval, plans: Sequence[Plan]) -> None:
    """`PlanStale` where a write that was approved is gone by now, or another one."""
    present = approval_of(plans)
    stale = sum(present.get(key) != digest for key, digest in approved.items())
    if stale:
        raise PlanStale(
            "The preview is out of date. Records that would now be written differently: "
            f"{stale}. Nothing was written. Preview again, and apply the new plan."
        )


def tell_what_was_left(session: Session) -> None:
    """A notice on the writes that nobody had approved."""
    if isinstance(session.scope, Approved) and session.scope.left:
        new = len(session.scope.left)
        session.tell(f"More records can sync now: {new}. Preview them.")


def has_paid(session: Session) -> bool:
    """Whether an approved plan has written payments: see `settle_paid`."""
    return isinstance(session.scope, Approved) and bool(session.moved.get(Module.INVOICES))


def settle_paid(session: Session, module: Module) -> None:
    """A payment moves its invoice's time of change, after the invoice had its turn: no news of it.

    Whatever would be written nobody has seen; that is left to the next run, and so is Xero's news.
    """
    session.may_repeat = False
    decided = plan(session, module, retry=False).news(())
    paid, key = session.moved[module], KINDS[module].id
    quiet = (
        each
        for each in decided.decisions
        if each.pair.xero and key(each.pair.xero.document) in paid and not writes(each)
    )
    write_to_crm(session, Plan(module, tuple(quiet)))
