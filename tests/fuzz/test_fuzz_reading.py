"""Whatever comes in Xero's place: it is read, or it is told; it never breaks a run."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz import odd
from tests.fuzz.profile import tries
from tests.support.bills import lookups
from vtiger_xero.engine import stored
from vtiger_xero.engine.errors import RetryLater, SyncError
from vtiger_xero.engine.modules import TABLES, head_of, spec_of, table_of
from vtiger_xero.engine.outbox import Batch, Item, Method
from vtiger_xero.engine.records import Module
from vtiger_xero.xero import auth, books, errors, wire
from vtiger_xero.xero.answers import outcomes
from vtiger_xero.xero.budget_state import BudgetState, whole
from vtiger_xero.xero.endpoints import ENDPOINTS, Addresses
from vtiger_xero.xero.errors import Reply
from vtiger_xero.xero.tokens import App, Tokens

NOW = datetime(2026, 11, 25, 12, tzinfo=timezone.utc)
modules = st.sampled_from(Module)
anything = st.one_of(st.binary(max_size=60), odd.values.map(odd.body))


@tries(300)
@given(st.data(), modules)
def test_a_page_is_read_but_for_what_is_told(data: Any, module: Module) -> None:
    page = data.draw(odd.altered(odd.documents(module), most=5))
    records, notices = wire.records(module, wire.plain(page) if isinstance(page, list) else [])
    assert len(records) + len(notices) == len([each for each in page if each is not None])
    for record in records:
        used(module, record)


def used(module: Module, record: Any) -> None:
    """What the engine does with a document that was read, whatever is in it."""
    table_of(module, lookups()).read(record.document)
    head_of(record, pending=True)
    row = stored.document_row("t", record, pending=True)
    assert stored.xero_record(row) == record
    kind = spec_of(module).xero
    kind.title(record.document), kind.keys(record.document), kind.is_gone(record.document)


@tries(300)
@given(anything)
def test_any_bytes_are_an_envelope_or_a_value_error(body: bytes) -> None:
    try:
        found = wire.envelope(body)
    except ValueError:
        return
    assert isinstance(found, dict)
    wire.plain(found)


@tries(300)
@given(st.data(), modules)
def test_an_answer_to_a_write_is_outcomes_or_looked_up_later(data: Any, module: Module) -> None:
    documents = [wire.plain(each) for each in odd.documents(module)[:4]]
    items = tuple(Item(each, f"C{n}", module=module) for n, each in enumerate(documents))
    batch = Batch.of("t", module, Method.CREATE, items, NOW)
    answer = data.draw(odd.altered({ENDPOINTS[module].collection: documents}, most=5))
    try:
        found = outcomes(batch, ENDPOINTS[module], answer, NOW)
    except RetryLater:
        return
    assert sorted(each.key for each in found) == sorted(item.key for item in items)
    for each in found:
        if each.record is not None:
            used(module, each.record)


@tries(300)
@given(
    st.integers(100, 999),
    st.dictionaries(st.sampled_from(["WWW-Authenticate", "Retry-After", "x"]), odd.texts),
    anything,
    st.booleans(),
)
def test_any_refusal_is_an_error_with_a_sentence(
    status: int, headers: dict[str, str], body: bytes, writes: bool
) -> None:
    error = errors.of_reply(Reply(status, headers, body), writes=writes)
    assert isinstance(error, SyncError)
    assert error.message


@tries(200)
@given(st.data())
def test_the_reference_is_read_but_for_what_is_told(data: Any) -> None:
    told: list[str] = []
    held = odd.reference_answers()
    rows = {
        name: data.draw(odd.altered(next(v for v in answer.values() if isinstance(v, list))))
        for name, answer in held.items()
    }
    books.accounts(rows["get_accounts"], told.append)
    books.tax_rates(rows["get_tax_rates"], told.append)
    for found in (each for each in rows["get_organisations"] if isinstance(each, dict)):
        currencies = [each for each in rows["get_currencies"] if isinstance(each, dict)]
        books.organisation(wire.plain(found), currencies, frozenset(), told.append)


class Sent(requests.Response):
    """An answer of the sign-in service."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__()
        self.status_code, self._content = status, body


TOKENS = Tokens("access", "refresh", NOW)
GOOD = {"access_token": "a", "refresh_token": "r", "expires_in": 1800, "scope": "x y"}
CONNECTION = {
    "id": "1",
    "tenantId": "2",
    "createdDateUtc": "2019-12-07T18:46:19.5165400",
    "updatedDateUtc": "2019-12-07T18:46:19.5165400",
}


@tries(300)
@given(st.sampled_from([200, 400, 401, 500, 503, 302]), anything | odd.altered(GOOD).map(odd.body))
def test_the_sign_in_service_gives_tokens_or_a_sentence(status: int, body: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(auth, "post", lambda *given: Sent(status, body))
        try:
            found = auth.refresh(App("i", "s"), Addresses.at("https://x"), TOKENS, NOW)
        except SyncError:
            return
    assert isinstance(found.access_token, str)
    assert isinstance(found.refresh_token, str)
    assert found.granted is not None


@tries(200)
@given(anything | odd.altered([CONNECTION]).map(odd.body))
def test_the_connections_are_a_list_or_a_sentence(body: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(auth, "ask", lambda *given, **how: Sent(200, body))
        try:
            found = auth.connections(Addresses.at("https://x"), TOKENS)
        except SyncError:
            return
    assert all(isinstance(each.tenant_id, str) for each in found)


@tries(200)
@given(odd.texts)
def test_a_header_is_a_number_or_nothing(text: str) -> None:
    found = whole({"X": text}, "X")
    assert found is None or found >= 0


@tries(200)
@given(anything)
def test_what_is_kept_of_the_limits_is_a_state_or_nothing(held: bytes) -> None:
    assert isinstance(BudgetState.of(held.decode("utf-8", "replace")), BudgetState)


def test_the_tables_are_those_of_all_modules() -> None:
    assert set(TABLES) == set(Module) == set(odd.answers())
