"""Idempotency-Key: once is once, for six minutes, mistakes included."""

from datetime import timedelta

from tests.simulator.client import Client
from xero_simulator import Fault


def test_the_same_request_again_gives_the_same_answer_and_does_nothing(client):
    # [U9]
    first = client.put({"Name": "A"}, key="k1")
    again = client.put({"Name": "A"}, key="k1")
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert client.names() == ["A"]


def test_a_mistake_is_kept_and_replayed_too(client):
    client.create(Name="A")
    first = client.put({"Name": "A"}, key="k1")
    client.xero.organisation.edit_contact(client.xero.organisation.contacts.active_named("A")
                                          .contact_id, Name="B")  # fmt: skip
    again = client.put({"Name": "A"}, key="k1")
    assert first.status_code == again.status_code == 400
    assert first.content == again.content


def test_an_internal_error_is_kept_so_a_new_key_is_needed(client):
    client.xero.faults.add(Fault.internal_error(path="/Contacts"))
    assert client.put({"Name": "A"}, key="k1").status_code == 500
    assert client.put({"Name": "A"}, key="k1").status_code == 500
    assert client.names() == []
    assert client.put({"Name": "A"}, key="k2").status_code == 200


def test_another_request_under_the_same_key_is_refused(client):
    # [U9]
    client.put({"Name": "A"}, key="k1")
    text = "Idempotency Key: k1 is used with a different request."
    for answer in (
        client.put({"Name": "B"}, key="k1"),
        client.post({"Name": "A"}, key="k1"),
        client.put({"Name": "A"}, key="k1", summarizeErrors="false"),
    ):
        assert answer.status_code == 400
        assert answer.json()["Detail"] == text
    assert client.names() == ["A"]


def test_a_key_lasts_six_minutes_from_the_first_call(client):
    xero = client.xero
    xero.clock.freeze()
    client.put({"Name": "A"}, key="k1")
    xero.clock.advance(timedelta(minutes=5, seconds=59))
    assert client.put({"Name": "A"}, key="k1").status_code == 200
    xero.clock.advance(timedelta(seconds=1))
    answer = client.put({"Name": "A"}, key="k1")
    assert answer.status_code == 400
    assert "already assigned" in answer.text


def test_a_key_belongs_to_the_app_and_not_to_the_tenant(xero):
    """Who leaves the tenant out of the key gets another tenant's answer, as at Xero."""
    one, other = (Client(xero, tenant=tenant) for tenant in xero.organisations)
    first = one.put({"Name": "A"}, key="k1")
    assert other.put({"Name": "A"}, key="k1").content == first.content
    assert other.names() == []


def test_a_key_on_a_get_means_nothing(client):
    headers = {"Idempotency-Key": "k1"}
    client.get("/Contacts", headers=headers)
    client.create(Name="A")
    assert len(client.get("/Contacts", headers=headers).json()["Contacts"]) == 1


def test_a_key_has_at_most_128_characters(client):
    assert client.put({"Name": "A"}, key="k" * 128).status_code == 200
    assert client.put({"Name": "B"}, key="k" * 129).status_code == 400


def test_a_replay_costs_a_call(client):
    before = client.put({"Name": "A"}, key="k1").headers["X-DayLimit-Remaining"]
    after = client.put({"Name": "A"}, key="k1").headers["X-DayLimit-Remaining"]
    assert int(after) == int(before) - 1


def test_a_call_refused_for_its_limit_is_not_kept(client):
    client.xero.faults.add(Fault.minute_limit(path="/Contacts"))
    assert client.put({"Name": "A"}, key="k1").status_code == 429
    assert client.put({"Name": "A"}, key="k1").status_code == 200
