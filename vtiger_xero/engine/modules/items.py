"""Products and services, which are items at Xero: one module, with one list of codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ..evidence import ITEM_SIGNS, Details, item_details
from ..lookups import PLACEHOLDER, Lookups
from ..mapping import Values, items
from ..mapping.doctypes import DO_NOT_SYNC, ITEM_TYPE, PRODUCT, SERVICE
from ..mapping.heads import Keys, MatchRule
from ..mapping.item_history import with_history
from ..mapping.resources import DELETED, XeroResource, named_key, text_keys
from ..messages import _lt
from ..records import Document, Fields, Head, Module
from ..settings import Settings
from ..text import name_key
from .compared import amount_at, text_at
from .spec import Booking, Deactivated, ModuleSpec, Sources, Standing


def _look_up(sources: Sources) -> Mapping[str, Any]:
    return {"taxes": sources.taxes()}


def _head(document: Document) -> tuple[str, str, tuple[str, ...], Details]:
    code, name = document.get("Code"), document.get("Name")
    return str(code or ""), str(name or ""), (), item_details(code, name)


def _keys(head: Head, settings: Settings, lookups: Lookups) -> Keys:
    """By the code; by the name only where there is no code."""
    keys = head.keys
    code = keys.get(items.CODE) or (keys.get("product_number") if settings.number_as_code else "")
    name = name_key(keys.get(items.NAME))
    number = "" if name_key(code) or name == PLACEHOLDER else name
    return Keys(name_key(code), number, details=item_details(code, keys.get(items.NAME)))


def _natural_keys(document: Document) -> tuple[str, ...]:
    return text_keys(document.get("ItemID") or "", named_key("code", document.get("Code")))


def _deletion(held: Document) -> Document:
    return {"ItemID": held["ItemID"], "Code": held.get("Code", ""), "Status": DELETED}


def _incoming(document: Document, settings: Settings) -> Values:
    """An item without a name keeps none: else the CRM would fill it in."""
    is_tracked = document.get("IsTrackedAsInventory")
    return {items.NAME: "", ITEM_TYPE: PRODUCT if is_tracked else settings.incoming_items}


def _book_crm(fields: Fields, base: str) -> Booking:
    is_active = fields.get(items.ACTIVE, True)
    return Booking(Standing.BOOKED if is_active else Standing.GONE)


SPEC = ModuleSpec(
    module=Module.PRODUCTS,
    doctypes=(PRODUCT, SERVICE),
    head_fields=(
        items.NAME,
        items.CODE,
        "product_number",
        "xero_sales_account",
        ITEM_TYPE,
        DO_NOT_SYNC,
    ),
    title_field=items.NAME,
    filled_by_sync=(items.NAME,),
    # The product of lines without one is the CRM's own (rule I16).
    is_never_sent=lambda fields: fields.get(items.NAME) == PLACEHOLDER,
    # Xero's items have no status: DELETED is our own word for one that it no longer lists.
    xero=XeroResource(
        noun="item",
        collection="Items",
        id_key="ItemID",
        status_key="Status",
        status_if_missing="ACTIVE",
        title=lambda document: str(document.get("Name") or document.get("Code") or ""),
        keys=_natural_keys,
        removal=_deletion,
        # No address of a single item is documented: the list of all of them is the nearest.
        page="/Accounts/Inventory/",
        scope="accounting.invoices",  # the scopes page lists Items here
        unreadable=_lt(
            "An item of Xero (ID {id}) could not be read and was left out: {error}. The "
            "others are not affected."
        ),
        batch_size=100,
        unique="Code",
        named_by_code=True,
        is_paged=False,
        four_decimals=True,
        sweep=timedelta(hours=1),
        new={"IsSold": True},
        echoed=("Code",),  # Xero asks for it in every request
        removes_singly=True,
    ),
    table=items.table,
    look_up=_look_up,
    remember=with_history,
    rule=MatchRule(ITEM_SIGNS, number_needs_mark=False, shares_document=True),
    head=_head,
    keys=_keys,
    compared=(
        (items.CODE, text_at("Code")),
        (items.NAME, text_at("Name")),
        ("unit_price", amount_at("SalesDetails", "UnitPrice")),
        ("purchase_cost", amount_at("PurchaseDetails", "UnitPrice")),
    ),
    when_gone=Deactivated(items.ACTIVE),
    duplicate=lambda primary: _lt(
        "It has the same code or name as {0}. Both are one item in Xero."
    ).format(primary),
    remedy_if_kept=_lt("Delete the item in Xero, if nobody needs it."),
    incoming=_incoming,
    booked_by=(items.ACTIVE,),
    book_crm=_book_crm,
)
