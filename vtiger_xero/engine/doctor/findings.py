"""What an examination says: findings, and the table row that each of them comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from ..text import quote_names
from .situation import Situation


class Severity(str, Enum):
    """How bad it is, the worst first.

    An error will keep records from syncing until a person fixes it; a warning may, or is a choice
    that one should know of.
    """

    ERROR = "Error"
    WARNING = "Warning"
    FINE = "Fine"


@dataclass(frozen=True)
class Finding:
    """One sentence on what is the matter, one on what to do. `code` is its check's.

    `records` are the CRM names that it concerns, all of them; `doctype` is theirs.
    """

    severity: Severity
    subject: str
    problem: str
    remedy: str = ""
    code: str = ""
    doctype: str = ""
    records: tuple[str, ...] = ()


def error(subject: str, problem: str, remedy: str, **more: object) -> Finding:
    """A finding because of which records will not sync until it is fixed."""
    return Finding(Severity.ERROR, subject, problem, remedy, **more)  # type: ignore[arg-type]


def warning(subject: str, problem: str, remedy: str, **more: object) -> Finding:
    """A finding because of which records may not sync, or that is worth knowing."""
    return Finding(Severity.WARNING, subject, problem, remedy, **more)  # type: ignore[arg-type]


def fine(subject: str, sentence: str) -> Finding:
    """A finding that all is well, with a figure."""
    return Finding(Severity.FINE, subject, sentence)


def _always(situation: Situation) -> bool:
    return True


@dataclass(frozen=True)
class Check:
    """One thing to look at. `promise` is the sentence that holds where nothing is found.

    Where `applies` says no, there is nothing to look at, and nothing is said.
    """

    code: str
    subject: str
    promise: str
    find: Callable[[Situation], Iterable[Finding]]
    applies: Callable[[Situation], bool] = _always


# Words


def count_text(number: int, one: str, many: str) -> str:
    """The number in its place of one of two phrases: ("{0} product", "{0} products")."""
    return (one if number == 1 else many).format(number)


def titles_of(titles: Iterable[str]) -> str:
    """The first few records of a finding, and how many more there are."""
    return quote_names(titles, 3)
