"""Xero as the engine's `Ledger`: what changed, what is sent, and what a run must know first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from ..engine.errors import BatchRefused, ConfigurationError
from ..engine.mapping.resources import DELETED
from ..engine.messages import _lt
from ..engine.modules import spec_of
from ..engine.outbox import Batch, Method
from ..engine.ports import Clock, Outcome, Page, chunks
from ..engine.records import Document, Module, XeroRecord
from ..engine.reference import Reference
from . import answers, errors, paging, wire
from . import books as reader
from .budget import Budget
from .client import XeroClient
from .endpoints import ENDPOINTS, XERO, Addresses, Endpoint, Removal
from .errors import NothingFound, RecordNotFound, RequestRefused
from .kept_books import KeptBooks
from .lanes import Lanes
from .tokens import App, TokenStore

_ORGANISATION = {"Organisations": "get_organisations", "Currencies": "get_currencies"}
_BOOKS = {"Accounts": "get_accounts", "TaxRates": "get_tax_rates"}
IDS_AT_ONCE = 40  # about 52 ids are the longest address that Xero takes (XeroAPI/Xero-Java PR 331)
LARGEST_BODY = 3_500_000  # bytes; Xero takes 10 MB and asks to stay below this


def connect(
    app: App,
    tenant_id: str,
    store: TokenStore,
    budget: Budget,
    clock: Clock,
    addresses: Addresses = XERO,
    kept: KeptBooks | None = None,
    lanes: Lanes | None = None,
) -> XeroLedger:
    """A ledger for one organisation and one run. No call is made before it is asked for one."""
    client = XeroClient(app, tenant_id, store, budget, clock, addresses, lanes)
    return XeroLedger(client, clock, kept)


class XeroLedger:
    """One organisation at Xero. Every method raises errors of `engine.errors` and no others.

    `notices` are sentences about what concerns no single record of ours, for the run's log.
    """

    def __init__(self, client: XeroClient, clock: Clock, kept: KeptBooks | None = None) -> None:
        self._client = client
        self._clock = clock
        self._kept = kept or KeptBooks()
        self._reference: Reference | None = None
        self._has_books = False
        self._begun: dict[str, Callable[[], Document]] = {}
        self.notices: list[str] = []

    @property
    def calls(self) -> int:
        """The requests made to the Accounting API so far, those that failed included."""
        return self._client.calls

    # -- reference data ----------------------------------------------------------------------

    def reference(self, *, books: bool = True) -> Reference:
        """The organisation, its currencies and, with `books`, its accounts and tax rates.

        Two calls, and two for the books; each is made once a ledger, when it is first asked for,
        and none for what was `kept` of an earlier reading.
        """
        self._begin(books)
        if self._reference is None:
            self._reference = self._organisation()
        if books and not self._has_books:
            self._reference = self._with_books(self._reference)
            self._has_books = True
        return self._reference

    def _organisation(self) -> Reference:
        found = next(iter(self._documents("get_organisations", "Organisations")), None)
        if found is None:
            raise ConfigurationError(
                _lt(
                    "Xero returned no organisation for this connection. Disconnect in Xero "
                    "Settings, then connect again and choose the organisation."
                )
            )
        currencies = self._documents("get_currencies", "Currencies")
        return reader.organisation(found, currencies, self._client.scopes, self.notices.append)

    def _with_books(self, known: Reference) -> Reference:
        accounts = self._listed("get_accounts", "Accounts")
        rates = self._listed("get_tax_rates", "TaxRates")
        return replace(
            known,
            accounts=reader.accounts(accounts, self.notices.append),
            tax_rates=reader.tax_rates(rates, self.notices.append),
        )

    def _documents(self, operation: str, collection: str) -> list[Document]:
        found = self._listed(operation, collection)
        return [wire.plain(each) for each in found if isinstance(each, dict)]

    def _listed(self, operation: str, collection: str) -> list[object]:
        """What was kept, else what was begun, else asked for now."""
        kept = self._kept.load(collection, self._clock.now())
        if kept is not None:
            return kept
        begun = self._begun.pop(collection, None)
        answer = begun() if begun else self._client.call(operation)
        found = _elements(collection, answer)
        self._kept.save(collection, found, self._clock.now())
        return found

    def _begin(self, books: bool) -> None:
        """Ask for all lists at once: none of them waits for another."""
        lists = {} if self._reference else dict(_ORGANISATION)
        lists |= _BOOKS if books and not self._has_books else {}
        now = self._clock.now()
        for collection, operation in lists.items():
            if self._kept.load(collection, now) is None:
                self._begun[collection] = self._client.begin(operation)

    # -- changes -----------------------------------------------------------------------------

    def changed_since(self, module: Module, since: datetime | None) -> Iterator[Page]:
        """What changed since `since` (UTC; None: everything), archived records included.

        One call for each 1,000 records, and one if nothing changed. Items are one page with all
        there are, whatever changed (see `paging.whole`).

        The first page is asked for now, each further one while the page before is at work.
        """
        endpoint, notice = ENDPOINTS[module], self.notices.append
        begin = partial(self._page, endpoint)
        if endpoint.paged:
            first = begin(paging.Place(since))
            return paging.pages(module, endpoint, since, first, begin, notice)
        whole = begin(paging.Place(None))
        return paging.whole(module, endpoint, since, whole, notice, self._clock.now())

    def _page(self, endpoint: Endpoint, place: paging.Place) -> Callable[[], Document]:
        asked = endpoint.arguments(place.number, place.size)
        if place.since is not None:
            asked["if_modified_since"] = paging.header(place.since)
        under_way = self._client.begin(endpoint.read, **asked)

        def answer() -> Document:
            document = under_way()
            _elements(endpoint.collection, document)
            return document

        return answer

    def read_by_ids(self, module: Module, ids: Sequence[str]) -> Sequence[XeroRecord]:
        """Contacts or invoices by their ids: one call for each 40, archived contacts included.

        What Xero does not know is left out. By pages, because only these show every field.
        """
        endpoint = ENDPOINTS[module]
        if not endpoint.has_ids:
            raise ValueError(f"no {endpoint.collection} by a list of ids")
        parts = (self._known(endpoint, some) for some in chunks(ids, IDS_AT_ONCE))
        records, notices = wire.records(module, [each for part in parts for each in part])
        self.notices.extend(notices)
        return records

    def _known(self, endpoint: Endpoint, ids: Sequence[str]) -> list[Any]:
        """What Xero knows of these ids; where one that it does not know spoils the list [R6]."""
        asked = endpoint.arguments(1, paging.PAGE_SIZE)
        try:
            answer = self._client.call(endpoint.read, i_ds=list(ids), **asked)
        except NothingFound:
            if len(ids) == 1:
                return []
            half = len(ids) // 2
            return [*self._known(endpoint, ids[:half]), *self._known(endpoint, ids[half:])]
        return wire.elements(endpoint.collection, answer)

    # -- writes ------------------------------------------------------------------------------

    def send(self, batch: Batch) -> Sequence[Outcome]:
        """Carry out a batch with its Idempotency-Key: an outcome for each item, in any order.

        Raises `BatchRefused` where the request as a whole was refused and splitting it helps;
        a single item gets that refusal as its outcome. `RetryLater` leaves the batch's fate
        open: nothing but its natural keys tells whether it arrived. Two items with the very
        same keys have two outcomes under one key, each its own record.
        """
        try:
            if batch.method is Method.DELETE:
                return self._delete(batch)
            return self._write(batch)
        except RequestRefused as refused:
            if len(batch.items) > 1:
                raise
            why = refused.refusal
            return [Outcome(batch.items[0].key, refusal=why.reason, remedy=why.remedy)]

    def _write(self, batch: Batch) -> list[Outcome]:
        endpoint = ENDPOINTS[batch.module]
        operation = endpoint.create if batch.method is Method.CREATE else endpoint.update
        if not operation:
            return _impossible(batch, _lt("Xero does not let an app change such a record."))
        body = wire.request(endpoint.collection, [item.document for item in batch.items])
        if (size := wire.size(body)) > LARGEST_BODY:
            raise errors.too_large(f"{size} bytes")
        answer = self._client.call(
            operation,
            write_until=batch.last_call,
            summarize_errors=False,
            idempotency_key=batch.idempotency_key,
            **{endpoint.body: body},
            **endpoint.options,
        )
        return answers.outcomes(batch, endpoint, answer, self._clock.now())

    def _delete(self, batch: Batch) -> list[Outcome]:
        """One record; that Xero does not know it, or no longer, is as good as done.

        So a deletion whose answer was lost may be asked for again, and an item's is, for its
        call takes no Idempotency-Key.
        """
        endpoint = ENDPOINTS[batch.module]
        if endpoint.removal is None:
            return _impossible(batch, _lt("Xero does not let an app delete such a record."))
        if len(batch.items) != 1:
            raise BatchRefused(_lt("Xero deletes one record at a time."))
        try:
            answer = self._removed(endpoint.removal, batch)
        except RecordNotFound:
            return [self._tombstone(batch)]
        if not endpoint.removal.body:  # 204, and nothing in it
            if answer:  # not Xero's: nothing says that the record is gone
                raise errors.torn("an answer to a deletion that should have none")
            return [self._tombstone(batch)]
        return answers.outcomes(batch, endpoint, answer, self._clock.now())

    def _removed(self, removal: Removal, batch: Batch) -> Document:
        kind, sent = spec_of(batch.module).xero, batch.items[0].document
        asked: dict[str, object] = {removal.id: kind.id(sent)}
        if removal.body:
            asked[removal.body] = {kind.status_key: DELETED}
            asked["idempotency_key"] = batch.idempotency_key
        return self._client.call(removal.operation, write_until=batch.last_call, **asked)

    def _tombstone(self, batch: Batch) -> Outcome:
        """What was sent, as something that is gone since now."""
        item, status_key = batch.items[0], spec_of(batch.module).xero.status_key
        document = {**wire.outgoing(item.document), status_key: DELETED}
        gone = wire.record(batch.module, document, saved=self._clock.now())
        return Outcome(item.key, record=gone)


def _impossible(batch: Batch, reason: str) -> list[Outcome]:
    """Refused here: Xero has no call for it."""
    return [Outcome(item.key, refusal=reason) for item in batch.items]


def _elements(collection: str, document: Document) -> list[object]:
    """The collection, or a passing fault: an answer without it is not Xero's."""
    try:
        return wire.elements(collection, document)
    except ValueError as error:
        fault = errors.torn(str(error))
    raise fault
