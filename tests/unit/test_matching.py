"""Who belongs to whom: found by link, number and name, never by guessing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

from vtiger_xero.engine.candidates import Candidate, MatchInput
from vtiger_xero.engine.evidence import organization_details
from vtiger_xero.engine.links import Link, LinkState, XeroHead
from vtiger_xero.engine.lookups import empty_lookups
from vtiger_xero.engine.mapping.heads import Keys
from vtiger_xero.engine.matching import candidates
from vtiger_xero.engine.modules import head_of, spec_of
from vtiger_xero.engine.records import Head, Module, Side, XeroRecord
from vtiger_xero.engine.settings import Settings

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
BOTH = list(Side)
SPEC = spec_of(Module.ORGANIZATIONS)


def crm(name: str, title: str, number: str = "", email: str = "") -> Head:
    keys = {"organization_name": title, "organization_number": number, "primary_email": email}
    return Head(name, NOON, keys)


def xero(
    key: str, title: str, number: str = "", status: str = "ACTIVE", **more: object
) -> XeroHead:
    values = {"details": organization_details(title, "", ""), **more}
    return XeroHead(key, title, number, status, NOON, pending=False, **values)  # type: ignore[arg-type]


def link(name: str | None, key: str | None, **more: object) -> Link:
    values = {"state": LinkState.IN_SYNC, "crm_modified": NOON, **more}
    return Link(Module.ORGANIZATIONS, name, key, **values)  # type: ignore[arg-type]


def match_input(
    heads: Sequence[Head], known: Sequence[XeroHead], links: Sequence[Link]
) -> MatchInput:
    def keys(head: Head) -> Keys:
        return SPEC.keys(head, Settings(""), empty_lookups())

    return MatchInput(heads, known, links, keys, SPEC.rule)


def match(heads: list[Head], known: list[XeroHead], *links: Link) -> list[Candidate]:
    return candidates(match_input(heads, known, links), BOTH)


def pairs(found: list[Candidate]) -> list[tuple[str | None, str | None]]:
    return [(each.crm_name, each.xero_id) for each in found]


def test_a_linked_pair_that_nobody_changed_is_not_looked_at() -> None:
    assert match([crm("A1", "Kea")], [xero("x1", "Kea")], link("A1", "x1")) == []


def test_equal_names_meet_whatever_their_case_and_blanks() -> None:
    found = match([crm("A1", " kea  TRADING ")], [xero("x1", "Kea Trading")])
    assert pairs(found) == [("A1", "x1")]
    assert found[0].matched_by == "name"


def test_duplicates_in_the_crm_share_one_xero_contact() -> None:
    found = match([crm("A1", "Kea"), crm("A2", "KEA")], [xero("x1", "Kea")])
    assert pairs(found) == [("A1", "x1"), ("A2", "x1")]
    assert [each.duplicate_of for each in found] == [None, "A1"]


def test_of_several_duplicates_the_one_whose_number_xero_has_comes_first() -> None:
    heads = [crm("A1", "Kea", "ACC1"), crm("A2", "Kea", "ACC2")]
    found = match(heads, [xero("x1", "Kea", "ACC2")])
    assert {each.crm_name: each.duplicate_of for each in found} == {"A2": None, "A1": "A2"}


def test_duplicates_that_xero_does_not_know_wait_for_their_first() -> None:
    found = match([crm("A1", "Kea"), crm("A2", "Kea")], [])
    assert [(each.crm_name, each.xero_id, each.duplicate_of) for each in found] == [
        ("A1", None, None),
        ("A2", None, "A1"),
    ]


def test_a_duplicate_takes_over_when_its_first_is_gone() -> None:
    links = (link("A1", "x1"), link("A2", "x1", duplicate_of="A1"))
    found = match([crm("A2", "Kea")], [xero("x1", "Kea")], *links)
    assert {each.crm_name: each.duplicate_of for each in found}["A2"] is None


def test_a_deleted_first_does_not_take_its_duplicates_contact_along() -> None:
    links = (link("A1", "x1"), link("A2", "x1", duplicate_of="A1"))
    found = match([crm("A2", "Kea")], [xero("x1", "Kea")], *links)
    assert [(each.crm_name, each.duplicate_of) for each in found] == [("A1", "A2"), ("A2", None)]


def test_a_number_alone_proves_nothing() -> None:
    found = match([crm("A1", "Kea", "ACC1")], [xero("x1", "Moa", "ACC1")])
    assert sorted(pairs(found), key=str) == [("A1", None), (None, "x1")]


def test_a_number_and_one_more_detail_are_proof() -> None:
    heads = [crm("A1", "Kea renamed", "ACC1", "a@example.com")]
    found = match(heads, [xero("x1", "Kea", "ACC1", marks=("a@example.com",))])
    assert pairs(found) == [("A1", "x1")]
    assert found[0].matched_by == "number"


def test_names_that_merely_look_alike_are_shown_and_neither_is_copied() -> None:
    found = match([crm("A1", "Café Noir")], [xero("x1", "Cafe-Noir")])
    assert pairs(found) == [("A1", None), (None, "x1")]
    assert all(each.possible for each in found)
    assert found[0].possible[0].title == "Cafe-Noir"


def test_an_archived_contact_is_not_imported() -> None:
    assert match([], [xero("x1", "Kea", status="ARCHIVED")]) == []


def test_an_active_contact_is_preferred_to_an_archived_one_of_the_same_name() -> None:
    known = [xero("x1", "Kea", status="ARCHIVED"), xero("x2", "Kea")]
    assert pairs(match([crm("A1", "Kea")], known)) == [("A1", "x2")]


def test_a_merged_contact_leads_to_the_one_it_was_merged_into() -> None:
    known = [
        xero("x1", "Kea", status="ARCHIVED", merged_into="x2"),
        xero("x2", "Kea Group"),
    ]
    assert pairs(match([crm("A1", "Kea")], known, link("A1", "x1"))) == [("A1", "x2")]


def test_merging_two_linked_contacts_makes_their_organizations_duplicates() -> None:
    known = [xero("x1", "Kea", status="ARCHIVED", merged_into="x2"), xero("x2", "Moa")]
    heads = [crm("A1", "Kea"), crm("A2", "Moa")]
    found = match(heads, known, link("A2", "x2"), link("A1", "x1"))
    assert [(each.crm_name, each.xero_id, each.duplicate_of) for each in found] == [
        ("A1", "x2", "A2")
    ]


def test_what_was_deleted_in_the_crm_is_not_imported_again() -> None:
    gone = link("A1", "x1", state=LinkState.GONE)
    assert match([], [xero("x1", "Kea")], gone) == []


def test_a_deleted_organization_is_noticed() -> None:
    assert pairs(match([], [xero("x1", "Kea")], link("A1", "x1"))) == [("A1", "x1")]


def test_an_organization_that_comes_back_is_looked_at_again() -> None:
    gone = link("A1", "x1", state=LinkState.GONE)
    assert pairs(match([crm("A1", "Kea")], [xero("x1", "Kea")], gone)) == [("A1", "x1")]


def test_the_direction_says_who_may_be_created() -> None:
    world = match_input([crm("A1", "Kea")], [xero("x1", "Moa")], [])
    assert pairs(candidates(world, [Side.CRM])) == [(None, "x1")]
    assert pairs(candidates(world, [Side.XERO])) == [("A1", None)]


def test_an_invoice_that_was_sent_is_known_by_its_total_also_beside_a_discount() -> None:
    """A request has no LineAmount there, and a lost answer is found by what the lines come to."""
    line = {"Quantity": 1, "UnitAmount": 100, "DiscountRate": 10, "TaxAmount": "13.50"}
    sent = {"Contact": {"ContactID": "c"}, "CurrencyCode": "NZD", "LineItems": [line]}
    request, answer = (
        head_of(XeroRecord(Module.INVOICES, "", NOON, each), pending=False)
        for each in (sent, {**sent, "Total": "103.50"})
    )
    assert request.marks == answer.marks
