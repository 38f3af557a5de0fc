"""/Items: list (never paged [DOC]), read one, create, create or update, delete."""

from collections.abc import Mapping
from typing import Any

from xero_simulator.accounting import AccountingCall, Endpoint
from xero_simulator.answers import (
    Answer,
    Refused,
    not_found,
    post_data_invalid,
    validation_failed,
)
from xero_simulator.batches import Writing, write
from xero_simulator.invalid import Invalid
from xero_simulator.item_fields import ITEMS, Item, check_item_shape
from xero_simulator.item_rules import IN_USE, TOO_MANY, item_coded
from xero_simulator.item_saving import is_moved, save_item_as_sent
from xero_simulator.money import places, shown
from xero_simulator.organisation import Organisation
from xero_simulator.wire import (
    ZERO_GUID,
    JsonObject,
    envelope_date,
    wire_date,
    without_nulls,
)

MOST_ITEMS = 500  # [PLAT]

# -- reading ---------------------------------------------------------------------------------


def list_items(call: AccountingCall) -> Answer:
    """GET /Items: all of them in one answer, whatever `page` says."""
    items = call.found(call.organisation.items.in_order(), ITEMS)
    return call.answer("Items", [read_item(item, call.unit_places) for item in items])


def get_item(call: AccountingCall, key: str) -> Answer:
    """GET /Items/{ItemID} or /Items/{Code}."""
    wire = read_item(_found(call.organisation, key), call.unit_places)
    return call.answer("Items", [{**wire, "ValidationErrors": []}])  # [OAS]


def read_item(item: Item, unit_places: int) -> JsonObject:
    """An item as GET shows it, with so many decimals in its prices [OAS]."""
    wire = without_nulls(
        {
            "ItemID": item.item_id,
            "Code": item.code,
            "Description": item.get("Description"),
            "PurchaseDescription": item.get("PurchaseDescription"),
            "UpdatedDateUTC": wire_date(item.updated),
            "PurchaseDetails": _details(item.purchase, unit_places),
            "SalesDetails": _details(item.sales, unit_places),
            "Name": item.get("Name"),
            "IsTrackedAsInventory": item.is_tracked,
            "InventoryAssetAccountCode": item.get("InventoryAssetAccountCode"),
            "IsSold": item.get("IsSold"),
            "IsPurchased": item.get("IsPurchased"),
        }
    )
    if item.is_tracked:
        wire["TotalCostPool"] = shown(places(item.cost_pool, 2))
        wire["QuantityOnHand"] = shown(item.on_hand)
    return wire


def _details(details: Mapping[str, Any], unit_places: int) -> JsonObject:
    wire = dict(details)
    if "UnitPrice" in wire:
        wire["UnitPrice"] = shown(places(wire["UnitPrice"], unit_places))
    return wire


def _found(organisation: Organisation, key: str) -> Item:
    item = organisation.items.get(key.lower()) or item_coded(organisation, key)
    if item is None:
        raise Refused(not_found())
    return item


# -- writing ---------------------------------------------------------------------------------


def create_items(call: AccountingCall) -> Answer:
    """PUT /Items: create only."""
    return _write(call, call.elements("Items"), create_only=True)


def save_items(call: AccountingCall) -> Answer:
    """POST /Items: create or update, by ItemID or else by Code."""
    return _write(call, call.elements("Items"), create_only=False)


def save_item(call: AccountingCall, key: str) -> Answer:
    """POST /Items/{ItemID}: update that one; the path beats the body."""
    elements = call.elements("Items")
    if len(elements) != 1:
        return post_data_invalid("Only one item can be sent to this path")  # invented [A4]
    item = _found(call.organisation, key)
    return _write(call, [{**elements[0], "ItemID": item.item_id}], create_only=False)


def delete_item(call: AccountingCall, key: str) -> Answer:
    """DELETE /Items/{ItemID}: 204, unless it is tracked and was used [PLAT]."""
    item = _found(call.organisation, key)
    if item.is_tracked and is_moved(call.organisation, item):
        raise Refused(validation_failed([_refused({}, Invalid([IN_USE], item.item_id))]))
    call.organisation.remove_item(item)
    return Answer(204)


def _write(call: AccountingCall, elements: list[JsonObject], create_only: bool) -> Answer:
    if len(elements) > MOST_ITEMS:
        return post_data_invalid(TOO_MANY)
    for element in elements:
        check_item_shape(element)
    _refuse_unknown_ids(call.organisation, elements)

    def save(sent: JsonObject) -> JsonObject:
        item = save_item_as_sent(call.organisation, sent, create_only, call.unit_places)
        # A just-written item shows its time without the offset [REC].
        written = {"UpdatedDateUTC": envelope_date(item.updated), "ValidationErrors": []}
        return {**read_item(item, call.unit_places), **written}

    return write(call, elements, Writing("Items", save, _refused))


def _refuse_unknown_ids(organisation: Organisation, elements: list[JsonObject]) -> None:
    """# invented [D4]: a 404 for the whole request, as for a ContactID that was never issued."""
    for element in elements:
        item_id = element.get("ItemID")
        if item_id is not None and item_id.lower() not in organisation.items:
            raise Refused(not_found())


def _refused(sent: JsonObject, invalid: Invalid) -> JsonObject:
    echoed = {name: value for name, value in without_nulls(sent).items() if name != "ItemID"}
    return {
        "ItemID": invalid.key or ZERO_GUID,
        "Code": "",
        **echoed,
        "ValidationErrors": [{"Message": message} for message in invalid.messages],
    }


_SCOPE = "accounting.settings accounting.invoices"
ENDPOINTS = (
    # Xero's Scopes page lists Items under both; which alone may write is unverified.
    Endpoint("/Items", _SCOPE, {"GET": list_items, "PUT": create_items, "POST": save_items}),
    Endpoint(
        "/Items/<path:key>", _SCOPE, {"GET": get_item, "POST": save_item, "DELETE": delete_item}
    ),
)
