"""Faults on demand: each does what it says, to the calls it is meant for, and then goes."""

from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
import requests

from xero_simulator import UNAVAILABLE_TEXTS, Fault


@pytest.mark.parametrize(
    ("fault", "problem", "retry_after", "spent"),
    [
        (Fault.minute_limit(retry_after=26), "minute", "26", "X-MinLimit-Remaining"),
        (Fault.day_limit(retry_after=900), "day", "900", "X-DayLimit-Remaining"),
        (Fault.concurrent_limit(), "concurrent", None, None),
    ],
)
def test_a_limit(client, fault, problem, retry_after, spent):
    client.xero.faults.add(fault)
    answer = client.get("/Organisation")
    assert answer.status_code == 429
    assert answer.content == b""
    assert answer.headers["X-Rate-Limit-Problem"] == problem
    assert answer.headers.get("Retry-After") == retry_after
    assert spent is None or answer.headers[spent] == "0"
    assert client.get("/Organisation").status_code == 200


def test_an_internal_error_has_done_nothing(client):
    client.xero.faults.add(Fault.internal_error())
    answer = client.put({"Name": "A"})
    assert answer.status_code == 500
    assert answer.json()["Title"] == "An error occurred"
    assert client.names() == []


def test_an_internal_error_after_the_commit_has_done_it(client):
    client.xero.faults.add(Fault.internal_error_after_commit(method="PUT"))
    assert client.put({"Name": "A"}).status_code == 500
    assert client.names() == ["A"]


@pytest.mark.parametrize("text", UNAVAILABLE_TEXTS)
def test_an_outage_is_plain_text(client, text):
    client.xero.faults.add(Fault.unavailable(text))
    answer = client.get("/Organisation")
    assert answer.status_code == 503
    assert answer.text == text
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_an_expired_token_and_a_forbidden_tenant(client):
    client.xero.faults.add(Fault.expired_token(), Fault.forbidden())
    answer = client.get("/Organisation")
    assert answer.status_code == 401
    assert answer.json()["Detail"].startswith("TokenExpired")
    assert client.get("/Organisation").status_code == 403
    assert client.get("/Organisation").status_code == 200


def test_a_drop_before_the_commit_leaves_nothing(client):
    client.xero.faults.add(Fault.dropped_before_commit(method="PUT"))
    with pytest.raises(requests.ConnectionError):
        client.put({"Name": "A"}, key="k1")
    assert client.names() == []
    assert client.put({"Name": "A"}, key="k1").status_code == 200
    assert client.names() == ["A"]


def test_a_drop_after_the_commit_has_really_committed(client):
    client.xero.faults.add(Fault.dropped_after_commit(method="PUT"))
    with pytest.raises(requests.ConnectionError):
        client.put({"Name": "A"}, key="k1")
    assert [call.status for call in client.xero.calls if call.method == "PUT"] == [0]
    assert client.names() == ["A"]
    answer = client.put({"Name": "A"}, key="k1")  # the kept answer of the first
    assert answer.status_code == 200
    assert client.names() == ["A"]


def test_a_torn_answer_is_half_a_body_of_finished_work(client):
    client.xero.faults.add(Fault.torn(method="PUT"))
    answer = client.put({"Name": "A"}, key="k1")
    assert answer.status_code == 200
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()
    assert client.put({"Name": "A"}, key="k1").json()["Contacts"][0]["Name"] == "A"
    assert client.names() == ["A"]


def test_a_slow_answer_takes_its_time(client):
    client.xero.faults.add(Fault.slow(0.5))
    with pytest.raises(requests.exceptions.ReadTimeout):
        client("GET", "/Organisation", timeout=0.1)


def test_a_refused_batch_is_refused_until_the_poison_is_alone(client):
    client.xero.faults.add(Fault.batch_refused(containing="Poison", times=None))
    assert client.put({"Name": "A"}, {"Name": "Poison"}, summarizeErrors="false").status_code == 400
    assert client.put({"Name": "A"}, summarizeErrors="false").status_code == 200
    assert client.put({"Name": "Poison"}, summarizeErrors="false").status_code == 400
    assert client.names() == ["A"]
    client.xero.faults.clear()
    assert client.put({"Name": "Poison"}).status_code == 200


@pytest.mark.parametrize("by", [timedelta(hours=2), timedelta(hours=-2)])
def test_a_skewed_clock_shows_in_every_time_that_xero_tells(client, by):
    before = parsedate_to_datetime(client.get("/Organisation").headers["Date"])
    client.xero.faults.add(Fault.clock_skew(by))
    answer = client.get("/Organisation")
    after = parsedate_to_datetime(answer.headers["Date"])
    assert abs(after - before - by) < timedelta(seconds=5)


def test_a_fault_strikes_only_what_it_is_meant_for_and_as_often_as_said(client):
    faults = client.xero.faults
    faults.add(Fault.internal_error(method="PUT", path="/contacts", times=2, skip=1))
    assert client.get("/Contacts").status_code == 200
    statuses = [client.put({"Name": f"N{n}"}).status_code for n in range(4)]
    assert statuses == [200, 500, 500, 200]
    assert len(faults) == 0


def test_faults_can_wait_in_line(client):
    client.xero.faults.add(Fault.unavailable(), Fault.internal_error())
    assert [client.get("/Contacts").status_code for _ in range(3)] == [503, 500, 200]


def test_a_fault_may_strike_the_token_endpoint_too(client):
    client.xero.faults.add(Fault.internal_error(path="/connections"))
    assert client.http.get(f"{client.xero.url}/connections").status_code == 500


def test_a_limit_may_come_without_a_word(client):
    client.xero.faults.add(Fault.bare_limit())
    answer = client.get("/Organisation")
    assert (answer.status_code, answer.content) == (429, b"")
    assert not [name for name in answer.headers if "Limit" in name or name == "Retry-After"]


def test_a_request_may_arrive_twice_and_its_key_makes_it_one(client):
    client.xero.faults.add(Fault.repeated(method="PUT", times=2))
    twice = client.put({"Name": "A"})
    assert "already assigned" in twice.text, "the answer to the second one"
    once = client.put({"Name": "B"}, key="k")
    assert once.status_code == 200
    assert client.names() == ["A", "B"]


def test_something_else_may_answer_in_the_place_of_xero(client):
    client.xero.faults.add(Fault.replaced(b"<html>Sign in to this hotel", "text/html"))
    answer = client.put({"Name": "A"})
    assert (answer.status_code, answer.content) == (200, b"<html>Sign in to this hotel")
    assert client.names() == ["A"], "the work was done all the same"


def test_an_answer_may_be_odd_and_somebody_may_work_meanwhile(client):
    client.put({"Name": "A"})
    client.xero.faults.add(
        Fault.altered(lambda payload: {**payload, "Contacts": []}, path="/Contacts"),
        Fault.meanwhile(
            lambda: client.xero.organisation.add_contact_in_xero(Name="B"), path="/Contacts"
        ),
    )
    assert client.get("/Contacts").json()["Contacts"] == []
    assert [each["Name"] for each in client.get("/Contacts").json()["Contacts"]] == ["A"]
    assert client.names() == ["A", "B"]
