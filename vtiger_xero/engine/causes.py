"""Skips grouped by their cause: many records, one reason, one remedy.

A sentence names what is one record's own in “quotes”, by its number, or as a figure or a date.
Without these, two sentences of one cause are equal.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from .records import Module
from .sentences import BETWEEN

OMITTED = "\u2026"
_OPENING, _CLOSING = "\u201c", "\u201d"
_QUOTED = f"{_OPENING}{OMITTED}{_CLOSING}"
# Xero's own sentences quote with straight marks, or not at all.
_STRAIGHT = re.compile(r"(?<!\w)(['\"])(?:(?!\1).)+\1(?!\w)", re.DOTALL)
_XEROS_OWN = re.compile(r"(?<=The contact name ).+?(?= is already assigned)", re.DOTALL)
# A figure, a date, ACC12, INV-0001, 2026/7, without what stands around it in the sentence.
_LONGEST = 2_000  # characters of a reason that are looked at: no sentence of the engine's has more
_NUMBERED = re.compile(r"(?<!\S)([(]*)(\S*\d\S*?)([.,;:)%]*)(?!\S)")


class HasReason(Protocol):
    """What a cause is found in: a link, or an entry of the log."""

    @property
    def module(self) -> Module:
        """The module of the record."""

    @property
    def reason(self) -> str:
        """What is the matter with this record, a line for each matter."""

    @property
    def remedy(self) -> str:
        """What can be done about it."""


T = TypeVar("T", bound=HasReason)


@dataclass(frozen=True)
class Cause(Generic[T]):
    """One cause and the skips that have it.

    `key` is the same in every run and process. `text` and `remedy` have an ellipsis where each
    record has something of its own.
    """

    key: str
    module: Module
    text: str
    remedy: str
    skips: tuple[T, ...]

    @property
    def count(self) -> int:
        """How many records it keeps from syncing."""
        return len(self.skips)


def cause_of(reason: str) -> str:
    """A sentence without what is one record's own; what several lines repeat, once."""
    reason = reason if len(reason) <= _LONGEST else f"{reason[:_LONGEST]}{OMITTED}"
    text = _XEROS_OWN.sub(OMITTED, _remove_quoted(reason))
    text = _STRAIGHT.sub(lambda found: f"{found[1]}{OMITTED}{found[1]}", text)
    told = BETWEEN.split(_NUMBERED.sub(rf"\1{OMITTED}\3", text))
    return " ".join(dict.fromkeys(told))


def split_reasons(reason: str, remedy: str) -> Iterator[tuple[str, str]]:
    """Each reason with its remedy, of what `conditions` joined: a line for each.

    A remedy of fewer lines, or with an empty one, is that of the reason before.
    """
    remedies, held = remedy.split("\n"), ""
    for place, one in enumerate(reason.split("\n") if reason else ()):
        held = (remedies[place] if place < len(remedies) else "") or held
        yield one, held


def group_by_cause(skips: Iterable[T]) -> list[Cause[T]]:
    """The causes of what is skipped, those of the most records first.

    One module, one reason and one remedy make a cause; a skip without a reason has none, and one
    with several has several.
    """
    found: dict[tuple[Module, str, str], list[T]] = {}
    for skip in skips:
        told = split_reasons(skip.reason, skip.remedy)
        for texts in dict.fromkeys((cause_of(each), cause_of(remedy)) for each, remedy in told):
            found.setdefault((skip.module, *texts), []).append(skip)
    causes = [
        Cause(_key(module, text, remedy), module, text, remedy, tuple(some))
        for (module, text, remedy), some in found.items()
    ]
    order = list(Module)
    return sorted(causes, key=lambda each: (-each.count, order.index(each.module), each.text))


def _key(module: Module, *texts: str) -> str:
    whole = json.dumps([module.value, *texts])
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def _remove_quoted(text: str) -> str:
    """Quoted texts may hold quotes of their own; where these are odd, all between is one text."""
    kept, depth = "", 0
    for letter in text:
        if letter == _OPENING and depth == 0:
            kept += _QUOTED
        elif letter != _CLOSING and depth == 0:
            kept += letter
        depth += (letter == _OPENING) - (letter == _CLOSING)
        if depth < 0:
            break
    if depth:
        return re.sub(f"{_OPENING}.*{_CLOSING}", _QUOTED, text, flags=re.DOTALL)
    return kept
