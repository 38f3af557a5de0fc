"""The CRM's duplicates: each is linked to the Xero document of its primary (rule G2)."""

from __future__ import annotations

from ..actions import Pair
from ..links import Link, LinkState
from ..plan import Plan
from .session import Session
from .skips import skip_entry, with_skip


def link_duplicates(session: Session, plan: Plan) -> None:
    """Link the CRM's duplicates to the Xero document of their primary (rule G2)."""
    duplicates = [each for each in plan.decisions if each.waits_for_primary]
    owners = (
        {link.crm_name: link for link in session.journal.links(plan.module)} if duplicates else {}
    )
    for decision in duplicates:
        pair = decision.pair
        owner = owners.get(pair.duplicate_of)
        xero_id = owner.xero_id if owner else None
        assert pair.crm is not None
        known = pair.link or Link(plan.module, pair.crm.name, None)
        link = with_skip(
            Link(
                module=plan.module,
                crm_name=pair.crm.name,
                xero_id=xero_id,
                state=_state_of_duplicate(pair, xero_id),
                crm_modified=pair.crm.modified,
                matched_by=pair.matched_by,
                duplicate_of=pair.duplicate_of,
                keeps=known.keeps,
            ),
            next(iter(decision.skips), None),
        )
        session.save_link(link.since(known, session.clock.now()), {})
        for skip in decision.skips:
            session.log.add(skip_entry(plan.module, pair, skip, xero_id))
    if duplicates:
        session.commit(plan.module)
    else:
        session.flush(plan.module)


def _state_of_duplicate(pair: Pair, xero_id: str | None) -> LinkState:
    if pair.is_excluded:
        return LinkState.EXCLUDED
    return LinkState.IN_SYNC if xero_id else LinkState.WAITING
