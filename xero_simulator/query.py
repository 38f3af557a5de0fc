"""`where` and `order`: what the app, its probe and the tests of both send, and no more.

    where=Type=="ACCREC"
    where=InvoiceNumber!=null AND InvoiceNumber.StartsWith("INV-")
    order=Name ASC, UpdatedDateUTC DESC

Xero parses a filter with Dynamic LINQ and knows far more: OR, NOT, numbers, dates, ids and other
methods. Here these are a 400 QueryParseException, like everything else that cannot be read.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from xero_simulator.answers import Refused, query_not_parsed
from xero_simulator.text import folded

Read = Callable[[Any], Any]

_TEXT = r'"(?:[^"]|"")*"'  # a doubled quote is a quote; a backslash escapes nothing [3P]
_CONDITION = re.compile(
    rf"""\s*(?P<field>[^\W\d][\w.]*?)(?:
        \s*(?P<sign>==|=|!=|<>)\s*(?P<value>null\b|{_TEXT})
        | \.StartsWith\(\s*(?P<start>{_TEXT})\s*\)
    )\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_AND = re.compile(rf"({_TEXT})|\bAND\b|&&", re.IGNORECASE)


@dataclass(frozen=True)
class Table:
    """The texts of an object, under Xero's name for it; `is_timed`: it can be ordered by time."""

    name: str
    texts: Mapping[str, Read]
    is_timed: bool = True

    def text(self, name: str) -> Read:
        """The field of that name, whatever its case, or QueryParseException [3P, real text]."""
        for known, read in self.texts.items():
            if known.lower() == name.lower():
                return read
        raise _error(f"No property or field '{name}' exists in type '{self.name}'")


class Where:
    """A parsed filter: conditions of which each must hold, looked at from left to right."""

    def __init__(self, text: str, table: Table) -> None:
        self._conditions: list[Callable[[Any], bool]] = []
        for part in _parts(text):
            found = _CONDITION.fullmatch(part)
            if found is None:
                raise _error()
            self._conditions.append(_condition(found, table.text(found["field"])))

    def matches(self, row: Any) -> bool:
        """Whether all conditions hold; the first that does not makes a null guard work."""
        return all(holds(row) for holds in self._conditions)


class Order:
    """A parsed order. Its sort is stable, so the default order stays the tie-break."""

    def __init__(self, text: str, table: Table) -> None:
        self._keys = [_ordering(part.split(), table) for part in text.split(",")]

    def sort(self, rows: Iterable[Any]) -> list[Any]:
        """The rows, ordered: nulls first, texts without case."""
        ordered = list(rows)
        for read, descending in reversed(self._keys):
            ordered.sort(key=_ranked_by(read), reverse=descending)
        return ordered


def _error(message: str = "Syntax error") -> Refused:
    """400 QueryParseException. "Syntax error" is real [3P x2]; other texts say where from."""
    return Refused(query_not_parsed(message))


def _parts(text: str) -> list[str]:
    """What stands between the ANDs, which may be in a text as well."""
    ends = [each.span() for each in _AND.finditer(text) if not each[1]]
    starts = [0, *(end for _, end in ends)]
    return [text[a:b] for a, b in zip(starts, [*(at for at, _ in ends), len(text)], strict=True)]


def _condition(found: re.Match[str], read: Read) -> Callable[[Any], bool]:
    if found["start"]:
        start = _unquoted(found["start"])
        return lambda row: _starts(read(row), start)
    is_equal = found["sign"] in ("=", "==")
    wanted = None if found["value"].lower() == "null" else folded(_unquoted(found["value"]))

    def holds(row: Any) -> bool:
        value = read(row)
        return ((None if value is None else folded(value)) == wanted) is is_equal

    return holds


def _starts(value: str | None, start: str) -> bool:
    # invented [I3]: that StartsWith minds the case. Third parties write
    # Name.ToLower().StartsWith("..."), which would be idle if it did not.
    if value is None:
        # A method on a null fails the whole request [3P]: guard with Field!=null AND ...
        # invented [Y1]: the text, which is .NET's for it.
        raise _error("Object reference not set to an instance of an object.")
    return value.startswith(start)


def _unquoted(text: str) -> str:
    return text[1:-1].replace('""', '"')


def _ordering(words: list[str], table: Table) -> tuple[Read, bool]:
    direction = words[1].upper() if len(words) == 2 else "ASC"
    if not 1 <= len(words) <= 2 or direction not in ("ASC", "DESC"):
        raise _error()
    is_time = table.is_timed and words[0].lower() == "updateddateutc"
    return (lambda row: row.updated) if is_time else table.text(words[0]), direction == "DESC"


def _ranked_by(read: Read) -> Callable[[Any], tuple[bool, Any]]:
    def rank(row: Any) -> tuple[bool, Any]:
        value = read(row)
        return value is not None, folded(value) if isinstance(value, str) else value or 0

    return rank
