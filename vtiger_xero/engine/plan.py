"""What is to be done with every pair of a module: shown, a preview; applied, a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from .actions import Conflict, Create, Decision, Delete, Operation, Pair, Skip, Update
from .candidates import Candidate
from .links import Link, MatchAnswer, Possible
from .records import Module, Side


@dataclass(frozen=True)
class Cost:
    """The API calls that carrying out a plan takes: to read Xero once more, and to write to it."""

    reading: int = 0
    writing: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.reading + other.reading, self.writing + other.writing)

    @property
    def calls(self) -> int:
        """All of them."""
        return self.reading + self.writing


@dataclass(frozen=True)
class Plan:
    """All decisions of one module, and the links and answers of records that are no more.

    It may be a part of these. `cost` is what a preview says of it; nothing in a run.
    `answers_to_drop` are answers on possible matches whose CRM record is no more. `left_alone` are
    the ids of documents that changed in Xero, and of which nothing becomes in the CRM. `cannot_run`
    says why an enabled module does not run at all; only a preview has such plans.
    """

    module: Module
    decisions: tuple[Decision, ...] = ()
    links_to_drop: tuple[Link, ...] = ()
    cost: Cost = Cost()
    answers_to_drop: tuple[MatchAnswer, ...] = ()
    left_alone: tuple[str, ...] = ()
    cannot_run: str = ""

    def only(self, crm_names: Collection[str]) -> Plan:
        """The decisions on these CRM records alone."""
        chosen = (each for each in self.decisions if each.pair.crm)
        kept = tuple(each for each in chosen if each.pair.crm and each.pair.crm.name in crm_names)
        return Plan(self.module, kept)

    def changed(self, also: Collection[str]) -> Plan:
        """The decisions on pairs that changed since they were dealt with, and on `also`."""
        pairs = ((each, each.pair) for each in self.decisions)
        chosen = (d for d, pair in pairs if _is_new(pair) or (pair.crm and pair.crm.name in also))
        return Plan(self.module, tuple(chosen))

    @property
    def writes(self) -> bool:
        """Whether anything is written, on either side."""
        return any(decision.on(side) for decision in self.decisions for side in Side)

    @property
    def possible(self) -> int:
        """How many pairs of records may be one, and wait for a person's answer."""
        return len(self.possible_pairs)

    @property
    def possible_pairs(self) -> set[tuple[str, str]]:
        """These pairs, by CRM name and Xero id: both records of a pair may name it."""
        pairs = (each.pair for each in self.decisions if not each.pair.is_excluded)
        found = (
            (pair.crm.name if pair.crm else None, pair.xero.id if pair.xero else None, each)
            for pair in pairs
            for each in pair.possible
        )
        return {_pair_of(*each) for each in found if each[2].likeness.asks}

    @property
    def counts(self) -> Counter[tuple[Side, Operation]]:
        """Counts as the sync log shows them."""
        return Counter(pair for each in self.decisions for pair in _operations_of(each))


def join(module: Module, parts: Iterable[Plan]) -> Plan:
    """One plan of the parts of a module's plan; what they cost is added up."""
    held = list(parts)
    return Plan(
        module,
        tuple(each for part in held for each in part.decisions),
        tuple(each for part in held for each in part.links_to_drop),
        sum((part.cost for part in held), Cost()),
        tuple(each for part in held for each in part.answers_to_drop),
        tuple(each for part in held for each in part.left_alone),
        next((part.cannot_run for part in held if part.cannot_run), ""),
    )


def possible_pairs(found: Iterable[Candidate]) -> set[tuple[str, str]]:
    """The pairs among these candidates that wait for a person's answer."""
    each_side = ((each, possible) for each in found for possible in each.possible)
    return {
        _pair_of(each.crm_name, each.xero_id, possible)
        for each, possible in each_side
        if possible.likeness.asks
    }


def _pair_of(name: str | None, xero_id: str | None, possible: Possible) -> tuple[str, str]:
    return name or possible.key, xero_id or possible.key


def _is_new(pair: Pair) -> bool:
    crm, link = pair.crm, pair.link
    return pair.xero_changed or bool(crm and link and crm.modified != link.crm_modified)


_OPERATIONS: Mapping[type, Operation] = {
    Create: Operation.CREATED,
    Update: Operation.UPDATED,
    Delete: Operation.DELETED,
    Skip: Operation.SKIPPED,
}


def _operations_of(decision: Decision) -> list[tuple[Side, Operation]]:
    counted = [
        (action.side, _OPERATIONS[type(action)])
        for action in decision.actions
        if not isinstance(action, Conflict)
    ]
    counted += [(Side.CRM, Operation.SKIPPED)] * (decision.conflict is not None)
    return counted + [(Side.XERO, Operation.SKIPPED)] * len(decision.people_left_out)
