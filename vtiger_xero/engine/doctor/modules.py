"""Which modules sync and in which direction, and whether they can work together."""

from __future__ import annotations

from collections.abc import Iterator

from ..messages import _lt, label, listed
from ..modules import SPECS
from ..modules.spec import Refers
from ..records import Direction, Module, Side
from .findings import Check, Finding, Severity, error, warning
from .situation import Situation

_SETTINGS = _lt("Xero Settings")


# Which module needs which: the first cannot do its work without the other.
_NEEDS = tuple((spec, refers) for spec in SPECS.values() for refers in spec.refers_to)


def _nothing_enabled(situation: Situation) -> Iterator[Finding]:
    if not any(situation.is_enabled(each) for each in Module):
        yield error(
            _SETTINGS, _lt("No module is enabled."), _lt("Tick Enable Sync in the row of a module.")
        )


def _needs(situation: Situation) -> Iterator[Finding]:
    for spec, need in _NEEDS:
        if situation.is_enabled(spec.module) and not situation.is_enabled(need.module):
            module, other = label(spec.module), label(need.module)
            yield Finding(
                Severity.ERROR if need.is_vital else Severity.WARNING,
                module,
                _lt("{0} sync and {1} do not. {2}").format(module, other, need.without),
                _lt("Tick Enable Sync in the row {0} of Xero Settings.").format(other),
            )


def _directions(situation: Situation) -> Iterator[Finding]:
    for spec, need in _NEEDS:
        if situation.is_enabled(spec.module) and situation.is_enabled(need.module):
            for side in need.sides:
                yield from _against(situation, spec.module, need, side)


def _against(situation: Situation, module: Module, need: Refers, side: Side) -> Iterator[Finding]:
    """What goes to `side` alone finds only those partners that are there already."""
    if situation.writes(module, side) and not situation.writes(need.module, side):
        other, theirs = label(need.module), label(situation.settings.of(need.module).direction)
        yield warning(
            label(module),
            _lt("{0} go to {1}, and {2} do not (Sync Direction: {3}). {4}").format(
                label(module), label(side), other, theirs, need.without
            ),
            _lt("If {0} are new in {1} too, set their Sync Direction: {2}.").format(
                other, label(side.other), label(Direction.BOTH)
            ),
        )


def _conflicts(situation: Situation) -> Iterator[Finding]:
    both = [label(m) for m in Module if all(situation.writes(m, side) for side in Side)]
    if situation.settings.conflicts.may_ask and both:
        yield warning(
            _SETTINGS,
            _lt(
                "A record waits for a person's decision if both sides changed the same field ({0})."
            ).format(listed(both)),
            _lt("Look at the sync log after each run, or let the newest change win."),
        )


def _deletions(situation: Situation) -> Iterator[Finding]:
    if situation.settings.deletions and situation.sends_lines:
        yield warning(
            _SETTINGS,
            _lt(
                "Sync Deletions is on: an invoice that is deleted or cancelled in the CRM is "
                "deleted or voided in Xero, and it cannot be restored in Xero."
            ),
            _lt("Untick Sync Deletions if you do not want this."),
        )


def _possible_matches(situation: Situation) -> Iterator[Finding]:
    for module, number in situation.possible.items():
        if number:
            yield warning(
                label(module),
                _lt(
                    "Pairs of records that may be one in both systems: {0}. Neither record of "
                    "such a pair is copied until a person answers."
                ).format(number),
                _lt(
                    "Answer under Possible Matches whether they are one or two; after a first "
                    "run they are listed there."
                ),
            )


def _assigned_to(situation: Situation) -> Iterator[Finding]:
    incoming = any(situation.writes(module, Side.CRM) for module in Module)
    if incoming and not situation.settings.assigned_to:
        yield warning(
            _SETTINGS,
            _lt(
                "No user is chosen in Assign New Records To: new records from Xero belong to "
                "the user who starts the run."
            ),
            _lt("Choose a user in Assign New Records To."),
        )


CHECKS = (
    Check("enabled", _SETTINGS, _lt("At least one module syncs."), _nothing_enabled),
    Check(
        "modules", _SETTINGS, _lt("Every module that syncs has the modules that it needs."), _needs
    ),
    Check(
        "directions",
        _SETTINGS,
        _lt("The modules that a module needs sync in the same direction."),
        _directions,
    ),
    Check(
        "conflicts",
        _SETTINGS,
        _lt("No record waits for a person to settle a conflict."),
        _conflicts,
    ),
    Check(
        "possible-matches",
        _lt("Possible Matches"),
        _lt("No record waits for an answer about a possible match."),
        _possible_matches,
    ),
    Check("deletions", _SETTINGS, _lt("No invoice is voided because it was deleted."), _deletions),
    Check("assigned-to", _SETTINGS, _lt("What comes in from Xero has an owner."), _assigned_to),
)
