"""One description in the CRM, one for customers and one for suppliers in Xero.

Xero's part is the simulator's: it forgets the text of an item that is not sold, or not bought.
"""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from vtiger_xero.engine.lookups import empty_lookups
from vtiger_xero.engine.mapping.items import table
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.requests import update
from xero_simulator.item_fields import Item, overlay_item
from xero_simulator.items import read_item
from xero_simulator.readings import Readings

D = Decimal
TABLE = table(empty_lookups())
NEW = Item("0b1c6e5e-0000-4000-8000-000000000001", datetime(2026, 11, 1, tzinfo=timezone.utc))
texts = st.sampled_from(["", "steel", "from Smith & Co", "steel\n8 mm"])
prices = st.sampled_from([D(0), D(3), D("0.25")])
items = st.fixed_dictionaries(
    {
        "Code": st.just("B"),
        "IsSold": st.booleans(),
        "IsPurchased": st.booleans(),
        "Description": texts,
        "PurchaseDescription": texts,
        "SalesDetails": st.builds(lambda price: {"UnitPrice": price}, prices),
        "PurchaseDetails": st.builds(lambda price: {"UnitPrice": price}, prices),
    }
)
edits = st.fixed_dictionaries(
    {}, optional={"description": texts, "unit_price": prices, "purchase_cost": prices}
)


def seen(item: Item) -> dict[str, Any]:
    return dict(read_item(item, 4))


@settings(max_examples=500, deadline=None)
@given(items, edits)
def test_what_goes_to_xero_is_what_comes_back_and_nothing_else_moves(
    held: dict[str, Any], edited: dict[str, Any]
) -> None:
    before = overlay_item(NEW, held, 4, Readings())
    # A zero is not sent where Xero says nothing.
    said = {k: v for k, v in edited.items() if v or read(before)[k]}
    mine = {**read(before), **said}
    changed = {field: mine[field] for field in said if mine[field] != read(before)[field]}
    if not changed:
        return
    request = update(Module.PRODUCTS, TABLE, seen(before), changed)
    assert read(overlay_item(before, request, 4, Readings())) == mine


def read(item: Item) -> dict[str, Any]:
    return TABLE.read(seen(item))


@settings(max_examples=500, deadline=None)
@given(items, edits)
def test_what_was_written_for_suppliers_alone_is_never_written_over(
    held: dict[str, Any], edited: dict[str, Any]
) -> None:
    before = overlay_item(NEW, held, 4, Readings())
    own, sold = before.get("PurchaseDescription"), before.get("Description")
    request = update(Module.PRODUCTS, TABLE, seen(before), edited)
    after = overlay_item(before, request, 4, Readings())
    if own and before.get("IsSold") and own != sold:
        assert after.get("PurchaseDescription") == own
        assert own != after.get("Description") or own == edited.get("description")
