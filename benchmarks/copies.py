"""Books of any size: records that were synced, copied by the database under other names and keys.

So the tables are as wide as those of real books. Items are few, as in most companies.
"""

from __future__ import annotations

from benchmarks.books import KEYS
from demo.crm import Database
from vtiger_xero.engine.records import Module

_MARKS = "WITH RECURSIVE marks(mark) AS (SELECT 1 UNION ALL SELECT mark + 1 FROM marks LIMIT ?)"


def copy(database: Database, times: int) -> None:
    """Every record but items so many times more, with its links and documents."""
    with database.saving():
        for table, own in KEYS.items() if times else ():
            columns = [each["name"] for each in database.rows(f'PRAGMA table_info("{table}")')]
            names = ", ".join(f'"{each}"' for each in columns)
            copies = (_copied(each) if each in own else _as_it_is(each) for each in columns)
            where = "module <> ?" if "module" in columns else "? <> ''"
            database.write(
                f'{_MARKS} INSERT INTO "{table}" ({names}) '
                f'SELECT {", ".join(copies)} FROM marks, "{table}" WHERE {where}',
                (times, Module.PRODUCTS.value),
            )


def _copied(column: str) -> str:
    return f"\"{column}\" || '~' || mark"


def _as_it_is(column: str) -> str:
    """All but the ids of others in how a document is booked (`stored.booking_text`)."""
    value = f'"{column}"'
    for place in (6, 7) if column == "booking" else ():
        held = f"json_extract({value}, '$[{place}]')"
        value = f"json_set({value}, '$[{place}]', iif({held} = '', '', {held} || '~' || mark))"
    return value
