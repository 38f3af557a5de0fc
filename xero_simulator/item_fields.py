"""The fields of an Item, and how a write lays new values over old ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from operator import methodcaller
from typing import Any

from xero_simulator.money import ZERO, places
from xero_simulator.query import Table
from xero_simulator.readings import Readings
from xero_simulator.shapes import check_guids, check_kinds, nested, number
from xero_simulator.wire import JsonObject

# Limits [OAS].
LIMITS = {"Code": 30, "Name": 50, "Description": 4000, "PurchaseDescription": 4000}
TEXTS = ("Code", "Name", "Description", "PurchaseDescription", "InventoryAssetAccountCode")
FLAGS = ("IsSold", "IsPurchased")
DETAILS = ("SalesDetails", "PurchaseDetails")
DETAIL_TEXTS = ("AccountCode", "COGSAccountCode", "TaxType")


@dataclass(frozen=True)
class Item:
    """An item of the price list. Quantity and cost are moved by documents, never by a client."""

    item_id: str
    updated: datetime
    fields: Mapping[str, Any] = field(default_factory=dict)
    sales: Mapping[str, Any] = field(default_factory=dict)
    purchase: Mapping[str, Any] = field(default_factory=dict)
    on_hand: Decimal = ZERO
    cost_pool: Decimal = ZERO

    @property
    def key(self) -> str:
        """Its place in the book."""
        return self.item_id

    @property
    def code(self) -> str:
        """Code, unique without regard to case."""
        return str(self.fields.get("Code", ""))

    @property
    def is_tracked(self) -> bool:
        """IsTrackedAsInventory: an asset account and one for the cost of goods sold [OAS]."""
        return bool(
            self.fields.get("InventoryAssetAccountCode") and self.purchase.get("COGSAccountCode")
        )

    @property
    def average_cost(self) -> Decimal:
        """What one of those at hand has cost."""
        return self.cost_pool / self.on_hand if self.on_hand else ZERO

    def get(self, name: str) -> Any:
        """The value of a scalar element by its name on the wire; flags are true at first."""
        return self.fields.get(name, True if name in FLAGS else None)


def check_item_shape(sent: JsonObject) -> None:
    """Raise Refused(400) unless `sent` can be read as an Item."""
    check_kinds(sent, {**dict.fromkeys(TEXTS, str), **dict.fromkeys(FLAGS, bool)})
    check_guids(sent, ("ItemID",))
    for name in DETAILS:
        details = nested(sent, name)
        check_kinds(details, dict.fromkeys(DETAIL_TEXTS, str))
        number(details, "UnitPrice")


def overlay_item(item: Item, sent: JsonObject, unit_places: int, readings: Readings) -> Item:
    """A sparse update: what is not sent stays; "" empties.

    # invented [R17]: SalesDetails and PurchaseDetails that are sent are replaced whole, as
    addresses are; a client that sends a price only sees the account go.
    """
    named = {n: sent[n] for n in (*TEXTS, *FLAGS) if sent.get(n) is not None}
    fields = {n: value for n, value in {**item.fields, **named}.items() if value != ""}
    sales, purchase = (
        _details(kept, sent.get(name), unit_places, readings)
        for kept, name in ((item.sales, "SalesDetails"), (item.purchase, "PurchaseDetails"))
    )
    return _without_unused_side(replace(item, fields=fields, sales=sales, purchase=purchase))


def _without_unused_side(item: Item) -> Item:
    """What is not sold has no sales side, what is not purchased no purchase side [OAS]."""
    fields = dict(item.fields)
    if not item.get("IsSold"):
        fields.pop("Description", None)
        item = replace(item, sales={})
    if not item.get("IsPurchased"):
        fields.pop("PurchaseDescription", None)
        item = replace(item, purchase={})
    return replace(item, fields=fields)


def _details(
    kept: Mapping[str, Any], sent: JsonObject | None, unit_places: int, readings: Readings
) -> Mapping[str, Any]:
    if sent is None:
        return kept
    before = kept if kept and readings.details_are_sparse else {}
    named = {name: sent[name] for name in DETAIL_TEXTS if sent.get(name) is not None}
    details = {**before, **named}
    price = number(sent, "UnitPrice")
    if price is not None:
        details = {"UnitPrice": places(price, unit_places), **details}
        details["UnitPrice"] = places(price, unit_places)
    is_nothing = "UnitPrice" in details and not details["UnitPrice"]
    if is_nothing and not readings.keeps_zero_prices:  # [R2]
        del details["UnitPrice"]
    return {name: value for name, value in details.items() if value != ""}


ITEMS = Table("Item", {name: methodcaller("get", name) for name in TEXTS})
