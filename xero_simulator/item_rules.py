"""What Xero refuses in an Item, as rows: what breaks it, and Xero's words.

Provenance: OAS Xero's OpenAPI file, DOC its documentation, 3P third parties, invented [Y1]: the
rule is real, the wording is ours because nobody has published it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xero_simulator.chart import (
    ACCOUNT_UNKNOWN,
    account_coded,
    account_fault,
    tax_faults,
)
from xero_simulator.item_fields import LIMITS, Item
from xero_simulator.text import name_key

if TYPE_CHECKING:
    from xero_simulator.ledger import Ledger

# OAS (its example of PUT /Items)
CODE_TAKEN = "Price List Item with Code '{code}' already exists"
CODE_MISSING = "Price List Item Code must be supplied"  # calcinai/xero-php 528
# invented [Y1]: nobody has published these, the rules behind them are real
TOO_LONG = "{field} must be {limit} characters or fewer."
NOT_ASSET = "InventoryAssetAccountCode must be an account of type INVENTORY."
HALF_TRACKED = (
    "A tracked inventory item needs both an InventoryAssetAccountCode and a COGSAccountCode."
)
TRACKED_PURCHASE = "A tracked inventory item cannot have a PurchaseDetails AccountCode."
STILL_AT_HAND = "An item with a quantity on hand must stay a tracked inventory item."
IN_USE = "The tracked inventory item has been used in transactions and cannot be deleted."
TOO_MANY = "No more than 500 items can be sent in one request."


@dataclass(frozen=True)
class ItemRule:
    """An item that breaks it is refused; the messages say with what."""

    broken: Callable[["Ledger", Item], Iterable[str]]


def _too_long(organisation: "Ledger", item: Item) -> Iterable[str]:
    for name, limit in LIMITS.items():
        if len(item.fields.get(name, "")) > limit:
            yield TOO_LONG.format(field=name, limit=limit)


def _code(organisation: "Ledger", item: Item) -> Iterable[str]:
    if not item.code.strip():
        yield CODE_MISSING
        return
    other = item_coded(organisation, item.code)
    if other is not None and other.item_id != item.item_id:
        yield CODE_TAKEN.format(code=item.code)


def _tracking(organisation: "Ledger", item: Item) -> Iterable[str]:
    asset, cost = item.fields.get("InventoryAssetAccountCode"), item.purchase.get("COGSAccountCode")
    if bool(asset) != bool(cost):
        yield HALF_TRACKED
    if asset:
        account = account_coded(organisation, asset)
        if account is None:
            yield ACCOUNT_UNKNOWN.format(code=asset)
        elif account["Type"] != "INVENTORY":
            yield NOT_ASSET
    if item.is_tracked and item.purchase.get("AccountCode"):
        yield TRACKED_PURCHASE
    if item.on_hand and not item.is_tracked:
        yield STILL_AT_HAND


def _accounts_and_taxes(organisation: "Ledger", item: Item) -> Iterable[str]:
    for details in (item.sales, item.purchase):
        codes = [details[n] for n in ("AccountCode", "COGSAccountCode") if details.get(n)]
        # By analogy to documents: no source has the texts of items.
        yield from (fault for c in codes if (fault := account_fault(organisation, c)))
        if tax_type := details.get("TaxType"):
            yield from tax_faults(organisation, tax_type, codes[0] if codes else "")


RULES = tuple(ItemRule(row) for row in (_code, _too_long, _tracking, _accounts_and_taxes))


def item_coded(organisation: "Ledger", code: str) -> Item | None:
    """The item of that code, without regard to case."""
    same = organisation.items.equal("Code", code)
    return next((item for item in same if name_key(item.code) == name_key(code)), None)


def broken_item_rules(organisation: "Ledger", item: Item) -> list[str]:
    """The messages for a write, each once, in the order of the rows."""
    messages = (message for rule in RULES for message in rule.broken(organisation, item))
    return list(dict.fromkeys(messages))
