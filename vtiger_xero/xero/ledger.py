"""Xero as the engine's `Ledger`: what changed, what is sent, and what a run must know first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from ..engine.errors import ConfigurationError
from ..engine.outbox import Batch, Method
from ..engine.ports import Clock, Outcome, Page
from ..engine.records import Document, Module
from ..engine.settings import Reference
from . import answers, errors, paging, wire
from .budget import Budget
from .client import XeroClient
from .endpoints import ENDPOINTS, XERO, Addresses, Endpoint
from .errors import RequestRefused
from .tokens import App, TokenStore

LARGEST_BODY = 3_500_000  # bytes; Xero takes 10 MB and asks to stay below this


def connect(
    app: App,
    tenant_id: str,
    store: TokenStore,
    budget: Budget,
    clock: Clock,
    addresses: Addresses = XERO,
) -> XeroLedger:
    """A ledger for one organisation and one run. No call is made before it is asked for one."""
    return XeroLedger(XeroClient(app, tenant_id, store, budget, clock, addresses), clock)


class XeroLedger:
    """One organisation at Xero. Every method raises errors of `engine.errors` and no others.

    `notices` are sentences about what concerns no single record of ours, for the run's log.
    """

    def __init__(self, client: XeroClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._reference: Reference | None = None
        self.notices: list[str] = []

    @property
    def calls(self) -> int:
        """The requests made to the Accounting API so far, those that failed included."""
        return self._client.calls

    # -- reference data ----------------------------------------------------------------------

    def reference(self) -> Reference:
        """The organisation and its currencies: two calls, once per ledger."""
        if self._reference is None:
            self._reference = self._read_reference()
        return self._reference

    def _read_reference(self) -> Reference:
        organisation = next(iter(self._documents("get_organisations", "Organisations")), None)
        if organisation is None:
            raise ConfigurationError(
                "Xero names no organisation for this connection. Disconnect in the Xero "
                "settings, then connect again and choose the organisation."
            )
        currencies = self._documents("get_currencies", "Currencies")
        return Reference(
            organisation=str(organisation.get("Name", "")),
            base_currency=str(organisation.get("BaseCurrency", "")),
            country=str(organisation.get("CountryCode", "")),
            short_code=str(organisation.get("ShortCode", "")),
            currencies=frozenset(str(each["Code"]) for each in currencies if each.get("Code")),
        )

    def accounts(self) -> list[Document]:
        """The chart of accounts, archived ones included: one call."""
        return self._documents("get_accounts", "Accounts")

    def tax_rates(self) -> list[Document]:
        """Every tax rate with its components, deleted ones included: one call."""
        return self._documents("get_tax_rates", "TaxRates")

    def _documents(self, operation: str, collection: str) -> list[Document]:
        found = _elements(collection, self._client.call(operation))
        return [wire.plain(each) for each in found if isinstance(each, dict)]

    # -- changes -----------------------------------------------------------------------------

    def changed_since(self, module: Module, since: datetime | None) -> Iterator[Page]:
        """What changed since `since` (UTC; None: everything), archived records included.

        One call for each 1,000 records, and one if nothing changed.
        """
        endpoint = ENDPOINTS[module]
        read = partial(self._page, endpoint)
        return paging.pages(module, endpoint, since, read, self.notices.append)

    def _page(self, endpoint: Endpoint, place: paging.Place) -> Document:
        asked = endpoint.arguments(place.number, place.size)
        if place.since is not None:
            asked["if_modified_since"] = paging.header(place.since)
        document = self._client.call(endpoint.read, **asked)
        _elements(endpoint.collection, document)
        return document

    # -- writes ------------------------------------------------------------------------------

    def send(self, batch: Batch) -> Sequence[Outcome]:
        """Carry out a batch with its Idempotency-Key: an outcome for each item, in any order.

        Raises `BatchRefused` where the request as a whole was refused and splitting it helps;
        a single item gets that refusal as its outcome. `RetryLater` leaves the batch's fate
        open: nothing but its natural keys tells whether it arrived.
        """
        endpoint = ENDPOINTS[batch.module]
        try:
            answer = self._write(endpoint, batch)
        except RequestRefused as refused:
            if len(batch.items) > 1:
                raise
            why = refused.refusal
            return [Outcome(batch.items[0].key, refusal=why.reason, remedy=why.remedy)]
        return answers.outcomes(batch, endpoint, answer, self._clock.now())

    def _write(self, endpoint: Endpoint, batch: Batch) -> Document:
        body = wire.request(endpoint.collection, [item.document for item in batch.items])
        if (size := wire.size(body)) > LARGEST_BODY:
            raise errors.too_large(f"{size} bytes")
        return self._client.call(
            endpoint.create if batch.method is Method.CREATE else endpoint.update,
            writes=True,
            summarize_errors=False,
            idempotency_key=batch.idempotency_key,
            **{endpoint.body: body},
            **endpoint.options,
        )


def _elements(collection: str, document: Document) -> list[object]:
    """The collection, or a passing fault: an answer without it is not Xero's."""
    try:
        return wire.elements(collection, document)
    except ValueError as error:
        fault = errors.torn(str(error))
    raise fault
