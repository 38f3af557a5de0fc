"""The simulator and the app beside what the real Xero was recorded to answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest

from tests.recorded import explained
from tests.recorded.comparing import ZERO_GUID, Comparison, Difference
from tests.recorded.explained import Explained
from tests.recorded.recordings import (
    WHERE_TO_PUT_THEM,
    Exchange,
    Session,
    exchange_of,
    read_sessions,
    report_of,
)
from tests.recorded.replay import Replay
from tests.recorded.sent import WHAT_WAS_SENT, WHEN
from vtiger_xero.engine import requests
from vtiger_xero.engine.lookups import empty_lookups
from vtiger_xero.engine.mapping.rows import is_empty
from vtiger_xero.engine.modules import spec_of, table_of
from vtiger_xero.engine.outbox import Batch, Item
from vtiger_xero.engine.outbox import Method as Sent
from vtiger_xero.engine.records import Document, Module
from vtiger_xero.xero import answers, books, errors, wire
from vtiger_xero.xero.endpoints import ENDPOINTS
from xero_simulator.wire import write_json

NOW = datetime(2026, 9, 14, 12, tzinfo=timezone.utc)
MODULES = {endpoint.collection: module for module, endpoint in ENDPOINTS.items()}
SESSIONS = read_sessions()
EXCHANGES = [exchange for session in SESSIONS for exchange in session.exchanges]
ANSWERED = [each for each in EXCHANGES if each.collection in MODULES and each.status == 200]

needs_recordings = pytest.mark.skipif(not SESSIONS, reason=WHERE_TO_PUT_THEM)


def named(exchanges: Iterable[Exchange]) -> Any:
    """A parameter for each; one that is skipped where there is none."""
    found = [pytest.param(each, id=each.name) for each in exchanges]
    skipped = pytest.mark.skip(reason=WHERE_TO_PUT_THEM)
    return found or [pytest.param(None, id="no recordings", marks=skipped)]


def unexplained(
    found: Iterable[tuple[str, Difference]], reasons: Iterable[Explained]
) -> tuple[list[str], list[Explained]]:
    """The differences that no row explains, and the rows that explain none."""
    found, reasons = list(found), list(reasons)
    open_ones = [
        f"{name}: {difference}"
        for name, difference in found
        if not any(reason.fits(name, difference) for reason in reasons)
    ]
    needless = [
        reason
        for reason in reasons
        if not any(reason.fits(name, difference) for name, difference in found)
    ]
    return open_ones, needless


# -- the simulator ---------------------------------------------------------------------------


@needs_recordings
def test_the_simulator_answers_the_recorded_requests_as_xero_did() -> None:
    found = [
        (exchange.name, difference)
        for session in SESSIONS
        for exchange, _, differences in Replay(session).run()
        for difference in differences
    ]
    open_ones, needless = unexplained(found, explained.ANSWERS)
    assert not open_ones, "\n".join(open_ones)
    assert not needless, "These explain no difference any more."


@needs_recordings
def test_every_recording_has_its_place_and_every_write_its_request() -> None:
    singles = next((each for each in SESSIONS if each.name == "recorded"), Session("recorded"))
    names = {exchange.name for exchange in singles.exchanges}
    assert names <= set(WHEN), "Say in sent.py when they were recorded."
    written = [each for each in singles.exchanges if each.method != "GET"]
    assert [each.name for each in written if each.sent is None] == []
    assert set(WHAT_WAS_SENT) <= names


# -- the app's own reading -------------------------------------------------------------------


@pytest.mark.parametrize("exchange", named(ANSWERED))
def test_the_app_reads_a_recorded_answer_without_losing_a_mapped_field(exchange: Exchange) -> None:
    module = MODULES[exchange.collection]
    rows = [row for row in exchange.rows if row.get("StatusAttributeString") != "ERROR"]
    body = wire.envelope(write_json({exchange.collection: rows}))
    read, notices = wire.records(module, wire.elements(exchange.collection, body))
    assert notices == []
    assert len(read) == len(rows)
    table = table_of(module, empty_lookups())
    for record, row in zip(read, rows, strict=True):
        assert record.id == row[spec_of(module).xero.id_key]
        assert set(record.document) == set(row)
        values = table.read(record.document)
        lost = [
            mapped.field
            for mapped in table.rows
            if said(row, mapped.xero) and is_empty(values[mapped.field])
        ]
        assert lost == []


def said(row: dict[str, Any], place: str) -> Any:
    """What stands at a place that a mapping row names; None where it is no single one."""
    words = place.split()
    if len(words) == 3 and words[0] == "Address":
        found = [a for a in row.get("Addresses", ()) if a["AddressType"] == words[1]]
        return next(iter(found), {}).get(words[2].removesuffix("-4"))
    if len(words) == 2 and words[0] == "Phones":
        found = [p for p in row.get("Phones", ()) if p["PhoneType"] == words[1]]
        return next(iter(found), {}).get("PhoneNumber")
    if not re.fullmatch(r"[A-Za-z]+(\.[A-Za-z]+)*", place) or place.endswith("TaxType"):
        return None  # a tax is found by the CRM's own taxes, of which there are none here
    value: Any = row
    for key in place.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _is_batch(exchange: Exchange) -> bool:
    """Whether it is a write of the kind that the app makes: each record can be told by a key."""
    sent, module = exchange.sent, MODULES[exchange.collection]
    if exchange.method == "GET" or not isinstance(sent, dict) or exchange.collection not in sent:
        return False
    named_here = exchange.name in ("invoice_create",)
    return named_here or all(spec_of(module).xero.keys(row) for row in sent[exchange.collection])


WRITES = [each for each in ANSWERED if _is_batch(each)]


@pytest.mark.parametrize("exchange", named(WRITES))
def test_the_app_learns_from_a_recorded_answer_what_became_of_each_record(
    exchange: Exchange,
) -> None:
    module = MODULES[exchange.collection]
    method = Sent.CREATE if exchange.method == "PUT" else Sent.UPDATE
    documents = [wire.plain(row) for row in exchange.sent[exchange.collection]]
    if exchange.name == "invoice_create":  # the app never leaves it to Xero
        documents[0]["InvoiceNumber"] = exchange.rows[0]["InvoiceNumber"]
    id_key = spec_of(module).xero.id_key
    items = tuple(Item(each, "A", each.get(id_key), module=module) for each in documents)
    batch = Batch.of("tenant", module, method, items, NOW)
    body = wire.envelope(write_json(exchange.body))
    outcomes = answers.outcomes(batch, ENDPOINTS[module], body, NOW)
    for outcome, row in zip(outcomes, exchange.rows, strict=True):
        if row.get("StatusAttributeString") == "ERROR":
            own = [error["Message"] for error in row["ValidationErrors"]]
            assert outcome.refusal
            if exchange.name in WHEN:  # a report may be the first to show a sentence of Xero's
                assert outcome.refusal not in own
                assert outcome.remedy
        else:
            assert outcome.record is not None
            assert outcome.record.id == row[spec_of(module).xero.id_key]


@pytest.mark.parametrize("exchange", named(each for each in EXCHANGES if each.status >= 400))
def test_a_recorded_refusal_of_a_whole_request_has_a_sentence_of_the_apps(
    exchange: Exchange,
) -> None:
    headers = {**exchange.answer_headers, "Content-Type": exchange.content_type}
    body = b"" if exchange.body is None else write_json(exchange.body)
    reply = errors.Reply(exchange.status, headers, body)
    error = errors.of_reply(reply, writes=exchange.method != "GET")
    assert str(error)
    own = {
        message["Message"]
        for row in (exchange.body if isinstance(exchange.body, dict) else {}).get("Elements", ())
        for message in row["ValidationErrors"]
    }
    assert str(error) not in own, "Xero's own words alone"


@needs_recordings
def test_the_app_reads_the_recorded_reference_data_whole() -> None:
    notices: list[str] = []
    by_name = {each.name: each for each in EXCHANGES}
    if "organisation" in by_name:
        [profile] = by_name["organisation"].rows
        found = books.organisation(wire.plain(profile), [], frozenset(), notices.append)
        assert (found.base_currency, found.is_demo) == (profile["BaseCurrency"], True)
        assert found.period_lock_date is not None
    for exchange in EXCHANGES:
        if exchange.collection == "Accounts":
            accounts = books.accounts(exchange.rows, notices.append)
            assert [each.code for each in accounts] == [row["Code"] for row in exchange.rows]
        if exchange.collection == "TaxRates":
            rates = books.tax_rates(exchange.rows, notices.append)
            assert [each.tax_type for each in rates] == [row["TaxType"] for row in exchange.rows]
            assert all(each.components for each in rates)
    assert notices == []


# -- the app's own requests ------------------------------------------------------------------


@needs_recordings
def test_the_app_would_send_for_the_same_change_what_was_sent() -> None:
    found = []
    for exchange in EXCHANGES:
        if exchange.name in OWN and exchange.rows:
            module = MODULES[exchange.collection]
            [held] = [wire.plain(row) for row in exchange.rows]
            own = OWN[exchange.name](module, held)
            body = {exchange.collection: [as_it_was_sent(own)]}
            recorded = as_it_was_sent(exchange.sent)
            differences = Comparison({}).differences(recorded, as_it_was_sent(body))
            found += [(exchange.name, each) for each in differences if not is_scrubbed(each)]
    open_ones, needless = unexplained(found, explained.REQUESTS)
    assert not open_ones, "\n".join(open_ones)
    assert not needless, "These explain no difference any more."


def _created(module: Module, held: Document) -> Document:
    table = table_of(module, empty_lookups())
    return requests.creation(module, table, table.read(held))


def _with_mail(module: Module, held: Document) -> Document:
    values = {"primary_email": "changed@example.test"}
    return requests.update(module, table_of(module, empty_lookups()), held, values)


def _ended(module: Module, held: Document) -> Document:
    before = {"Contacts": {"ContactStatus": "ACTIVE"}, "Invoices": {"Status": "AUTHORISED"}}
    return requests.removal(module, {**held, **before[ENDPOINTS[module].collection]})


OWN = {
    "contact_create": _created,
    "contact_update": _with_mail,
    "contact_archive_with_documents": _ended,
    "invoice_create": _created,
    "invoice_void": _ended,
    "item_create": _created,
}


def as_it_was_sent(value: Any) -> Any:
    """As it is on the wire, numbers without the noughts behind them."""
    if isinstance(value, dict):
        return {key: as_it_was_sent(piece) for key, piece in wire.outgoing(value).items()}
    if isinstance(value, list):
        return [as_it_was_sent(piece) for piece in value]
    is_number = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
    return Decimal(str(value)).normalize() + Decimal("0.00") if is_number else value


def is_scrubbed(difference: Difference) -> bool:
    """Whether the answer that our request is made of had something taken out there."""
    return "-scrubbed" in difference.what


# -- the comparer and the form themselves, which need no recordings -----------------------------


@pytest.mark.parametrize(
    ("recorded", "answered", "told"),
    [
        ({"A": 1}, {}, "A: missing here"),
        ({}, {"A": 1}, "A: only here"),
        ({"A": []}, {}, "A: missing here"),
        ({"A": []}, {"A": [{}]}, "A: 0 elements, here 1"),
        ({"A": True}, {"A": "true"}, "A: true or false, here a text"),
        ({"A": Decimal("1.0")}, {"A": 1}, "A: a number with decimals, here a whole number"),
        ({"A": "x"}, {"A": ""}, "A: a text, here an empty text"),
        ({"A": ZERO_GUID}, {"A": "5" + ZERO_GUID[1:]}, "A: the zero id, here an id"),
        ({"A": "/Date(1+0000)/"}, {"A": "/Date(1)/"}, "A: /Date(…+0000)/, here /Date(…)/"),
        ({"Status": "PAID"}, {"Status": "VOIDED"}, "Status: PAID, here VOIDED"),
        ({"A": [{"B": Decimal("1.5")}]}, {"A": [{"B": Decimal("1.6")}]}, "A[].B: 1.5, here 1.6"),
    ],
)
def test_a_difference_is_told_with_its_path(recorded: Any, answered: Any, told: str) -> None:
    assert [str(each) for each in Comparison({}).differences(recorded, answered)] == [told]


def test_ids_are_other_ones_here_but_always_the_same_other_ones() -> None:
    one, other, third = (f"{digit}0000000-0000-0000-0000-000000000000" for digit in "abc")
    compared = Comparison({})
    assert not list(compared.differences({"A": one, "B": one}, {"A": other, "B": other}))
    told = compared.differences({"A": one}, {"A": third})
    assert [str(each) for each in told] == ["A: the id of another record"]


def test_a_difference_without_a_reason_and_a_reason_without_a_difference_are_both_told() -> None:
    found = [("invoice", Difference("A.B", "missing here"))]
    reason = Explained("inv*", "A.B", "because")
    assert unexplained(found, [reason]) == ([], [])
    other = Explained("invoice", "A.C", "because")
    assert unexplained(found, [other]) == (["invoice: A.B: missing here"], [other])


def test_a_report_is_replayed_as_it_is() -> None:
    asked = {"method": "PUT", "path": "/api.xro/2.0/Contacts", "params": {}}
    kea = {"ContactID": "a0000000-0000-4000-8000-000000000001", "Name": "Kea"}
    answer = {"status": 200, "content_type": "application/json; charset=utf-8", "headers": {}}
    made = {
        "request": {**asked, "body": {"Contacts": [{"Name": "Kea"}]}},
        "response": answer,
        "body": {"Contacts": [kea]},
    }
    path = f"/api.xro/2.0/Contacts/{kea['ContactID']}"
    read = {
        "request": {"method": "GET", "path": path, "params": {}},
        "response": answer,
        "body": {"Contacts": [{**kea, "Name": "Moa"}]},
    }
    report = {"origin": "a test", "organisation": {"country": "AU", "currency": "AUD"}}
    session = report_of({**report, "exchanges": [made, read]}, "report")
    (_, _, first), (_, response, second) = Replay(session).run()
    assert response.status_code == 200, "the id that the first answer gave, in Xero and here"
    assert "Contacts[].Name: Moa, here Kea" in [str(each) for each in second]
    assert {each.what for each in first} == {"only here"}


def test_a_recording_that_lacks_something_says_what() -> None:
    with pytest.raises(KeyError, match="origin"):
        exchange_of({"request": {}, "response": {}}, "x")
