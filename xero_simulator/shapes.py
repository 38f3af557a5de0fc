"""What the readers of all bodies share: JSON types, enum values, GUIDs, numbers, dates.

A body that breaks these fails as a whole with PostDataInvalidException [3P], whatever
summarizeErrors says. # invented [Y1]: the sentences.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from xero_simulator.answers import Refused, post_data_invalid
from xero_simulator.wire import JsonObject, is_guid, parse_wire_date

# Nothing in a ledger is as large; beyond it even exact arithmetic runs out of digits.
_LARGEST = Decimal(10) ** 15


def unreadable(name: str, value: Any) -> Refused:
    """400 for the whole request."""
    return Refused(post_data_invalid(f"The value '{value}' could not be read as {name}"))


def check_kinds(row: JsonObject, kinds: Mapping[str, type]) -> None:
    """Every element that is there has its JSON type."""
    for name, kind in kinds.items():
        value = row.get(name)
        if value is not None and not isinstance(value, kind):
            raise unreadable(name, value)


def check_enums(row: JsonObject, enums: Mapping[str, tuple[str, ...]]) -> None:
    """Every enum that is there has one of its values."""
    for name, allowed in enums.items():
        value = row.get(name)
        if value not in (None, "") and (not isinstance(value, str) or value not in allowed):
            raise unreadable(name, value)


def check_guids(row: JsonObject, names: Iterable[str]) -> None:
    """Every id that is there is a GUID."""
    for name in names:
        value = row.get(name)
        if value is not None and not (isinstance(value, str) and is_guid(value)):
            raise unreadable(name, value)


def check_numbers(row: JsonObject, names: Iterable[str]) -> None:
    """Every number that is there can be read as one."""
    for name in names:
        number(row, name)


def check_dates(row: JsonObject, names: Iterable[str]) -> None:
    """Every date that is there can be read as one."""
    for name in names:
        day(row, name)


def rows(row: JsonObject, name: str) -> list[JsonObject] | None:
    """An array of objects, or None when it is not there."""
    value = row.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise unreadable(name, value)
    return value


def nested(row: JsonObject, name: str) -> JsonObject:
    """An object, empty when it is not there."""
    value = row.get(name)
    if value is not None and not isinstance(value, dict):
        raise unreadable(name, value)
    return value or {}


def number(row: JsonObject, name: str) -> Decimal | None:
    """A number; as a text too, which is how Xero's own examples write them [DOC]."""
    value = row.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool | float) or not isinstance(value, int | Decimal | str):
        raise unreadable(name, value)  # a float is NaN or Infinity: all others came as Decimal
    try:
        exact = Decimal(value)
    except InvalidOperation:
        raise unreadable(name, value) from None
    if not exact.is_finite() or abs(exact) >= _LARGEST:
        raise unreadable(name, value)
    return exact


def day(row: JsonObject, name: str) -> date | None:
    """A date: `/Date(ms)/` or ISO; a time of day falls off."""
    value = row.get(name)
    if value is None or value == "":
        return None
    try:
        return parse_wire_date(value).date()
    except (ValueError, TypeError, OverflowError):
        raise unreadable(name, value) from None
