"""Books of many pairs in a file: a few that the sync has made, copied in the database.

Each copy is another company's: names and ids are new in it, all amounts, texts and lines are those
of the first. So the tables are as wide and as deep as those of a real sync, in seconds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from benchmarks.books import Sizes
from benchmarks.stage import staged
from demo.crm.schema import quoted
from vtiger_xero.engine.settings import Settings

ONE_PART = Sizes(200, 100, 400, 300)  # as many of each as a first sync has, by their shares

# What names a record, here and where others refer to it; the rest of a row is copied as it is.
_NAMED: Mapping[str, tuple[str, ...]] = {
    "Vtiger Organization": ("name", "organization_name", "organization_number"),
    "Vtiger Product": ("name", "product_name", "product_number", "part_number"),
    "Vtiger Invoice": ("name", "invoice_no", "organization_name"),
    "Vtiger Invoice Item": ("name", "parent", "item_name"),
    "Vtiger Payment": ("name", "payment_no", "related_to", "organization_name"),
    "Xero Document": ("name", "xero_id", "match_title", "match_number"),
    "Xero Link": ("name", "crm_name", "xero_id"),
}
_IDS = ("ContactID", "ItemID", "InvoiceID", "PaymentID")


def fill(path: Path, pairs: int) -> Settings:
    """Make the file, with so many pairs; returns the settings with which they were synced."""
    with staged() as stage:
        stage.fill_crm(ONE_PART)
        for _ in range(2):  # payments change invoices, which the second run reads
            stage.run()
        with closing(sqlite3.connect(path)) as database:
            stage.database._connection.backup(database)
            for statement in _copies(database, pairs // ONE_PART.records):
                database.execute(statement)
            database.commit()
            database.execute("ANALYZE")
        return stage.settings


_PARTS = "WITH RECURSIVE part(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM part WHERE n < {})"


def _copies(database: sqlite3.Connection, parts: int) -> Iterator[str]:
    for table in (row[0] for row in _tables(database) if row[0] in _NAMED):
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({quoted(table)})")]
        values = ", ".join(_value(each, table) for each in columns)
        yield (
            f"{_PARTS.format(parts)}"
            f" INSERT INTO {quoted(table)} ({', '.join(map(quoted, columns))})"
            f" SELECT {values} FROM part, {quoted(table)} WHERE n <= {parts}"
        )


def _tables(database: sqlite3.Connection) -> list[tuple[str]]:
    return database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()


def _value(column: str, table: str) -> str:
    """What a column of the n-th copy holds."""
    value = quoted(column)
    if column in _KEYS:
        return f"CASE WHEN {value} <> '' THEN tenant || '/' || module || '/' || {_KEYS[column]} END"
    if column in _NAMED[table]:
        return _new(value)
    if column == "booking":
        for place in (6, 7):
            id_there = f"json_extract({value}, '$[{place}]')"
            new = f"iif({id_there} <> '', {_new(id_there)}, '')"
            value = f"json_set({value}, '$[{place}]', {new})"
    for key in _IDS if column == "document" else ():
        value = f"""replace({value}, '"{key}": "', '"{key}": "' || n || '/')"""
    return value


def _new(value: str) -> str:
    return f"n || '/' || {value}"


_KEYS = {
    "document_key": _new("xero_id"),
    "xero_key": _new("xero_id"),
    "crm_key": _new("crm_name"),
}
