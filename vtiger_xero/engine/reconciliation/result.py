"""What a reconciliation finds: plain rows that a screen, a report or a file can show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum
from operator import add

from ..lookups import PLACEHOLDER
from ..modules import spec_of
from ..money import ZERO, exactly
from ..records import Module, Side
from .differences import Drift
from .tally import Sum


@dataclass(frozen=True)
class Counts:
    """How many records a module has, on each side, linked and alone.

    `crm` is the sum of `crm_linked`, `duplicates` and `only_crm`, `xero` of `xero_linked` and
    `only_xero`. `unexplained` of those that are alone have no reason
    that anybody stated; `differing` pairs are in the list of drifts.
    """

    module: Module
    crm: int
    xero: int
    crm_linked: int
    xero_linked: int
    duplicates: int
    only_crm: int
    only_xero: int
    unexplained: int
    differing: int

    @property
    def agrees(self) -> bool:
        """Whether nothing is lost, different or without a reason."""
        return self.crm_linked == self.xero_linked and not (self.unexplained or self.differing)


@dataclass(frozen=True)
class Alone:
    """A record that one side has alone. `amount` is its first figure, None where it has none.

    `known` says that the reason was stated by the sync or follows from the settings.
    """

    module: Module
    side: Side
    key: str
    title: str
    status: str
    currency: str
    amount: Decimal | None
    reason: str
    remedy: str
    known: bool


class Verdict(str, Enum):
    """The answer: whether linked records agree, and whether all records are linked."""

    AGREE = "Both ledgers agree"
    LINKED_AGREE = "Linked records agree"
    DIFFER = "The ledgers do not agree"


@dataclass(frozen=True)
class Total:
    """What all drafts and approved records of a module come to in one currency, on each side.

    `crm_only` and `xero_only` are parts of it: what is in one ledger only.
    """

    module: Module
    currency: str
    crm: Decimal
    xero: Decimal
    crm_only: Decimal
    xero_only: Decimal

    @property
    def difference(self) -> Decimal:
        """What the CRM has more than Xero, left-out records included."""
        with exactly():
            return self.crm - self.xero

    def only_in(self, side: Side) -> Decimal:
        """What is in this ledger only."""
        return self.crm_only if side is Side.CRM else self.xero_only


@dataclass(frozen=True)
class Reconciliation:
    """Both ledgers side by side. `as_of` says up to when Xero's changes had been read (UTC)."""

    counts: tuple[Counts, ...] = ()
    sums: tuple[Sum, ...] = ()
    by_organization: tuple[Sum, ...] = ()
    drifts: tuple[Drift, ...] = ()
    alone: tuple[Alone, ...] = ()
    as_of: Mapping[Module, datetime | None] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """Agreement of what is linked is no agreement of the ledgers while records are left out."""
        if not self.agrees:
            return Verdict.DIFFER
        return Verdict.LINKED_AGREE if self.records_left_out else Verdict.AGREE

    @property
    def records_left_out(self) -> int:
        """How many records are in one ledger only, whatever the reason."""
        return sum(self.records_only_in(side) for side in Side)

    def records_only_in(self, side: Side) -> int:
        """How many records this ledger alone has.

        The product that stands for lines without an item is no record of anything.
        """
        stand_ins = sum(e.title == PLACEHOLDER for e in self.alone if e.side is side)
        in_crm = side is Side.CRM
        return sum(e.only_crm if in_crm else e.only_xero for e in self.counts) - stand_ins

    @property
    def totals(self) -> tuple[Total, ...]:
        """Both ledgers in one line for each module and currency; currencies are never mixed."""
        found: dict[tuple[Module, str], tuple[Decimal, ...]] = {}
        with exactly():
            for each in self.sums:
                if each.figure == spec_of(each.module).figures[0]:
                    key, only = (each.module, each.currency), (each.crm_only, each.xero_only)
                    amounts = (each.crm + only[0], each.xero + only[1], *only)
                    found[key] = tuple(map(add, found.get(key, (ZERO,) * 4), amounts))
        return tuple(Total(*key, *found[key]) for key in sorted(found, key=_in_order))

    @property
    def agrees(self) -> bool:
        """Whether all that is linked is equal, in number and to the cent, and all else explained.

        What is alone for a stated reason is listed and counted apart (see `verdict`).
        """
        sums = (*self.sums, *self.by_organization)
        return (
            not self.drifts
            and all(each.agrees for each in self.counts)
            and not any(each.difference for each in sums)
        )


def _in_order(key: tuple[Module, str]) -> tuple[int, str]:
    module, currency = key
    return list(Module).index(module), currency
