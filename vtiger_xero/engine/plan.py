"""What is to be done with every pair of a module: shown, a preview; applied, a run."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from .actions import Conflict, Create, Decision, Delete, Operation, Pair, Skip, Update
from .links import Link
from .mapping.kinds import KINDS
from .outbox import LARGEST
from .records import Module, Side


@dataclass(frozen=True)
class Plan:
    """All decisions of one module, and the links that stand for CRM records that are no more."""

    module: Module
    decisions: tuple[Decision, ...] = ()
    forgotten: tuple[Link, ...] = ()

    def only(self, crm_names: Collection[str]) -> Plan:
        """The decisions on these CRM records alone."""
        chosen = (each for each in self.decisions if each.pair.crm)
        kept = tuple(each for each in chosen if each.pair.crm and each.pair.crm.name in crm_names)
        return Plan(self.module, kept)

    def news(self, also: Collection[str]) -> Plan:
        """The decisions on what is new on either side since it was dealt with, and on some more."""
        pairs = ((each, each.pair) for each in self.decisions)
        chosen = (d for d, pair in pairs if _is_new(pair) or (pair.crm and pair.crm.name in also))
        return Plan(self.module, tuple(chosen))

    @property
    def writes(self) -> bool:
        """Whether anything is written, on either side."""
        return any(decision.on(side) for decision in self.decisions for side in Side)

    @property
    def counts(self) -> Counter[tuple[Side, Operation]]:
        """Counts as the sync log shows them."""
        return Counter(pair for each in self.decisions for pair in _counted(each))

    @property
    def calls(self) -> int:
        """The API calls that carrying this plan out takes, reading not included."""
        at_xero = [each.on(Side.XERO) for each in self.decisions]
        creates = sum(isinstance(each, Create) for each in at_xero)
        changes = sum(isinstance(each, Update) for each in at_xero)
        deletions = sum(isinstance(each, Delete) for each in at_xero)
        if KINDS[self.module].removes_singly:
            return self._batches(creates) + self._batches(changes) + deletions
        return self._batches(creates) + self._batches(changes + deletions)

    def _batches(self, number: int) -> int:
        return math.ceil(number / LARGEST[self.module])


def _is_new(pair: Pair) -> bool:
    crm, link = pair.crm, pair.link
    return pair.news or bool(crm and link and crm.modified != link.crm_modified)


_OPERATIONS: Mapping[type, Operation] = {
    Create: Operation.CREATED,
    Update: Operation.UPDATED,
    Delete: Operation.DELETED,
    Skip: Operation.SKIPPED,
}


def _counted(decision: Decision) -> list[tuple[Side, Operation]]:
    counted = [
        (action.side, _OPERATIONS[type(action)])
        for action in decision.actions
        if not isinstance(action, Conflict)
    ]
    counted += [(Side.CRM, Operation.SKIPPED)] * (decision.conflict is not None)
    return counted + [(Side.XERO, Operation.SKIPPED)] * len(decision.people_left_out)
