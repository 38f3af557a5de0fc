"""What a first run would leave out for one cause, said before it begins.

Later runs say it record by record. The first one may leave out half of a module for a box that
nobody has filled in, and then a person reads a hundred reasons instead of one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from .records import Module, Side
from .settings import Settings

_ONE_IN = 10  # fewer records than this are for the log to say


@dataclass(frozen=True)
class Cause:
    """One cause: it keeps `count` of the module's `of` records from Xero.

    `field` is that of Xero Settings in which the cure is, "" where it is in the records.
    """

    module: Module
    count: int
    of: int
    problem: str
    remedy: str
    field: str = ""


def first_modules(settings: Settings, seen: Collection[Module]) -> list[Module]:
    """The modules whose records go to Xero for the first time; no run has `seen` any of them."""
    return [
        module
        for module in Module
        if settings.of(module).enabled and settings.writes(module, Side.XERO) and module not in seen
    ]


def worth_saying(causes: Iterable[Cause]) -> list[Cause]:
    """Those that keep more than one record in ten out, the one of the most records first."""
    found = [each for each in causes if each.count * _ONE_IN > each.of]
    return sorted(found, key=lambda each: -each.count)
