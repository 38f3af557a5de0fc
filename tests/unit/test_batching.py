"""What goes into one request: by Xero's advice for each object, and by bytes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vtiger_xero.engine.modules import spec_of
from vtiger_xero.engine.outbox import HEAVIEST, Item
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.sync.batching import Sized, batches

INVOICES = Module.INVOICES
LARGEST = spec_of(INVOICES).xero.batch_size


def item(number: int, text: str = "", name: str = "") -> Sized:
    document = {"InvoiceNumber": name or f"I-{number}", "Reference": text}
    sent = Item(document, crm_name=f"INV{number}", module=INVOICES)
    return Sized.of(sent, is_removal=False)


def cut(*items: Sized, **sizes: int) -> list[list[Sized]]:
    return [part for _, part in batches(INVOICES, items, sizes)]


def test_a_module_has_its_own_largest_batch() -> None:
    items = [item(number) for number in range(LARGEST + 1)]
    assert [len(part) for part in cut(*items)] == [LARGEST, 1]


def test_heavy_ones_go_in_more_requests_and_keep_their_order() -> None:
    items = [item(number, "x" * (HEAVIEST // 4)) for number in range(7)]
    parts = cut(*items)
    assert [len(part) for part in parts] == [3, 3, 1]
    assert [each for part in parts for each in part] == items


def test_one_that_is_too_heavy_for_any_goes_alone() -> None:
    items = [item(1), item(2, "x" * (2 * HEAVIEST)), item(3)]
    assert [len(part) for part in cut(*items)] == [1, 1, 1]


def test_a_doubtful_one_goes_last_in_a_batch_of_its_size() -> None:
    parts = cut(item(1), item(2), item(3), INV1=1)
    assert [[each.crm_name for each in part] for part in parts] == [["INV2", "INV3"], ["INV1"]]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, HEAVIEST)), max_size=30))
def test_every_item_goes_out_once_and_never_beside_its_like(rows: list[tuple[str, int]]) -> None:
    items = [item(n, "x" * size, name) for n, (name, size) in enumerate(rows)]
    parts = cut(*items)
    assert sorted(each.crm_name for part in parts for each in part) == sorted(
        each.crm_name for each in items
    )
    for part in parts:
        assert len({each.key for each in part}) == len(part)
        assert len(part) == 1 or sum(each.weight for each in part) <= HEAVIEST
