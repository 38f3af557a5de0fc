"""A simulator that is brought into the recorded situation, and asked what Xero was asked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import requests

from tests.recorded.comparing import GUID, ZERO_GUID, Comparison, Difference
from tests.recorded.recordings import Exchange, Session
from tests.simulator.client import Client
from xero_simulator import (
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    DEMO_REDIRECT_URI,
    Fault,
    NewOrganisation,
    Simulator,
)
from xero_simulator.wire import write_json

_MOMENT = re.compile(r"/Date\((\d+)\)/")
UTC = timezone.utc


class Replay:
    """One session against one simulator. Ids that Xero gave are those that the simulator gave."""

    def __init__(self, session: Session) -> None:
        self.ids: dict[str, str] = {}
        self._session = session

    def run(self) -> Iterator[tuple[Exchange, requests.Response, list[Difference]]]:
        """Each exchange with the simulator's answer to the same request, and what differs."""
        session = self._session
        new = NewOrganisation("Demo Company (NZ)", session.country, session.currency, is_demo=True)
        with Simulator(
            seed=1, organisations=[new], clock=lambda: _began(session), minute_limit=9_000,
            day_limit=9_000,
        ) as xero:  # fmt: skip
            self._xero = xero
            for exchange in session.exchanges:
                self._prepare(exchange)
                self._client = Client(xero)  # the time that has passed may have ended its token
                response = self._ask(exchange)
                yield exchange, response, list(self._differences(exchange, response))

    # -- the situation -----------------------------------------------------------------------

    def _prepare(self, exchange: Exchange) -> None:
        """Take over what Xero had before it was asked, and this session did not make itself."""
        provider = exchange.body.get("ProviderName") if isinstance(exchange.body, dict) else None
        if provider:
            self._xero.register_app(
                DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, [DEMO_REDIRECT_URI], provider
            )
        if moment := _moment(exchange):
            self._xero.clock.advance(moment - self._xero.clock())
        if exchange.method == "GET":
            for row in exchange.rows:
                self._take_over(exchange.collection, row)
        self._make_missing_contacts(exchange)

    def _take_over(self, collection: str, row: dict[str, Any]) -> None:
        load = {
            "Contacts": self._contact,
            "Items": self._item,
            "Invoices": self._invoice,
            "CreditNotes": self._credit_note,
        }.get(collection)
        if load is not None:
            load(row)

    def _contact(self, row: dict[str, Any]) -> None:
        """A contact; a name alone, as documents in lists have it, adds nothing to a known one."""
        books = self._xero.organisation
        known = books.contacts.get(row["ContactID"])
        if not self._is_own(row["ContactID"]) and (known is None or "ContactStatus" in row):
            books.load_contacts([row])

    def _item(self, row: dict[str, Any]) -> None:
        if not self._is_own(row["ItemID"]):
            self._xero.organisation.load_items([row])

    def _lines(self, row: dict[str, Any]) -> None:
        for line in row["LineItems"]:
            if item := line.get("Item"):
                details = {"IsSold": True, "IsPurchased": True}
                self._item({**item, **details, "UpdatedDateUTC": "/Date(1)/"})

    def _invoice(self, row: dict[str, Any]) -> None:
        if self._is_own(row["InvoiceID"]):
            return
        self._contact(row["Contact"])
        self._lines(row)
        books = self._xero.organisation
        if row["InvoiceID"] not in books.invoices:
            books.load_invoices([row])
            of_it = {"Invoice": {"InvoiceID": row["InvoiceID"]}, "Account": {"Code": "090"}}
            books.load_payments(
                {**payment, **of_it, "UpdatedDateUTC": row["UpdatedDateUTC"]}
                for payment in row.get("Payments", ())
            )

    def _credit_note(self, row: dict[str, Any]) -> None:
        self._contact(row["Contact"])
        self._lines(row)
        applied = {each["Invoice"]["InvoiceID"] for each in row.get("Allocations", ())}
        for exchange in self._session.exchanges:
            for other in exchange.rows if exchange.collection == "Invoices" else ():
                if other["InvoiceID"] in applied:
                    self._invoice(other)
        if row["CreditNoteID"] not in self._xero.organisation.credit_notes:
            self._xero.organisation.load_credit_notes([row])

    def _is_own(self, xero_id: str) -> bool:
        """Whether this session made it."""
        return self.ids.get(xero_id, xero_id) != xero_id

    def _make_missing_contacts(self, exchange: Exchange) -> None:
        """The contact of a write that the recordings do not show being made."""
        for row in exchange.rows if exchange.method != "GET" else ():
            found = row if exchange.collection == "Contacts" else row.get("Contact", {})
            xero_id = found.get("ContactID", ZERO_GUID)
            books = self._xero.organisation
            is_named = exchange.sent and xero_id in write_json(exchange.sent).decode()
            if is_named and xero_id not in self.ids and xero_id not in books.contacts:
                books.load_contacts([found])

    # -- the request -------------------------------------------------------------------------

    def _ask(self, exchange: Exchange) -> requests.Response:
        if exchange.status == 429:
            fault = Fault.day_limit if _problem(exchange) == "day" else Fault.minute_limit
            self._xero.faults.add(fault(int(exchange.answer_headers.get("Retry-After", 26))))
        body = None if exchange.sent is None else write_json(self._translated(exchange.sent))
        return self._client(
            exchange.method,
            self._translated(exchange.path.removeprefix("/api.xro/2.0")),
            params=self._translated(exchange.params),
            headers={"Content-Type": "application/json", **exchange.headers},
            data=body,
        )

    def _translated(self, value: Any) -> Any:
        """With the simulator's ids instead of Xero's."""
        text = write_json(value).decode()
        return json.loads(
            GUID.sub(lambda found: self.ids.get(found[0].lower(), found[0]), text),
            parse_float=Decimal,
        )

    # -- the answers side by side --------------------------------------------------------------

    def _differences(self, exchange: Exchange, response: requests.Response) -> Iterator[Difference]:
        if response.status_code != exchange.status:
            text = f"{exchange.status}, here {response.status_code}: {response.text[:300]}"
            yield Difference("status", text)
            return
        content_type = response.headers.get("Content-Type", "")
        if content_type != exchange.content_type:
            yield Difference("Content-Type", f"{exchange.content_type}, here {content_type}")
        for name in exchange.answer_headers:
            if name not in response.headers:
                yield Difference(name, "missing here")
        if "json" in exchange.content_type:
            answered = json.loads(response.text, parse_float=Decimal)
            yield from Comparison(self.ids).differences(exchange.body, answered)


def _began(session: Session) -> datetime:
    moments = (_moment(exchange) for exchange in session.exchanges)
    return next((moment for moment in moments if moment), datetime(2026, 9, 14, tzinfo=UTC))


def _moment(exchange: Exchange) -> datetime | None:
    """When Xero answered."""
    told = exchange.body.get("DateTimeUTC", "") if isinstance(exchange.body, dict) else ""
    found = _MOMENT.fullmatch(told)
    return datetime.fromtimestamp(int(found[1]) / 1000, UTC) if found else None


def _problem(exchange: Exchange) -> str:
    return exchange.answer_headers.get("X-Rate-Limit-Problem", "")
