"""Field values, as Frappe holds them and as the engine's records hold them."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from frappe.model.meta import Meta
from frappe.utils import cint, getdate

from ..engine.records import Value
from .stored_text import TEXTS, from_stored
from .times import to_utc

_NUMBERS = frozenset({"Currency", "Float", "Percent"})
_TIMES = frozenset({"Date", "Datetime"})
_NOTHING: Mapping[str, Value] = {
    **dict.fromkeys(_NUMBERS, Decimal(0)),
    "Int": 0,
    "Check": False,
}
HELD = frozenset(
    {
        *("Autocomplete", "Check", "Code", "Currency", "Data", "Date", "Datetime", "Dynamic Link"),
        *("Float", "Int", "Link", "Long Text", "Percent", "Phone", "Read Only", "Select"),
        *("Small Text", "Text", "Text Editor"),
    }
)


def held_fields(meta: Meta) -> dict[str, str]:
    """The DocType's fields that hold a value the engine knows, with their types."""
    return {
        field.fieldname: field.fieldtype
        for field in meta.fields
        if field.fieldtype in HELD and not field.get("is_virtual")
    }


def from_site(fieldtype: str, value: Any) -> Value:
    """A column's value as a record holds it; money as exact decimals, never floats.

    NULL and an empty text are one thing to a person, and so they are here.
    """
    if value is None:
        return None if fieldtype in _TIMES else _NOTHING.get(fieldtype, "")
    if fieldtype in _NUMBERS:
        return Decimal(str(value))
    if fieldtype == "Check":
        return bool(value)
    if fieldtype == "Int":
        return cint(value)
    if fieldtype == "Date":
        return getdate(value)
    if fieldtype == "Datetime":
        return to_utc(value)
    return from_stored(str(value)) if fieldtype in TEXTS else str(value)


def to_site_value(value: Value) -> Any:
    """A record's value as a Document takes it.

    None becomes an empty text: Frappe takes a None for "not given" and may fill in a default. A
    Decimal becomes what Frappe would make of it anyway, once for each time that it looks.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Decimal):
        return float(value)
    return value if not isinstance(value, (date, datetime)) else value.isoformat()


def plain_text(value: Value) -> str:
    """A value as the text that is equal wherever the value is: what heads carry."""
    if value is None or value == "":
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    if isinstance(value, bool):
        return "1" if value else ""  # not ticked is the same as not given
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)
