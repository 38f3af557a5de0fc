"""What Xero says of items, which are products and services here."""

from __future__ import annotations

from .row import Row

_STOCK_IN_XERO = "Change it on the item in Xero, where its stock is tracked, then sync again."

ROWS = (
    Row(
        # Doubled quotes stand in an example of Xero's, as an artefact.
        r"^Price List Item with Code '+(?P<code>.*?)'+ already exists",
        "Xero already has an item with the code {code}, and codes must be unique there.",
        "Change the Part Number or Service Code here, or the code of the item in Xero, then sync "
        "again.",
    ),
    Row(
        r"^The Code of an item must be specified",
        "The product or service has no code, and Xero needs one.",
        "Enter a Part Number, or for a service a Service Code.",
    ),
    Row(
        r"^InventoryAssetAccountCode must be an account of type INVENTORY",
        "The inventory account of this item is not an account of the type Inventory.",
        _STOCK_IN_XERO,
    ),
    Row(
        r"^A tracked inventory item needs both",
        "An item whose stock Xero tracks needs an inventory account and an account for the cost "
        "of goods sold; this one would have one of them only.",
        _STOCK_IN_XERO,
    ),
    Row(
        r"^A tracked inventory item cannot have a PurchaseDetails AccountCode",
        "Xero tracks the stock of this item, and such an item has an account for the cost of "
        "goods sold in place of a purchase account.",
        _STOCK_IN_XERO,
    ),
    Row(
        r"^An item with a quantity on hand must stay a tracked inventory item",
        "Xero still has some of this item in stock, so its stock must stay tracked.",
        "Adjust the quantity of the item to zero in Xero first, then sync again.",
    ),
    Row(
        r"^The tracked inventory item has been used in transactions",
        "Xero tracks the stock of this item and has documents that moved it, so the item cannot "
        "be deleted there.",
        "Leave the item in Xero; here it can be made inactive.",
    ),
    Row(
        r"^No more than \d+ items can be sent in one request",
        "More items were sent at once than Xero takes.",
        "Sync again.",
    ),
)
