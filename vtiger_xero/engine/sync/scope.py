"""What of its plans a run carries out: all, what a person chose, or what they approved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ..actions import Decision, Pair
from ..approval import Approval, is_approved, key_of, writes
from ..lookups import Lookups
from ..mapping.kinds import KINDS
from ..plan import Plan
from ..records import Module
from ..selection import Selection
from ..text import name_key

Moved = Mapping[Module, Collection[str]]  # what Xero itself changed: codes of items, InvoiceIDs


class Scope(Protocol):
    """Everything is decided in every run, for one record needs to know of the others."""

    def travels(self, module: Module, name: str | None, xero_id: str | None) -> bool:
        """Whether what is decided on a pair happens in this run."""

    def of(self, plan: Plan, lookups: Lookups) -> Plan:
        """The part of a plan that is carried out; `lookups` are those that it was made with."""

    def again(self, plan: Plan, moved: Moved) -> Plan:
        """The part of a second look that is carried out."""


class Whole:
    """A run of everything."""

    def travels(self, module: Module, name: str | None, xero_id: str | None) -> bool:
        """Whatever was decided."""
        return True

    def of(self, plan: Plan, lookups: Lookups) -> Plan:
        """All of it."""
        return plan

    def again(self, plan: Plan, moved: Moved) -> Plan:
        """All that is news."""
        return plan


@dataclass(frozen=True)
class Selected:
    """A run of chosen records, and of what they cannot go without."""

    selection: Selection

    def travels(self, module: Module, name: str | None, xero_id: str | None) -> bool:
        """Whether the pair was chosen."""
        return self.selection.has(module, name, xero_id)

    def of(self, plan: Plan, lookups: Lookups) -> Plan:
        """The chosen records; what is not among them stays as it is, and pending."""
        chosen = [each for each in plan.decisions if self._has(plan.module, each.pair)]
        firsts = {each.pair.duplicate_of for each in chosen if each.waits_for_first}
        chosen += [each for each in plan.decisions if _is_new(each) and _name(each) in firsts]
        names = {_name(each) for each in chosen}
        chosen += [each for each in plan.decisions if _gives_way(each, names)]
        taken = {id(each) for each in chosen if not _gives_up(each, names)}
        return Plan(plan.module, tuple(each for each in plan.decisions if id(each) in taken))

    def _has(self, module: Module, pair: Pair) -> bool:
        name = pair.crm.name if pair.crm else pair.link.crm_name if pair.link else None
        return self.travels(module, name, pair.xero.id if pair.xero else None)

    def again(self, plan: Plan, moved: Moved) -> Plan:
        """What this run moved, and no other news."""
        keys = moved.get(plan.module, ())
        kept = (each for each in plan.decisions if _key_at_xero(plan.module, each.pair) in keys)
        return Plan(plan.module, tuple(kept))


@dataclass
class Approved:
    """A run of just the writes that a person saw and approved; `left` are the pairs of others.

    What writes to neither side (a link, a skip) is remembered as always: what was approved may
    need it.
    """

    approval: Approval
    left: set[str] = field(default_factory=set)

    def travels(self, module: Module, name: str | None, xero_id: str | None) -> bool:
        """Whatever was decided: it was when all was held against the present."""
        return True

    def of(self, plan: Plan, lookups: Lookups) -> Plan:
        """The writes that were approved, as they were approved, and what is no write."""
        kept = []
        for decision in plan.decisions:
            if writes(decision) and not is_approved(self.approval, plan.module, decision, lookups):
                self.left.add(key_of(plan.module, decision.pair))
            else:
                kept.append(decision)
        return Plan(plan.module, tuple(kept), plan.forgotten, outdated=plan.outdated)

    def again(self, plan: Plan, moved: Moved) -> Plan:
        """Nothing: nobody has seen it."""
        return Plan(plan.module)


def _name(decision: Decision) -> str | None:
    return decision.pair.crm.name if decision.pair.crm else None


def _is_new(decision: Decision) -> bool:
    """Whether it has no document yet, and its twins have none either until it has."""
    link = decision.pair.link
    return link is None or not link.xero_id


def _gives_way(decision: Decision, names: Collection[str | None]) -> bool:
    """Whether it leaves its document to one of these: it must be gone before they come."""
    heir = decision.pair.duplicate_of
    return heir in names and heir is not None and not decision.waits_for_first


def _gives_up(decision: Decision, names: Collection[str | None]) -> bool:
    """Whether its document would be nobody's: whoever is to have it is not of this run."""
    pair = decision.pair
    owns = pair.link is not None and pair.link.xero_id and not pair.link.duplicate_of
    return bool(pair.excluded and pair.duplicate_of and owns) and pair.duplicate_of not in names


def _key_at_xero(module: Module, pair: Pair) -> str:
    """How a run remembers that it moved a document (see `Moved`)."""
    document = pair.xero.document if pair.xero else {}
    if module is Module.PRODUCTS:
        return name_key(document.get("Code"))
    return KINDS[module].id(document)
