"""An address block of the CRM and an address of Xero.

Xero has four free lines and no PO box; the CRM has a street of any number of lines and a PO
box. The box is sent as a line of its own that says what it is, and lines beyond Xero's four
are joined by commas into the last one: nothing is cut.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..records import Document, Fields, Value
from ..text import tidy, tidy_lines
from .rows import Part, Row, element, find_element, text_of

_LINES = ("AddressLine1", "AddressLine2", "AddressLine3", "AddressLine4")
_LINE_LENGTH = 500
_BOX = re.compile(
    r"(?:P\.? ?O\.? ?Box|Postfach)\b[ :.#]*(?P<number>[^\W_].*)"
    r"|(?P<bag>(?:(?:Private|Locked) Bag|GPO Box) .+)",
    re.IGNORECASE,
)


def address(kind: str, prefix: str, code: str) -> tuple[Row, ...]:
    """The six rows of one block; `kind` is Xero's type, `code` the CRM's postal code field."""
    part = Part(("Addresses",), "AddressType", kind)

    def row(field: str, key: str, length: int) -> Row:
        def read(document: Document) -> Value:
            return tidy(_of(document, kind).get(key))

        def write(document: Document, value: Value) -> None:
            element(document, "Addresses", "AddressType", kind)[key] = tidy(text_of(value))

        return Row(f"{prefix}_{field}", part, f"Address {kind} {key}", read, write, length=length)

    return (
        # The box first: a street may have a line that looks like one, and must not lose it.
        _po_box(kind, prefix, part),
        _street(kind, prefix, part),
        row("city", "City", 255),
        row("state", "Region", 255),
        row(code, "PostalCode", 50),
        row("country", "Country", 50),
    )


def _street(kind: str, prefix: str, part: Part) -> Row:
    def read(document: Document) -> Value:
        return "\n".join(_split_box(_lines(document, kind))[0])

    def write(document: Document, value: Value) -> None:
        _, box = _split_box(_lines(document, kind))
        _set_lines(document, kind, _text_lines(value), box)

    def source(fields: Fields) -> Value:
        return "\n".join(_crm_lines(fields, prefix)[0])

    xero = f"Address {kind} AddressLine1-4"
    return Row(f"{prefix}_address", part, xero, read, write, length=_LINE_LENGTH, source=source)


def _po_box(kind: str, prefix: str, part: Part) -> Row:
    def read(document: Document) -> Value:
        return _number(_split_box(_lines(document, kind))[1])

    def write(document: Document, value: Value) -> None:
        box = _box_line(text_of(value))
        street = _split_box(_lines(document, kind))[0] if box else _without_boxes(document, kind)
        _set_lines(document, kind, street, box)

    def source(fields: Fields) -> Value:
        return _number(_crm_lines(fields, prefix)[1])

    xero = f"Address {kind}, its line \u201cPO Box \u2026\u201d"
    return Row(f"{prefix}_po_box", part, xero, read, write, length=255, source=source)


def _of(document: Document, kind: str) -> Document:
    return find_element(document, "Addresses", "AddressType", kind)


def _text_lines(value: Value) -> list[str]:
    return tidy_lines(text_of(value)).splitlines()


def _lines(document: Document, kind: str) -> list[str]:
    held = _of(document, kind)
    return [line for line in (tidy(held.get(key)) for key in _LINES) if line]


def _crm_lines(fields: Fields, prefix: str) -> tuple[list[str], str]:
    """The CRM's street and box; a box that was typed into the street is found there."""
    street = _text_lines(fields.get(f"{prefix}_address"))
    box = _box_line(text_of(fields.get(f"{prefix}_po_box")))
    return (street, box) if box else _split_box(street)


def _split_box(lines: Sequence[str]) -> tuple[list[str], str]:
    """Street lines, and the line that is the PO box: the last one that says so."""
    for place in reversed(range(len(lines))):
        if _BOX.fullmatch(lines[place]):
            return [*lines[:place], *lines[place + 1 :]], lines[place]
    return list(lines), ""


def _without_boxes(document: Document, kind: str) -> list[str]:
    """For a box that is cleared: another line that says so would take its place."""
    return [line for line in _lines(document, kind) if not _BOX.fullmatch(line)]


def _number(text: str) -> str:
    """What a person calls the box: "PO Box 12" is 12, a private bag keeps its name."""
    text = tidy(text)
    while (match := _BOX.fullmatch(text)) and match["number"]:
        text = tidy(match["number"])
    return text


def _box_line(text: str) -> str:
    number = _number(text)
    named = _BOX.fullmatch(number)
    return number if not number or named else f"PO Box {number}"


def _set_lines(document: Document, kind: str, street: list[str], box: str) -> None:
    room = len(_LINES) - bool(box)
    if len(street) > room:
        street = [*street[: room - 1], ", ".join(street[room - 1 :])]
    lines = [*street, *([box] if box else [])]
    lines += [""] * (len(_LINES) - len(lines))
    element(document, "Addresses", "AddressType", kind).update(zip(_LINES, lines, strict=True))
