"""Sums, to the cent: per currency, and per organization; currencies are never mixed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from ..modules import spec_of
from ..money import ZERO, exactly
from ..records import Module, Side
from .pairing import Paired
from .postings import Posting, Standing

_SUMMED = (Standing.BOOKED, Standing.DRAFT)


@dataclass(frozen=True)
class Owner:
    """A contact of Xero and the organizations that are it; several where they are duplicates."""

    title: str
    organizations: tuple[str, ...] = ()
    contact: str = ""


@dataclass(frozen=True)
class Sum:
    """One figure of a module in one currency: what the linked records come to on each side.

    `crm_only` and `xero_only` are what records without a partner come to; they are no difference.
    """

    module: Module
    standing: Standing
    currency: str
    figure: str
    crm: Decimal = ZERO
    xero: Decimal = ZERO
    crm_only: Decimal = ZERO
    xero_only: Decimal = ZERO
    owner: Owner | None = None

    @property
    def difference(self) -> Decimal:
        """What the CRM has more than Xero, of records that are linked."""
        with exactly():
            return self.crm - self.xero


_Key = tuple[str, Standing, str, str]  # (owner, standing, currency, figure)
_COLUMNS = CRM, XERO, CRM_ONLY, XERO_ONLY = range(4)


@dataclass
class Tally:
    """Adds up one module; `owners` are keys of owners, "" for the whole module."""

    module: Module
    columns: dict[_Key, list[Decimal]] = field(default_factory=dict)

    def add(self, posting: Posting, owner: str, column: int) -> None:
        """Count a posting for the module and for its owner."""
        if posting.standing not in _SUMMED or not posting.amounts:
            return
        for figure, amount in zip(spec_of(self.module).figures, posting.amounts, strict=True):
            for whose in ("", owner) if owner else ("",):
                key = (whose, posting.standing, posting.currency, figure)
                self.columns.setdefault(key, [ZERO] * len(_COLUMNS))[column] += amount

    def sums(self) -> Iterator[Sum]:
        """Of the whole module."""
        for (whose, standing, currency, figure), found in self.columns.items():
            if not whose:
                yield _sum(self.module, standing, currency, figure, found)

    def sums_by_owner(self, owners: Mapping[str, Owner]) -> Iterator[Sum]:
        """Of each organization."""
        for (whose, standing, currency, figure), found in self.columns.items():
            if whose:
                owner = owners.get(whose) or Owner(whose)
                yield replace(_sum(self.module, standing, currency, figure, found), owner=owner)


def _sum(
    module: Module, standing: Standing, currency: str, figure: str, columns: Sequence[Decimal]
) -> Sum:
    crm, xero, crm_only, xero_only = columns
    return Sum(module, standing, currency, figure, crm, xero, crm_only, xero_only)


def tally_of(module: Module, found: Paired, owners: Owners) -> Tally:
    """The sums of a module; a record whose partner is lost counts on its own side."""
    tally = Tally(module)
    with exactly():
        for pair in found.pairs:
            if pair.crm is not None:
                tally.add(pair.crm, owners.of_crm(pair.crm), CRM)
            if pair.xero is not None:
                tally.add(pair.xero, owners.of_xero(pair.xero), XERO)
        for posting, _ in found.only_crm:
            tally.add(posting, owners.of_crm(posting), CRM_ONLY)
        for posting, _ in found.only_xero:
            tally.add(posting, owners.of_xero(posting), XERO_ONLY)
        for posting, side in found.apart:
            if side is Side.CRM:
                tally.add(posting, owners.of_crm(posting), CRM_ONLY)
            else:
                tally.add(posting, owners.of_xero(posting), XERO_ONLY)
    return tally


class Owners:
    """Whose a record is: organizations by their contact, so that duplicates are one owner."""

    def __init__(
        self,
        found: Paired,
        crm: Sequence[Posting],
        xero: Sequence[Posting],
        merged: Mapping[str, str],
    ) -> None:
        self._contact_of, self._merged = found.partners, merged
        names: dict[str, list[Posting]] = {}
        for each in crm:
            names.setdefault(self._key(each.key), []).append(each)
        titles = {each.key: each.title for each in xero}
        self.all = {
            key: Owner(some[0].title, tuple(each.key for each in some), self._contact(key))
            for key, some in names.items()
        }
        for contact, title in titles.items():
            self.all.setdefault(contact, Owner(title, contact=contact))

    def of_crm(self, posting: Posting) -> str:
        """The owner's key of a CRM record, "" where it names none."""
        return self._key(posting.owner) if posting.owner else ""

    def of_xero(self, posting: Posting) -> str:
        """The owner's key of a document, "" where it names none."""
        return self._merged.get(posting.owner, posting.owner)

    def _key(self, organization: str) -> str:
        return self._contact_of.get(organization) or f"{_ONLY_CRM}{organization}"

    @staticmethod
    def _contact(key: str) -> str:
        return "" if key.startswith(_ONLY_CRM) else key


_ONLY_CRM = "crm:"
