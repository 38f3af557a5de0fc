"""The ten traps of xero-python, and what lies between a request and its answer.

A trap is a place where the SDK does the wrong thing in silence.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import urllib3
from xero_python.api_client.oauth2 import OAuth2Token

from tests.support.stage import SimulatedClock
from tests.xero.support import (
    Desk,
    ask,
    batch,
    contacts,
    desk_at,
    on_threads,
    read_all,
)
from vtiger_xero.engine.errors import AccessLost, BudgetSpent, RetryLater
from vtiger_xero.engine.outbox import Method
from vtiger_xero.xero import Addresses, App, MemoryTokens, auth, client, wire
from xero_simulator import DEMO_REDIRECT_URI, Fault, Simulator


@pytest.fixture
def pause_for_thought(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request stops between taking a token and using it, where another can come between."""
    real = OAuth2Token.get_valid_access_token

    def slowly(self: Any, *arguments: Any) -> Any:
        time.sleep(0.002)
        return real(self, *arguments)

    monkeypatch.setattr(OAuth2Token, "get_valid_access_token", slowly)


# -- 1: one token for all clients of a process -----------------------------------------------


@pytest.mark.usefixtures("pause_for_thought")
def test_trap_1_two_clients_on_eight_threads_never_mix_their_tokens() -> None:
    with Simulator(minute_limit=10_000, day_limit=10_000, concurrent_limit=100) as simulator:
        first, second = list(simulator.organisations)
        desks = desk_at(simulator, first), desk_at(simulator, second, "OTHER", "other-secret")
        ledgers = [desk.ledger() for desk in desks]
        names = [desk.organisation.name for desk in desks]

        def work(number: int) -> None:
            for _ in range(10):
                mine = number % 2
                (found,) = ledgers[mine]._documents("get_organisations", "Organisations")
                assert found["Name"] == names[mine]

        on_threads(8, work)
        assert {call.status for call in simulator.calls} == {200}


# -- 2: hidden retries -----------------------------------------------------------------------


def test_trap_2_a_429_is_one_request_and_then_a_wait_that_is_told(desk: Desk) -> None:
    desk.simulator.clock.freeze()
    desk.simulator.faults.add(Fault.minute_limit(retry_after=26, path="/Contacts"))
    seen: list[int] = []
    desk.simulator.faults.add(
        Fault.meanwhile(lambda: seen.append(len(desk.waits)), path="/Contacts", method="GET")
    )
    ledger = desk.ledger()
    assert read_all(ledger) == []
    assert [call.status for call in desk.api_calls()] == [429, 200]
    assert desk.waits == [26]
    assert desk.clock.slept == [26.0]
    assert seen == [1]  # the wait came before the second request
    assert ledger.calls == 2


def test_trap_2_waiting_for_minutes_has_an_end(desk: Desk) -> None:
    desk.simulator.faults.add(Fault.minute_limit(retry_after=26, path="/Contacts", times=None))
    with pytest.raises(RetryLater) as raised:
        read_all(desk.ledger())
    assert raised.value.after >= timedelta(minutes=1)
    assert len(desk.api_calls()) == 4
    assert desk.waits == [26, 26, 26]


def test_trap_2_a_day_that_is_spent_is_not_slept_through(desk: Desk) -> None:
    desk.simulator.faults.add(Fault.day_limit(retry_after=21_600, path="/Contacts"))
    ledger = desk.ledger()
    with pytest.raises(BudgetSpent) as raised:
        read_all(ledger)
    until = raised.value.until - desk.clock.now()
    assert timedelta(hours=5, minutes=59) < until <= timedelta(hours=6)
    assert desk.clock.slept == []
    with pytest.raises(BudgetSpent):  # another worker does not even ask
        read_all(desk.ledger())
    assert len(desk.api_calls()) == 1


def test_trap_2_a_concurrent_limit_without_retry_after_is_waited_out(desk: Desk) -> None:
    desk.simulator.clock.freeze()
    desk.simulator.faults.add(Fault.concurrent_limit(path="/Contacts", times=2))
    read_all(desk.ledger())
    assert desk.clock.slept == [2.0, 4.0]


@pytest.mark.parametrize(
    "fault",
    [Fault.dropped_before_commit, Fault.dropped_after_commit, Fault.torn, Fault.unavailable],
)
def test_trap_2_a_lost_answer_makes_no_duplicate(desk: Desk, fault: Callable[..., Fault]) -> None:
    options = {"text": "Service Unavailable"} if fault == Fault.unavailable else {}
    desk.simulator.faults.add(fault(method="PUT", **options))
    ledger = desk.ledger()
    sent = batch(desk, *contacts(50))
    outcomes = ledger.send(sent)
    assert all(outcome.record for outcome in outcomes)
    assert desk.names() == sorted(item.document["Name"] for item in sent.items)
    puts = desk.api_calls("PUT")
    assert len(puts) == ledger.calls == 2
    assert {call.idempotency_key for call in puts} == {sent.idempotency_key}
    assert desk.clock.slept == [1.0]


def test_trap_2_the_third_attempt_is_the_last_and_waits_grow(desk: Desk) -> None:
    desk.simulator.faults.add(Fault.dropped_after_commit(method="PUT", times=None))
    ledger = desk.ledger()
    with pytest.raises(RetryLater, match="interrupted"):
        ledger.send(batch(desk, {"Name": "Once"}))
    assert ledger.calls == 3
    assert desk.clock.slept == [1.0, 4.0]
    assert desk.names() == ["Once"]


def test_trap_2_an_internal_error_is_not_asked_again_under_its_key(desk: Desk) -> None:
    desk.simulator.faults.add(Fault.internal_error_after_commit(method="PUT"))
    ledger = desk.ledger()
    with pytest.raises(RetryLater) as raised:
        ledger.send(batch(desk, {"Name": "Perhaps"}))
    assert raised.value.after > timedelta(minutes=6)  # until Xero has forgotten the key
    assert ledger.calls == 1


def test_trap_2_a_read_is_tried_again_after_an_internal_error(desk: Desk) -> None:
    desk.simulator.faults.add(Fault.internal_error(path="/Contacts", times=2))
    ledger = desk.ledger()
    assert read_all(ledger) == []
    assert ledger.calls == 3


def test_trap_2_maintenance_is_not_waited_for(desk: Desk) -> None:
    desk.simulator.faults.add(Fault.unavailable(path="/Contacts"))
    with pytest.raises(RetryLater, match="offline") as raised:
        read_all(desk.ledger())
    assert raised.value.after == timedelta(minutes=5)
    assert len(desk.api_calls()) == 1


# -- 3: no timeout, and a float that is ignored ----------------------------------------------


def test_trap_3_every_call_has_a_timeout_of_whole_seconds(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Any] = []
    real = urllib3.PoolManager.request

    def request(self: Any, *arguments: Any, **options: Any) -> Any:
        given.append(options["timeout"])
        return real(self, *arguments, **options)

    monkeypatch.setattr(urllib3.PoolManager, "request", request)
    ledger = desk.ledger()
    ledger.reference()
    read_all(ledger)
    (outcome,) = ledger.send(batch(desk, {"Name": "New"}))
    ledger.send(batch(desk, {"ContactID": outcome.record.id}, method=Method.UPDATE))  # type: ignore[union-attr]
    assert len(given) == ledger.calls == 7
    for timeout in given:
        assert timeout is not None
        assert isinstance(timeout.connect_timeout, int)
        assert isinstance(timeout.read_timeout, int)


def test_trap_3_a_slow_answer_is_given_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "READ_TIMEOUT", (1, 1))
    desk.simulator.faults.add(Fault.slow(1.4, path="/Contacts"))
    ledger = desk.ledger()
    assert read_all(ledger) == []
    assert ledger.calls == 2


def test_trap_3_no_network_is_told_as_that(desk: Desk) -> None:
    ledger = desk.ledger()
    desk.simulator.stop()
    with pytest.raises(RetryLater, match="Xero could not be reached"):
        ledger.reference()
    assert 3 <= ledger.calls <= 4 + 2  # the first list three times, and three others meanwhile


# -- 4: refresh by the clock alone -----------------------------------------------------------


def test_trap_4_a_token_is_refreshed_before_it_runs_out(desk: Desk) -> None:
    desk.simulator.clock.advance(timedelta(minutes=29, seconds=30))
    ledger = desk.ledger()
    read_all(ledger)
    assert [call.status for call in desk.api_calls()] == [200]
    assert desk.tokens.load().expires_at - desk.clock.now() > timedelta(minutes=29)
    assert ledger.calls == 1  # the refresh is no API call


def test_trap_4_a_token_that_xero_calls_expired_is_renewed_once(desk: Desk) -> None:
    desk.simulator.faults.add(Fault.expired_token(path="/Contacts"))
    before = desk.tokens.load()
    read_all(desk.ledger())
    assert [call.status for call in desk.api_calls()] == [401, 200]
    assert desk.tokens.load() != before


def test_trap_4_a_token_that_stays_expired_ends_in_a_sentence(desk: Desk) -> None:
    desk.simulator.faults.add(Fault.expired_token(path="/Contacts", times=None))
    with pytest.raises(AccessLost, match="no longer accepts the connection"):
        read_all(desk.ledger())
    assert len(desk.api_calls()) == 2


def test_trap_4_a_clock_that_runs_slow_does_not_matter(desk: Desk) -> None:
    desk.simulator.faults.add(Fault.clock_skew(timedelta(hours=1), path="/Contacts"))
    tokens = desk.tokens.load()
    far_off = tokens.expires_at + timedelta(days=1)
    desk.tokens.save(replace(tokens, expires_at=far_off))
    read_all(desk.ledger())
    assert [call.status for call in desk.api_calls()] == [401, 200]


def test_trap_4_a_scope_that_was_never_given_asks_to_connect_again(simulator: Simulator) -> None:
    app, at = App("DEMO-CLIENT", "demo-secret"), Addresses.at(simulator.url)
    scopes = ("offline_access", "accounting.settings")
    begun = auth.authorization(app, at, DEMO_REDIRECT_URI, scopes)
    tokens = auth.exchange(app, at, begun, simulator.consent(begun.url), simulator.clock())
    tenant = next(iter(simulator.organisations))
    desk = Desk(simulator, app, tenant, MemoryTokens(tokens), SimulatedClock(simulator))
    with pytest.raises(AccessLost, match="is missing a permission"):
        read_all(desk.ledger())
    assert len(desk.api_calls()) == 1  # a new token would not help, so none is asked for


# -- 5, 6: what the SDK cannot read ----------------------------------------------------------


def test_trap_5_values_that_the_sdk_does_not_know_lose_no_page(desk: Desk) -> None:
    desk.organisation.add_contact_in_xero(Name="Plain")
    odd = {"TaxNumberType": "TAXNUMBERTYPE/SSN", "DefaultCurrency": "XYZ", "NewIn2027": [1]}

    def strange(payload: dict[str, Any]) -> dict[str, Any]:
        (row,) = payload["Contacts"]
        return {**payload, "Contacts": [{**row, **odd}]}

    desk.simulator.faults.add(Fault.altered(strange, path="/Contacts"))
    (record,) = read_all(desk.ledger())
    assert odd.items() <= record.document.items()


def test_trap_5_one_unreadable_record_costs_one_record_and_is_told(desk: Desk) -> None:
    order = ["One", "Two", "Three"]
    for name in order:
        desk.organisation.add_contact_in_xero(Name=name)

    def spoilt(payload: dict[str, Any]) -> dict[str, Any]:
        one, two, three = sorted(payload["Contacts"], key=lambda each: order.index(each["Name"]))
        odd = [{**two, "UpdatedDateUTC": "yesterday"}, {"Name": "Nobody"}, "text", None]
        return {**payload, "Contacts": [one, *odd, three]}

    desk.simulator.faults.add(Fault.altered(spoilt, path="/Contacts"))
    ledger = desk.ledger()
    assert [record.document["Name"] for record in read_all(ledger)] == ["One", "Three"]
    assert len(ledger.notices) == 4
    assert "Two" not in ledger.notices[0], "not everybody who reads it may see the record"
    assert "(ID ?)" in ledger.notices[1]
    assert "left out" in ledger.notices[0]


def test_trap_6_a_null_is_nothing_and_not_the_word_none(desk: Desk) -> None:
    desk.organisation.add_contact_in_xero(Name="Silent")

    def nulls(payload: dict[str, Any]) -> dict[str, Any]:
        extra = {"EmailAddress": None, "Phones": None, "ContactPersons": [None], "Website": None}
        return {**payload, "Contacts": [{**payload["Contacts"][0], **extra}]}

    desk.simulator.faults.add(Fault.altered(nulls, path="/Contacts"))
    (record,) = read_all(desk.ledger())
    assert not {"EmailAddress", "Phones", "Website"} & record.document.keys()
    assert record.document["ContactPersons"] == []


# -- 7, 8, 9: what the SDK writes and hands out ----------------------------------------------


def test_trap_7_a_date_stays_the_day_that_it_is() -> None:
    assert wire.outgoing({"Date": date(2026, 3, 29)}) == {"Date": "2026-03-29"}
    moment = datetime.fromisoformat("2026-03-29T23:30:00-05:00")
    assert wire.outgoing(moment) == "2026-03-30T04:30:00+00:00"
    with pytest.raises(TypeError, match="time zone"):
        wire.outgoing(datetime(2026, 3, 29, 23, 30))


def test_trap_7_nothing_is_sent_but_what_was_meant(desk: Desk) -> None:
    held = desk.organisation.add_contact_in_xero(
        Name="Kept", FirstName="Ann", EmailAddress="a@b.co"
    )
    document = {"ContactID": held.contact_id, "LastName": "Lee", "EmailAddress": ""}
    desk.ledger().send(batch(desk, document, method=Method.UPDATE))
    after = desk.organisation.contacts[held.contact_id]
    assert after.get("FirstName") == "Ann"
    assert after.get("LastName") == "Lee"
    assert not after.get("EmailAddress")


def test_trap_8_money_leaves_as_it_is_written(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    bodies: list[str] = []
    real = urllib3.PoolManager.request

    def request(self: Any, method: str, url: str, **options: Any) -> Any:
        bodies.append(str(options.get("body")))
        return real(self, method, url, **options)

    monkeypatch.setattr(urllib3.PoolManager, "request", request)
    money = Decimal("0.1") + Decimal("0.2")
    document = {"Name": "Rich", "Discount": money, "Balance": Decimal("9999999999.99")}
    desk.ledger().send(batch(desk, document))
    assert '"Discount": 0.3,' in bodies[0]
    assert '"Balance": 9999999999.99' in bodies[0]
    assert wire.size({"Contacts": [document]}) > 0


def test_trap_9_a_document_is_plain_json_with_decimals(desk: Desk) -> None:
    desk.organisation.add_contact_in_xero(Name="Plain", Discount=Decimal("2.5"))
    (record,) = read_all(desk.ledger())
    text = json.dumps(record.document, default=lambda value: str(Decimal(value)))
    assert json.loads(text)["Name"] == "Plain"


# -- 10: a method that some urllib3 do not have ----------------------------------------------


def test_trap_10_a_urllib3_without_getheaders_will_do(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in urllib3.HTTPResponse.__mro__:
        if "getheaders" in vars(kind):
            monkeypatch.delattr(kind, "getheaders")
    assert not hasattr(urllib3.HTTPResponse, "getheaders")
    desk.simulator.faults.add(Fault.minute_limit(retry_after=3, path="/Contacts"))
    read_all(desk.ledger())
    assert desk.waits == [3]


# -- and one more ----------------------------------------------------------------------------


def test_calls_go_by_the_machines_proxy_as_the_sign_in_does(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://localhost:9")
    with pytest.raises(RetryLater, match="could not be reached"):
        ask(desk.ledger())
    with pytest.raises(RetryLater, match="could not be reached"):
        auth.connections(desk.addresses, desk.tokens.load())
    monkeypatch.setenv("no_proxy", "localhost")
    assert ask(desk.ledger())
