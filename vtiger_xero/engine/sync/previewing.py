"""What a run would do: the plans of its modules, and what they will cost in API calls.

All of it comes in parts, so that a preview of a large ledger holds a few hundred records at a time.

The cost is an estimate: Xero may have many pages of changes by then, it may refuse a batch whole,
which is then halved, and writing may take so long that the next module is read once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from ..actions import Delete
from ..modules import spec_of
from ..outbox import Item
from ..plan import Cost, Plan
from ..records import Module, Side
from .batching import Sized, batches
from .looking_up import look_up
from .missing_documents import read_needed
from .planning import plan_in_parts
from .pull import PAGE, pull_all, pull_once
from .recovery import recover
from .session import Session


def preview_modules(session: Session, modules: Sequence[Module]) -> Iterator[Plan]:
    """Read Xero's changes, and plan each module as if the ones before it were carried out.

    Each module's plan comes in parts. Who takes them commits nothing before the last one: what a
    preview settles of lost answers is taken back after each module.
    """
    pull_all(session, modules)
    read_needed(session, modules)
    for module in modules:
        yield from _preview_module(session, module)


def _preview_module(session: Session, module: Module) -> Iterator[Plan]:
    pull_once(session, module)
    try:
        session.look_up(module, look_up)
        recover(session, module, send=False)
        for part in plan_in_parts(session, module, retry=session.request.retry):
            session.earlier_plans.add(part, session.current.lookups)
            yield part
    finally:
        session.rollback()  # a run, and no preview, stores and logs what became of lost answers


def with_costs(parts: Iterable[Plan], reference: int) -> Iterator[Plan]:
    """The parts, and after those of each module one with nothing but its cost.

    `reference` is what the reading of accounts and tax rates takes; it stands with the first one.
    """
    for module, of_module in groupby(parts, lambda part: part.module):
        sent = _Sent(module)
        for part in of_module:
            sent.add(part)
            yield part
        yield Plan(module, cost=Cost(reference) + sent.cost)
        reference = 0


@dataclass
class _Sent:
    """What a module's plan sends: changes are read once, and all goes in the batches of a run.

    The invoices of payments that are sent are read once more when all is done.
    """

    module: Module
    items: list[Sized] = field(default_factory=list)

    def add(self, part: Plan) -> None:
        """Add what a part sends, each under a name of its own."""
        for decision in part.decisions:
            if action := decision.on(Side.XERO):
                xero_id = decision.pair.xero.id if decision.pair.xero else None
                name = str(len(self.items))
                item = Item(action.document, name, xero_id, module=self.module)
                self.items.append(Sized.of(item, is_removal=isinstance(action, Delete)))

    @property
    def cost(self) -> Cost:
        """The calls that it takes."""
        requests = sum(1 for _ in batches(self.module, self.items, {}))
        invoices = int(bool(self.items) and spec_of(self.module).settles is not None)
        return Cost(1 + _pages_of_own_writes(len(self.items)) + invoices, requests)


def _pages_of_own_writes(written: int) -> int:
    """The pages in which a run reads its own writes, 0 where they fit one page."""
    return written // PAGE + 1 if written >= PAGE else 0
