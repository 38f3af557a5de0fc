"""What the lines of invoices must know of items: their codes, accounts, taxes and stock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ...links import Link
from ...lookups import CrmItem, Item
from ...mapping import Values
from ...mapping.doctypes import DO_NOT_SYNC, ITEM_TYPE, PRODUCT, SERVICE
from ...mapping.item_history import CODES, NAMES, former_values
from ...mapping.rows import number_of
from ...ports import chunks
from ...records import Document, Module
from ...text import name_key
from ..partners import deleted_here
from ..spec import Sources

_AT_ONCE = 500


def look_up_items(sources: Sources) -> Mapping[str, Any]:
    """The fields of `Lookups` that concern items."""
    heads = sources.journal.xero_heads(Module.PRODUCTS)
    codes = {head.id: head.title for head in heads if head.alive}
    items = _documents(sources, list(codes))
    return {
        "deleted_codes": _deleted_codes(sources, codes),
        "items": _items(sources, codes, _tax_types(items)),
        "items_sync": sources.settings.of(Module.PRODUCTS).enabled,
        "codes_at_xero": {name_key(code) for code in codes.values()},
        "items_unread": Module.PRODUCTS in sources.unread,
        "stock": _stock(items.values()),
    }


def _deleted_codes(sources: Sources, codes: Mapping[str, str]) -> set[str]:
    links, heads = sources.journal.links(Module.PRODUCTS), sources.crm.heads(Module.PRODUCTS)
    deleted = deleted_here(links, heads)
    return {name_key(code) for key, code in codes.items() if key in deleted}


def _items(
    sources: Sources, codes: Mapping[str, str], tax_types: Mapping[str, str]
) -> dict[Item, CrmItem]:
    """Products and services by their keys, duplicates last; the others by ids of living items."""
    heads = sources.crm.heads(Module.PRODUCTS)
    known = {link.crm_name: link for link in sources.journal.links(Module.PRODUCTS)}
    names = [head.name for head in heads if head.name in known]
    bases: dict[str, Values] = {}
    for part in chunks(names, _AT_ONCE):
        bases |= sources.journal.bases(Module.PRODUCTS, part)
    items = {}
    for head in sorted(heads, key=lambda head: _is_duplicate(known.get(head.name))):
        kind = SERVICE if head.keys.get(ITEM_TYPE) == SERVICE else PRODUCT
        link = known.get(head.name)
        xero_id, base = link.xero_id if link else None, bases.get(head.name, {})
        items[kind, head.name] = CrmItem(
            kind,
            head.name,
            head.keys.get("product_name", ""),
            codes.get(xero_id or "", ""),
            head.keys.get("xero_sales_account", ""),
            tax_types.get(xero_id or "", ""),
            is_deleted=bool(xero_id) and xero_id not in codes,
            is_excluded=bool(head.keys.get(DO_NOT_SYNC)),
            former_codes=tuple(former_values(base, CODES)),
            former_names=tuple(former_values(base, NAMES)),
        )
    return items


def _is_duplicate(link: Link | None) -> bool:
    return link is not None and link.duplicate_of is not None


def _documents(sources: Sources, ids: Sequence[str]) -> dict[str, Document]:
    """Xero's items by their ids, as the journal has them."""
    found: dict[str, Document] = {}
    for part in chunks(ids, _AT_ONCE):
        for record in sources.journal.xero_records(Module.PRODUCTS, part):
            found[record.id] = record.document
    return found


def _stock(items: Iterable[Document]) -> dict[str, Decimal]:
    """What Xero has at hand of each item that it counts, by its code."""
    counted = (item for item in items if item.get("IsTrackedAsInventory"))
    at_hand = ((_code(item), number_of(item.get("QuantityOnHand"))) for item in counted)
    return {code: quantity for code, quantity in at_hand if quantity is not None}


def _tax_types(items: Mapping[str, Document]) -> dict[str, str]:
    """The TaxType that each item has for sales."""
    details = {key: item.get("SalesDetails") or {} for key, item in items.items()}
    return {key: str(held.get("TaxType") or "") for key, held in details.items()}


def _code(document: Document) -> str:
    return str(document.get("Code") or "")
