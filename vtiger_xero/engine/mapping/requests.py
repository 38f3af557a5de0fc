"""The documents that go to Xero: whole for a creation, sparse for an update."""

from __future__ import annotations

from typing import Any

from ..records import Document, Value
from .rows import Table, Values


def creation(table: Table, values: Values) -> Document:
    """A new document, without anything that says nothing."""
    filled: Document = table.filled({}, values)
    return {key: pruned for key, piece in filled.items() if (pruned := _pruned(piece))}


def update(table: Table, held: Document, values: dict[str, Value]) -> Document:
    """The parts of `held` that change, whole where Xero takes them whole, with the id."""
    filled = table.filled(held, values)
    request = table.request(filled, values)
    return {"ContactID": held["ContactID"], **request}


def archiving(held: Document) -> Document:
    """The request that archives a contact: Xero deletes none."""
    return {"ContactID": held["ContactID"], "ContactStatus": "ARCHIVED"}


def _pruned(piece: Any) -> Any:
    if not isinstance(piece, list):
        return piece
    kept = [{key: value for key, value in each.items() if value != ""} for each in piece]
    return [each for each in kept if any(_says(key, each[key]) for key in each)]


def _says(key: str, value: Any) -> bool:
    return key not in ("PhoneType", "AddressType") and value not in ("", False, None)
