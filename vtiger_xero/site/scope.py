"""What a run is of: every enabled module, one of them, records that somebody chose, or a plan.

It stands on the run's own row, so that a worker, and a run that goes on later, find it there.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..engine.records import Module

Chosen = Mapping[Module, frozenset[str]]


@dataclass(frozen=True)
class Scope:
    """`names`: CRM records; `xero_ids`: documents without one; `plan`: the run of a preview."""

    only: Module | None = None
    names: Chosen = field(default_factory=dict)
    xero_ids: Chosen = field(default_factory=dict)
    plan: str = ""

    @classmethod
    def of_records(cls, module: Module, names: Collection[str]) -> "Scope":
        """These CRM records of one module."""
        return cls(names={module: frozenset(names)})

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Scope":
        """The scope that stands on a run's row (its `COLUMNS`)."""
        held = json.loads(row["chosen"] or "{}")
        return cls(
            only=Module(row["only_module"]) if row["only_module"] else None,
            names=_chosen(held.get("names") or {}),
            xero_ids=_chosen(held.get("xero_ids") or {}),
            plan=row["plan"] or "",
        )

    @property
    def is_of_all(self) -> bool:
        """Whether nothing narrows it down."""
        return self == Scope()

    @property
    def row(self) -> dict[str, Any]:
        """The columns of a Xero Sync Run."""
        chosen = {"names": _texts(self.names), "xero_ids": _texts(self.xero_ids)}
        return {
            "only_module": self.only.value if self.only else None,
            "chosen": json.dumps(chosen) if self.names or self.xero_ids else None,
            "plan": self.plan or None,
        }


COLUMNS = ("only_module", "chosen", "plan")


def _texts(chosen: Chosen) -> dict[str, list[str]]:
    return {module.value: sorted(names) for module, names in chosen.items()}


def _chosen(held: Mapping[str, Iterable[str]]) -> Chosen:
    return {Module(module): frozenset(names) for module, names in held.items()}
