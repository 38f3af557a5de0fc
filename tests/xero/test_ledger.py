"""The ledger against the simulator: reading, writing, and what it costs."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.xero.support import (
    ORGANIZATIONS,
    Desk,
    batch,
    contacts,
    desk_at,
    read_all,
)
from vtiger_xero.engine.errors import BatchRefused, RetryLater
from vtiger_xero.engine.modules import spec_of
from vtiger_xero.engine.outbox import Batch, Method
from vtiger_xero.engine.ports import Ledger
from vtiger_xero.engine.records import Module
from vtiger_xero.xero import ledger as ledger_module
from vtiger_xero.xero import paging
from vtiger_xero.xero.endpoints import ENDPOINTS
from xero_simulator import Fault, Simulator
from xero_simulator.readings import Readings

ARCHIVED = "ARCHIVED"


def load(desk: Desk, count: int, at: datetime | None = None, spread: bool = True) -> None:
    """Contacts in Xero, a second apart or all in one."""
    first = at or datetime.fromisoformat("2026-01-05T08:00:00+00:00")
    rows = [
        {
            "Name": f"Loaded {number:05}",
            "UpdatedDateUTC": (first + timedelta(seconds=number if spread else 0)).isoformat(),
        }
        for number in range(count)
    ]
    desk.organisation.load_contacts(rows)


# -- reading ---------------------------------------------------------------------------------


def test_the_ledger_is_the_engines_port(desk: Desk) -> None:
    ledger: Ledger = desk.ledger()
    assert ledger.calls == 0


def test_an_idle_look_costs_exactly_one_call(desk: Desk) -> None:
    load(desk, 20)
    first = list(desk.ledger().changed_since(ORGANIZATIONS, None))
    desk.simulator.reset_calls()
    again = desk.ledger()
    pages = list(again.changed_since(ORGANIZATIONS, first[-1].watermark))
    assert again.calls == 1 == len(desk.api_calls())
    assert [each.document for page in pages for each in page.records] == [
        each.document for each in first[-1].records[-len(pages[0].records) :]
    ]  # the last second is told again; the journal finds nothing new in it


def test_an_empty_organisation_is_one_call_and_no_page(desk: Desk) -> None:
    ledger = desk.ledger()
    assert list(ledger.changed_since(ORGANIZATIONS, None)) == []
    assert ledger.calls == 1


@pytest.mark.parametrize(("count", "calls"), [(0, 0), (1, 1), (40, 1), (41, 2)])
def test_contacts_are_read_by_their_ids_forty_at_a_time(desk: Desk, count: int, calls: int) -> None:
    load(desk, 50)
    ids = [each.contact_id for each in desk.organisation.contacts.values()][:count]
    ledger = desk.ledger()
    found = ledger.read_by_ids(ORGANIZATIONS, ids)
    assert sorted(record.id for record in found) == sorted(ids)
    assert ledger.calls == calls == len(desk.api_calls())
    assert all(len(call.path + call.query) < 1_900 for call in desk.api_calls())


def test_by_its_id_a_contact_comes_whole_and_archived_ones_too(desk: Desk) -> None:
    person = {"FirstName": "Ann", "EmailAddress": "ann@example.com"}
    made = desk.organisation.add_contact_in_xero(Name="Kea Ltd", ContactPersons=[person])
    desk.organisation.archive_contact(made.contact_id)
    unknown = "0b1c6e5e-0000-4000-8000-000000000001"
    (record,) = desk.ledger().read_by_ids(ORGANIZATIONS, [made.contact_id, unknown])
    assert record.document["ContactPersons"][0]["FirstName"] == "Ann"
    assert record.document["ContactStatus"] == ARCHIVED


@pytest.mark.parametrize("leaves_out", [True, False])
def test_ids_that_xero_does_not_know_cost_no_other_record(desk: Desk, leaves_out: bool) -> None:
    desk.organisation.readings = replace(Readings(), leaves_out_unknown_ids=leaves_out)
    load(desk, 30)
    known = [each.contact_id for each in desk.organisation.contacts.values()]
    unknown = [f"0b1c6e5e-0000-4000-8000-00000000000{n}" for n in range(3)]
    ids = [*known[:7], unknown[0], *known[7:], *unknown[1:]]
    found = desk.ledger().read_by_ids(ORGANIZATIONS, ids)
    assert [each.id for each in found] == known
    assert desk.ledger().read_by_ids(ORGANIZATIONS, unknown) == []


@pytest.mark.parametrize("module", [Module.PRODUCTS, Module.PAYMENTS])
def test_items_and_payments_have_no_list_of_ids(desk: Desk, module: Module) -> None:
    with pytest.raises(ValueError, match="by a list of ids"):
        desk.ledger().read_by_ids(module, ["0b1c6e5e-0000-4000-8000-000000000001"])


@pytest.mark.parametrize(("count", "calls"), [(999, 1), (1000, 1), (1001, 2)])
def test_a_thousand_contacts_cost_one_call(desk: Desk, count: int, calls: int) -> None:
    load(desk, count)
    ledger = desk.ledger()
    assert len(read_all(ledger)) == count
    assert ledger.calls == calls


def test_an_answer_that_tells_no_page_count_is_read_to_the_end(desk: Desk) -> None:
    load(desk, 1000)
    desk.simulator.faults.add(
        Fault.altered(lambda payload: {**payload, "pagination": None}, path="/Contacts", times=None)
    )
    ledger = desk.ledger()
    assert len(read_all(ledger)) == 1000
    assert ledger.calls == 2


def test_archived_contacts_are_read_too(desk: Desk) -> None:
    contact = desk.organisation.add_contact_in_xero(Name="Old Friend")
    desk.organisation.archive_contact(contact.contact_id)
    (record,) = read_all(desk.ledger())
    assert record.document["ContactStatus"] == ARCHIVED


def test_pages_reach_to_the_newest_change_they_hold(desk: Desk) -> None:
    load(desk, 2500)
    pages = list(desk.ledger().changed_since(ORGANIZATIONS, None))
    assert len(desk.api_calls()) == 3
    assert [page.watermark for page in pages] == sorted(page.watermark for page in pages)
    for page in pages:
        assert page.watermark == max(record.updated for record in page.records)
    # Page numbers are for crowded seconds: here each request begins where the last one ended.
    assert all("page=1&" in call.query for call in desk.api_calls())
    assert all("order=UpdatedDateUTC" in call.query for call in desk.api_calls())
    versions = [(each.id, each.updated) for page in pages for each in page.records]
    assert len(versions) == len(set(versions)) == 2500


@pytest.mark.parametrize("changed", [0, 500, 999, 1000])
def test_no_row_is_lost_though_another_changes_between_two_pages(desk: Desk, changed: int) -> None:
    load(desk, 2400)
    everyone = {contact.contact_id for contact in desk.organisation.contacts.in_order()}
    moving = list(desk.organisation.contacts.in_order())[changed].contact_id
    desk.simulator.faults.add(
        Fault.meanwhile(
            lambda: desk.organisation.edit_contact(moving, FirstName="Moved"),
            path="/Contacts",
            method="GET",
        )
    )
    records = read_all(desk.ledger())
    assert {record.id for record in records} == everyone
    newest = [record for record in records if record.id == moving][-1]
    assert newest.document["FirstName"] == "Moved"


def test_more_rows_in_one_second_than_fit_on_a_page_are_all_read(desk: Desk) -> None:
    load(desk, 2300, spread=False)
    load(desk, 10, at=datetime.fromisoformat("2026-02-05T08:00:00+00:00"))
    ledger = desk.ledger()
    assert len({record.id for record in read_all(ledger)}) == 2310
    assert ledger.calls <= 5


@pytest.mark.parametrize("changed", [1, 60, 150])
def test_no_row_of_a_crowded_second_is_lost_though_others_change(desk: Desk, changed: int) -> None:
    load(desk, 2300, spread=False)
    rows = [contact.contact_id for contact in desk.organisation.contacts.in_order()]

    def change() -> None:
        for contact_id in rows[:changed]:
            desk.organisation.edit_contact(contact_id, FirstName="Moved")

    desk.simulator.faults.add(
        Fault.meanwhile(change, skip=1, path="/Contacts", method="GET")
    )  # between two numbered pages
    records = read_all(desk.ledger())
    assert {record.id for record in records} == set(rows)
    moved = {record.id for record in records if record.document.get("FirstName") == "Moved"}
    assert moved == set(rows[:changed])


def test_a_change_in_the_second_of_the_watermark_is_not_overlooked(desk: Desk) -> None:
    desk.simulator.clock.freeze()
    desk.organisation.add_contact_in_xero(Name="First")
    page = next(desk.ledger().changed_since(ORGANIZATIONS, None))
    desk.organisation.add_contact_in_xero(Name="Second, in the same moment")
    names = [each.document["Name"] for each in read_all(desk.ledger(), page.watermark)]
    assert "Second, in the same moment" in names


def test_the_header_never_names_a_fraction_of_a_second() -> None:
    moment = datetime.fromisoformat("2026-09-14T09:30:00.900000+00:00")
    assert paging.header(moment) == "2026-09-14T09:29:59"


# -- writing ---------------------------------------------------------------------------------


def test_fifty_contacts_are_created_in_one_call_and_matched_by_key(desk: Desk) -> None:
    ledger = desk.ledger()
    sent = batch(desk, *contacts(50))
    desk.simulator.faults.add(
        Fault.altered(
            lambda payload: {**payload, "Contacts": payload["Contacts"][::-1]}, method="PUT"
        )
    )
    outcomes = {outcome.key: outcome for outcome in ledger.send(sent)}
    assert ledger.calls == 1
    for item in sent.items:
        record = outcomes[item.key].record
        assert record is not None
        assert record.document["Name"] == item.document["Name"]
    (call,) = desk.api_calls("PUT")
    assert call.idempotency_key == sent.idempotency_key
    assert "summarizeErrors=False" in call.query


def test_an_update_goes_by_post_and_answers_to_its_id(desk: Desk) -> None:
    held = desk.organisation.add_contact_in_xero(Name="Before")
    sent = batch(desk, {"ContactID": held.contact_id, "Name": "After"}, method=Method.UPDATE)
    (outcome,) = desk.ledger().send(sent)
    assert outcome.key == held.contact_id
    assert outcome.record is not None
    assert outcome.record.document["Name"] == "After"
    assert len(desk.api_calls("POST")) == 1


def test_one_bad_record_costs_one_record(desk: Desk) -> None:
    desk.organisation.add_contact_in_xero(Name="Taken")
    sent = batch(desk, {"Name": "Fine"}, {"Name": "Taken"}, {"Name": "Fine too"})
    outcomes = {outcome.key: outcome for outcome in desk.ledger().send(sent)}
    assert outcomes["name:fine"].record
    assert outcomes["name:fine too"].record
    refused = outcomes["name:taken"]
    assert refused.record is None
    assert "already has an active contact named Taken" in refused.refusal
    assert refused.remedy


def test_an_archived_contact_is_refused_with_the_remedy_to_restore_it(desk: Desk) -> None:
    held = desk.organisation.add_contact_in_xero(Name="Asleep")
    desk.organisation.archive_contact(held.contact_id)
    document = {"ContactID": held.contact_id, "Name": "Awake"}
    (outcome,) = desk.ledger().send(batch(desk, document, method=Method.UPDATE))
    assert outcome.record is None
    assert "Restore the contact in Xero" in outcome.remedy


def test_an_unknown_id_refuses_the_whole_batch(desk: Desk) -> None:
    held = desk.organisation.add_contact_in_xero(Name="Known")
    unknown = "5f0ee000-0000-4000-8000-00000000beef"
    both = [
        {"ContactID": held.contact_id, "FirstName": "A"},
        {"ContactID": unknown, "FirstName": "B"},
    ]
    with pytest.raises(BatchRefused):
        desk.ledger().send(batch(desk, *both, method=Method.UPDATE))
    (outcome,) = desk.ledger().send(batch(desk, both[1], method=Method.UPDATE))
    assert outcome.key == unknown
    assert "This record is not in Xero" in outcome.refusal


def test_a_batch_refused_whole_can_be_split_until_the_culprit_is_alone(desk: Desk) -> None:
    desk.simulator.faults.add(
        Fault.batch_refused("Poison was found", containing="0003", times=None)
    )
    ledger = desk.ledger()
    waiting: list[Batch] = [batch(desk, *contacts(4))]
    saved, refused = 0, []
    while waiting:
        each = waiting.pop()
        try:
            outcomes = ledger.send(each)
        except BatchRefused:
            waiting.extend(each.halves(desk.tenant, desk.clock.now()))
            continue
        saved += sum(outcome.record is not None for outcome in outcomes)
        refused += [outcome for outcome in outcomes if outcome.refusal]
    assert saved == 3
    assert [outcome.refusal for outcome in refused] == ["Poison was found"]


def test_a_body_over_the_limit_is_refused_before_it_is_sent(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_module, "LARGEST_BODY", 1_000)
    ledger = desk.ledger()
    with pytest.raises(BatchRefused, match="larger than Xero takes"):
        ledger.send(batch(desk, *contacts(50)))
    (outcome,) = ledger.send(batch(desk, {"Name": "x" * 2_000}))
    assert outcome.refusal
    assert ledger.calls == 0


def test_an_answer_that_leaves_out_a_record_leaves_the_batch_open(desk: Desk) -> None:
    desk.simulator.faults.add(
        Fault.altered(
            lambda payload: {**payload, "Contacts": payload["Contacts"][1:]}, method="PUT"
        )
    )
    with pytest.raises(RetryLater, match="did not include all records"):
        desk.ledger().send(batch(desk, *contacts(3)))


def test_a_warning_is_told_of_a_record_that_was_saved(desk: Desk) -> None:
    def warned(payload: dict[str, Any]) -> dict[str, Any]:
        (contact,) = payload["Contacts"]
        said = {"StatusAttributeString": "WARNING", "Warnings": [{"Message": "Mind the gap"}]}
        return {**payload, "Contacts": [{**contact, **said}]}

    desk.simulator.faults.add(Fault.altered(warned, method="PUT"))
    (outcome,) = desk.ledger().send(batch(desk, {"Name": "Cautious"}))
    assert outcome.record is not None
    assert outcome.warnings == ("Mind the gap",)


def test_the_same_batch_out_of_a_database_is_the_same_request(desk: Desk) -> None:
    ledger = desk.ledger()
    document = {"Name": "Kept", "ContactNumber": "K1", "Phones": [{"PhoneType": "DEFAULT"}]}
    sent = batch(desk, document)
    ledger.send(sent)
    reordered = json.loads(json.dumps(document, sort_keys=True))
    (outcome,) = ledger.send(
        batch(desk, dict(reversed(reordered.items())), key=sent.idempotency_key)
    )
    assert outcome.record is not None
    assert desk.names() == ["Kept"]


def test_a_key_that_was_used_for_something_else_leaves_the_batch_open(desk: Desk) -> None:
    ledger = desk.ledger()
    sent = batch(desk, {"Name": "One"})
    ledger.send(sent)
    with pytest.raises(RetryLater) as raised:
        ledger.send(batch(desk, {"Name": "Two"}, key=sent.idempotency_key))
    assert raised.value.after > timedelta(minutes=6)


def test_every_row_of_the_endpoint_table_names_methods_of_the_sdk() -> None:
    from xero_python.accounting import AccountingApi

    for endpoint in ENDPOINTS.values():
        removal = endpoint.removal.operation if endpoint.removal else ""
        for operation in (endpoint.read, endpoint.create, endpoint.update, removal):
            assert not operation or callable(getattr(AccountingApi, operation))


def test_every_module_has_its_row_and_every_row_takes_away_what_its_kind_says() -> None:
    assert set(ENDPOINTS) == set(Module)
    for module, endpoint in ENDPOINTS.items():
        assert (endpoint.removal is not None) == spec_of(module).xero.removes_singly


def test_money_is_exact_both_ways(desk: Desk) -> None:
    desk.organisation.add_contact_in_xero(Name="Discounted", Discount=Decimal("12.3400"))
    (record,) = read_all(desk.ledger())
    assert record.document["Discount"] == Decimal("12.34")
    assert isinstance(record.document["Discount"], Decimal)


def test_two_organisations_are_read_apart(simulator: Simulator) -> None:
    first, second = list(simulator.organisations)
    one, two = desk_at(simulator, first), desk_at(simulator, second, "OTHER", "other-secret")
    one.organisation.add_contact_in_xero(Name="Kiwi")
    two.organisation.add_contact_in_xero(Name="Wombat")
    assert [each.document["Name"] for each in read_all(one.ledger())] == ["Kiwi"]
    assert [each.document["Name"] for each in read_all(two.ledger())] == ["Wombat"]
