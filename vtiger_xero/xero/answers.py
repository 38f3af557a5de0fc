"""Whose answer is whose: the elements of an answer and the items of the batch it belongs to.

Matched by our own keys and never by position, because nobody promises that Xero keeps the
order, and a contact linked to its neighbour's document is worse than one not linked. What has no
key in common may still be told by what it repeats: a refused element may repeat little, and a
payment has no number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from ..engine.errors import RetryLater
from ..engine.messages import _lt
from ..engine.modules import spec_of
from ..engine.outbox import Batch, Item
from ..engine.ports import Outcome
from ..engine.records import Document, Module
from ..engine.text import name_key
from . import wire
from .endpoints import Endpoint
from .errors import KEY_FORGOTTEN, validation_messages
from .refusals import refusal
from .shapes import require_known, require_sound

_REFUSED_FLAGS = ("HasErrors", "HasValidationErrors")
_SILENT = (None, "", wire.NOBODY)
_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)T00:00:00(\+00:00)?")


def outcomes(batch: Batch, endpoint: Endpoint, answer: Document, now: datetime) -> list[Outcome]:
    """One outcome for each item; `RetryLater` if one is missing, so that its fate stays open."""
    elements = _elements(endpoint, answer)
    owners, waiting = _owners(batch.module, elements, batch.items)
    if waiting:
        raise _incomplete(f"{len(waiting)} of {len(batch.items)} elements have no answer")
    return [
        _outcome(batch.module, item, element, now)
        for item, element in zip(owners, elements, strict=True)
        if item is not None
    ]


def _elements(endpoint: Endpoint, answer: Document) -> list[dict[str, Any]]:
    try:
        found = wire.elements(endpoint.collection, answer)
        return [wire.plain(element) for element in found if isinstance(element, dict)]
    except ValueError as error:
        raise _incomplete(str(error)) from None


def _incomplete(detail: str) -> RetryLater:
    """Asking again with the same key would only be told the same, so it waits for the key."""
    return RetryLater(
        _lt(
            "Xero's answer did not include all records that were sent. The sync looks for "
            "them in Xero before it sends anything again."
        ),
        after=KEY_FORGOTTEN,
        detail=detail,
    )


# -- whose it is -----------------------------------------------------------------------------


def _owners(
    module: Module, elements: Sequence[dict[str, Any]], items: Iterable[Item]
) -> tuple[list[Item | None], list[Item]]:
    """The item of each element, and the items that have none.

    Those with a key go first, so that what is left over can be told by what it repeats.
    """
    owners: list[Item | None] = [None] * len(elements)
    waiting = list(items)
    for place, element in enumerate(elements):
        owners[place] = _taken(waiting, _by_key(module, element, waiting))
    for place, element in enumerate(elements):
        if owners[place] is None:
            owners[place] = _taken(waiting, _alike(element, waiting))
    return owners, waiting


def _taken(waiting: list[Item], found: Item | None) -> Item | None:
    # By identity: two payments may be equal in every field.
    waiting[:] = [item for item in waiting if item is not found]
    return found


def _by_key(module: Module, element: dict[str, Any], waiting: Sequence[Item]) -> Item | None:
    """The item with this element's surest key; a weaker key counts if it names one item only.

    An element that was refused may come back without its number, hence the weaker ones. Of
    several items with one key, the one that the element repeats.
    """
    keys = _keys(module, element)
    for key in keys:
        same = [item for item in waiting if item.key == key]
        if same:
            return next((item for item in same if _repeats(element, item.document)), same[0])
    for key in keys:
        named = [item for item in waiting if key in item.keys]
        if len(named) == 1:
            return named[0]
    return None


def _keys(module: Module, element: dict[str, Any]) -> tuple[str, ...]:
    try:
        return spec_of(module).xero.keys(element)
    except (AttributeError, TypeError):  # something else where a name or an object should be
        return ()


def _alike(element: dict[str, Any], waiting: Sequence[Item]) -> Item | None:
    """The only item that the element does not contradict; of equal items, any."""
    alike = [item for item in waiting if _repeats(element, item.document)]
    return alike[0] if len({item.keys for item in alike}) == 1 else None


def _repeats(told: Any, sent: Any) -> bool:
    """Whether an answer says nothing else than was sent, in all that it says at all of it.

    Lists are left aside: Xero completes them.
    """
    if isinstance(told, dict) and isinstance(sent, dict):
        common = (key for key in sent if key in told and told[key] not in _SILENT)
        return all(_repeats(told[key], sent[key]) for key in common)
    if isinstance(told, list) and isinstance(sent, list):
        return True
    return bool(_comparable(told) == _comparable(sent))


def _comparable(value: Any) -> Any:
    """Equal for values that differ in how they are written only."""
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return Decimal(str(value))
    return name_key(_MIDNIGHT.sub(r"\1", str(wire.outgoing(value))))


# -- what became of it -----------------------------------------------------------------------


def _outcome(module: Module, item: Item, element: dict[str, Any], now: datetime) -> Outcome:
    if _is_refused(module, element):
        why = refusal(validation_messages(element))
        return Outcome(item.key, refusal=why.reason, remedy=why.remedy)
    try:
        saved = wire.record(module, element, saved=now)
        require_sound(saved.document)
        if spec_of(module).xero.unique:
            # Of a payment its id is enough. Taken for unanswered, it could not be found either, as
            # long as Xero calls it so; other documents Xero itself would not take twice.
            require_known(module, saved.document)
    except ValueError as error:
        raise _incomplete(str(error)) from None
    return Outcome(item.key, record=saved, warnings=_warnings(element))


def _is_refused(module: Module, element: dict[str, Any]) -> bool:
    """Contacts and payments say HasValidationErrors, invoices HasErrors, all the attribute string.

    Items may say neither, and have ValidationErrors (the example of PUT /Items in Xero's OpenAPI
    description). The zero GUID is the id of what does not exist.
    """
    return (
        element.get("StatusAttributeString") == "ERROR"
        or any(element.get(flag) is True for flag in _REFUSED_FLAGS)
        or bool(element.get("ValidationErrors"))
        or spec_of(module).xero.id(element) == wire.NOBODY
    )


def _warnings(element: dict[str, Any]) -> tuple[str, ...]:
    found = element.get("Warnings") or ()
    return tuple(
        str(each["Message"]) for each in found if isinstance(each, dict) and each.get("Message")
    )
