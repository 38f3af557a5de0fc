"""What a reconciliation finds: plain rows that a screen, a report or a file can show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum

from ..lookups import PLACEHOLDER
from ..modules import spec_of
from ..money import ZERO
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
    """The answer in a word: whether linked records agree, and whether all records are linked."""

    AGREE = "Yes"
    LINKED_AGREE = "Linked records only"
    DIFFER = "No"


@dataclass(frozen=True)
class LeftOut:
    """What drafts and approved records of one ledger alone come to, in one currency."""

    module: Module
    side: Side
    currency: str
    amount: Decimal


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
        """How many records are in one ledger only, whatever the reason.

        The product that stands for lines without an item is no record of anything.
        """
        stand_ins = sum(each.title == PLACEHOLDER for each in self.alone)
        return sum(each.only_crm + each.only_xero for each in self.counts) - stand_ins

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What they come to, by module, ledger and currency; never mixed."""
        found: dict[tuple[Module, Side, str], Decimal] = {}
        for each in self.sums:
            if each.figure == spec_of(each.module).figures[0]:
                for side, amount in ((Side.CRM, each.crm_only), (Side.XERO, each.xero_only)):
                    key = each.module, side, each.currency
                    found[key] = found.get(key, ZERO) + amount
        return tuple(LeftOut(*key, amount) for key, amount in found.items() if amount)

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
