"""Who is kept out of the sync keeps what is theirs, and is never the first of twins."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.unit.test_matching import NOON, crm, link, match, pairs, xero
from vtiger_xero.engine.candidates import Candidate
from vtiger_xero.engine.links import LinkState
from vtiger_xero.engine.records import Head

KEA = xero("x1", "Kea")


def kept_out(name: str, title: str = "Kea", **more: str) -> Head:
    head = crm(name, title, **more)
    return replace(head, keys={**head.keys, "do_not_sync": "1"})


def firsts(found: list[Candidate]) -> dict[str | None, str | None]:
    return {each.crm_name: each.duplicate_of for each in found}


def test_a_match_is_found_so_that_xeros_document_is_not_copied() -> None:
    assert pairs(match([kept_out("A1")], [KEA])) == [("A1", "x1")]


def test_once_it_is_known_there_is_nothing_to_look_at() -> None:
    known = link("A1", "x1", state=LinkState.EXCLUDED)
    assert match([kept_out("A1")], [KEA], known) == []
    alone = link("A1", None, state=LinkState.EXCLUDED)
    assert match([kept_out("A1")], [], alone) == []


def test_xeros_news_of_it_are_looked_at_once() -> None:
    news = replace(KEA, pending=True)
    found = match([kept_out("A1")], [news], link("A1", "x1", state=LinkState.EXCLUDED))
    assert pairs(found) == [("A1", "x1")]


def test_a_box_that_was_ticked_or_taken_back_is_seen_whatever_the_version() -> None:
    for head, state in (
        (kept_out("A1"), LinkState.IN_SYNC),
        (kept_out("A1"), LinkState.GONE),
        (crm("A1", "Kea"), LinkState.EXCLUDED),
    ):
        assert pairs(match([head], [KEA], link("A1", "x1", state=state))) == [("A1", "x1")]


def test_a_new_version_of_it_is_looked_at() -> None:
    older = link("A1", "x1", state=LinkState.EXCLUDED, crm_modified=NOON - timedelta(days=1))
    assert pairs(match([kept_out("A1")], [KEA], older)) == [("A1", "x1")]
    alone = replace(older, xero_id=None)
    assert pairs(match([kept_out("A1")], [], alone)) == [("A1", None)]


# Twins


def test_of_new_twins_the_first_that_syncs_comes_first() -> None:
    heads = [kept_out("A1"), crm("A2", "Kea"), crm("A3", "Kea")]
    assert firsts(match(heads, [KEA])) == {"A1": "A2", "A2": None, "A3": "A2"}
    assert firsts(match(heads, [])) == {"A1": "A2", "A2": None, "A3": "A2"}


def test_not_even_the_one_whose_number_xero_has() -> None:
    heads = [kept_out("A1", number="ACC1"), crm("A2", "Kea", "ACC2")]
    found = match(heads, [xero("x1", "Kea", "ACC1")])
    assert firsts(found) == {"A1": "A2", "A2": None}


def test_where_all_are_kept_out_the_oldest_comes_first() -> None:
    heads = [kept_out("A1"), kept_out("A2")]
    assert firsts(match(heads, [KEA])) == {"A1": None, "A2": "A1"}


def test_a_first_that_is_kept_out_by_now_gives_its_document_to_its_twin_and_leaves_it_before() -> (
    None
):
    links = (link("A1", "x1"), link("A2", "x1", duplicate_of="A1", matched_by="name"))
    found = match([kept_out("A1"), crm("A2", "Kea")], [KEA], *links)
    assert [(each.crm_name, each.duplicate_of) for each in found] == [("A1", "A2"), ("A2", None)]
    assert found[0].matched_by == "name"


def test_it_leaves_the_document_before_the_twin_takes_it_whoever_was_linked_first() -> None:
    links = (link("A2", "x1", duplicate_of="A1", matched_by="name"), link("A1", "x1"))
    found = match([kept_out("A1"), crm("A2", "Kea")], [KEA], *links)
    assert [each.crm_name for each in found] == ["A1", "A2"]


def test_what_is_alone_and_kept_out_becomes_the_twin_of_one_that_syncs() -> None:
    alone = link("A1", None, state=LinkState.EXCLUDED)
    assert firsts(match([kept_out("A1"), crm("A2", "Kea")], [], alone)) == {"A1": "A2", "A2": None}
    twin = replace(alone, duplicate_of="A2")
    assert firsts(match([kept_out("A1"), crm("A2", "Kea")], [], twin)) == {"A2": None}


def test_it_gives_it_to_a_twin_that_is_new_too() -> None:
    known = link("A1", "x1", state=LinkState.EXCLUDED)
    found = match([kept_out("A1"), crm("A2", "Kea")], [KEA], known)
    assert [(each.crm_name, each.duplicate_of) for each in found] == [("A1", "A2"), ("A2", None)]


def test_a_twin_that_knew_the_document_before_takes_it_rather_than_a_new_one() -> None:
    links = (link("A1", "x1"), link("A3", "x1", duplicate_of="A1", matched_by="name"))
    found = match([kept_out("A1"), crm("A2", "Kea"), crm("A3", "Kea")], [KEA], *links)
    assert firsts(found) == {"A1": "A3", "A2": "A3", "A3": None}


def test_a_twin_that_is_kept_out_too_gets_nothing() -> None:
    links = (
        link("A1", "x1", state=LinkState.EXCLUDED),
        link("A2", "x1", duplicate_of="A1", matched_by="name", state=LinkState.EXCLUDED),
    )
    assert match([kept_out("A1"), kept_out("A2")], [KEA], *links) == []


def test_where_the_first_is_gone_the_twin_that_syncs_takes_over() -> None:
    links = (
        link("A1", "x1"),
        link("A2", "x1", duplicate_of="A1", matched_by="name", state=LinkState.EXCLUDED),
        link("A3", "x1", duplicate_of="A1", matched_by="name"),
    )
    found = match([kept_out("A2"), crm("A3", "Kea")], [KEA], *links)
    assert firsts(found) == {"A1": "A3", "A2": "A3", "A3": None}


def test_an_interrupted_handing_over_is_brought_to_its_end() -> None:
    """Both say that the other one is the first: the run was stopped in between."""
    links = (
        link("A1", "x1", duplicate_of="A2", matched_by="name", state=LinkState.EXCLUDED),
        link("A2", "x1", duplicate_of="A1", matched_by="name"),
    )
    found = match([kept_out("A1"), crm("A2", "Kea")], [KEA], *links)
    assert firsts(found) == {"A2": None}


def test_of_another_name_it_keeps_its_document() -> None:
    merged = replace(KEA, status="ARCHIVED", merged_into="x2")
    links = (link("A1", "x1"), link("A2", "x2", state=LinkState.EXCLUDED))
    heads = [crm("A1", "Kea"), kept_out("A2", "Moa")]
    found = match(heads, [merged, xero("x2", "Moa")], *links)
    assert firsts(found) == {"A1": "A2"}
    shared = (link("A1", "x2", duplicate_of="A2", matched_by="merged in Xero"), links[1])
    assert match(heads, [merged, xero("x2", "Moa")], *shared) == []


def test_a_new_name_makes_it_no_stranger_while_it_is_kept_out() -> None:
    links = (
        link("A1", "x1"),
        link("A2", "x1", duplicate_of="A1", matched_by="name", state=LinkState.EXCLUDED),
    )
    heads = [crm("A1", "Kea"), kept_out("A2", "Weka")]
    assert match(heads, [KEA], *links) == []
    let_in = replace(crm("A2", "Weka"), modified=NOON + timedelta(minutes=1))  # the box, too
    assert firsts(match([crm("A1", "Kea"), let_in], [KEA], *links)) == {"A2": None}


def test_what_looks_alike_is_still_held_back_in_xero() -> None:
    found = match([kept_out("A1", "K\u00e9a Ltd.")], [xero("x1", "Kea Ltd")])
    assert [(each.crm_name, bool(each.possible)) for each in found] == [("A1", True), (None, True)]
    known = link("A1", None, state=LinkState.EXCLUDED)
    found = match([kept_out("A1", "K\u00e9a Ltd.")], [xero("x1", "Kea Ltd")], known)
    assert [(each.crm_name, bool(each.possible)) for each in found] == [(None, True)]
