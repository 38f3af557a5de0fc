"""Values as people read them: in the log, in a preview, and where they decide between two.

Two values that a merge distinguishes read differently: a user chooses between the two texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .mapping.lines import is_text
from .mapping.rows import text_of
from .records import Line, Person, Value
from .taxes import NO_TAX

_NO_ACCOUNT = " ()"
# What `_line` writes of a line with a tax: the log, and what people chose between, keep the text.
_TAXED = re.compile(r"(.* = \S+ \+ \S+ )(\S.*)( \([^()]*\))")


def format_value(value: Value) -> str:
    """A value as text: an invoice's lines one below the other, people in a row."""
    if not isinstance(value, tuple):
        return str(text_of(value))
    lines = [_line(each) for each in value if isinstance(each, Line)]
    return "\n".join(lines) if lines else ", ".join(_people(value))


def _people(value: tuple[Any, ...]) -> list[str]:
    return [_person(each) for each in value if isinstance(each, Person)]


def _person(person: Person) -> str:
    email = f"<{person.email}>" if person.email else ""
    primary = "(primary)" if person.is_primary else ""
    return " ".join(each for each in (person.full_name, email, primary) if each)


def _line(line: Line) -> str:
    description = " / ".join(line.description.splitlines())
    what = ", ".join(each for each in (line.item, description) if each)
    if line.fault:
        return f"{what}: {line.fault}"
    return what if is_text(line) else f"{what}: {_sums(line)} ({line.account})"


def _sums(line: Line) -> str:
    sums = f"{line.quantity.normalize():f} \u00d7 {line.unit_amount.normalize():f}"
    has_tax = line.tax or line.tax_type not in ("", NO_TAX)
    tax = f" + {line.tax:f} {line.tax_type}" if has_tax else ""
    return f"{sums} = {line.amount:f}{tax}"


def name_rates(text: str, name_of: Callable[[str], str]) -> str:
    """The text of an invoice's lines, with a name for each of Xero's codes of tax rates in it."""
    return "\n".join(_named(each, name_of) for each in text.split("\n"))


def _named(line: str, name_of: Callable[[str], str]) -> str:
    if found := _TAXED.fullmatch(line):
        start, tax_type, account = found.groups()
        line = f"{start}{name_of(tax_type)}{account}"
    return line.removesuffix(_NO_ACCOUNT)
