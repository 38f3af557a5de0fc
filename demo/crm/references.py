"""Who refers to a record: as long as somebody does, it is not deleted."""

from __future__ import annotations

from collections.abc import Iterator

from vtiger_xero.engine.errors import RecordRefused

from .database import Database
from .schema import DocType, Field, quoted

# The sync's own memory and log let go of a record, as the site's hooks say.
_LET_GO = frozenset({"Xero Link", "Xero Sync Entry"})


def require_unreferred(database: Database, doctype: str, name: str) -> None:
    """`RecordRefused` if another record names this one, in its own fields or in a table's row."""
    for referrer, label in _referrers(database, doctype, name):
        raise RecordRefused(
            f"{name} cannot be deleted: {referrer} names it as {label}.",
            remedy=f"Change {label} of {referrer} first.",
        )


def _referrers(database: Database, doctype: str, name: str) -> Iterator[tuple[str, str]]:
    for other in database.doctypes:
        if other.name not in _LET_GO:
            for field, where, given in _links(other, doctype):
                owner = _owner(database, other, where, (name, *given), (doctype, name))
                yield from ((each, field.label) for each in owner)


def _links(other: DocType, doctype: str) -> Iterator[tuple[Field, str, tuple[str, ...]]]:
    """The fields of a DocType that may name a record of `doctype`, and when they do."""
    for field in other.fields:
        if field.type == "Link" and field.options == doctype:
            yield field, f"{quoted(field.name)} = ?", ()
        elif field.type == "Dynamic Link" and field.options in other.by_name:
            yield field, f"{quoted(field.name)} = ? AND {quoted(field.options)} = ?", (doctype,)


def _owner(
    database: Database,
    other: DocType,
    where: str,
    given: tuple[str, ...],
    itself: tuple[str, str],
) -> list[str]:
    """A record other than `itself` for which `where` holds, as a person knows it."""
    kind, name = ("parenttype", "parent") if other.is_child else (f"'{other.name}'", "name")
    sql = f"SELECT {kind} AS kind, {name} AS name FROM {other.table} WHERE {where}"
    rows = database.rows(f"{sql} AND NOT ({kind} = ? AND {name} = ?) LIMIT 1", (*given, *itself))
    return [f"{row['kind']} {row['name']}" for row in rows]
