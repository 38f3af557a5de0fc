"""Reading both sides in parts: pairs that are equal are added up, the others are kept.

Each record is read in brief beside its link and its document, a row at a time. A pair whose two
bookings say the same is counted, added to the sums of its organization, and forgotten. What is left
is what a reader will see: it is paired, compared and explained like books of any size.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ..journal import Journal
from ..links import LinkState, present_contacts
from ..mapping.doctypes import DO_NOT_SYNC, RENAMED
from ..modules import owner_module, settled_by, spec_of
from ..modules.spec import Booking
from ..money import exactly
from ..ports import Crm, chunks
from ..records import Module
from ..stored import stored_booking
from .pairing import Books, Equal, pair_records
from .postings import Posting, Standing, complete_all, in_brief, of_crm, of_stored, of_xero

_AT_ONCE = 500  # records that are loaded whole at a time


def read_books(crm: Crm, journal: Journal, modules: Iterable[Module]) -> dict[Module, Books]:
    """The books of these modules: what equal pairs come to, and the rest as it is."""
    reader, wanted = _Reader(crm, journal), set(modules)
    for module in (each for each in Module if each in wanted):
        reader.read(module)
    return reader.books


@dataclass
class _Odd:
    """What is in no pair of equals: records of the CRM, and documents.

    A record stands with when it was made, and its posting where it is known to have no document.
    `lost` are names that only a link knows. `contested` are documents that several records claim,
    or that were merged: no pair of these is equal by itself. `merged` is as in `Books`.
    """

    records: list[tuple[Any, str, Posting | None]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    lost: list[str] = field(default_factory=list)
    contested: set[str] = field(default_factory=set)
    merged: dict[str, str] = field(default_factory=dict)


class _Reader:
    """Reads one module after the other: a record is compared by those that it names."""

    def __init__(self, crm: Crm, journal: Journal) -> None:
        self._crm, self._journal = crm, journal
        self._base = crm.base_currency()
        self._partners: dict[Module, Mapping[str, str]] = {}
        self.books: dict[Module, Books] = {}

    def read(self, module: Module) -> None:
        """The books of a module; those that its records name were read before."""
        odd = self._documents(module)
        with exactly():
            equal = self._add_up_equal(module, odd)
        doctypes = spec_of(module).doctypes
        for name, xero_id in self._journal.links_without_record(module, doctypes):
            odd.lost.append(name)
            if xero_id:
                odd.ids.add(xero_id)
        books = replace(self._load(module, odd), equal=equal, merged=odd.merged)
        self.books[module] = self._with_settled_known(module, books)
        self._partners[module] = pair_records(module, books).partners

    def _documents(self, module: Module) -> _Odd:
        """The documents that no record of the CRM has, and those that are contested."""
        odd, before, merged = _Odd(), "", {}
        for xero_id, into, name in self._journal.documents_beside(module):
            if into:
                merged[xero_id] = into
                odd.contested |= {xero_id, into, into.lower()}
            if xero_id == before:
                odd.contested.add(xero_id)
            if not name:
                odd.ids.add(xero_id)
            before = xero_id
        odd.ids |= odd.contested
        present = present_contacts(merged)
        odd.merged = {each.lower(): into.lower() for each, into in present.items()}
        return odd

    def _add_up_equal(self, module: Module, odd: _Odd) -> Equal:
        """Add up the pairs that are equal; what is in none is odd."""
        spec, equal = spec_of(module), Equal()
        owner_of = self._comparing(module).owner_if_equal
        is_named = spec.owns_figures or settled_by(module) is not None
        names = _brief(module)
        for name, made, *values, linked, xero_id, state, duplicate_of, text in self._rows(module):
            is_own = not duplicate_of and state != LinkState.GONE
            is_pair = linked == name and xero_id and is_own
            theirs = stored_booking(text) if is_pair and xero_id not in odd.contested else None
            fields = dict(zip(names, values, strict=True))
            ours = spec.book_crm(fields, self._base)
            owner = owner_of(ours, theirs[0]) if theirs else None
            if owner is not None:
                equal.add(ours, owner)
                if is_named:
                    equal.partners[name] = xero_id.lower()
                if spec.owns_figures:
                    equal.titles[name] = fields[spec.title_field] or name
            elif xero_id:
                odd.records.append((made, name, None))
                odd.ids.add(xero_id)
            else:
                odd.records.append((made, name, in_brief(module, name, fields, ours)))
        return equal

    def _rows(self, module: Module) -> Iterator[tuple[Any, ...]]:
        """Records in brief, each beside its link and its document."""
        for doctype in spec_of(module).doctypes:
            own = RENAMED.get(doctype, {})
            columns = [own.get(each, each) for each in _brief(module)]
            yield from self._journal.beside(module, doctype, columns)

    def _comparing(self, module: Module) -> _Comparing:
        spec, owners = spec_of(module), owner_module()
        settled = self.books.get(spec.settles, Books()) if spec.settles else Books()
        return _Comparing(
            has_figures=bool(spec.figures),
            shares_document=spec.rule.shares_document,
            contacts=self._partners.get(owners, {}),
            merged=self.books.get(owners, Books()).merged,
            invoices=self._partners.get(spec.settles, {}) if spec.settles else None,
            odd_invoices=frozenset(each.key for each in settled.xero),
        )

    def _load(self, module: Module, odd: _Odd) -> Books:
        """What is odd: records as they were made, documents as Xero last changed them."""
        odd.records.sort(key=lambda each: each[0])
        names, ids = [name for _, name, _ in odd.records], sorted(odd.ids)
        linked = [name for _, name, posting in odd.records if posting is None]
        loaded = {each.key: each for each in self._whole_records(module, linked)}
        known = (posting or loaded.get(name) for _, name, posting in odd.records)
        return Books(
            crm=[each for each in known if each is not None],
            xero=sorted(self._documents_of(module, ids), key=_changed),
            links=self._journal.links_of(module, [*names, *odd.lost], ids),
        )

    def _documents_of(self, module: Module, ids: Sequence[str]) -> Iterator[Posting]:
        for some in chunks(ids, _AT_ONCE):
            unknown: dict[str, bool] = {}  # ids, with whether they are pending
            for row in self._journal.bookings(module, some):
                if posting := of_stored(module, row):
                    yield posting
                else:
                    unknown[row["xero_id"]] = bool(row["pending"])
            for record in self._journal.xero_records(module, list(unknown)) if unknown else ():
                if spec_of(module).xero.is_ours(record.document):
                    yield of_xero(record, self._base, pending=unknown[record.id])

    def _whole_records(self, module: Module, names: Sequence[str]) -> Iterator[Posting]:
        for some in chunks(names, _AT_ONCE):
            for record in self._crm.get(module, some):
                yield of_crm(record, self._base)

    def _with_settled_known(self, module: Module, books: Books) -> Books:
        """Payments that name no owner or currency take them from their invoices."""
        settled = spec_of(module).settles
        if settled is None:
            return books
        ours, theirs = (_invoices_to_ask(each) for each in (books.crm, books.xero))
        in_crm = list(self._whole_records(settled, ours))
        in_xero = list(self._documents_of(settled, theirs))
        crm, xero = complete_all(books.crm, in_crm), complete_all(books.xero, in_xero)
        return replace(books, crm=crm, xero=xero)


def _brief(module: Module) -> tuple[str, ...]:
    """The fields of a record that a posting of it needs."""
    spec = spec_of(module)
    return (spec.title_field, DO_NOT_SYNC, *spec.booked_by)


def _changed(document: Posting) -> datetime:
    assert document.version is not None
    return document.version


def _invoices_to_ask(payments: Iterable[Posting]) -> list[str]:
    lacking = (each for each in payments if not (each.owner and each.currency))
    return sorted({each.invoice for each in lacking if each.invoice})


@dataclass(frozen=True)
class _Comparing:
    """Compares how a record and its document are booked.

    `contacts` leads from organizations to their contacts, `merged` from a contact to the one it was
    merged into, `invoices` from the CRM's invoices to Xero's (None for what pays none).
    `odd_invoices` are Xero's: their payments explain them, so none of these is equal by itself.
    """

    has_figures: bool
    shares_document: bool
    contacts: Mapping[str, str]
    merged: Mapping[str, str]
    invoices: Mapping[str, str] | None
    odd_invoices: frozenset[str]

    def owner_if_equal(self, ours: Booking, theirs: Booking) -> str | None:
        """Whose both are ("" where that does not count); None where they are not equal."""
        if ours.standing is not theirs.standing or ours.stage != theirs.stage:
            return None
        if not self.has_figures:
            # A document that is gone and shared leaves its records on one side.
            is_lost = self.shares_document and theirs.standing is Standing.GONE
            return None if is_lost else ""
        if ours.amounts != theirs.amounts or not ours.currency or ours.currency != theirs.currency:
            return None
        if self.invoices is not None and not self._have_one_invoice(ours, theirs):
            return None
        owner = self.contacts.get(ours.owner)
        return owner if owner == self.merged.get(theirs.owner, theirs.owner) else None

    def _have_one_invoice(self, ours: Booking, theirs: Booking) -> bool:
        assert self.invoices is not None
        if theirs.invoice in self.odd_invoices:
            return False
        return bool(ours.invoice) and self.invoices.get(ours.invoice) == theirs.invoice
