"""What single records differ in, with both figures, the reason and the remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ..links import Link, LinkState
from ..messages import _lt
from ..modules import spec_of
from ..money import exactly
from ..records import Module
from .pairing import Pair
from .postings import Posting
from .tally import Owners

RECORD, STATUS, CURRENCY, OWNER, INVOICE = (
    "Record",
    "Status",
    "Currency",
    _lt("Organization Name"),
    _lt("Related To"),
)
Why = tuple[str, str]  # reason, remedy
_SYNC = _lt("Sync now.")
_LOOK = _lt("Open both, correct the one that is wrong, and sync.")


@dataclass(frozen=True)
class Drift:
    """One thing that a record and its document say differently; `what` names it.

    `crm` and `xero` are amounts in the currency, or text; None where the side has nothing.
    """

    module: Module
    title: str
    crm_name: str | None
    xero_id: str | None
    what: str
    crm: Decimal | str | None
    xero: Decimal | str | None
    reason: str
    remedy: str
    currency: str = ""

    @property
    def difference(self) -> Decimal | None:
        """What the CRM has more than Xero; None where the two are no amounts."""
        if isinstance(self.crm, Decimal) and isinstance(self.xero, Decimal):
            with exactly():
                return self.crm - self.xero
        return None


class Comparing:
    """Compares the pairs of one module.

    `invoices` leads from the CRM's invoices to Xero's, `paid` from Xero's invoices to when a
    payment on them last changed there, and `unpaired` from invoices of either side to a reason and
    a remedy where one of their payments is on that side alone.
    """

    def __init__(
        self,
        module: Module,
        owners: Owners,
        invoices: Mapping[str, str],
        paid: Mapping[str, datetime],
        unpaired: Mapping[str, Why],
    ) -> None:
        self._module, self._owners = module, owners
        self._figures = spec_of(module).figures
        self._invoices, self._paid, self._unpaired = invoices, paid, unpaired

    def drifts(self, pair: Pair) -> Iterator[Drift]:
        """All that the two differ in; nothing where both are gone."""
        crm, xero = pair.crm, pair.xero
        if crm is None or xero is None:
            yield self._drift_of_lost(pair)
        elif not (crm.is_gone and xero.is_gone):
            why = _why(pair, crm, xero, self._paid.get(xero.key))
            payment = self._unpaired.get(crm.key) or self._unpaired.get(xero.key)
            for what, ours, theirs in self._fields_to_compare(crm, xero):
                # A payment changes what was received and is due, and not the total.
                known = payment if what in self._figures[1:] else None
                yield self._drift(pair, what, ours, theirs, known or why)

    def _fields_to_compare(
        self, crm: Posting, xero: Posting
    ) -> Iterator[tuple[str, Decimal | str, Decimal | str]]:
        if crm.stage != xero.stage:
            yield STATUS, crm.status, xero.status
        if crm.is_gone or xero.is_gone:
            return
        if self._owners_differ(crm, xero):
            yield (
                OWNER,
                self._name(self._owners.of_crm(crm)),
                self._name(self._owners.of_xero(xero)),
            )
        if crm.invoice and self._invoices.get(crm.invoice, "") != xero.invoice:
            yield INVOICE, crm.invoice, xero.invoice
        if crm.currency != xero.currency:
            yield CURRENCY, crm.currency, xero.currency
        elif crm.amounts and xero.amounts:
            figures = zip(self._figures, crm.amounts, xero.amounts, strict=True)
            yield from (each for each in figures if each[1] != each[2])

    def _owners_differ(self, crm: Posting, xero: Posting) -> bool:
        """A record that names no organization, or a document no contact, contradicts nothing."""
        ours, theirs = self._owners.of_crm(crm), self._owners.of_xero(xero)
        return bool(ours and theirs and ours != theirs)

    def _name(self, owner: str) -> str:
        known = self._owners.all.get(owner)
        return known.title if known else owner

    def _drift_of_lost(self, pair: Pair) -> Drift:
        ours, theirs = (_worth(each) for each in (pair.crm, pair.xero))
        return self._drift(pair, RECORD, ours, theirs, _why_lost(pair))

    def _drift(
        self,
        pair: Pair,
        what: str,
        ours: Decimal | str | None,
        theirs: Decimal | str | None,
        why: Why,
    ) -> Drift:
        known = pair.crm or pair.xero
        return Drift(
            self._module,
            known.title if known else "",
            pair.link.crm_name,
            pair.link.xero_id,
            what,
            ours,
            theirs,
            *why,
            known.currency if known else "",
        )


def _worth(posting: Posting | None) -> Decimal | str | None:
    """What stands on one side alone: its first figure, or its name."""
    if posting is None:
        return None
    return posting.amounts[0] if posting.amounts else posting.title


def _why(pair: Pair, crm: Posting, xero: Posting, paid: datetime | None) -> Why:
    """What the sync said of the pair; else which side moved since it last looked."""
    link = pair.link
    if link.reason:
        return link.reason, link.remedy or _LOOK
    in_crm = crm.version is not None and crm.version != link.crm_modified
    if in_crm and xero.pending:
        return _lt("Both sides changed it since the last run."), _SYNC
    if in_crm:
        return _lt("It was changed in the CRM since the last run."), _SYNC
    if xero.pending:
        return _lt("It was changed in Xero since the last run."), _SYNC
    if paid is not None and xero.version is not None and paid > xero.version:
        return _lt("A payment on it is newer than the copy of Xero's invoice."), _SYNC
    return _by_state(link)


def _by_state(link: Link) -> Why:
    if link.state is LinkState.WAITING:
        return _lt("A change was not synced, because the Sync Direction does not allow it."), (
            _lt("Change the direction of the module, or make the change on the other side too.")
        )
    return _lt("The sync treats the two as equal, but they are not."), _LOOK


def _why_lost(pair: Pair) -> Why:
    if pair.shared:
        return (
            _lt("Another record of the CRM is linked with the same document in Xero."),
            _lt("Delete the one of the two that is not meant."),
        )
    if pair.link.reason:
        return pair.link.reason, pair.link.remedy or _SYNC
    if pair.crm is None:
        return _lt("It was deleted in the CRM since the last run."), _SYNC
    return (
        _lt("Its document is missing in the stored copy of Xero's records."),
        _lt(
            "Press Resync Everything in Xero Settings, under Connection: it reads all of Xero "
            "again."
        ),
    )
