"""One item, as the API or a person sends it, into the book."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xero_simulator.chart import account_coded
from xero_simulator.invalid import Invalid
from xero_simulator.item_fields import Item, overlay_item
from xero_simulator.item_rules import broken_item_rules, item_coded
from xero_simulator.readings import Readings
from xero_simulator.wire import JsonObject

if TYPE_CHECKING:
    from xero_simulator.ledger import Ledger


def save_item_as_sent(
    organisation: "Ledger",
    sent: JsonObject,
    create_only: bool,
    unit_places: int = 2,
    *,
    by_hand: bool = False,
) -> Item:
    """Create or update the item that `sent` means, or Invalid. `by_hand`: in Xero's screens."""
    existing = None if create_only else _existing(organisation, sent)
    before = existing or _blank(organisation, sent)
    readings = Readings() if by_hand else organisation.readings
    overlaid = overlay_item(before, sent, unit_places, readings)
    changed = _with_tax_types(organisation, overlaid)
    if messages := broken_item_rules(organisation, changed):
        raise Invalid(messages, existing.item_id if existing else None)
    saved = replace(changed, updated=organisation.stamp())
    organisation.items.save(saved)
    return saved


def _with_tax_types(organisation: "Ledger", item: Item) -> Item:
    """An item that names an account and no TaxType gets the account's own.

    Recorded: items sent without a TaxType are answered with OUTPUT2 and INPUT2, those of accounts
    200 and 300 (corrin/docketworks, September 2026).
    """
    sales, purchase = (_with_tax_type(organisation, side) for side in (item.sales, item.purchase))
    return replace(item, sales=sales, purchase=purchase)


def _with_tax_type(organisation: "Ledger", details: Mapping[str, Any]) -> Mapping[str, Any]:
    code = details.get("AccountCode") or details.get("COGSAccountCode")
    account = account_coded(organisation, code) if code else None
    own = (account or {}).get("TaxType")
    return {**details, "TaxType": own} if own and not details.get("TaxType") else details


def is_moved(organisation: "Ledger", item: Item) -> bool:
    """Whether a document has ever moved its stock."""
    books = (organisation.invoices, organisation.credit_notes)
    return any(item.item_id in document.moved for book in books for document in book.values())


def _blank(organisation: "Ledger", sent: JsonObject) -> Item:
    return Item(organisation.item_id_of(sent.get("Code") or ""), organisation.stamp())


def _existing(organisation: "Ledger", sent: JsonObject) -> Item | None:
    if item_id := sent.get("ItemID"):
        return organisation.items[item_id.lower()]
    return item_coded(organisation, sent["Code"]) if sent.get("Code") else None
