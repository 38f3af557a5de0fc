"""The lines of an invoice that a person saves: what a new one gets from its product or service."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from vtiger_xero.engine.mapping.doctypes import PRODUCT, SERVICE
from vtiger_xero.engine.saving import Item, fill_lines, item_of, lines_without_taxes

from .children import Children
from .database import Database
from .documents import Documents, Save
from .rules import defaults
from .table import Row


def fill_new_lines(database: Database, save: Save, base_currency: str) -> None:
    """Fill in what new lines leave empty; the sync's own lines say exactly what they say."""
    if save.by_sync:
        return
    after = save.after
    lines, taxes = after["items"], after["taxes"]
    items = _items(database, [row for row in lines if "name" not in row])
    filled = fill_lines(
        after,
        lines,
        taxes,
        [None if "name" in row else items.get(_key(row)) for row in lines],
        base_currency=base_currency,
        whole=save.before is None,
    )
    for row, fields in zip(lines, filled.lines):  # noqa: B905 (fields for each line)
        row.update(fields)
    bare = _bare_row(database, save)
    after["taxes"] = [*taxes, *({**bare, **row} for row in filled.taxes)]


def mark_lines_without_taxes(after: Row) -> None:
    """Say of each line whether it carries no taxes."""
    marks = lines_without_taxes(after, after["items"], after["taxes"])
    for row, mark in zip(after["items"], marks):  # noqa: B905 (one for each line)
        row["no_taxes"] = mark


def _items(database: Database, rows: Sequence[Row]) -> Mapping[tuple[str, str], Item]:
    names: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        names[row["item_type"]].add(row["item_name"] or "")
    return {
        (doctype, name): item_of(doctype, fields)
        for doctype in (PRODUCT, SERVICE)
        for name, fields in Documents(database, doctype).get(sorted(names[doctype])).items()
    }


def _key(row: Row) -> tuple[str, str]:
    return row["item_type"], row["item_name"]


def _bare_row(database: Database, save: Save) -> Row:
    """A row of the taxes without values of its own."""
    (taxes,) = (
        Children(database, "Vtiger Invoice", field)
        for field in database.doctype("Vtiger Invoice").tables
        if field.name == "taxes"
    )
    return defaults(taxes.doctype, save.now, user="")
