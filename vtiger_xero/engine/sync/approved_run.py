"""Comparing an approved plan with what would be done now.

Notices of a run are read by everybody who may see runs, so they name no record: the next preview
names them, to those who may read them.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..approval import Approval, approval_of, writes
from ..errors import PlanStale
from ..mapping.resources import RESOURCES
from ..messages import _lt
from ..plan import Plan
from ..records import Module
from .planning import plan
from .scope import Approved
from .session import Session
from .to_crm import write_to_crm


def require_fresh(approved: Approval, plans: Sequence[Plan]) -> None:
    """Raise `PlanStale` where a write that was approved is gone by now, or differs."""
    present = approval_of(plans)
    stale = sum(present.get(key) != digest for key, digest in approved.items())
    if stale:
        raise PlanStale(
            _lt(
                "The preview is out of date. Records that would now be written differently: "
                "{0}. Nothing was written. Preview again, and apply the new plan."
            ).format(stale)
        )


def notify_unapproved(session: Session) -> None:
    """Add a notice on the writes that the user had not approved."""
    if isinstance(session.scope, Approved) and session.scope.left_out:
        new = len(session.scope.left_out)
        session.notify(_lt("More records can sync now: {0}. Preview them.").format(new))


def has_written_payments(session: Session) -> bool:
    """Whether an approved plan has written payments: see `settle_paid_invoices`."""
    return isinstance(session.scope, Approved) and bool(session.side_effects.get(Module.INVOICES))


def settle_paid_invoices(session: Session, module: Module) -> None:
    """Settle invoices whose time of change in Xero only the run's own payments have moved.

    What would be written for them was in no preview, so it is left to the next run.
    """
    session.may_repeat = False
    decided = plan(session, module, retry=False).changed(())
    paid, key = session.side_effects[module], RESOURCES[module].id
    unwritten = (
        each
        for each in decided.decisions
        if each.pair.xero and key(each.pair.xero.document) in paid and not writes(each)
    )
    write_to_crm(session, Plan(module, tuple(unwritten)))
