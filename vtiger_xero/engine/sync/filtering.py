"""What of its plans a run carries out: all, what the user chose, or what they approved.

Everything is decided in every run, because records depend on others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from ..actions import Decision, Pair
from ..approval import approval_of, is_approved, key_of, writes
from ..errors import PlanStale
from ..messages import _lt
from ..modules import spec_of
from ..plan import Plan
from ..records import Module
from ..run_filter import Approval, RunFilter
from .session import RunLog, Session


def part_in_filter(session: Session, plan: Plan) -> Plan:
    """The part of a plan that the run carries out."""
    run_filter = session.request.run_filter
    if run_filter.approval is not None:
        return _approved_part(session, plan, run_filter.approval)
    return plan if run_filter.chosen is None else _chosen_part(run_filter, plan)


def part_to_recheck(session: Session, plan: Plan) -> Plan:
    """The part of the recheck at the end of a run that is carried out."""
    run_filter = session.request.run_filter
    if run_filter.has_all_records:
        return plan
    # Of chosen records what changed in Xero because of this run, and no other changes.
    keys = session.rechecks.side_effects.get(plan.module, set())
    kept = (each for each in plan.decisions if _key_at_xero(plan.module, each.pair) in keys)
    return Plan(plan.module, tuple(kept))


# Chosen records


def _chosen_part(chosen_records: RunFilter, plan: Plan) -> Plan:
    """The chosen records; what is not among them stays as it is, and pending."""
    chosen = [each for each in plan.decisions if _has(chosen_records, plan.module, each.pair)]
    primaries = {each.pair.duplicate_of for each in chosen if each.waits_for_primary}
    chosen += [each for each in plan.decisions if _is_new(each) and _name(each) in primaries]
    names = {_name(each) for each in chosen}
    chosen += [each for each in plan.decisions if _makes_way(each, names)]
    taken = {id(each) for each in chosen if not _leaves_no_owner(each, names)}
    return Plan(plan.module, tuple(each for each in plan.decisions if id(each) in taken))


def _has(chosen_records: RunFilter, module: Module, pair: Pair) -> bool:
    name = pair.crm.name if pair.crm else pair.link.crm_name if pair.link else None
    return chosen_records.includes(module, name, pair.xero.id if pair.xero else None)


def _name(decision: Decision) -> str | None:
    return decision.pair.crm.name if decision.pair.crm else None


def _is_new(decision: Decision) -> bool:
    """Whether it has no document yet; then its duplicates have none either."""
    link = decision.pair.link
    return link is None or not link.xero_id


def _makes_way(decision: Decision, names: Collection[str | None]) -> bool:
    """Whether it leaves its document to one of these records, which need it free first."""
    successor = decision.pair.duplicate_of
    return successor in names and successor is not None and not decision.waits_for_primary


def _leaves_no_owner(decision: Decision, names: Collection[str | None]) -> bool:
    """Whether the document's new owner is outside the selection."""
    pair = decision.pair
    owns = pair.link is not None and pair.link.xero_id and not pair.link.duplicate_of
    return bool(pair.is_excluded and pair.duplicate_of and owns) and pair.duplicate_of not in names


def _key_at_xero(module: Module, pair: Pair) -> str:
    """The key of a document in `Rechecks.side_effects`."""
    return spec_of(module).xero.reference(pair.xero.document if pair.xero else {})


# An approved plan
#
# Notices of a run are read by everybody who may see runs, so they name no record: the next preview
# names them, to those who may read them.


def require_fresh(approval: Approval, plans: Iterable[Plan]) -> None:
    """Raise `PlanStale` where a write that was approved is gone by now, or differs."""
    if stale := len(approval - approval_of(plans)):
        raise PlanStale(
            _lt(
                "The preview is out of date. Records that would now be written differently: "
                "{0}. Nothing was written. Preview again, and apply the new plan."
            ).format(stale)
        )


def notify_unapproved(log: RunLog) -> None:
    """Add a notice on the writes that the user had not approved."""
    if log.unapproved:
        new = len(log.unapproved)
        log.notify(_lt("More records can sync now: {0}. Preview them.").format(new))


def _approved_part(session: Session, plan: Plan, approval: Approval) -> Plan:
    """The writes that were approved, unchanged, and decisions without a write.

    What writes to neither side (a link, a skip) is remembered as always: what was approved may
    need it.
    """
    kept = []
    for decision in plan.decisions:
        lookups = session.current.lookups
        if writes(decision) and not is_approved(approval, plan.module, decision, lookups):
            session.log.unapproved.add(key_of(plan.module, decision.pair))
        else:
            kept.append(decision)
    return replace(plan, decisions=tuple(kept))
