"""The reconciliation itself: over the ports, and over books that were read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ..journal import Journal
from ..links import Link
from ..messages import _lt, label
from ..modules import owner_module, settled_by, spec_of
from ..ports import Crm
from ..records import Module, Side
from ..settings import Settings
from .apart import separate_explained
from .differences import Comparing, Drift, Why
from .kept_out import separate_excluded
from .pairing import Books, Paired, pair_records
from .postings import Posting, complete_all
from .reading import read_books
from .reasons import why_alone
from .result import Alone, Counts, Reconciliation
from .tally import Owners, Sum, Tally, tally_of


def reconcile(
    crm: Crm, journal: Journal, modules: Iterable[Module], *, settings: Settings | None = None
) -> Reconciliation:
    """Hold the CRM against the journal's copy of Xero; the caller pulls first, if it should be new.

    With `settings`, records that stay on one side because of them have that as their reason.
    """
    wanted = list(modules)
    needed = {each for module in wanted for each in _needs(module)}
    books = read_books(crm, journal, needed)
    as_of = {module: journal.watermark(module) for module in wanted}
    return reconcile_books(books, wanted, settings=settings, as_of=as_of)


def _needs(module: Module) -> set[Module]:
    """The modules that the figures of one need: owners of invoices, payments since."""
    spec = spec_of(module)
    others = (owner_module(), spec.settles, settled_by(module)) if spec.figures else ()
    return {module, *(each for each in others if each)}


def reconcile_books(
    books: Mapping[Module, Books],
    modules: Iterable[Module] = tuple(Module),
    *,
    settings: Settings | None = None,
    as_of: Mapping[Module, datetime | None] | None = None,
) -> Reconciliation:
    """Count, add up and compare the `modules` of these books."""
    whole = _Reconciling(books, settings)
    parts = [whole.module(module) for module in Module if module in set(modules)]
    return Reconciliation(
        counts=tuple(counts for part in parts for counts in part.counts),
        sums=tuple(each for part in parts for each in part.sums),
        by_organization=tuple(each for part in parts for each in part.by_organization),
        drifts=tuple(each for part in parts for each in part.drifts),
        alone=tuple(each for part in parts for each in part.alone),
        as_of=as_of or {},
    )


class _Reconciling:
    """Organizations and invoices are paired first: what the others refer to."""

    def __init__(self, books: Mapping[Module, Books], settings: Settings | None) -> None:
        self._books, self._settings = _with_settled_known(books), settings
        self._paired = {module: pair_records(module, each) for module, each in self._books.items()}
        held = self._books.get(owner_module(), Books())
        organizations = self._paired.get(owner_module(), Paired())
        self._owners = Owners(organizations, held.crm, held.xero, held.merged)
        for module in (each for each in Module if not settled_by(each)):
            self._separate_excluded(module)
        for module, payments in ((each, settled_by(each)) for each in Module):
            if payments:
                # By the payments that are alone by now, and before invoices are compared.
                self._separate_explained(module, payments)
                self._separate_excluded(module)

    def _separate_excluded(self, module: Module) -> None:
        comparing = self._comparison_of(module)
        found = self._paired.get(module, Paired())
        separate_excluded(found, lambda pair: any(comparing.drifts(pair)))

    def _separate_explained(self, module: Module, payments: Module) -> None:
        invoices, books = self._paired.get(module), self._books.get(payments)
        if invoices is not None and books is not None:
            alone = self._records_alone(self._paired[payments])
            whole = (*books.crm, *books.xero)
            invoices.pairs, invoices.apart = separate_explained(invoices, whole, alone)

    def module(self, module: Module) -> Reconciliation:
        """One module's part."""
        found = self._paired.get(module, Paired())
        tally = tally_of(module, found, self._owners)
        drifts = tuple(self._drifts(module, found))
        alone = tuple(self._records_alone(found))
        return Reconciliation(
            counts=(_counts(module, found, drifts, alone),),
            sums=tuple(tally.sums()),
            by_organization=self._by_organization(tally),
            drifts=drifts,
            alone=alone,
        )

    def _by_organization(self, tally: Tally) -> tuple[Sum, ...]:
        return tuple(tally.sums_by_owner(self._owners.all))

    def _drifts(self, module: Module, found: Paired) -> Iterator[Drift]:
        comparing = self._comparison_of(module)
        for pair in found.pairs:
            yield from comparing.drifts(pair)

    def _comparison_of(self, module: Module) -> Comparing:
        settled, payments = spec_of(module).settles, settled_by(module)
        invoices = self._paired.get(settled, Paired()).partners if settled else {}
        paid = self._payment_times(payments) if payments else {}
        unpaired = self._reasons_of_unpaired(payments) if payments else {}
        return Comparing(module, self._owners, invoices, paid, unpaired)

    def _payment_times(self, payments: Module) -> dict[str, datetime]:
        """When a payment on an invoice last changed at Xero, by the invoice's id."""
        newest: dict[str, datetime] = {}
        for payment in self._books.get(payments, Books()).xero:
            if payment.version is not None:
                before = newest.get(payment.invoice, payment.version)
                newest[payment.invoice] = max(before, payment.version)
        return newest

    def _reasons_of_unpaired(self, module: Module) -> dict[str, Why]:
        """Why a payment on an invoice is on one side alone, by the invoice's key on that side."""
        payments = self._records_alone(self._paired.get(module, Paired()))
        books = self._books.get(module, Books())
        invoices = {payment.key: payment.invoice for payment in (*books.crm, *books.xero)}
        return {
            invoices[each.key]: (
                _lt("The payment “{0}” on it is only in {1}: {2}").format(
                    each.title, label(each.side), each.reason
                ),
                each.remedy,
            )
            for each in payments
        }

    def _records_alone(self, found: Paired) -> Iterator[Alone]:
        for side, some in ((Side.CRM, found.only_crm), (Side.XERO, found.only_xero)):
            for posting, link in some:
                yield _records_alone(posting, side, link, self._settings)


def _records_alone(
    posting: Posting, side: Side, link: Link | None, settings: Settings | None
) -> Alone:
    reason, remedy, known = why_alone(posting, side, link, settings)
    return Alone(
        posting.module,
        side,
        posting.key,
        posting.title,
        posting.status,
        posting.currency,
        posting.amounts[0] if posting.amounts else None,
        reason,
        remedy,
        known,
    )


def _counts(
    module: Module, found: Paired, drifts: Sequence[Drift], alone: Sequence[Alone]
) -> Counts:
    crm_linked = found.equal.pairs + sum(pair.crm is not None for pair in found.pairs)
    xero_linked = found.equal.pairs + sum(pair.xero is not None for pair in found.pairs)
    return Counts(
        module,
        crm=crm_linked + len(found.duplicates) + len(found.only_crm),
        xero=xero_linked + len(found.only_xero),
        crm_linked=crm_linked,
        xero_linked=xero_linked,
        duplicates=len(found.duplicates),
        only_crm=len(found.only_crm),
        only_xero=len(found.only_xero),
        unexplained=sum(not each.known for each in alone),
        differing=len({(drift.crm_name, drift.xero_id) for drift in drifts}),
    )


def _with_settled_known(books: Mapping[Module, Books]) -> dict[Module, Books]:
    """Payments take owner and currency from their invoices, where they name none themselves."""
    result = dict(books)
    for module, payments in books.items():
        if settled := spec_of(module).settles:
            invoices = books.get(settled, Books())
            result[module] = replace(
                payments,
                crm=complete_all(payments.crm, invoices.crm),
                xero=complete_all(payments.xero, invoices.xero),
            )
    return result
