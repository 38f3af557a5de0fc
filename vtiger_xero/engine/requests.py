"""The documents that go to Xero: whole for a creation, sparse for an update."""

from __future__ import annotations

from typing import Any

from .mapping import Table, Values
from .mapping.resources import GONE
from .modules import spec_of
from .records import Document, Module, Value


def creation(module: Module, table: Table, values: Values) -> Document:
    """A new document, without anything that says nothing."""
    sent = {name: value for name, value in values.items() if table[name].can_send(value)}
    filled: Document = {**spec_of(module).xero.new, **table.fill({}, sent)}
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
    xero = spec_of(module).xero
    filled = table.fill(held, values)
    along = [row for row in table.rows if row.goes_along and row.goes_along(filled)]
    values_read = known if known is not None else table.read(held)
    values = {**{row.field: values_read[row.field] for row in along}, **values}
    filled = table.fill(held, values) if along else filled
    echoed = {key: held[key] for key in xero.echoed if held.get(key)}
    if echoed.get("Status") == "PAID":
        echoed["Status"] = "AUTHORISED"
    request = {xero.id_key: held[xero.id_key], **echoed, **table.request(filled, values)}
    ended = {"Status": request.get("Status")} if request.get("Status") in GONE else {}
    return request | xero.also_sent(held, {**filled, **ended})


def removal(module: Module, held: Document) -> Document:
    """The request that takes a document away, in Xero's way for its kind."""
    return spec_of(module).xero.removal(held)


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
