"""Limits: a minute, a day, five at once, with their headers, and the windows that reset them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.simulator.client import Client
from xero_simulator import Fault, Simulator


def tell(answer):
    names = ("X-MinLimit-Remaining", "X-DayLimit-Remaining", "X-AppMinLimit-Remaining")
    return [int(answer.headers[name]) for name in names]


def limited(**limits):
    return Simulator(seed=1, **limits)


def test_every_answer_tells_what_is_left_errors_included():
    with limited() as xero:
        client = Client(xero)
        assert tell(client.get("/Organisation")) == [59, 999, 9_999]
        assert tell(client.put({"Name": "<"})) == [58, 998, 9_998]
        assert tell(client.get("/Contacts/nobody")) == [57, 997, 9_997]
        assert tell(client("PUT", "/Accounts", json={})) == [56, 996, 9_996]


def test_what_is_refused_for_its_token_or_tenant_costs_nothing():
    with limited() as xero:
        client = Client(xero)
        client.get("/Organisation", headers={"Authorization": "Bearer forged"})
        client.get("/Organisation", headers={"xero-tenant-id": list(xero.organisations)[1]})
        assert tell(client.get("/Organisation")) == [59, 999, 9_999]


def test_the_sixty_first_call_of_a_minute_is_a_429_as_recorded():
    with limited() as xero:
        xero.clock.freeze()
        client = Client(xero)
        for _ in range(60):
            assert client.get("/Currencies").status_code == 200
        xero.clock.advance(timedelta(seconds=34))
        answer = client.get("/Currencies")
        assert answer.status_code == 429
        assert answer.content == b""
        assert "Content-Type" not in answer.headers
        assert answer.headers["X-Rate-Limit-Problem"] == "minute"
        assert answer.headers["Retry-After"] == "26"
        assert tell(answer)[:2] == [0, 940]
        xero.clock.advance(timedelta(seconds=25))
        assert client.get("/Currencies").status_code == 429
        xero.clock.advance(timedelta(seconds=1))
        answer = client.get("/Currencies")
        assert answer.status_code == 200
        assert tell(answer)[:2] == [59, 939]  # a refused call costs nothing


def test_the_day_is_a_window_too_and_its_size_is_the_plans():
    with limited(day_limit=3) as xero:
        xero.clock.freeze()
        client = Client(xero)
        assert [client.get("/Currencies").status_code for _ in range(4)] == [200, 200, 200, 429]
        answer = client.get("/Currencies")
        assert answer.headers["X-Rate-Limit-Problem"] == "day"
        assert answer.headers["Retry-After"] == str(24 * 3600)
        xero.clock.advance(timedelta(hours=24))
        assert Client(xero).get("/Currencies").status_code == 200


def test_every_tenant_has_its_own_limits_and_the_app_one_over_all():
    with limited(minute_limit=2, app_minute_limit=3) as xero:
        one, other = (Client(xero, tenant=tenant) for tenant in xero.organisations)
        one.get("/Currencies")
        assert tell(other.get("/Currencies")) == [1, 999, 1]
        other.get("/Currencies")
        answer = one.get("/Currencies")
        assert answer.status_code == 429
        assert answer.headers["X-Rate-Limit-Problem"] == "appminute"
        assert "Retry-After" not in answer.headers


@pytest.mark.parametrize("at_once", [5, 6])
def test_five_calls_may_be_under_way_at_once_and_no_sixth(at_once):
    with limited() as xero:
        client = Client(xero)
        xero.faults.add(Fault.slow(0.3, path="/Currencies", times=None))
        with ThreadPoolExecutor(at_once) as pool:
            answers = list(pool.map(lambda _: client.get("/Currencies"), range(at_once)))
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses == [200] * 5 + [429] * (at_once - 5)
        for answer in answers:
            if answer.status_code == 429:
                assert answer.headers["X-Rate-Limit-Problem"] == "concurrent"
                assert "Retry-After" not in answer.headers
        assert client.get("/Organisation").status_code == 200  # they have made room


def test_the_limits_can_be_put_back_by_hand():
    with limited(day_limit=1) as xero:
        client = Client(xero)
        client.get("/Currencies")
        xero.reset_limits()
        assert client.get("/Currencies").status_code == 200
