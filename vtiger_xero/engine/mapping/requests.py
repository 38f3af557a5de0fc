"""The documents that go to Xero: whole for a creation, sparse for an update."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..records import Document, Module, Value
from .invoice_figures import rounding_to_send
from .resources import GONE, RESOURCES
from .rows import Table, Values


def creation(module: Module, table: Table, values: Values) -> Document:
    """A new document, without anything that says nothing."""
    sent = {name: value for name, value in values.items() if table[name].can_send(value)}
    filled: Document = {**_ALWAYS_NEW.get(module, {}), **table.fill({}, sent)}
    return {key: kept for key, piece in filled.items() if _says_something(kept := _prune(piece))}


def update(
    module: Module,
    table: Table,
    held: Document,
    values: dict[str, Value],
    known: Values | None = None,
) -> Document:
    """The parts of `held` that change, whole where Xero takes them whole, with the id.

    Every request for an approved invoice repeats its status (rule I13), and lines that Xero
    would otherwise compute anew go along (`Row.goes_along`). `known` is what was read of `held`.
    """
    kind = RESOURCES[module]
    filled = table.fill(held, values)
    along = [row for row in table.rows if row.goes_along and row.goes_along(filled)]
    values_read = known if known is not None else table.read(held)
    values = {**{row.field: values_read[row.field] for row in along}, **values}
    filled = table.fill(held, values) if along else filled
    echoed = {key: held[key] for key in _ECHOED.get(module, ()) if held.get(key)}
    if echoed.get("Status") == "PAID":
        echoed["Status"] = "AUTHORISED"
    request = {kind.id_key: held[kind.id_key], **echoed, **table.request(filled, values)}
    if module is Module.INVOICES:
        ended = {"Status": request.get("Status")} if request.get("Status") in GONE else {}
        request |= rounding_to_send(held, {**filled, **ended})
    return request


def removal(module: Module, held: Document) -> Document:
    """The request that takes a document away, in Xero's way for its kind."""
    return RESOURCES[module].removal(held)


_ALWAYS_NEW: Mapping[Module, Document] = {
    Module.INVOICES: {"Type": "ACCREC", "LineAmountTypes": "Exclusive"},
    Module.PRODUCTS: {"IsSold": True},
}
_ECHOED: Mapping[Module, tuple[str, ...]] = {
    Module.INVOICES: ("Status", "InvoiceNumber"),
    Module.PRODUCTS: ("Code",),  # Xero asks for it in every request
}


def _prune(piece: Any) -> Any:
    if isinstance(piece, dict):
        return {key: value for key, value in piece.items() if value not in ("", None)}
    if not isinstance(piece, list):
        return piece
    kept = [{key: value for key, value in each.items() if value != ""} for each in piece]
    return [each for each in kept if any(_says(key, each[key]) for key in each)]


def _says_something(piece: Any) -> bool:
    """A price of nothing, alone, says nothing either."""
    return any(piece.values()) if isinstance(piece, dict) else bool(piece)


def _says(key: str, value: Any) -> bool:
    return key not in ("PhoneType", "AddressType") and value not in ("", False, None)
