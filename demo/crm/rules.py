"""What a DocType asks of its values, enforced on every save as Frappe does.

Each rule either gives the value as it will be kept or raises `RecordRefused` with a sentence
for a person, naming the field by its label.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sized
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlparse

from vtiger_xero.engine.errors import RecordRefused

from .schema import DocType, Field, Kind

Exists = Callable[[str, str], bool]

_LARGEST_INT = 2_147_483_647
_LARGEST_DECIMAL = Decimal(10) ** 12  # MariaDB: decimal(21,9)
_SMALLEST_DECIMAL = Decimal("0.000000001")
_EMAIL = re.compile(r"[^\s@<>(),;:\"\[\]\\]+@[^\s@<>(),;:\"\[\]\\]+\.[^\s@<>(),;:\"\[\]\\.]+")
_PHONE = re.compile(r"[0-9 +_\-,.*#()]{1,20}")
_CURRENCY = re.compile(r"[A-Z]{3}")


def defaults(doctype: DocType, now: datetime, user: str) -> dict[str, Any]:
    """What a new record starts with, as the form of a Frappe site fills it."""
    said = {"Today": now.date(), "Now": now, "__user": user, "user": user}
    found = {field.name: said.get(field.default, field.default) for field in doctype.fields}
    first = {field.name: field.choices[0] for field in doctype.fields if field.choices}
    return {name: value if value != "" else first.get(name) for name, value in found.items()}


def converted(doctype: DocType, values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` in the types of their fields, and no other rule asked yet."""
    return {field.name: _converted(field, values.get(field.name)) for field in doctype.fields}


def conform(doctype: DocType, values: Mapping[str, Any], exists: Exists) -> dict[str, Any]:
    """`values` as the record will keep them; `RecordRefused` at the first rule they break."""
    kept = {field.name: _conform(field, values.get(field.name)) for field in doctype.fields}
    for field in doctype.texts:
        if kept[field.name]:
            _check_text(field, kept[field.name])
            _check_link(field, kept[field.name], kept, exists)
    return kept


def require_rows(field: Field, rows: Sized) -> None:
    """`RecordRefused` if a table that must have rows has none."""
    if field.reqd and not rows:
        raise _missing(field)


@contextmanager
def of_row(field: Field, number: int) -> Iterator[None]:
    """What is refused within is said of that row of a table."""
    try:
        yield
    except RecordRefused as refused:
        said = f"{field.label}, row {number}: {refused.reason}"
        raise RecordRefused(said, remedy=refused.remedy, detail=refused.detail) from refused


def _converted(field: Field, value: Any) -> Any:
    return value if value is None or value == "" else _CONVERSIONS[field.kind](field, value)


def _conform(field: Field, value: Any) -> Any:
    if value is None or value == "":
        if field.reqd:
            raise _missing(field)
        return value
    kept = _CONVERSIONS[field.kind](field, value)
    if field.non_negative and kept < 0:
        raise RecordRefused(
            f"{field.label} {value} is less than 0, and the CRM takes no such value.",
            remedy=f"Correct {field.label}.",
        )
    return kept


def _missing(field: Field) -> RecordRefused:
    return RecordRefused(
        f"{field.label} is mandatory in the CRM and has no value.",
        remedy=f"Fill in {field.label}.",
    )


# Types


def _text(field: Field, value: Any) -> str:
    text = str(value)
    if field.reqd and not text.strip():
        raise RecordRefused(
            f"{field.label} is mandatory in the CRM and holds nothing but blanks.",
            remedy=f"Fill in {field.label}.",
        )
    return text.strip() if field.type == "Select" else text


def _whole(field: Field, value: Any) -> int:
    number = _number(field, value)
    if field.type == "Check":
        return int(bool(number))
    if number != number.to_integral_value():
        raise RecordRefused(f"{field.label} \u201c{value}\u201d is not a whole number.")
    if abs(number) > _LARGEST_INT:
        raise _too_large(field, value)
    return int(number)


def _decimal(field: Field, value: Any) -> Decimal:
    number = _number(field, value)
    if abs(number) >= _LARGEST_DECIMAL:
        raise _too_large(field, value)
    return number.quantize(_SMALLEST_DECIMAL)


def _number(field: Field, value: Any) -> Decimal:
    try:
        number = Decimal(str(int(value) if isinstance(value, bool) else value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise RecordRefused(f"{field.label} \u201c{value}\u201d is not a number.")
    return number


def _too_large(field: Field, value: Any) -> RecordRefused:
    return RecordRefused(f"{field.label} {value} is more than the CRM can keep.")


def _date(field: Field, value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise RecordRefused(f"{field.label} \u201c{value}\u201d is not a date.") from None


def _time(field: Field, value: Any) -> datetime:
    try:
        time = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise RecordRefused(f"{field.label} \u201c{value}\u201d is not a time.") from None
    if time.tzinfo is None:
        raise RecordRefused(f"{field.label} \u201c{value}\u201d has no time zone.")
    return time


_CONVERSIONS: Mapping[Kind, Callable[[Field, Any], Any]] = {
    Kind.TEXT: _text,
    Kind.WHOLE: _whole,
    Kind.DECIMAL: _decimal,
    Kind.DATE: _date,
    Kind.TIME: _time,
}


# Texts


def _check_text(field: Field, text: str) -> None:
    if field.length and len(text) > field.length:
        raise RecordRefused(
            f"{field.label} has {len(text)} characters; the CRM takes at most {field.length}.",
            remedy="Shorten it. The sync does not cut texts.",
        )
    if field.choices and text not in field.choices:
        choices = ", ".join(each for each in field.choices if each)
        raise RecordRefused(
            f"{field.label} \u201c{text}\u201d is none of the CRM's choices.",
            remedy=f"Choose one of: {choices}.",
        )
    if field.type == "Data" and field.options in _SHAPES:
        _check_shape(field, text)


def _check_link(field: Field, text: str, values: Mapping[str, Any], exists: Exists) -> None:
    if field.type not in ("Link", "Dynamic Link"):
        return
    # A dynamic link's options name the field that says which DocType it goes to.
    doctype = field.options if field.type == "Link" else values.get(field.options) or ""
    if not doctype or not _linked(doctype, text, exists):
        raise RecordRefused(
            f"{field.label} \u201c{text}\u201d does not exist in the CRM.",
            remedy=f"Choose another {field.label}, or make that one first.",
        )


def _linked(doctype: str, name: str, exists: Exists) -> bool:
    # A Frappe site knows the currencies of the world; which of them do not exist matters to
    # nobody here, only that a code is a code.
    return bool(_CURRENCY.fullmatch(name)) if doctype == "Currency" else exists(doctype, name)


def _check_shape(field: Field, text: str) -> None:
    is_shaped, what = _SHAPES[field.options]
    if not is_shaped(text):
        raise RecordRefused(
            f"{field.label} \u201c{text}\u201d is not {what}.", remedy=f"Correct {field.label}."
        )


def _is_email(text: str) -> bool:
    return all(_EMAIL.fullmatch(each.strip()) for each in text.split(",") if each.strip())


def _is_address(text: str) -> bool:
    try:
        return bool(urlparse(text).netloc) or text.startswith("/")
    except ValueError:
        return False


_SHAPES: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "Email": (_is_email, "an e-mail address"),
    "Phone": (lambda text: bool(_PHONE.fullmatch(text.strip())), "a phone number"),
    "URL": (_is_address, "a web address"),
}
