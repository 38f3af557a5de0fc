"""What a row of a mapping table is, and what can be done with a whole table.

One table serves both directions. Values are compared in the form in which Xero would hand
them back (`comparable`): a CRM value is written into an empty document and read again, so
that what Xero stores differently (folded address lines, joined phone numbers, tidied names)
never looks like a change. This is what makes a sync converge by construction.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum

from ..money import ZERO, minor_unit, round_amount
from ..records import Document, Fields, Side, Value, unreachable
from ..text import tidy

Values = Mapping[str, Value]


class Way(str, Enum):
    """In which direction a row's value syncs."""

    BOTH = "both ways"
    TO_CRM = "Xero to CRM"
    OWNED = "Xero to CRM, and Xero's value always wins"
    ON_CREATE = "CRM to Xero, on creation"

    def writes(self, side: Side) -> bool:
        """Whether an update of `side` may carry this row."""
        match self:
            case Way.BOTH:
                return True
            case Way.TO_CRM | Way.OWNED:
                return side is Side.CRM
            case Way.ON_CREATE:
                return False
            case _:
                return unreachable(self)


@dataclass(frozen=True)
class Part:
    """Top-level keys of a document, or one element (of type `kind`) of a typed list."""

    keys: tuple[str, ...]
    kind_key: str = ""
    kind: str = ""

    def of(self, document: Document) -> Document:
        """This piece of `document`, as a request carries it."""
        if not self.kind:
            return {key: document[key] for key in self.keys if key in document}
        (key,) = self.keys
        return {key: [find_element(document, key, self.kind_key, self.kind)]}


@dataclass(frozen=True)
class Row:
    """One CRM field and its place in Xero's document.

    `part` is the piece of the document that a write sends as a whole. `length` is Xero's limit
    in characters, line by line (docs/xero.md, N10). `clearable` is False where Xero cannot be
    made to clear a value. `source` is given where the CRM's value is not just the field, and
    `apply` where a value that comes from Xero is not just written into it: it makes the CRM's
    fields from the value, the record's fields as they stand ({} for a new one) and the document.
    `sendable`: whether a value can be sent to Xero at all; else it stays in the CRM.
    `restore` gives back the last synced value where only a derived default changed;
    `restores_unagreed`: also where both sides agreed on nothing. `equate` gives Xero's value (the
    second one) for the CRM's where both mean the same; the third is what both agreed on.
    `read_beside` reads a document whose value does not say everything by itself, beside the value
    that both sides agreed on and the CRM's. `goes_along` says of a document that this row's part
    goes with every update of it.
    `number`: an absent value says nothing (rule G13), and is never taken for a zero.
    """

    field: str
    part: Part
    xero: str
    read: Callable[[Document], Value]
    write: Callable[[Document, Value], None]
    way: Way = Way.BOTH
    length: int | None = None
    clearable: bool = True
    source: Callable[[Fields], Value] | None = None
    apply: Callable[[Value, Fields, Document], Fields] | None = None
    sendable: Callable[[Value], bool] | None = None
    restore: Callable[[Value, Value, Fields], Value] | None = None
    restores_unagreed: bool = False
    equate: Callable[[Value, Value, Values, Fields], Value] | None = None
    read_beside: Callable[[Document, Value, Value], Value] | None = None
    goes_along: Callable[[Document], bool] | None = None
    number: bool = False
    note: str = ""

    def says_nothing(self, value: Value) -> bool:
        """Whether a value on which both sides never agreed is as good as none.

        A number in the CRM cannot be empty: 0 means not filled in.
        """
        return is_empty(value) or (self.number and value == ZERO)

    def of_crm(self, fields: Fields) -> Value:
        """The CRM's value for this row, as it stands in the CRM."""
        return self.source(fields) if self.source else fields.get(self.field)

    def can_send(self, value: Value) -> bool:
        """Whether this value can be sent to Xero."""
        return self.sendable is None or self.sendable(value)


class Table:
    """The rows of one module, in the order in which a document is filled."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = tuple(rows)
        self._by_field = {row.field: row for row in rows}

    def __getitem__(self, field: str) -> Row:
        return self._by_field[field]

    def __contains__(self, field: object) -> bool:
        return field in self._by_field

    @property
    def rows_to_compare(self) -> tuple[Row, ...]:
        """The rows that take part in comparing and merging."""
        return tuple(row for row in self.rows if row.way is not Way.ON_CREATE)

    @property
    def signature(self) -> str:
        """Another text for another set of mapped fields: linked records lack what is new in it."""
        rows = sorted(f"{row.field} {row.xero} {row.way.value}" for row in self.rows_to_compare)
        return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:32]

    def read(self, document: Document) -> dict[str, Value]:
        """A Xero document in the CRM's fields."""
        return {row.field: row.read(document) for row in self.rows}

    def read_beside(
        self, document: Document, agreed: Values, mine: Values | None = None
    ) -> dict[str, Value]:
        """The same of a document of which something is known: see `Row.read_beside`."""
        result = {}
        for row in self.rows:
            if row.read_beside is None:
                result[row.field] = row.read(document)
            else:
                known = (agreed.get(row.field), (mine or {}).get(row.field))
                result[row.field] = row.read_beside(document, *known)
        return result

    def comparable(self, fields: Fields) -> dict[str, Value]:
        """A CRM record as it would come back from Xero (see the module's first lines)."""
        document: Document = {}
        values = {row.field: row.of_crm(fields) for row in self.rows}
        for row in self.rows:
            row.write(document, values[row.field])
        return self.read_beside(document, values)

    def restore_values(
        self, comparable: Values, agreed: Values, fields: Fields
    ) -> dict[str, Value]:
        """The CRM's values, with last synced ones restored (see `Row.restore`)."""
        result = {**comparable}
        for row in self.rows:
            if row.restore is None or not agreed:
                continue
            if row.field in agreed or row.restores_unagreed:
                held = agreed.get(row.field, "")
                result[row.field] = row.restore(result[row.field], held, fields)
        return result

    def equate_values(
        self, mine: Values, theirs: Values, agreed: Values, fields: Fields
    ) -> dict[str, Value]:
        """The CRM's values, as Xero's where both mean the same (see `Row.equate`)."""
        result = {**mine}
        for row in self.rows:
            field = row.field
            if row.equate and field in theirs and field in mine and mine[field] != theirs[field]:
                result[field] = row.equate(mine[field], theirs[field], agreed, fields)
        return result

    def to_crm(self, values: Values, held: Fields, document: Document) -> dict[str, Value]:
        """Values in comparable form as the CRM's own fields; what is no row passes as it is."""
        fields: dict[str, Value] = {}
        for name, value in values.items():
            row = self._by_field.get(name)
            fields.update(row.apply(value, held, document) if row and row.apply else {name: value})
        return fields

    def fill(self, document: Document, values: Values) -> Document:
        """A copy of `document` with `values` (comparable form) written into it."""
        result = copy.deepcopy(document)
        for row in self.rows:
            if row.field in values:
                row.write(result, values[row.field])
        return result

    def request(self, document: Document, fields: Iterable[str]) -> Document:
        """The parts of `document` that hold `fields`: what a sparse update sends."""
        request: Document = {}
        for part in dict.fromkeys(self[field].part for field in fields):
            for key, piece in part.of(document).items():
                request[key] = [*request.get(key, []), *piece] if part.kind else piece
        return request


def text_row(field: str, key: str, **options: object) -> Row:
    """A row whose Xero place is one top-level text."""

    def read(document: Document) -> Value:
        return tidy(document.get(key))

    def write(document: Document, value: Value) -> None:
        document[key] = tidy(text_of(value))

    return Row(field, Part((key,)), key, read, write, **options)  # type: ignore[arg-type]


def money(field: str, keys: tuple[str, ...], decimals: int, **options: object) -> Row:
    """A row whose Xero place is a number, by the keys that lead to it; absent is None, not 0."""
    unit = minor_unit(decimals)

    def read(document: Document) -> Value:
        held = number_of(_leading_to(document, keys).get(keys[-1]))
        return None if held is None else held.quantize(unit)

    def write(document: Document, value: Value) -> None:
        number = number_of(value)
        if number is not None:
            _leading_to(document, keys, make=True)[keys[-1]] = round_amount(number, decimals)

    place = ".".join(keys)
    return Row(field, Part((keys[0],)), place, read, write, number=True, **options)  # type: ignore[arg-type]


def day(field: str, key: str, **options: object) -> Row:
    """A row whose Xero place is a date; Xero's time of day says nothing."""

    def read(document: Document) -> Value:
        return date_of(document.get(key))

    def write(document: Document, value: Value) -> None:
        found = date_of(value)
        document[key] = found.isoformat() if found else ""

    return Row(field, Part((key,)), key, read, write, **options)  # type: ignore[arg-type]


def date_of(value: object) -> date | None:
    """A date from ISO text, a date or a time; None for nothing and for what is none."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value or "")[:10])
    except ValueError:
        return None


def number_of(value: object) -> Decimal | None:
    """A number of a document or a field as Decimal; None for nothing and for what is no number."""
    if value is None or value == "":
        return None
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def decimal_of(value: object) -> Decimal:
    """The same for a sum: nothing, and what is no number, adds 0."""
    return number_of(value) or ZERO


def is_empty(value: Value) -> bool:
    """Whether it is None, an empty text or an empty list; a zero is a value."""
    return value is None or value == "" or value == ()


def _leading_to(document: Document, keys: tuple[str, ...], *, make: bool = False) -> Document:
    for key in keys[:-1]:
        inner = document.get(key)
        if not isinstance(inner, dict):
            inner = {}
            if make:
                document[key] = inner
        document = inner
    return document


def text_of(value: Value) -> str:
    """A value as text, None as nothing; a text stays what it is, be it a `NotInXero`."""
    if isinstance(value, str):
        return value
    return "" if value is None else str(value)


def element(document: Document, key: str, kind_key: str, kind: str) -> Document:
    """The element of a typed list (Phones, Addresses), made if it is missing."""
    elements = document[key] = document.get(key) or []
    for each in elements:
        if each.get(kind_key) == kind:
            found: Document = each
            return found
    made: Document = {kind_key: kind}
    elements.append(made)
    return made


def find_element(document: Document, key: str, kind_key: str, kind: str) -> Document:
    """The element of a typed list, or an empty one; the document stays as it is."""
    for each in document.get(key) or []:
        if each.get(kind_key) == kind:
            result: Document = each
            return result
    return {}
