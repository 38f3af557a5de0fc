"""A site as an older version of this app left it: its tables, and the books of its Xero."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import frappe
from frappe.utils.password import encrypt

from tests.site.conftest import SITE

Row = dict[str, Any]
Tables = dict[str, list[Row]]


# By what two rows are one, where the table's own key does not say it: every site has names of its
# own for the defaults, and among them is which apps it has.
_KEYS = {"Singles": ("doctype", "field"), "DefaultValue": ("parent", "defkey")}


class OldSite:
    """What is written down in a folder beside this file."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(__file__).parent / folder
        self.pages: Row = json.loads(self._read("pages.json"))
        self.tables = self._tables()

    def load(self) -> None:
        """Into the site at hand, which has Frappe alone; what it keeps secret with its own key."""
        for create in filter(str.strip, self._read("tables.sql").split(";\n")):
            frappe.db.sql_ddl(create)
        for table, rows in self.tables.items():
            for row in rows:
                _insert(table, row)
        frappe.db.commit()
        frappe.clear_cache()

    def books(self, file: Path) -> Path:
        """The state file of a simulator."""
        with closing(sqlite3.connect(file)) as database, database:
            database.execute(
                "create table row (shelf text, key text, value text, unique (shelf, key))"
            )
            for line in self._read("books.jsonl").splitlines():
                shelf, key, value = json.loads(line)
                row = (shelf, key, json.dumps(value))
                database.execute("insert into row values (?, ?, ?)", row)
        return file

    def _tables(self) -> Tables:
        found: Tables = {}
        rows: list[Row] = []
        same: Row = {}
        packed = (self._folder / "frappe.jsonl.gz").read_bytes()
        text = gzip.decompress(packed).decode() + self._read("rows.jsonl")
        for line in text.splitlines():
            row = json.loads(line)
            if "table" in row and "all" in row:
                rows, same = found.setdefault(row["table"], []), row["all"]
            else:
                rows.append({**same, **row})
        return found

    def _read(self, name: str) -> str:
        return (self._folder / name).read_text(encoding="utf-8")


def _insert(table: str, row: Row) -> None:
    """In the place of one with its key; a column that this Frappe has not is left out."""
    for doctype, key in _KEYS.items():
        if table == f"tab{doctype}":
            frappe.db.delete(doctype, {column: row[column] for column in key})
    if table == "__Auth":
        row = {**row, "password": encrypt(row["password"])}
    known = frappe.db.get_db_table_columns(table)
    values = {column: value for column, value in row.items() if column in known}
    columns = ", ".join(f"`{column}`" for column in values)
    places = ", ".join(["%s"] * len(values))
    frappe.db.sql(f"replace into `{table}` ({columns}) values ({places})", list(values.values()))


def plain(value: Any) -> Any:
    """As JSON holds it."""
    if isinstance(value, float | Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, date | time | timedelta):
        return str(value)
    return value


@contextmanager
def working_on(site: str) -> Iterator[None]:
    """Everything inside is on another site of the bench, as Administrator."""
    _open(site)
    try:
        yield
    finally:
        frappe.db.rollback()
        _open(SITE)


def _open(site: str) -> None:
    frappe.destroy()
    frappe.init(site, sites_path=".")
    frappe.connect()
    frappe.set_user("Administrator")
