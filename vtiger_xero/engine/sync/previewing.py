"""What a run would do: the plans of its modules, and what they will cost in API calls.

The cost is an estimate: Xero may have many pages of changes by then, it may refuse a batch whole,
which is then halved, and writing may take so long that the next module is read once more.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..actions import Decision, Delete
from ..outbox import Item
from ..plan import Cost, Plan
from ..records import Module, Side
from .batching import batches
from .looking_up import look_up
from .missing_documents import read_needed
from .planning import plan
from .pull import PAGE, pull_all, pull_once
from .recovery import recover
from .session import Session


def preview_modules(session: Session, modules: Sequence[Module]) -> list[Plan]:
    """Read Xero's changes, and plan each module as if the ones before it were carried out."""
    pull_all(session, modules)
    read_needed(session, modules)
    return [_preview_module(session, module) for module in modules]


def _preview_module(session: Session, module: Module) -> Plan:
    pull_once(session, module)
    try:
        session.look_up(module, look_up)
        recover(session, module, send=False)
        planned = plan(session, module, retry=session.request.retry)
    finally:
        session.rollback()  # a run, and no preview, stores and logs what became of lost answers
    session.earlier_plans.append(planned)
    return planned


def cost_of(plan: Plan, *, reference: int) -> Cost:
    """The cost of one module: its changes are read once, and all is sent in the batches of a run.

    `reference` is what the reading of accounts and tax rates takes; it stands with one module.
    """
    items, removed = _items(plan)
    writing = sum(1 for _ in batches(plan.module, items, {}, lambda each: each.crm_name in removed))
    return Cost(reference + 1 + _pages_of_own_writes(len(items)), writing)


def _items(plan: Plan) -> tuple[Sequence[Item], set[str]]:
    """What is sent, each under a name of its own, and the names of what is removed."""
    sent = [each for each in plan.decisions if each.on(Side.XERO)]
    items = {str(number): _item(str(number), plan, each) for number, each in enumerate(sent)}
    removed = {name for name, each in zip(items, sent, strict=True) if _removes(each)}
    return list(items.values()), removed


def _item(name: str, plan: Plan, decision: Decision) -> Item:
    action, xero = decision.on(Side.XERO), decision.pair.xero
    assert action is not None
    return Item(action.document, name, xero.id if xero else None, module=plan.module)


def _removes(decision: Decision) -> bool:
    return isinstance(decision.on(Side.XERO), Delete)


def _pages_of_own_writes(written: int) -> int:
    """The pages in which a run reads its own writes, 0 where they fit one page."""
    return written // PAGE + 1 if written >= PAGE else 0
