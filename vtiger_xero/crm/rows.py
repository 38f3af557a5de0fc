"""Many rows per statement, for the journal's tables.

Not through the Document API: a first sync keeps ten thousand documents, no person edits them,
and no rule of the CRM looks at them. The rows are those of `engine.stored`, their texts as
`stored_text` keeps them: Frappe's own cleaning is passed by, too.
"""

from collections.abc import Iterator, Mapping, Sequence
from time import time_ns
from typing import Any

import frappe
from frappe.utils import now
from pypika.terms import Values as Given

from ..engine.ports import chunks
from .listed import Listed, among
from .stored_text import read_rows, stored_row

Row = Mapping[str, Any]
AT_ONCE = 200  # rows; with documents of some kilobytes well below a packet of MariaDB


def insert(doctype: str, rows: Sequence[Row]) -> None:
    """Insert rows; `idx` keeps their order."""
    for part in chunks(rows, AT_ONCE):
        _into(doctype, part).run()


def upsert(doctype: str, rows: Sequence[Row]) -> None:
    """Insert rows, or write them over the ones with the same unique key."""
    for part in chunks(rows, AT_ONCE):
        query = _into(doctype, part)
        table = frappe.qb.DocType(doctype)
        for column in ("modified", "modified_by", *part[0]):
            query = query.on_duplicate_key_update(table[column], Given(table[column]))
        query.run()


def select_in(
    doctype: str, columns: Sequence[str], key: str, wanted: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """Rows whose `key` is among `wanted`, however many those are."""
    table = frappe.qb.DocType(doctype)
    for part in chunks(wanted, AT_ONCE):
        query = frappe.qb.from_(table).select(*columns).where(table[key].isin(among(part)))
        yield from read_rows(doctype, query.run(as_dict=True))


def set_values(doctype: str, name: str | Mapping[str, Any], row: Row, **how: Any) -> None:
    """Change columns of a row, of the name or where these columns have these values."""
    frappe.db.set_value(doctype, name, stored_row(doctype, row), **how)


def _into(doctype: str, rows: Sequence[Row]) -> Any:
    table = frappe.qb.DocType(doctype)
    standard = ("name", "creation", "modified", "owner", "modified_by", "docstatus", "idx")
    time, user = now(), frappe.session.user
    whole = [
        [Listed((name, time, time, user, user, 0, number, *stored_row(doctype, row).values()))]
        for number, (name, row) in enumerate(zip(_names(), rows, strict=False), 1)
    ]
    return frappe.qb.into(table).columns(*standard, *rows[0]).insert(*whole)


def _names() -> Iterator[str]:
    """Longer than Frappe's random ones, for a million documents ask for more chance.

    They begin with the time: so new rows stand beside each other, at the end of the table, and
    the database need not make room for each among all others.
    """
    now_in_hex = f"{time_ns() // 1_000_000:011x}"
    while True:
        yield now_in_hex + frappe.generate_hash(length=12)
