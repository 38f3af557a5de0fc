"""A life as data: the settings, and what people did, one act after the other.

Acts name what they deal with by tags (c1 a customer, p1 a product, i1 an invoice, y1 a payment), so
that an act can be taken out and the rest still means the same. An act whose tag is not there is
not done.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Act:
    """`name` is a method of `doing.Doer`, `args` its keyword arguments: plain values only."""

    name: str
    args: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        said = ", ".join(f"{key}={_short(each)}" for key, each in self.args.items())
        return f"{self.name}({said})"


@dataclass(frozen=True)
class Story:
    """One life. `directions` are by module's value, both ways unless one is named there."""

    seed: int
    country: str = "NZ"
    policy: str = "Newest wins"
    deletions: bool = True
    customers_only: bool = False
    directions: tuple[tuple[str, str], ...] = ()
    free_account: bool = False
    special_rate: bool = False
    acts: tuple[Act, ...] = ()

    @property
    def is_wide(self) -> bool:
        """Whether everything may go both ways, so that nothing has to stay on one side."""
        return not self.directions

    def with_acts(self, acts: Iterable[Act]) -> Story:
        """The same life with other acts."""
        return replace(self, acts=tuple(acts))

    def __str__(self) -> str:
        plain = Story(self.seed)
        names = ("country", "policy", "deletions", "customers_only", "directions")
        names += ("free_account", "special_rate")
        other = [
            f"{name}={getattr(self, name)!r}"
            for name in names
            if getattr(self, name) != getattr(plain, name)
        ]
        head = f"seed {self.seed}" + (f" ({', '.join(other)})" if other else "")
        return "\n".join([head, *(f"  {n}. {act}" for n, act in enumerate(self.acts, 1))])


def _short(value: Any) -> str:
    return f"[{'; '.join(map(_row, value))}]" if isinstance(value, (list, tuple)) else str(value)


def _row(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{key}={each}" for key, each in value.items() if each not in ("", None))
    return str(value)
