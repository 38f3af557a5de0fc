"""The engine's port `RowStore` on a Frappe site, as a module: many rows per statement.

Not through the Document API: a first sync keeps ten thousand documents, no person edits them,
and no rule of the CRM looks at them. The rows are those of `engine.stored`, their texts as
`stored_text` keeps them: Frappe's own cleaning is passed by, too.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from time import time_ns
from typing import Any

import frappe
from frappe.utils import now
from pypika.functions import Concat
from pypika.terms import Case, Term
from pypika.terms import Values as Given

from ..engine.ports import Column, First, Join, Row, chunks
from .stored_text import read_rows, stored_row
from .times import to_site
from .values import from_site, held_fields

_ORDER = ("creation", "idx")  # in which rows were written
AT_ONCE = 200  # rows; with documents of some kilobytes well below a packet of MariaDB
A_PART = 2_000  # rows without such
_WIDE = frozenset({"document", "base"})


class Listed(Term):
    """Values with commas between them: a row to insert; in brackets, what `isin` looks among.

    They are handed to the database's driver as they are. The query builder makes an object of
    each value and a text of each object, which takes longer than the statement itself. Measured
    on a v15 site, a pull of 300 records of all modules beside a bare loop of `Document.insert`:
    1.27 × its CPU, without this 1.37 ×.
    """

    def __init__(self, values: Iterable[Any], *, brackets: bool = False) -> None:
        super().__init__()
        self._values, self._brackets = tuple(values), brackets

    def get_sql(self, param_wrapper: Any = None, **options: Any) -> str:
        """The places of the values; only what is shown to a person is written out."""
        if param_wrapper is None:
            places = (self.wrap_constant(each).get_sql(**options) for each in self._values)
        else:
            places = (param_wrapper.get_sql(param_value=each) for each in self._values)
        text = ",".join(places)
        return f"({text})" if self._brackets else text


def among(values: Iterable[Any]) -> Listed:
    """For `isin`: many values to look among."""
    return Listed(values, brackets=True)


def select(doctype: str, columns: Sequence[str], where: Row) -> list[dict[str, Any]]:
    """Rows with these values (None: with none), in the order in which they were written."""
    table = frappe.qb.DocType(doctype)
    query = frappe.qb.from_(table).select(*columns)
    query = query.orderby(*(table[each] for each in _ORDER))
    for column, value in where.items():
        query = query.where(_is(table[column], value))
    return read_rows(doctype, query.run(as_dict=True))


def select_in(
    doctype: str,
    columns: Sequence[str],
    key: str,
    wanted: Sequence[str],
    where: Row | None = None,
) -> list[dict[str, Any]]:
    """Rows whose `key` is among `wanted`, however many those are, and with these values.

    In the order in which they were written.
    """
    table = frappe.qb.DocType(doctype)
    order = [table[each].as_(f"_{each}") for each in _ORDER]
    found: list[dict[str, Any]] = []
    many = AT_ONCE if _WIDE.intersection(columns) else A_PART
    for part in chunks(list(dict.fromkeys(wanted)), many):
        query = frappe.qb.from_(table).select(*columns, *order)
        query = query.where(table[key].isin(among(part)))
        for column, value in (where or {}).items():
            query = query.where(_is(table[column], value))
        found += query.run(as_dict=True)
    found.sort(key=lambda row: [row.pop(f"_{each}") for each in _ORDER])
    return read_rows(doctype, found)


def _is(column: Any, value: Any) -> Any:
    return column.isnull() if value is None else column == value


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


def change(doctype: str, name: str, row: Row) -> None:
    """Change columns of a row that no code reads through Frappe's cache."""
    table = frappe.qb.DocType(doctype)
    query = frappe.qb.update(table).set(table.modified, now())
    query = query.set(table.modified_by, frappe.session.user)
    for column, value in _kept(doctype, row).items():
        query = query.set(table[column], value)
    query.where(table.name == name).run()


def set_among(doctype: str, row: Row, key: str, wanted: Sequence[str]) -> None:
    """Change columns of all rows whose `key` is among `wanted`; `modified` stays."""
    table = frappe.qb.DocType(doctype)
    for part in chunks(wanted, AT_ONCE):
        query = frappe.qb.update(table).where(table[key].isin(among(part)))
        for column, value in _kept(doctype, row).items():
            query = query.set(table[column], value)
        query.run()


def set_each(doctype: str, column: str, values: Mapping[str, Any]) -> None:
    """Change a column of many rows, of each by its name; `modified` stays.

    Frappe's own `bulk_update` came with a later 15.
    """
    table = frappe.qb.DocType(doctype)
    for part in chunks(list(values), AT_ONCE):
        value = Case().else_(table[column])
        for name in part:
            value = value.when(table.name == name, _kept(doctype, {column: values[name]})[column])
        frappe.qb.update(table).set(table[column], value).where(table.name.isin(among(part))).run()


def delete(doctype: str, where: Row) -> None:
    """Take rows away."""
    frappe.db.delete(doctype, where)


def select_joined(
    first: First, joins: Sequence[Join], columns: Sequence[Column]
) -> Iterator[tuple[Any, ...]]:
    """The rows of a table, each beside what the joins find for it."""
    query, key = _joined(first, joins, columns), frappe.qb.DocType(first.table)[first.key]
    types = [held_fields(frappe.get_meta(table)).get(name, "") for table, name in columns]
    begin: str | None = ""
    while begin is not None:
        end = _last_of_part(first, begin)
        part = query.where(key > begin).orderby(key)
        for row in (part if end is None else part.where(key <= end)).run():
            yield tuple(
                from_site(kind, value) if kind else value
                for kind, value in zip(types, row, strict=True)
            )
        begin = end


def _joined(first: First, joins: Sequence[Join], columns: Sequence[Column]) -> Any:
    tables = {each: frappe.qb.DocType(each) for each in (first.table, *(j.table for j in joins))}
    query = frappe.qb.from_(tables[first.table])
    for each in joins:
        table, column = each.of
        wanted = tables[table][column]
        wanted = Concat(each.prefix, wanted) if each.prefix else wanted
        query = query.left_join(tables[each.table]).on(tables[each.table][each.key] == wanted)
    for each in joins if first.alone else ():
        query = query.where(tables[each.table].name.isnull())
    if first.prefix:
        query = query.where(tables[first.table][first.key].like(f"{first.prefix}%"))
    return query.select(*(tables[table][column] for table, column in columns))


def _last_of_part(first: First, begin: str) -> str | None:
    """The key of the last row of the next part, None where it is the last part."""
    table = frappe.qb.DocType(first.table)
    key = table[first.key]
    query = frappe.qb.from_(table).select(key).where(key > begin)
    if first.prefix:
        query = query.where(key.like(f"{first.prefix}%"))
    found = query.orderby(key).limit(1).offset(A_PART - 1).run()
    return found[0][0] if found else None


def set_values(doctype: str, name: str | Mapping[str, Any], row: Row, **how: Any) -> None:
    """Change columns of a row, of the name or where these columns have these values."""
    frappe.db.set_value(doctype, name, stored_row(doctype, row), **how)


def local(row: Row) -> dict[str, Any]:
    """A row with its times, which people read, in the site's own zone."""
    return {
        key: to_site(value) if isinstance(value, datetime) else value for key, value in row.items()
    }


def _kept(doctype: str, row: Row) -> dict[str, Any]:
    return stored_row(doctype, local(row))


def _into(doctype: str, rows: Sequence[Row]) -> Any:
    table = frappe.qb.DocType(doctype)
    standard = ("name", "creation", "modified", "owner", "modified_by", "docstatus", "idx")
    time, user = now(), frappe.session.user
    whole = [
        [Listed((name, time, time, user, user, 0, number, *_kept(doctype, row).values()))]
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
