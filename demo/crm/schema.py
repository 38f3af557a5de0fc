"""DocTypes as SQLite tables: reads the DocType JSON files, makes and grows the tables.

The JSON files are the only description of a record there is; nothing about a field is said
twice. Decimals are kept as text, because SQLite's own numbers are binary floats.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, timezone
from decimal import Decimal
from enum import Enum
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from vtiger_xero.engine.modules import DOCTYPES
from vtiger_xero.engine.stored import BY_MODULE, BY_RECORD, DOCUMENT, LINK

FOLDER = Path(__file__).parents[2] / "vtiger_xero" / "vtiger_xero" / "doctype"
STANDARD = ("name", "creation", "modified")
CHILD = ("parent", "parenttype", "parentfield", "idx")  # whose row it is, and which of them

_LAYOUT = {"Section Break", "Column Break", "Tab Break", "HTML", "Heading", "Button", "Fold"}
_NO_VALUE = _LAYOUT | {"Image"}
_TABLES = {"Table", "Table MultiSelect"}


class Kind(str, Enum):
    """What a column holds, whatever its form asks for."""

    TEXT = "text"
    WHOLE = "whole number"
    DECIMAL = "decimal"
    DATE = "date"
    TIME = "time"


_KINDS: Mapping[str, Kind] = {
    "Int": Kind.WHOLE,
    "Check": Kind.WHOLE,
    "Rating": Kind.WHOLE,
    "Float": Kind.DECIMAL,
    "Currency": Kind.DECIMAL,
    "Percent": Kind.DECIMAL,
    "Duration": Kind.DECIMAL,
    "Date": Kind.DATE,
    "Datetime": Kind.TIME,
}
# Frappe keeps these in a varchar(140); every other text is as long as it likes.
_SHORT = frozenset(
    {"Data", "Select", "Link", "Dynamic Link", "Password", "Read Only", "Phone", "Autocomplete"}
)
_SHORT_LENGTH = 140
_LINKS = frozenset({"Link", "Dynamic Link"})
_ELSEWHERE = frozenset({"User", "Currency", "DocType"})  # what no table here holds


@dataclass(frozen=True)
class Field:
    """One field of a DocType. `length` is in characters, 0 for as long as one likes."""

    name: str
    label: str = ""
    type: str = "Data"
    options: str = ""
    reqd: bool = False
    unique: bool = False
    indexed: bool = False
    non_negative: bool = False
    length: int = 0
    default: str = ""

    @staticmethod
    def of(held: Mapping[str, Any]) -> Field:
        """A field as a DocType JSON writes it."""
        kind = held.get("fieldtype", "Data")
        return Field(
            name=held["fieldname"],
            label=held.get("label") or held["fieldname"].replace("_", " ").title(),
            type=kind,
            options=held.get("options") or "",
            reqd=bool(held.get("reqd")),
            unique=bool(held.get("unique")),
            indexed=bool(held.get("search_index")) or _is_looked_up(held),
            non_negative=bool(held.get("non_negative")),
            length=(held.get("length") or _SHORT_LENGTH) if kind in _SHORT else 0,
            default=str(held.get("default") or ""),
        )

    @cached_property
    def kind(self) -> Kind:
        """What the field's column holds."""
        return _KINDS.get(self.type, Kind.TEXT)

    @property
    def is_table(self) -> bool:
        """Whether it holds rows of another DocType instead of a value."""
        return self.type in _TABLES

    @property
    def fills_itself(self) -> bool:
        """Whether a new record always has a value here."""
        first = self.choices[0] if self.choices else ""
        return bool(self.default or first or self.type == "Check")

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """What a Select may be; empty where it may be anything."""
        choices = tuple(self.options.split("\n")) if self.type == "Select" else ()
        return choices if any(choices) else ()


def _is_looked_up(held: Mapping[str, Any]) -> bool:
    """Who refers to a record is asked often: for what an invoice received, before a deletion."""
    links = held.get("fieldtype") in _LINKS and held.get("options") not in _ELSEWHERE
    return links and bool(held.get("reqd"))


@dataclass(frozen=True)
class DocType:
    """A DocType: its form's fields in their order, and how its records are named.

    A child's records are the rows of other records' tables.
    """

    name: str
    form: tuple[Field, ...]
    autoname: str = ""
    is_child: bool = False
    has_table: bool = True

    @staticmethod
    def of(held: Mapping[str, Any]) -> DocType:
        """A DocType as its JSON file writes it."""
        fields = (each for each in held["fields"] if each.get("fieldtype") not in _NO_VALUE)
        return DocType(
            name=held["name"],
            form=tuple(Field.of(each) for each in fields),
            autoname=held.get("autoname") or "",
            is_child=bool(held.get("istable")),
            has_table=not held.get("issingle"),
        )

    @cached_property
    def form_names(self) -> frozenset[str]:
        """The names of all fields, tables included."""
        return frozenset(field.name for field in self.form)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The fields that hold a value."""
        return tuple(field for field in self.form if not field.is_table)

    @cached_property
    def texts(self) -> tuple[Field, ...]:
        """The fields that hold text."""
        return tuple(field for field in self.fields if field.kind is Kind.TEXT)

    @cached_property
    def tables(self) -> tuple[Field, ...]:
        """The fields that hold rows."""
        return tuple(field for field in self.form if field.is_table)

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """The fields that hold a value, by name."""
        return {field.name: field for field in self.fields}

    @property
    def standard(self) -> tuple[str, ...]:
        """The columns that every record has, whatever its form."""
        return (*STANDARD, *CHILD) if self.is_child else STANDARD

    @property
    def table(self) -> str:
        """The table's name, quoted."""
        return quoted(self.name)

    def customized(self, field: str, properties: Mapping[str, Any]) -> DocType:
        """The same DocType with some properties of a field changed; KeyError if there is none."""
        changed = replace({each.name: each for each in self.form}[field], **properties)
        form = tuple(changed if each.name == field else each for each in self.form)
        return replace(self, form=form)


def load_doctypes(folder: Path = FOLDER) -> Mapping[str, DocType]:
    """Every DocType under `folder` (one folder each, with one JSON file), by name."""
    return _loaded(folder)


@lru_cache(maxsize=8)
def _loaded(folder: Path) -> Mapping[str, DocType]:
    held = (json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*/*.json")))
    doctypes = (DocType.of(each) for each in held if each.get("doctype") == "DocType")
    return {doctype.name: doctype for doctype in doctypes}


# Values in a row


def encode(kind: Kind, value: Any) -> Any:
    """A value as SQLite keeps it. Nothing and empty text are both NULL: neither is "unique"."""
    if value is None or value == "":
        return 0 if kind is Kind.WHOLE else None
    if kind is Kind.DECIMAL:
        return format(value.normalize(), "f") if value else "0"
    if kind is Kind.TIME:
        return time_text(value)
    return value.isoformat() if kind is Kind.DATE else value


def decode(kind: Kind, held: Any) -> Any:
    """What `encode` kept; an absent text is "", an absent number 0, as on a Frappe site."""
    if held is None:
        return _ABSENT[kind]
    return _DECODERS[kind](held) if kind in _DECODERS else held


def time_text(time: datetime) -> str:
    """An aware time as text that sorts as the times do."""
    return time.astimezone(timezone.utc).isoformat(timespec="microseconds")


_ABSENT: Mapping[Kind, Any] = {
    Kind.TEXT: "",
    Kind.WHOLE: 0,
    Kind.DECIMAL: Decimal(0),
    Kind.DATE: None,
    Kind.TIME: None,
}
_DECODERS: Mapping[Kind, Any] = {
    Kind.DECIMAL: Decimal,
    Kind.DATE: date.fromisoformat,
    Kind.TIME: datetime.fromisoformat,
}


# Tables


def quoted(name: str) -> str:
    """A name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def statements(doctype: DocType, columns: Set[str], indexes: Set[str]) -> Iterator[str]:
    """The SQL that makes a DocType's table, or adds what it lacks.

    `columns` are those of the table (none: there is no table), `indexes` the database's.
    A field that left the JSON keeps its column, and a column keeps its type: nothing that
    somebody typed is ever thrown away by opening a file with a newer version.
    """
    if not columns:
        wanted = ", ".join(_column(each) for each in doctype.fields)
        start = "name TEXT PRIMARY KEY NOT NULL, creation TEXT, modified TEXT"
        owner = "parent TEXT, parenttype TEXT, parentfield TEXT, idx INTEGER"
        parts = (start, owner if doctype.is_child else "", wanted)
        yield f"CREATE TABLE {doctype.table} ({', '.join(each for each in parts if each)})"
    for field in doctype.fields:
        if columns and field.name not in columns:
            yield f"ALTER TABLE {doctype.table} ADD COLUMN {_column(field)}"
    for field in (*doctype.fields, *([_PARENT] if doctype.is_child else [])):
        if (field.unique or field.indexed) and _index_name(doctype, field) not in indexes:
            yield _index(doctype, field)
    several = (_BY_VERSION,) if doctype.name in DOCTYPES else _OF_SEVERAL.get(doctype.name, ())
    for together in several:
        name = f"{doctype.name}.{'.'.join(together)}"
        if name not in indexes:
            names = ", ".join(map(quoted, together))
            yield f"CREATE INDEX {quoted(name)} ON {doctype.table} ({names})"


# What every run asks of every record, link and document is in an index alone, so that it reads no
# more than that (measured: a fifth of the time).
_BY_VERSION = ("name", "modified")
_OF_SEVERAL = {LINK: (BY_RECORD,), DOCUMENT: (BY_MODULE,)}
_PARENT = Field("parent", indexed=True)


def _column(field: Field) -> str:
    # MariaDB compares without regard to case, so "acc1" and "ACC1" are one number there.
    collation = " COLLATE NOCASE" if field.unique and field.kind is Kind.TEXT else ""
    kind = "INTEGER" if field.kind is Kind.WHOLE else "TEXT"
    return f"{quoted(field.name)} {kind}{collation}"


def _index(doctype: DocType, field: Field) -> str:
    unique = "UNIQUE " if field.unique else ""
    name = quoted(_index_name(doctype, field))
    return f"CREATE {unique}INDEX {name} ON {doctype.table} ({quoted(field.name)})"


def _index_name(doctype: DocType, field: Field) -> str:
    return f"{doctype.name}.{field.name}{'.unique' if field.unique else ''}"
