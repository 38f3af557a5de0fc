"""Skips grouped by their cause: many records, one reason, one remedy.

Two messages of one template are one cause: what differs in them is one record's own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from .lookups import FIX_THE_OTHER
from .messages import cause_of, is_made_from, lines, split_lines
from .records import Module


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


def split_reasons(reason: str, remedy: str) -> Iterator[tuple[str, str]]:
    """Each reason with its remedy, of what `conditions` joined: a line for each.

    A remedy of fewer lines, or with an empty one, is that of the reason before.
    """
    remedies, held = split_lines(remedy), ""
    for place, one in enumerate(split_lines(reason) if reason else ()):
        held = (remedies[place] if place < len(remedies) else "") or held
        yield one, held


def without_echoes(reason: str, remedy: str) -> tuple[str, str]:
    """Reason and remedy without what only says that another record was skipped."""
    reasons = split_reasons(reason, remedy)
    own = [each for each in reasons if not is_made_from(FIX_THE_OTHER, each[1])]
    return lines(each for each, _ in own), lines(each for _, each in own)


def group_by_cause(skips: Iterable[T]) -> list[Cause[T]]:
    """The causes of what is skipped, those of the most records first.

    One module, one reason and one remedy make a cause; a skip without a reason has none, and one
    with several has several.
    """
    found: dict[tuple[Module, str, str], list[T]] = {}
    for skip in skips:
        reasons = split_reasons(skip.reason, skip.remedy)
        for texts in dict.fromkeys((cause_of(each), cause_of(remedy)) for each, remedy in reasons):
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
