"""Sums, to the cent: per currency, and per organization; currencies are never mixed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import add
from typing import NamedTuple

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


class Sum(NamedTuple):
    """One figure of a module in one currency: what the linked records come to on each side.

    `crm_only` and `xero_only` are what records without a partner come to; they are no difference.
    There are several for each organization, so it is a tuple, which takes little.
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


_Key = tuple[str, Standing, str]  # (owner, standing, currency)
_Amounts = tuple[Decimal, ...]  # one for each of the module's figures
_COLUMNS = CRM, XERO, CRM_ONLY, XERO_ONLY = range(4)


class Tally:
    """Adds up one module by the keys of owners; "" is the owner of what has none."""

    def __init__(self, module: Module, equal: Mapping[_Key, _Amounts]) -> None:
        self._module, self._figures = module, spec_of(module).figures
        self._zeros: _Amounts = (ZERO,) * len(self._figures)
        self._columns = {
            key: [amounts, amounts, self._zeros, self._zeros]
            for key, amounts in equal.items()
            if key[1] in _SUMMED
        }

    def add(self, posting: Posting, owner: str, column: int) -> None:
        """Count a posting."""
        if posting.standing in _SUMMED and posting.amounts:
            key = (owner, posting.standing, posting.currency)
            self._add(self._columns, key, posting.amounts, column)

    def sums(self) -> Iterator[Sum]:
        """Of the whole module."""
        whole: dict[_Key, list[_Amounts]] = {}
        with exactly():
            for (_, standing, currency), found in self._columns.items():
                for column, amounts in enumerate(found):
                    if amounts is not self._zeros:  # most organizations have two of the four
                        self._add(whole, ("", standing, currency), amounts, column)
        for key, found in whole.items():
            yield from self._rows(key, found, None)

    def sums_by_owner(self, owners: Mapping[str, Owner]) -> Iterator[Sum]:
        """Of each organization, by their names."""
        owned = [
            (owners.get(key[0]) or Owner(key[0]), key, found)
            for key, found in self._columns.items()
            if key[0]
        ]
        owned.sort(key=lambda each: (each[0].title.lower(), each[1][0]))
        for owner, key, found in owned:
            yield from self._rows(key, found, owner)

    def _add(
        self, columns: dict[_Key, list[_Amounts]], key: _Key, amounts: _Amounts, column: int
    ) -> None:
        found = columns.setdefault(key, [self._zeros] * len(_COLUMNS))
        found[column] = tuple(map(add, found[column], amounts))

    def _rows(self, key: _Key, found: Sequence[_Amounts], owner: Owner | None) -> Iterator[Sum]:
        _, standing, currency = key
        for figure, crm, xero, crm_only, xero_only in zip(self._figures, *found, strict=True):
            figures = crm, xero, crm_only, xero_only
            yield Sum(self._module, standing, currency, figure, *figures, owner)


def tally_of(module: Module, found: Paired, owners: Owners) -> Tally:
    """The sums of a module; a record whose partner is lost counts on its own side."""
    tally = Tally(module, found.equal.sums)
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
            found.partners[name]: Owner(title, (name,), found.partners[name])
            for name, title in found.equal.titles.items()
        } | {
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
