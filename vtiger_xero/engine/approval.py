"""What a person approved: the writes of a plan that they saw, and nothing else.

An approval is a digest for each pair, so that it fits into a column. Before it is carried out
everything is decided once more; a pair whose writes would be others by then is not what was
approved.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from .actions import Create, Decision, Delete, Pair, Update
from .lookups import Lookups
from .modules import SPECS, spec_of
from .plan import Plan
from .records import Foreseen, Module, Side
from .run_filter import Approval
from .stored import dump

# Fields that name a record of another module.
_REFERRING = frozenset(
    refers.field for spec in SPECS.values() for refers in spec.refers_to if refers.field
)


def approval_of(plans: Iterable[Plan]) -> Approval:
    """The approval of all that these plans, or parts of plans, would write."""
    return frozenset(
        digest(plan.module, decision)
        for plan in plans
        for decision in plan.decisions
        if writes(decision)
    )


def writes(decision: Decision) -> bool:
    """Whether it writes to either side."""
    return any(decision.on(side) for side in Side)


def is_approved(approval: Approval, module: Module, decision: Decision, lookups: Lookups) -> bool:
    """Whether just these writes were approved.

    What refers to a record that did not exist then, and was made since, is known by that record.
    """
    foreseen = _as_foreseen(module, lookups)
    return bool(approval & {digest(module, decision), digest(module, decision, foreseen)})


def digest(module: Module, decision: Decision, foreseen: Mapping[str, str] | None = None) -> str:
    """Equal for equal writes to the same pair: side, kind, fields with their old and new values.

    `foreseen` says by which name a preview knows a document that it only foresees.
    """
    actions = (decision.on(side) for side in Side)
    content = [_content_of(action, foreseen or {}) for action in actions if action is not None]
    key = key_of(module, decision.pair)
    return hashlib.sha256(dump([key, content]).encode()).hexdigest()[:32]


def key_of(module: Module, pair: Pair) -> tuple[str, str, str]:
    """The pair by its module, its CRM name and its Xero id; "" where it has none."""
    name = pair.crm.name if pair.crm else pair.link.crm_name if pair.link else None
    return module.value, name or "", pair.xero.id if pair.xero else ""


def _content_of(action: Create | Update | Delete, foreseen: Mapping[str, str]) -> list[Any]:
    head = [action.side.value, type(action).__name__]
    if isinstance(action, Create):
        values = action.values.items()
        return [*head, {field: _as_known(field, value, foreseen) for field, value in values}]
    changes = action.changes if isinstance(action, Update) else ()
    return [*head, [[e.field, e.old, _as_known(e.field, e.new, foreseen)] for e in changes]]


def _as_known(field: str, value: Any, foreseen: Mapping[str, str]) -> Any:
    return foreseen.get(value, value) if field in _REFERRING else value


def _as_foreseen(module: Module, lookups: Lookups) -> Mapping[str, str]:
    """How a preview named the documents of these records, had it only foreseen them."""
    known = [getattr(lookups, each.records) for each in spec_of(module).refers_to if each.records]
    return {xero_id: Foreseen.of(name) for links in known for xero_id, name in links.items()}
