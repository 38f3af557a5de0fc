"""Which modules sync and in which direction, and whether they can work together."""

from __future__ import annotations

from collections.abc import Iterator

from ..modules import SPECS
from ..modules.spec import Refers
from ..records import Direction, Module, Side
from ..settings import ConflictPolicy
from .findings import Check, Finding, Severity, error, warning
from .situation import Situation

_SETTINGS = "Xero Settings"


# Which module needs which: the first cannot do its work without the other.
_NEEDS = tuple((spec, refers) for spec in SPECS.values() for refers in spec.refers_to)


def _nothing_enabled(situation: Situation) -> Iterator[Finding]:
    if not any(situation.is_enabled(each) for each in Module):
        yield error(_SETTINGS, "No module is enabled.", "Tick Enable Sync in the row of a module.")


def _needs(situation: Situation) -> Iterator[Finding]:
    for spec, need in _NEEDS:
        if situation.is_enabled(spec.module) and not situation.is_enabled(need.module):
            module, other = spec.module.value, need.module.value
            yield Finding(
                Severity.ERROR if need.is_vital else Severity.WARNING,
                module,
                f"{module} sync and {other} do not. {need.without}",
                f"Tick Enable Sync in the row {other} of Xero Settings.",
            )


def _directions(situation: Situation) -> Iterator[Finding]:
    for spec, need in _NEEDS:
        if situation.is_enabled(spec.module) and situation.is_enabled(need.module):
            for side in need.sides:
                yield from _against(situation, spec.module, need, side)


def _against(situation: Situation, module: Module, need: Refers, side: Side) -> Iterator[Finding]:
    """What goes to `side` alone finds only those partners that are there already."""
    if situation.writes(module, side) and not situation.writes(need.module, side):
        other, theirs = need.module.value, situation.settings.of(need.module).direction.value
        yield warning(
            module.value,
            f"{module.value} go to {side.value}, and {other} do not (Sync "
            f"Direction: {theirs}). {need.without}",
            f"If {other} are new in {side.other.value} too, set their Sync Direction: "
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
