"""How a new record gets its name: what Frappe's `autoname` says, as far as the app uses it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from .database import Database
from .schema import DocType

_SERIES = re.compile(r"(?:format:)?(?P<prefix>[^{}#]*?)(?:\{(?P<braced>#+)\}|\.(?P<plain>#+))")


def new_name(database: Database, doctype: DocType, values: Mapping[str, Any]) -> str:
    """The name of a new record; ValueError for a way of naming that the app does not use."""
    autoname = doctype.autoname
    if autoname in ("", "hash", "Random"):
        return uuid4().hex[:10]
    if autoname.startswith("field:"):
        return str(values[autoname[len("field:") :]])
    match = _SERIES.fullmatch(autoname)
    if match is None:
        raise ValueError(f"{doctype.name} is named by {autoname!r}, which is not supported here.")
    digits = len(match["braced"] or match["plain"])
    return f"{match['prefix']}{_next(database, match['prefix']):0{digits}d}"


def _next(database: Database, series: str) -> int:
    sql = 'UPDATE "Series" SET current = current + 1 WHERE name = ?'
    if not database.write(sql, (series,)):
        database.write('INSERT INTO "Series" VALUES (?, 1)', (series,))
    (row,) = database.rows('SELECT current FROM "Series" WHERE name = ?', (series,))
    number: int = row["current"]
    return number
