"""The probe harms nobody: only Demo Companies, nothing left behind, no names and no secrets."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.probe.support import DEMO, NO_DEMO, Place, a_place, only
from vtiger_xero.engine.errors import ConfigurationError, RetryLater
from vtiger_xero.probe import JSON, PROBES, TEXT, Probe, Verdict
from vtiger_xero.probe.scrubbing import MARK, Scrubber
from xero_simulator import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Fault, make_sample

# -- whose organisation ----------------------------------------------------------------------


def test_an_organisation_that_is_no_demo_company_is_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    with a_place(tmp_path, organisation=NO_DEMO) as place:
        with pytest.raises(ConfigurationError, match="Demo Company"):
            place.probe()
        calls = place.desk.api_calls()
    assert [(call.method, call.path) for call in calls] == [("GET", "/api.xro/2.0/Organisation")]
    assert "Tui" not in (tmp_path / "state.jsonl").read_text()


@pytest.mark.parametrize("says", [None, "true", 1, False])
def test_nothing_but_a_plain_true_makes_it_a_demo_company(place: Place, says: object) -> None:
    books = place.desk.organisation
    profile = {**books.books.profile, "IsDemoCompany": says}
    books._change_books(profile={k: v for k, v in profile.items() if v is not None})
    with pytest.raises(ConfigurationError):
        place.probe()
    assert place.desk.api_calls("PUT") == place.desk.api_calls("POST") == []


# -- killed ----------------------------------------------------------------------------------


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.id)
def test_what_a_probe_leaves_that_is_killed_at_any_call_the_next_one_takes_away(
    tmp_path: Path, probe: Probe
) -> None:
    with a_place(tmp_path) as place:
        number = 1
        while place.killed_at(number, [probe]):
            place.probe([])
            assert place.left() == [], f"killed at call {number}"
            number += 1
        assert number > 10
        assert place.left() == []


def test_a_probe_that_was_killed_before_its_call_went_out_is_taken_up_again(place: Place) -> None:
    for number in (1, 5, 12):
        assert place.killed_at(number, only("L1", "P2"), is_sent=False)
    report = place.probe(only("L1", "P2"))
    assert report.ids(Verdict.CONFIRMED) == ["L1", "P2"]
    assert place.left() == []


def test_a_killed_probe_is_resumed_and_its_calls_count(place: Place) -> None:
    assert place.killed_at(80, PROBES)
    done = [line for line in place.said if " confirmed: " in line]
    place.said.clear()
    report = place.probe()
    again = [line for line in place.said if " confirmed: " in line]
    assert len(done) > 10
    assert not {line[:4] for line in done} & {line[:4] for line in again}
    assert [row["id"] for row in report.rows] == [probe.id for probe in PROBES]
    assert report.calls == len(place.desk.api_calls())
    assert f"{80} were made before" in place.said[0]


def test_a_probe_after_one_that_came_to_its_end_begins_anew(place: Place) -> None:
    first = place.probe(only("L1"))
    assert place.probe(only("L1")).calls == first.calls


def test_a_torn_line_of_the_state_costs_that_line_alone(place: Place) -> None:
    place.killed_at(60, PROBES)
    state = place.folder / "state.jsonl"
    state.write_text(state.read_text() + '\n{"row": {"id": "L1", "verd')
    place.said.clear()
    place.probe()
    assert "60 were made before" in place.said[0]


# -- faults ----------------------------------------------------------------------------------


def test_an_outage_is_no_refusal(place: Place) -> None:
    """L2 expects to be refused; an answer that is not Xero's own says nothing about it."""
    place.desk.simulator.faults.add(Fault.unavailable(containing="-L2-"))
    report = place.probe(only("L2"))
    assert report.ids(Verdict.COULD_NOT_TELL) == ["L2"]
    assert place.left() == []


def test_a_connection_that_breaks_stops_it_and_the_next_one_goes_on(place: Place) -> None:
    place.desk.simulator.faults.add(Fault.dropped_after_commit(containing="-L2-"))
    with pytest.raises(RetryLater):
        place.probe(only("L1", "L2"))
    report = place.probe(only("L1", "L2"))
    assert report.ids(Verdict.CONFIRMED) == ["L1", "L2"]
    assert place.left() == []


def test_where_a_usual_invoice_is_refused_nothing_is_judged(place: Place) -> None:
    place.desk.simulator.faults.add(Fault.batch_refused(containing="-USUAL-"))
    with pytest.raises(RetryLater, match="stopped before"):
        place.probe()


# -- what the report tells -------------------------------------------------------------------

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def test_neither_report_nor_state_has_names_or_secrets(place: Place) -> None:
    books, desk = place.desk.organisation, place.desk
    make_sample(40, 3, products=10, invoices=10, payments=5).load_into(books)
    place.probe()
    texts = [(place.folder / name).read_text() for name in (JSON, TEXT, "state.jsonl")]
    tokens = desk.tokens.load()
    hidden = [
        DEMO.name, desk.tenant, tokens.access_token, tokens.refresh_token, DEMO_CLIENT_SECRET,
        DEMO_CLIENT_ID, books.books.profile["ShortCode"], books.books.profile["OrganisationID"],
        "Bearer", "Business Bank Account",
    ]  # fmt: skip
    mine = [c for c in books.contacts.in_order() if c.name.startswith(MARK)]
    others = [c for c in books.contacts.in_order() if not c.name.startswith(MARK)]
    hidden += [contact.name for contact in others]
    hidden += [item.code for item in books.items.in_order()]
    hidden += [contact.contact_id for contact in mine]
    assert others
    for text in texts:
        assert [each for each in hidden if each in text] == []
        assert [mail for mail in re.findall(r"[\w.]+@[\w.]+", text) if "example" not in mail] == []


def test_the_report_has_every_exchange_in_the_form_of_recorded_answers(place: Place) -> None:
    report = place.probe(only("L1", "T10"))
    content = json.loads((place.folder / JSON).read_text())
    assert content["organisation"] == {"country": "NZ", "currency": "NZD"}
    assert re.fullmatch(r"vtiger_xero probe \S+, \d{4}-\d\d-\d\d, simulator \(NZ\)", report.origin)
    for exchange in content["exchanges"]:
        assert exchange["origin"] == report.origin
        assert exchange["request"]["path"].startswith("/api.xro/2.0/")
        assert {"method", "path", "params"} <= exchange["request"].keys()
        assert {"status", "content_type", "headers"} == exchange["response"].keys()
        assert "body" in exchange
    # Three calls look whether an earlier probe left something: no part of this one's report.
    assert len(content["exchanges"]) == report.calls - 3
    rows = [exchange["assumptions"] for exchange in content["exchanges"]]
    assert ["L1"] in rows and ["T10"] in rows


def test_what_was_sent_and_answered_keeps_its_digits(place: Place) -> None:
    place.probe(only("L11"))
    text = (place.folder / JSON).read_text()
    assert '"Quantity": 1.23456' in text
    assert '"UnitAmount": 10.00' in text


def test_one_record_has_one_other_id_in_all_exchanges(place: Place) -> None:
    place.probe(only("L1"))
    exchanges = json.loads((place.folder / JSON).read_text())["exchanges"]
    made, read = [each for each in exchanges if each["assumptions"] == ["L1"]]
    (found,) = made["body"]["Invoices"]
    assert _GUID.fullmatch(found["InvoiceID"])
    assert read["request"]["path"].endswith(found["InvoiceID"])
    assert read["body"]["Invoices"][0]["InvoiceID"] == found["InvoiceID"]


def test_the_organisations_own_texts_go_wherever_they_stand() -> None:
    scrubber = Scrubber("salt")
    address = {"AddressType": "STREET", "City": "Oamaru"}
    scrubber.learn({"Name": "Kea Ltd", "Addresses": [address], "CountryCode": "NZ"})
    exchange = {
        "request": {"method": "POST"},
        "body": {
            "Invoices": [
                {"Reference": "from Kea Ltd", "InvoiceAddresses": [address]},
                {"Reference": "mail ann@kea.nz, probe@example.com"},
            ]
        },
    }
    found = scrubber.exchange(exchange)["body"]["Invoices"]
    assert found[0]["Reference"] == "from Name-scrubbed"
    assert found[0]["InvoiceAddresses"][0] == {"AddressType": "STREET", "City": "City-scrubbed"}
    assert found[1]["Reference"] == "mail EmailAddress-scrubbed, probe@example.com"
