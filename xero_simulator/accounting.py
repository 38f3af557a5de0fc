"""What the endpoints of the Accounting API share: a call, its parameters, its envelope."""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any

from werkzeug.wrappers import Request

from xero_simulator.answers import (
    Answer,
    Refused,
    bad_request,
    not_found,
    post_data_invalid,
    precondition_failed,
)
from xero_simulator.book import Row
from xero_simulator.clock import TellTime
from xero_simulator.identity import App
from xero_simulator.organisation import Organisation
from xero_simulator.query import Order, Table, Where
from xero_simulator.wire import JsonObject, envelope_date, parse_iso, read_json

DEFAULT_PAGE_SIZE = 100
LARGEST_PAGE_SIZE = 1_000


@dataclass(frozen=True)
class Paging:
    """A page asked for, its size clamped, not refused [DOC]."""

    page: int
    size: int

    def cut(self, rows: list[Any]) -> list[Any]:
        """The rows of this page; beyond the last one there are none."""
        return rows[(self.page - 1) * self.size : self.page * self.size]

    def described(self, count: int) -> JsonObject:
        """The `pagination` object [REC]."""
        return {
            "page": self.page,
            "pageSize": self.size,
            "pageCount": -(-count // self.size),
            "itemCount": count,
        }


class AccountingCall:
    """One admitted call: who, to which organisation, asking what."""

    def __init__(
        self,
        request: Request,
        app: App,
        organisation: Organisation,
        clock: TellTime,
        new_id: Callable[[], str],
    ) -> None:
        self.request = request
        self.organisation = organisation
        self._app = app
        self._clock = clock
        self._new_id = new_id

    def answer(self, collection: str, rows: Any, pagination: JsonObject | None = None) -> Answer:
        """200 in the envelope [REC]; `pagination` stands before the collection."""
        payload: JsonObject = {
            "Id": self._new_id(),
            "Status": "OK",
            "ProviderName": self._app.name,
            "DateTimeUTC": envelope_date(self._clock()),
        }
        if pagination is not None:
            payload["pagination"] = pagination
        return Answer(200, {**payload, collection: rows})

    # -- parameters --------------------------------------------------------------------------

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean parameter; xero-python writes `True` and `False`, others lower case."""
        text = self.request.args.get(name)
        return default if text is None else text.strip().lower() == "true"

    def listed(self, name: str) -> set[str]:
        """A comma separated parameter, in lower case."""
        text = self.request.args.get(name, "")
        return {part.strip().lower() for part in text.split(",") if part.strip()}

    def check_ids(self, ids: set[str], known: Container[str]) -> None:
        """# invented [R6]: an id in a list of them that is not known is left out of it."""
        if all(each in known for each in ids):
            return
        if not self.organisation.readings.leaves_out_unknown_ids:
            raise Refused(not_found())

    def where(self, table: Table) -> Where | None:
        """The parsed filter, if there is one."""
        text = self.request.args.get("where", "")
        return Where(text, table) if text.strip() else None

    def order(self, table: Table) -> Order | None:
        """The parsed order, if there is one."""
        text = self.request.args.get("order", "")
        return Order(text, table) if text.strip() else None

    def found(self, rows: Iterable[Row], table: Table) -> list[Row]:
        """Those that pass If-Modified-Since and `where`, in the order asked for."""
        where, order, since = self.where(table), self.order(table), self.modified_since
        if since is not None:
            rows = (row for row in rows if self.is_since(row.updated, since))
        if where is not None:
            rows = (row for row in rows if where.matches(row))
        return list(rows) if order is None else order.sort(rows)

    def paging(self) -> Paging | None:
        """The page asked for. pageSize alone does not page."""
        if "page" not in self.request.args:
            return None
        size = self._whole_number("pageSize", DEFAULT_PAGE_SIZE)
        page = max(1, self._whole_number("page", 1))
        return Paging(page, min(max(1, size), LARGEST_PAGE_SIZE))

    def _whole_number(self, name: str, default: int) -> int:
        text = self.request.args.get(name, str(default)).strip()
        if not text.lstrip("-").isascii() or not text.lstrip("-").isdigit() or len(text) > 9:
            # invented [I6]: that a page which is no number is refused, and how.
            raise Refused(bad_request(f"The value '{text}' is not valid for {name}."))
        return int(text)

    @cached_property
    def modified_since(self) -> datetime | None:
        """If-Modified-Since, to the second [DOC]; ISO, or an HTTP date.

        # invented [I6]: 412 for what is neither ("the conditions given in the request header fields
        # were invalid" is how Xero describes that status).
        """
        text = self.request.headers.get("If-Modified-Since", "").strip()
        if not text:
            return None
        for parse in (parse_iso, parsedate_to_datetime):
            try:
                return parse_iso(parse(text).isoformat()).replace(microsecond=0)
            except (ValueError, OverflowError):
                continue
        raise Refused(precondition_failed())

    def is_since(self, changed: datetime, since: datetime) -> bool:
        """Whether what changed then was changed since.

        # invented [S7]: strictly later. "Modified since" leaves the very second open [S8], and the
        stricter reading is the one that punishes a careless watermark.
        """
        if changed.replace(microsecond=0) != since.replace(microsecond=0):
            return changed > since
        return self.organisation.readings.since.lets_through(changed, since)

    @property
    def unit_places(self) -> int:
        """How many decimals a unit price has in this call: 2, or 4 with unitdp=4 [OAS]."""
        return 4 if self.request.args.get("unitdp", "").strip() == "4" else 2

    # -- body --------------------------------------------------------------------------------

    def elements(self, collection: str) -> list[JsonObject]:
        """The objects of a body: `{"Contacts": [...]}` in any case, or one bare object."""
        body = self._body()
        wrapped = [rows for name, rows in body.items() if name.lower() == collection.lower()]
        rows = wrapped[0] if wrapped else [body]
        if not isinstance(rows, list) or not rows or not all(isinstance(r, dict) for r in rows):
            raise Refused(post_data_invalid(f"{collection} must be an array of objects"))
        return rows

    def _body(self) -> JsonObject:
        try:
            body = read_json(self.request.get_data())
        except ValueError:
            raise Refused(post_data_invalid("The request body is not valid JSON")) from None
        if not isinstance(body, dict):
            raise Refused(post_data_invalid("The request body must be an object"))
        return body


Handler = Callable[..., Answer]


@dataclass(frozen=True, eq=False)
class Endpoint:
    """A path of the Accounting API: what answers each method, and the scopes that open it.

    `scope` may name several, with a space between: any of them opens it.
    """

    path: str
    scope: str
    handlers: dict[str, Handler]

    def scopes(self, method: str) -> tuple[str, ...]:
        """Any of these will do."""
        scopes = tuple(self.scope.split())
        return (*scopes, *(f"{scope}.read" for scope in scopes)) if method == "GET" else scopes
