"""What a run is of: every enabled module, one of them, records that somebody chose, or a plan.

It stands on the run's own row, so that a worker, and a run that goes on later, find it there.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ..engine.records import Module
from ..engine.selection import Selection
from ..engine.settings import Settings

COLUMNS = ("only_module", "chosen", "plan")
_Keys = Mapping[Module, frozenset[str]]


@dataclass(frozen=True)
class Scope:
    """`selection` are chosen records; `plan` is the run of the preview that is to be applied."""

    only: Module | None = None
    selection: Selection | None = None
    plan: str = ""

    @classmethod
    def of_records(cls, module: Module, names: Collection[str]) -> "Scope":
        """These CRM records of one module."""
        return cls(selection=Selection({module: frozenset(names)}))

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Scope":
        """The scope that stands on a run's row (its `COLUMNS`)."""
        held = json.loads(row["chosen"]) if row["chosen"] else None
        return cls(
            only=Module(row["only_module"]) if row["only_module"] else None,
            selection=Selection(*(_keys(held[part]) for part in _PARTS)) if held else None,
            plan=row["plan"] or "",
        )

    @property
    def row(self) -> dict[str, Any]:
        """The columns of a Xero Sync Run."""
        chosen = {part: _texts(getattr(self.selection, part)) for part in self._parts}
        return {
            "only_module": self.only.value if self.only else None,
            "chosen": json.dumps(chosen) if chosen else None,
            "plan": self.plan or None,
        }

    @property
    def _parts(self) -> tuple[str, ...]:
        return _PARTS if self.selection else ()

    def require_enabled(self, settings: Settings) -> None:
        """`ConfigurationError` where a chosen record is of a module that does not sync."""
        if self.selection:
            self.selection.require_enabled(settings)


_PARTS = ("names", "xero_ids")


def _texts(keys: _Keys) -> dict[str, list[str]]:
    return {module.value: sorted(some) for module, some in keys.items()}


def _keys(held: Mapping[str, Collection[str]]) -> _Keys:
    return {Module(module): frozenset(some) for module, some in held.items()}
