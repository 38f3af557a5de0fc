"""A CRM phone number is one text, a Xero phone has three parts: joined and split without loss.

`join(*split(text)) == tidy(text)` for every text, and `join` of any three parts gives a text
that stays the same through `split` and `join`: a number never changes by syncing.
"""

from __future__ import annotations

import re
from typing import Any

from ..records import Document, Value
from ..text import tidy
from .rows import Part, Row, element, find_element, text_of

# "+64 9 1234567": country, area and number, each apart by one blank. Everything else is sent
# whole as the number: guessing at other national ways of writing would lose somebody's digits.
_INTERNATIONAL = re.compile(r"\+(?P<country>\d{1,4}) (?P<area>\d{1,6}) (?P<number>\d[\d ]*)")


def split(text: str) -> tuple[str, str, str]:
    """A phone number as (country code, area code, number)."""
    match = _INTERNATIONAL.fullmatch(tidy(text))
    if match is None:
        return "", "", tidy(text)
    return match["country"], match["area"], match["number"]


def join(country: str, area: str, number: str) -> str:
    """Xero's three parts as one text; without a number there is no phone."""
    country, area, number = tidy(country), tidy(area), tidy(number)
    if not number:
        return ""
    if country.isdigit():
        country = f"+{country}"
    return " ".join(part for part in (country, area, number) if part)


def phone(field: str, kind: str) -> Row:
    """A row for one of Xero's four phones."""

    def read(document: Document) -> Value:
        parts = find_element(document, "Phones", "PhoneType", kind)
        return join(*(text_of(parts.get(key)) for key in _PARTS))

    def write(document: Document, value: Value) -> None:
        target: dict[str, Any] = element(document, "Phones", "PhoneType", kind)
        target.update(zip(_PARTS, split(text_of(value)), strict=True))

    part = Part(("Phones",), "PhoneType", kind)
    return Row(field, part, f"Phones {kind}", read, write, length=50)


_PARTS = ("PhoneCountryCode", "PhoneAreaCode", "PhoneNumber")
