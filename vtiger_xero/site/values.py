"""Field values, as Frappe holds them and as the engine's records hold them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from frappe.model.meta import Meta
from frappe.utils import cint, getdate

from ..engine.records import Value
from .times import to_utc

_NUMBERS = frozenset({"Currency", "Float", "Percent"})
_HELD = frozenset(
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
        if field.fieldtype in _HELD and not field.get("is_virtual")
    }


def from_site(fieldtype: str, value: Any) -> Value:
    """A column's value as a record holds it; money as exact decimals, never floats."""
    if value is None:
        return None
    if fieldtype in _NUMBERS:
        return Decimal(str(value))
    if fieldtype == "Check":
        return bool(value)
    if fieldtype == "Int":
        return cint(value)
    if fieldtype == "Date":
        return getdate(value)
    return to_utc(value) if fieldtype == "Datetime" else str(value)


def to_site_value(value: Value) -> Any:
    """A record's value as a Document takes it.

    None becomes an empty text: Frappe takes a None for "not given" and may fill in a default.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Decimal):
        return str(value)
    return value if not isinstance(value, (date, datetime)) else value.isoformat()
