"""What a user decides where both sides changed one field, and how long that holds.

A decision is made on two values that were seen. It holds while both sides still have them, and is
asked for again as soon as one of them has another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from .errors import RecordRefused
from .links import Choice, FieldConflict, Link
from .messages import _lt, label
from .records import Side, Value
from .showing import format_value

_LOOK_AGAIN = _lt("Look at the conflict again, and decide with the new values.")
_NO_LABELS: Mapping[str, str] = MappingProxyType({})


def field_conflict_of(field: str, agreed: Value | None, crm: Value, xero: Value) -> FieldConflict:
    """A field in conflict, as people read it; `agreed` is None where both never agreed on it."""
    before = None if agreed is None else format_value(agreed)
    return FieldConflict(field, before, format_value(crm), format_value(xero))


def choice_on(choices: Iterable[Choice], conflict: FieldConflict) -> Choice | None:
    """The choice that was made on just this conflict, None where there is none any more."""
    seen = (conflict.field, conflict.crm, conflict.xero)
    made = (each for each in choices if (each.field, each.crm, each.xero) == seen)
    return next(made, None)


def with_choices(
    link: Link,
    decided: Iterable[Choice],
    keeps: Side | None,
    labels: Mapping[str, str] = _NO_LABELS,
) -> Link:
    """The link with what a user decided; the next run carries it out.

    Earlier choices on other fields stay. `keeps` is the side of every conflict of this record, None
    where each is asked for (again). `labels` of the fields are used in the message of the
    `RecordRefused` that is raised where a field is not in conflict, or was decided on other values
    than the present ones.
    """
    conflicts = {conflict.field: conflict for conflict in link.conflict}
    made = {choice.field: choice for choice in link.choices}
    for choice in decided:
        _require(choice, conflicts.get(choice.field), labels)
        made[choice.field] = choice
    return replace(
        link, choices=tuple(made[each] for each in conflicts if each in made), keeps=keeps
    )


def _require(choice: Choice, conflict: FieldConflict | None, labels: Mapping[str, str]) -> None:
    named = label(labels.get(choice.field) or choice.field.replace("_", " ").title())
    if conflict is None:
        reason = _lt("The conflict of {0} has already been resolved.").format(named)
        raise RecordRefused(reason, remedy=_LOOK_AGAIN)
    if choice_on([choice], conflict) is None:
        reason = _lt("The values of {0} have changed since you decided.").format(named)
        raise RecordRefused(reason, remedy=_LOOK_AGAIN)
