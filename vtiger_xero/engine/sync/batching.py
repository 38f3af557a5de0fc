"""What goes to Xero in which request, and what both sides agree on once it has arrived."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..actions import Create, Update
from ..links import XeroHead
from ..mapping import Table, Values, people, persons
from ..modules import spec_of
from ..outbox import HEAVIEST, Item, Method
from ..records import Module
from ..text import name_key
from .to_crm import Outgoing


@dataclass(frozen=True, slots=True)
class Sized:
    """What of an item decides in which batch it goes.

    `weight` is in bytes, `wants` is the name that it asks for, and `is_removal` says that it takes
    its document away.
    """

    crm_name: str
    xero_id: str | None
    key: str
    weight: int
    wants: str
    is_removal: bool

    @staticmethod
    def of(item: Item, *, is_removal: bool) -> Sized:
        """That of an item."""
        wants = spec_of(item.module).xero.requested_name(item.document)
        return Sized(item.crm_name, item.xero_id, item.key, item.weight, wants, is_removal)


def largest_batch(module: Module) -> int:
    """The most elements of one request."""
    return spec_of(module).xero.batch_size


def batches(
    module: Module,
    items: Sequence[Sized],
    sizes: Mapping[str, int],
) -> Iterator[tuple[Method, list[Sized]]]:
    """Items in requests; `sizes` are those of the doubtful ones, by CRM name, which go last."""
    for method, part, size in _portions(module, items, sizes):
        for some in _split(part, size):
            yield method, some


def order_by_names(items: Sequence[Sized], heads: Sequence[XeroHead]) -> Iterator[Sequence[Sized]]:
    """Items in turns: a record that takes a name goes after the one that gives it up in this run.

    In what order Xero carries out the elements of one request is documented nowhere. Where names
    are swapped, one is refused whichever goes first.
    """
    held = {name_key(head.title): head.id for head in heads if head.alive}
    of_ids = {item.xero_id: item for item in items if item.xero_id}
    turns: dict[str, int] = {}
    for item in items:
        chain = [item]
        while chain[-1].crm_name not in turns:
            turns[chain[-1].crm_name] = 0  # ends the walk round a circle
            wanted = name_key(chain[-1].wants)
            holder = of_ids.get(held.get(wanted, "")) if wanted else None
            if holder is None or holder is chain[-1]:
                break
            chain.append(holder)
        for before, after in zip(reversed(chain), list(reversed(chain))[1:], strict=False):
            turns[after.crm_name] = turns[before.crm_name] + 1
    for number in sorted(set(turns.values())):
        yield [item for item in items if turns[item.crm_name] == number]


def _portions(
    module: Module,
    items: Sequence[Sized],
    sizes: Mapping[str, int],
) -> Iterator[tuple[Method, list[Sized], int]]:
    """Items by method and by the size of batch that they may go in, the largest first.

    Updates go before creations: a new contact may take the name that a renamed one gives up.
    """
    if spec_of(module).xero.removes_singly:
        yield Method.DELETE, [item for item in items if item.is_removal], 1
        items = [item for item in items if not item.is_removal]
    largest = largest_batch(module)
    for size in sorted({largest, *sizes.values()}, reverse=True):
        part = [item for item in items if sizes.get(item.crm_name, largest) == size]
        yield Method.UPDATE, [item for item in part if item.xero_id is not None], size
        yield Method.CREATE, [item for item in part if item.xero_id is None], size


def _split(items: Sequence[Sized], size: int) -> Iterator[list[Sized]]:
    """Batches of at most `size`, none too heavy, and none with two items of one key."""
    waiting = deque(items)
    while waiting:
        yield _first_batch(waiting, size)


def _first_batch(waiting: deque[Sized], size: int) -> list[Sized]:
    """Take a batch off the front; an item with the key of one in it goes first in the next."""
    batch: dict[str, Sized] = {}
    alike: list[Sized] = []
    weight = 0
    while waiting and len(batch) < size:
        weight += waiting[0].weight
        if batch and weight > HEAVIEST:
            break
        item = waiting.popleft()
        if item.key in batch:
            alike.append(item)
        else:
            batch[item.key] = item
    waiting.extendleft(reversed(alike))
    return list(batch.values())


def values_to_agree_on(outgoing: Outgoing, action: Create | Update, table: Table) -> Values:
    """What both sides will agree on once the item has arrived."""
    record, values, xero = outgoing.record, action.values, outgoing.decision.pair.xero
    held = {} if record is None else table.comparable(record.fields)
    if record is not None:
        held = table.restore_values(held, values, record.fields)
    if people.PERSONS not in table:
        return {k: v for k, v in values.items() if held.get(k) == v}
    at_xero = persons.read(xero.document) if xero else ()
    known = people.people_of(outgoing.decision.pair.base)
    if people.PERSONS in values:
        at_xero = people.people_of(values)
        # People for whom Xero had no room were not removed there by a user.
        known = tuple(old for old, new in people.pair_up(known, at_xero) if old and new)
    in_crm = people.people_of(record.fields) if record else ()
    values = {k: v for k, v in values.items() if k == people.PERSONS or held.get(k) == v}
    return {**values, people.PERSONS: persons.people_agreed_on(known, in_crm, at_xero)}
