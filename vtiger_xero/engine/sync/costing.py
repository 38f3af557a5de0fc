"""What a plan will cost in API calls, told before anything is written.

It is an estimate in what nobody knows before: whether Xero has news of many pages by then, whether
it refuses a batch whole, so that it is halved, and whether writing takes so long that the next
module is read once more.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..actions import Decision, Delete
from ..outbox import Item
from ..plan import Cost, Plan
from ..records import Side
from .batching import batches
from .pull import PAGE


def cost_of(plan: Plan, *, reference: int) -> Cost:
    """Of one module: its news are asked for once, and all is sent in the batches of a run.

    `reference` is what the reading of accounts and tax rates takes; it stands with one module.
    """
    items, removed = _items(plan)
    writing = sum(1 for _ in batches(plan.module, items, {}, lambda each: each.crm_name in removed))
    return Cost(reference + 1 + _echo(len(items)), writing)


def _items(plan: Plan) -> tuple[Sequence[Item], set[str]]:
    """What is sent, each under a name of its own, and the names of what is taken away."""
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


def _echo(written: int) -> int:
    """The pages in which a run reads what it has written itself, if that is more than a page."""
    return written // PAGE + 1 if written >= PAGE else 0
