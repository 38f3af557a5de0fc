"""How Vtiger writes numbers, dates, boxes and names of records in its CSV.

A date is in the format that the exporting user has chosen. Numbers are Vtiger's own, with a point
("1150.00000000"); versions before 7.1 write amounts as the user sees them ("1.150,00").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from html import unescape

# Vtiger's choices for a user's Date Format, with any of its separators.
_ORDERS = ("%Y-%m-%d", "%d-%m-%Y", "%m-%d-%Y")
_SEPARATOR = re.compile(r"[./]")
_PLAIN = re.compile(r"-?\d+(\.\d*)?|-?\.\d+")
_BY_COMMA = re.compile(r"-?\d{1,3}([,']\d{2,3})*[,']\d{3}(\.\d+)?")
_BY_POINT = re.compile(r"-?\d{1,3}([. ]\d{2,3})*[. ]\d{3}(,\d+)?")
_COMMA_ALONE = re.compile(r"-?\d+,\d+")
_AMBIGUOUS = re.compile(r"-?\d{1,3},\d{3}")
_YES, _NO = ("1", "yes", "on", "true"), ("0", "no", "off", "false", "")
_NO_DATE = "0000-00-00"
_OF_MODULE = "::::"


def text(value: object) -> str:
    """A cell as people read it: Vtiger keeps & and quotes as HTML writes them."""
    return unescape(str(value if value is not None else "")).strip()


def number(cell: str) -> str | None:
    """The number with a point and without groups, None where it is none, or could be two."""
    if _PLAIN.fullmatch(cell):
        return cell
    if _AMBIGUOUS.fullmatch(cell):
        return None
    if _BY_COMMA.fullmatch(cell):
        return re.sub("[,']", "", cell)
    if _BY_POINT.fullmatch(cell):
        return re.sub("[. ]", "", cell).replace(",", ".")
    return cell.replace(",", ".") if _COMMA_ALONE.fullmatch(cell) else None


def box(cell: str) -> str | None:
    """1 or 0, None for anything else."""
    lower = cell.casefold()
    return "1" if lower in _YES else "0" if lower in _NO else None


def date_orders(cells: Iterable[str]) -> Sequence[str]:
    """The formats in which all of these can be read, as `strptime` takes them.

    One: that is how the file writes its dates. Several: nobody can tell. None: some are no dates.
    """
    days = {_day(cell) for cell in cells} - {""}
    return [order for order in _ORDERS if all(_read(day, order) for day in days)]


def day(cell: str, order: str) -> str | None:
    """A date as 2026-11-30, "" for none, None where it is no date. A time after it is left out."""
    written = _day(cell)
    if not written:
        return ""
    found = _read(written, order)
    return found.isoformat() if found else None


def reference(cell: str) -> tuple[str, str]:
    """Vtiger's name of the module ("" where none is given), and the title of the record in it."""
    module, mark, title = cell.partition(_OF_MODULE)
    return (module.strip(), title.strip()) if mark else ("", cell)


def _day(cell: str) -> str:
    written = _SEPARATOR.sub("-", cell.split(" ")[0])
    return "" if written == _NO_DATE else written


def _read(written: str, order: str) -> date | None:
    with suppress(ValueError):
        return datetime.strptime(written, order).date()
    return None
