"""The simulator is asked anything: it refuses as Xero does, and never breaks.

A test's opponent that fell over hostile input would look like Xero's outage, and prove nothing.
Its own routes are walked: schemathesis takes longer over one call of Xero's description, whose
objects hold each other, than this does over a thousand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client as Caller

from tests.fuzz import odd
from tests.fuzz.profile import tries
from tests.simulator.client import Client
from vtiger_xero.engine.records import Module
from vtiger_xero.xero.endpoints import ENDPOINTS as KINDS
from xero_simulator import Simulator, make_sample
from xero_simulator.application import _PLAIN, API, ENDPOINTS

ENOUGH = 10_000_000
QUERIES = {
    "where": [
        'Name=="Kea"',
        "Name.Contains(",
        'Reference!=null AND Reference.StartsWith("x")',
        "((((",
        'Type=="ACCREC"',
    ],
    "order": ["Name", "UpdatedDateUTC DESC", "Nothing", "Name,Name"],
    "page": ["1", "0", "-1", "1e9", "x"],
    "pageSize": ["1", "0", "100000", "-5"],
    "IDs": ["x", "5f0ee000-0000-4000-8000-00000000beef", ",,,"],
    "Statuses": ["DRAFT", "FROZEN", ","],
    "includeArchived": ["true", "1"],
    "summaryOnly": ["True"],
    "summarizeErrors": ["false", "x"],
    "unitdp": ["4", "9"],
    "searchTerm": ["kea"],
    "ContactIDs": ["x"],
    "InvoiceNumbers": ["x,y"],
}
HEADERS = {
    "If-Modified-Since": ["Wed, 25 Nov 2026 00:00:00 GMT", "2026-11-25T00:00:00", "soon", "9" * 40],
    "Idempotency-Key": ["k", "x" * 200],
    "xero-tenant-id": ["none"],
    "Authorization": ["Bearer x", "Basic ===", "Bearer"],
    "Accept": ["application/xml", "*/*"],
    "Content-Type": ["application/xml", "text/plain"],
}
odd_text = odd.texts.filter(lambda text: "\ud83d" not in text)
chosen = st.sampled_from(["GET", "GET", "PUT", "POST", "POST", "DELETE", "PATCH"])


@pytest.fixture(scope="module")
def xero() -> Iterator[Simulator]:
    limits = {"minute_limit": ENOUGH, "day_limit": ENOUGH, "app_minute_limit": ENOUGH}
    with Simulator(seed=1, **limits) as simulator:  # type: ignore[arg-type]
        make_sample(12, products=12, invoices=20, payments=12).load_into(simulator.organisation)
        yield simulator


@pytest.fixture(scope="module")
def headers(xero: Simulator) -> dict[str, str]:
    sent = Client(xero).http.headers
    names = ("Accept", "Authorization", "xero-tenant-id")
    return {name: str(sent[name]) for name in names}


@pytest.fixture(scope="module")
def ids(xero: Simulator) -> list[str]:
    """Some of what is there in the beginning, be it gone by a call's time or not."""
    books = xero.organisation
    return [*list(books.contacts)[:3], *list(books.invoices)[:3], *list(books.items)[:3], "x"]


def some(draw: Any, choices: dict[str, list[str]], most: int) -> dict[str, str]:
    names = draw(st.lists(st.sampled_from(list(choices)), max_size=most, unique=True))
    return {name: draw(st.sampled_from(choices[name]) | odd_text) for name in names}


@st.composite
def asked(draw: Any, ids: list[str]) -> dict[str, Any]:
    """A call of a route of the Accounting API, more or less as it should be."""
    path = API + draw(st.sampled_from([each.path for each in ENDPOINTS]))
    for part in re.findall("<.*?>", path):
        value = draw(st.sampled_from(ids) | odd_text.map(lambda text: text.replace("?", "")))
        path = path.replace(part, value or "x", 1)
    module = draw(st.sampled_from(Module))
    documents = odd.documents(module)[:2]
    real = {KINDS[module].collection: documents}
    body = st.one_of(odd.altered(real, most=4), st.just(real), odd.values).map(odd.body)
    query = some(draw, QUERIES, 4)
    more = {k: v for k, v in some(draw, HEADERS, 2).items() if v.isprintable() and v.isascii()}
    data = draw(body | st.binary(max_size=40))
    return {"method": draw(chosen), "path": path, "query": query, "more": more, "data": data}


@tries(1500)
@given(st.data())
def test_whatever_the_accounting_api_is_asked_it_answers(
    xero: Simulator, headers: dict[str, str], ids: list[str], data: Any
) -> None:
    call = data.draw(asked(ids))
    answer = Caller(xero._application).open(
        call["path"],
        method=call["method"],
        query_string=call["query"],
        headers={"Content-Type": "application/json", **headers, **call["more"]},
        data=call["data"],
    )
    assert answer.status_code < 500 or answer.status_code == 501, call
    if answer.content_type and "json" in answer.content_type:
        json.loads(answer.get_data())


FORMS = {
    "grant_type": ["authorization_code", "refresh_token", "client_credentials"],
    "code": ["x"],
    "refresh_token": ["x"],
    "redirect_uri": ["https://x", "javascript:alert(1)"],
    "code_verifier": ["v" * 43],
    "client_id": ["x"],
    "token": ["x"],
    "state": ["x"],
    "scope": ["openid", "accounting.contacts"],
    "response_type": ["code", "token"],
    "code_challenge": ["x"],
    "code_challenge_method": ["S256", "plain"],
}


@tries(500)
@given(st.data())
def test_whatever_the_sign_in_service_is_asked_it_answers(
    xero: Simulator, headers: dict[str, str], data: Any
) -> None:
    _, path, _ = data.draw(st.sampled_from(_PLAIN))
    more = {k: v for k, v in some(data.draw, HEADERS, 2).items() if v.isprintable() and v.isascii()}
    answer = Caller(xero._application).open(
        path.replace("<connection_id>", "x"),
        method=data.draw(chosen),
        query_string=some(data.draw, FORMS, 5),
        headers=more,
        data=some(data.draw, FORMS, 6),
    )
    assert answer.status_code < 500
