"""What goes to Xero in which request, and what both sides will agree on once it has arrived."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from ..actions import Create, Update
from ..mapping import Table, Values, people, persons
from ..mapping.kinds import KINDS
from ..outbox import BATCH_SIZE, Item, Method
from ..records import Module
from .to_crm import Outgoing


def batches(
    module: Module,
    items: Sequence[Item],
    sizes: Mapping[str, int],
    removes: Callable[[Item], bool],
) -> Iterator[tuple[Method, list[Item]]]:
    """Items in requests; `sizes` are those of the doubtful ones, by CRM name, which go last."""
    for method, part, size in _portions(module, items, sizes, removes):
        for some in _cut(part, size):
            yield method, some


def _portions(
    module: Module,
    items: Sequence[Item],
    sizes: Mapping[str, int],
    removes: Callable[[Item], bool],
) -> Iterator[tuple[Method, list[Item], int]]:
    """Items by method and by the size of batch that they may go in, the largest first.

    Updates go before creations: a new contact may take the name that a renamed one gives up.
    """
    if KINDS[module].removes_singly:
        yield Method.DELETE, [item for item in items if removes(item)], 1
        items = [item for item in items if not removes(item)]
    for size in sorted({BATCH_SIZE, *sizes.values()}, reverse=True):
        part = [item for item in items if sizes.get(item.crm_name, BATCH_SIZE) == size]
        yield Method.UPDATE, [item for item in part if item.xero_id is not None], size
        yield Method.CREATE, [item for item in part if item.xero_id is None], size


def _cut(items: Sequence[Item], size: int) -> Iterator[list[Item]]:
    """Batches of at most `size`, in none of them two items that an answer could not tell apart."""
    waiting = list(items)
    while waiting:
        batch: dict[str, Item] = {}
        left: list[Item] = []
        for item in waiting:
            room = len(batch) < size and item.key not in batch
            if room:
                batch[item.key] = item
            else:
                left.append(item)
        yield list(batch.values())
        waiting = left


def agreeing(outgoing: Outgoing, action: Create | Update, table: Table) -> Values:
    """What both sides will agree on once the item has arrived."""
    record, values, xero = outgoing.record, action.values, outgoing.decision.pair.xero
    held = {} if record is None else table.comparable(record.fields)
    if record is not None:
        held = table.recalled(held, values, record.fields)
    if people.PERSONS not in table:
        return {k: v for k, v in values.items() if held.get(k) == v}
    at_xero = persons.read(xero.document) if xero else ()
    known = people.people_of(outgoing.decision.pair.base)
    if people.PERSONS in values:
        at_xero = people.people_of(values)
        # Who had to make room at Xero was not taken out there by a person.
        known = tuple(old for old, new in people.pair_up(known, at_xero) if old and new)
    in_crm = people.people_of(record.fields) if record else ()
    values = {k: v for k, v in values.items() if k == people.PERSONS or held.get(k) == v}
    return {**values, people.PERSONS: persons.agreed(known, in_crm, at_xero)}
