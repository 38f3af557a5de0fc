"""What a person decides where both sides changed one field, and how long that holds.

A decision is made on two values that were seen. It stands while both sides still show them, and is
asked for anew as soon as one of them shows another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from .errors import RecordRefused
from .links import Choice, Clash, Link
from .records import Side, Value
from .showing import shown

_LOOK_AGAIN = "Look at the conflict again, and decide with the new values."
_NO_LABELS: Mapping[str, str] = MappingProxyType({})


def clash_of(field: str, agreed: Value | None, crm: Value, xero: Value) -> Clash:
    """A field in dispute, as people read it; `agreed` is None where both never agreed on it."""
    return Clash(field, None if agreed is None else shown(agreed), shown(crm), shown(xero))


def standing(choices: Iterable[Choice], clash: Clash) -> Choice | None:
    """The choice that was made on just this clash, None where there is none or no longer."""
    seen = (clash.field, clash.crm, clash.xero)
    made = (each for each in choices if (each.field, each.crm, each.xero) == seen)
    return next(made, None)


def chosen(
    link: Link,
    decided: Iterable[Choice],
    keeps: Side | None,
    labels: Mapping[str, str] = _NO_LABELS,
) -> Link:
    """The link with what a person decided; the next run carries it out.

    Earlier choices on other fields stay. `keeps` is whom they give every clash of this record to,
    None where each is asked for (again). `labels` are those of the fields, for the sentence of the
    `RecordRefused` that is raised where a field is in no dispute, or was decided on other values
    than those that are in dispute now.
    """
    clashes = {clash.field: clash for clash in link.conflict}
    made = {choice.field: choice for choice in link.choices}
    for choice in decided:
        _require(choice, clashes.get(choice.field), labels)
        made[choice.field] = choice
    return replace(link, choices=tuple(made[each] for each in clashes if each in made), keeps=keeps)


def _require(choice: Choice, clash: Clash | None, labels: Mapping[str, str]) -> None:
    label = labels.get(choice.field) or choice.field.replace("_", " ").title()
    if clash is None:
        reason = f"The conflict of {label} has already been resolved."
        raise RecordRefused(reason, remedy=_LOOK_AGAIN)
    if standing([choice], clash) is None:
        reason = f"The values of {label} have changed since you decided."
        raise RecordRefused(reason, remedy=_LOOK_AGAIN)
