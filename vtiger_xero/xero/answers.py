"""Whose answer is whose: the elements of an answer and the items of the batch it belongs to.

Matched by our own keys and never by position, because nobody promises that Xero keeps the
order, and a contact linked to its neighbour's document is worse than one not linked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ..engine.errors import RetryLater
from ..engine.outbox import Batch, Item, keys_of
from ..engine.ports import Outcome
from ..engine.records import Document, Module
from . import wire
from .endpoints import Endpoint
from .errors import KEY_FORGOTTEN, validation_messages
from .refusals import refusal

_REFUSED_FLAGS = ("HasErrors", "HasValidationErrors")


def outcomes(batch: Batch, endpoint: Endpoint, answer: Document, now: datetime) -> list[Outcome]:
    """One outcome for each item; `RetryLater` if one is missing, so that its fate stays open."""
    waiting = list(batch.items)
    found: list[Outcome] = []
    for element in _elements(endpoint, answer):
        item = _owner(element, waiting)
        if item is not None:
            waiting.remove(item)
            found.append(_outcome(batch.module, endpoint, item, element, now))
    if waiting:
        raise _incomplete(f"{len(waiting)} of {len(batch.items)} elements have no answer")
    return found


def _elements(endpoint: Endpoint, answer: Document) -> list[dict[str, Any]]:
    try:
        found = wire.elements(endpoint.collection, answer)
    except ValueError as error:
        raise _incomplete(str(error)) from None
    return [element for element in found if isinstance(element, dict)]


def _incomplete(detail: str) -> RetryLater:
    """Asking again with the same key would only be told the same, so it waits for the key."""
    return RetryLater(
        "Xero's answer left out some of the records that were sent. What became of them is "
        "looked up before anything is sent again.",
        after=KEY_FORGOTTEN,
        detail=detail,
    )


def _owner(element: dict[str, Any], waiting: Sequence[Item]) -> Item | None:
    """The item with this element's surest key; a weaker key counts if it names one item only.

    An element that was refused may come back without its number, hence the weaker ones.
    """
    keys = keys_of(element)
    for key in keys:
        for item in waiting:
            if item.key == key:
                return item
    for key in keys:
        named = [item for item in waiting if key in keys_of(item.document)]
        if len(named) == 1:
            return named[0]
    return None


def _outcome(
    module: Module, endpoint: Endpoint, item: Item, element: dict[str, Any], now: datetime
) -> Outcome:
    if _is_refused(element):
        why = refusal(validation_messages(element))
        return Outcome(item.key, refusal=why.reason, remedy=why.remedy)
    try:
        saved = wire.record(module, endpoint, element, saved=now)
    except ValueError as error:
        raise _incomplete(str(error)) from None
    return Outcome(item.key, record=saved, warnings=_warnings(element))


def _is_refused(element: dict[str, Any]) -> bool:
    """Contacts say HasValidationErrors, invoices HasErrors, both the attribute string."""
    return element.get("StatusAttributeString") == "ERROR" or any(
        element.get(flag) is True for flag in _REFUSED_FLAGS
    )


def _warnings(element: dict[str, Any]) -> tuple[str, ...]:
    found = element.get("Warnings") or ()
    return tuple(str(each["Message"]) for each in found if each.get("Message"))
