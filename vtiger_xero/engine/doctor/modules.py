"""Which modules sync and in which direction, and whether they can work together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..records import Direction, Module, Side
from ..settings import ConflictPolicy
from .findings import Check, Finding, Severity, error, warning
from .situation import Situation

_SETTINGS = "Xero Settings"


@dataclass(frozen=True)
class _Need:
    """`module` cannot do its work without `other`; `lost` says what happens then.

    `sides`: what goes there needs its partner to go there too.
    """

    module: Module
    other: Module
    severity: Severity
    lost: str
    sides: tuple[Side, ...] = tuple(Side)


# The last row is a warning: a line without its item still has its text and its price.
_NEEDS = (
    _Need(
        Module.INVOICES,
        Module.ORGANIZATIONS,
        Severity.ERROR,
        "An invoice whose customer is not on the other side is skipped.",
    ),
    _Need(
        Module.PAYMENTS,
        Module.INVOICES,
        Severity.ERROR,
        "A payment whose invoice is not on the other side is skipped.",
        # Invoices that go to Xero and payments that come back is how most people work.
        sides=(Side.XERO,),
    ),
    _Need(
        Module.INVOICES,
        Module.PRODUCTS,
        Severity.WARNING,
        "A line keeps its text and price, but not its item.",
    ),
)


def _nothing_enabled(situation: Situation) -> Iterator[Finding]:
    if not any(situation.is_enabled(each) for each in Module):
        yield error(_SETTINGS, "No module is enabled.", "Tick Enable Sync in the row of a module.")


def _needs(situation: Situation) -> Iterator[Finding]:
    for need in _NEEDS:
        if situation.is_enabled(need.module) and not situation.is_enabled(need.other):
            yield Finding(
                need.severity,
                need.module.value,
                f"{need.module.value} sync and {need.other.value} do not. {need.lost}",
                f"Tick Enable Sync in the row {need.other.value} of Xero Settings.",
            )


def _directions(situation: Situation) -> Iterator[Finding]:
    for need in _NEEDS:
        if situation.is_enabled(need.module) and situation.is_enabled(need.other):
            for side in need.sides:
                yield from _against(situation, need, side)


def _against(situation: Situation, need: _Need, side: Side) -> Iterator[Finding]:
    """What goes to `side` alone finds only those partners that are there already."""
    if situation.writes(need.module, side) and not situation.writes(need.other, side):
        mine = situation.settings.of(need.other).direction.value
        yield warning(
            need.module.value,
            f"{need.module.value} go to {side.value}, and {need.other.value} do not (Sync "
            f"Direction: {mine}). {need.lost}",
            f"If {need.other.value} are new in {side.other.value} too, set their Sync Direction: "
            f"{Direction.BOTH.value}.",
        )


def _conflicts(situation: Situation) -> Iterator[Finding]:
    both = [m.value for m in Module if all(situation.writes(m, side) for side in Side)]
    if situation.settings.conflicts is ConflictPolicy.ASK and both:
        yield warning(
            _SETTINGS,
            "A record waits for a person's decision if both sides changed the same field "
            f"({', '.join(both)}).",
            "Look at the sync log after each run, or let the newest change win.",
        )


def _deletions(situation: Situation) -> Iterator[Finding]:
    if situation.settings.deletions and situation.sends_invoices:
        yield warning(
            _SETTINGS,
            "Sync Deletions is on: an invoice that is deleted or cancelled in the CRM is deleted "
            "or voided in Xero, and it cannot be restored in Xero.",
            "Untick Sync Deletions if you do not want this.",
        )


def _possible_matches(situation: Situation) -> Iterator[Finding]:
    for module, number in situation.possible.items():
        if number:
            yield warning(
                module.value,
                f"Pairs of records that may be one in both systems: {number}. Neither record of "
                "such a pair is copied until a person answers.",
                "Answer under Possible Matches whether they are one or two; after a first run they "
                "are listed there.",
            )


def _assigned_to(situation: Situation) -> Iterator[Finding]:
    incoming = any(situation.writes(module, Side.CRM) for module in Module)
    if incoming and not situation.settings.assigned_to:
        yield warning(
            _SETTINGS,
            "No user is chosen in Assign New Records To: new records from Xero belong to "
            "the user who starts the run.",
            "Choose a user in Assign New Records To.",
        )


CHECKS = (
    Check("enabled", _SETTINGS, "At least one module syncs.", _nothing_enabled),
    Check("modules", _SETTINGS, "Every module that syncs has the modules that it needs.", _needs),
    Check(
        "directions",
        _SETTINGS,
        "The modules that a module needs sync in the same direction.",
        _directions,
    ),
    Check("conflicts", _SETTINGS, "No record waits for a person to settle a conflict.", _conflicts),
    Check(
        "possible-matches",
        "Possible Matches",
        "No record waits for an answer about a possible match.",
        _possible_matches,
    ),
    Check("deletions", _SETTINGS, "No invoice is voided because it was deleted.", _deletions),
    Check("assigned-to", _SETTINGS, "What comes in from Xero has an owner.", _assigned_to),
)
