"""The wire: dates, exact numbers, XML by default, connections that stay open, and speed."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from xero_simulator import Simulator
from xero_simulator.wire import (
    envelope_date,
    parse_iso,
    parse_wire_date,
    read_json,
    wire_date,
    write_json,
)

MOMENT = datetime(2026, 9, 14, 9, 29, 59, 160_000, tzinfo=timezone.utc)


def test_dates_look_as_recorded():
    assert wire_date(MOMENT) == "/Date(1789378199160+0000)/"
    assert envelope_date(MOMENT) == "/Date(1789378199160)/"
    assert wire_date(date(2026, 9, 14)) == "/Date(1789344000000+0000)/"


@pytest.mark.parametrize(
    "text",
    [
        "/Date(1789378199160+0000)/",
        "/Date(1789378199160)/",
        "2026-09-14T09:29:59.160",
        "2026-09-14T09:29:59.1600000Z",
        "2026-09-14T21:29:59.16+12:00",
        "2026-09-14T04:59:59.16-0430",
    ],
)
def test_dates_are_read_in_every_form_that_clients_send(text):
    assert parse_wire_date(text) == MOMENT


@pytest.mark.parametrize("text", ["", "2026-13-01", "20260914", "2026-W38", "14/09/2026", "now"])
def test_what_is_no_date_is_none(text):
    with pytest.raises(ValueError):  # noqa: PT011 - which words it has is of no interest
        parse_iso(text)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_a_number_keeps_every_digit(number):
    assert write_json({"n": number}) == f'{{"n":{number:f}}}'.encode()
    assert read_json(write_json([number])) == [number]


def test_a_text_that_looks_like_a_number_stays_a_text():
    assert write_json(["12.50", Decimal("12.50")]) == b'["12.50",12.50]'


@pytest.mark.parametrize("accept", [None, "*/*", "application/xml"])
def test_who_does_not_ask_for_json_gets_xml(client, accept):
    answer = client.get("/Currencies", headers={"Accept": accept})
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    with pytest.raises(ValueError):  # noqa: PT011 - which words it has is of no interest
        answer.json()


def test_a_connection_is_kept_open(xero):
    with requests.Session() as session:
        for _ in range(3):
            session.get(f"{xero.url}/connections")
        pools = session.get_adapter(xero.url).poolmanager.pools
        [pool] = [pools.get(key) for key in pools.keys()]  # noqa: SIM118 - not a dict
        assert pool.num_connections == 1


def test_a_stopped_xero_answers_nobody_not_even_on_an_open_connection():
    with requests.Session() as session:
        with Simulator() as xero:
            session.get(f"{xero.url}/connections")
        with pytest.raises(requests.ConnectionError):
            session.get(f"{xero.url}/connections")


def test_writes_from_many_threads_lose_nothing():
    with Simulator(minute_limit=9_000, concurrent_limit=50) as xero:
        from tests.simulator.client import Client

        client = Client(xero)
        with ThreadPoolExecutor(16) as pool:
            answers = list(
                pool.map(lambda n: client.put({"Name": f"N{n % 40}"}).status_code, range(80))
            )
        assert sorted(answers) == [200] * 40 + [400] * 40
        assert len(client.names()) == 40


def test_ten_thousand_contacts_are_read_and_two_thousand_written_in_seconds(xero, client):
    rows = [{"Name": f"Company {n}", "EmailAddress": f"a{n}@b.example"} for n in range(10_000)]
    xero.organisation.load_contacts(rows[2_000:])
    client.http.hooks["response"] = []  # the promise is the simulator's, not the validator's
    started = time.perf_counter()
    for first in range(0, 2_000, 50):
        client.put(*rows[first : first + 50], summarizeErrors="false")
    seen = sum(len(client.names(page=page, pageSize=1000)) for page in range(1, 12))
    assert seen == 10_000
    assert client.names(where='Name=="COMPANY 500"') == ["Company 500"]
    assert timedelta(seconds=time.perf_counter() - started) < timedelta(seconds=6)
