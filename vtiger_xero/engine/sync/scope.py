"""What of its plans a run carries out: all, what the user chose, or what they approved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ..actions import Decision, Pair
from ..approval import Approval, is_approved, key_of, writes
from ..lookups import Lookups
from ..modules import spec_of
from ..plan import Plan
from ..records import Module
from ..selection import Selection

# What Xero itself changed: codes of items, InvoiceIDs.
SideEffects = Mapping[Module, Collection[str]]


class Scope(Protocol):
    """What a run carries out. Everything is decided in every run: records depend on others."""

    def includes(self, module: Module, name: str | None, xero_id: str | None) -> bool:
        """Whether the decision on a pair is carried out in this run."""

    def part_of(self, plan: Plan, lookups: Lookups) -> Plan:
        """The part of a plan that is carried out; `lookups` are those that it was made with."""

    def part_of_recheck(self, plan: Plan, side_effects: SideEffects) -> Plan:
        """The part of the recheck at the end of a run that is carried out."""


class Everything:
    """A run of everything."""

    def includes(self, module: Module, name: str | None, xero_id: str | None) -> bool:
        """Always."""
        return True

    def part_of(self, plan: Plan, lookups: Lookups) -> Plan:
        """All of it."""
        return plan

    def part_of_recheck(self, plan: Plan, side_effects: SideEffects) -> Plan:
        """All of it."""
        return plan


@dataclass(frozen=True)
class Selected:
    """A run of chosen records, and of what they cannot go without."""

    selection: Selection

    def includes(self, module: Module, name: str | None, xero_id: str | None) -> bool:
        """Whether the pair was chosen."""
        return self.selection.has(module, name, xero_id)

    def part_of(self, plan: Plan, lookups: Lookups) -> Plan:
        """The chosen records; what is not among them stays as it is, and pending."""
        chosen = [each for each in plan.decisions if self._has(plan.module, each.pair)]
        primaries = {each.pair.duplicate_of for each in chosen if each.waits_for_primary}
        chosen += [each for each in plan.decisions if _is_new(each) and _name(each) in primaries]
        names = {_name(each) for each in chosen}
        chosen += [each for each in plan.decisions if _makes_way(each, names)]
        taken = {id(each) for each in chosen if not _leaves_no_owner(each, names)}
        return Plan(plan.module, tuple(each for each in plan.decisions if id(each) in taken))

    def _has(self, module: Module, pair: Pair) -> bool:
        name = pair.crm.name if pair.crm else pair.link.crm_name if pair.link else None
        return self.includes(module, name, pair.xero.id if pair.xero else None)

    def part_of_recheck(self, plan: Plan, side_effects: SideEffects) -> Plan:
        """What changed in Xero because of this run, and no other changes."""
        keys = side_effects.get(plan.module, ())
        kept = (each for each in plan.decisions if _key_at_xero(plan.module, each.pair) in keys)
        return Plan(plan.module, tuple(kept))


@dataclass
class Approved:
    """A run of just the writes that the user approved; `left_out` are the pairs of others.

    What writes to neither side (a link, a skip) is remembered as always: what was approved may
    need it.
    """

    approval: Approval
    left_out: set[str] = field(default_factory=set)

    def includes(self, module: Module, name: str | None, xero_id: str | None) -> bool:
        """Always: what was approved is compared in `part_of`."""
        return True

    def part_of(self, plan: Plan, lookups: Lookups) -> Plan:
        """The writes that were approved, unchanged, and decisions without a write."""
        kept = []
        for decision in plan.decisions:
            if writes(decision) and not is_approved(self.approval, plan.module, decision, lookups):
                self.left_out.add(key_of(plan.module, decision.pair))
            else:
                kept.append(decision)
        return Plan(
            plan.module, tuple(kept), plan.links_to_drop, answers_to_drop=plan.answers_to_drop
        )

    def part_of_recheck(self, plan: Plan, side_effects: SideEffects) -> Plan:
        """Nothing: it was in no preview."""
        return Plan(plan.module)


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
    """The key of a document in `SideEffects`."""
    return spec_of(module).xero.reference(pair.xero.document if pair.xero else {})
