"""Reading records: one query for a DocType's columns, one for each of its tables."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import frappe
from frappe.model.meta import Meta

from ..engine.mapping.doctypes import ITEM_TYPE
from ..engine.records import Fields, Row, Value
from .record_types import flowing_name
from .rows import among
from .values import from_site, held_fields

Held = tuple[datetime, Fields]


def read(doctype: str, names: Sequence[str] | None = None) -> Mapping[str, Held]:
    """Records by name, under the DocType's own names of fields; None: all of them.

    With each comes its `modified`, as the database has it.
    """
    if names is not None and not names:
        return {}
    meta = frappe.get_meta(doctype)
    types = held_fields(meta)
    found = _columns(doctype, types, names)
    tables = {
        field.fieldname: _children(field.options, doctype, field.fieldname, names)
        for field in _tables(meta)
    }
    return {
        row.name: (
            row.modified,
            {
                **_values(row, types),
                **{field: rows.get(row.name, ()) for field, rows in tables.items()},
            },
        )
        for row in found
    }


def flowing(doctype: str, fields: Fields, *, typed: bool) -> dict[str, Value]:
    """A record's fields under the names that flow; `typed` says which DocType it is of."""
    renamed = {flowing_name(doctype, field): value for field, value in fields.items()}
    return {**renamed, ITEM_TYPE: doctype} if typed else renamed


def _tables(meta: Meta) -> Sequence[Any]:
    return [each for each in meta.get_table_fields() if not each.get("is_virtual")]


def _children(
    doctype: str, parenttype: str, parentfield: str, parents: Sequence[str] | None
) -> Mapping[str, tuple[Row, ...]]:
    """The rows of a table by record, in order."""
    types = held_fields(frappe.get_meta(doctype))
    table = frappe.qb.DocType(doctype)
    query = frappe.qb.from_(table).select(table.name, table.parent, *types)
    query = query.where((table.parenttype == parenttype) & (table.parentfield == parentfield))
    if parents is not None:
        query = query.where(table.parent.isin(among(parents)))
    found: dict[str, list[Row]] = defaultdict(list)
    for row in query.orderby(table.parent, table.idx).run(as_dict=True):
        found[row.parent].append({"name": row.name, **_values(row, types)})
    return {parent: tuple(rows) for parent, rows in found.items()}


def _columns(
    doctype: str, types: Mapping[str, str], names: Sequence[str] | None
) -> list[frappe._dict]:
    table = frappe.qb.DocType(doctype)
    query = frappe.qb.from_(table).select(table.name, table.modified, *types)
    if names is not None:
        query = query.where(table.name.isin(among(names)))
    return list(query.run(as_dict=True))


def _values(row: frappe._dict, types: Mapping[str, str]) -> dict[str, Value]:
    return {field: from_site(fieldtype, row[field]) for field, fieldtype in types.items()}
