"""What may be one: by signs that are keys, shown in groups, and answered one by one."""

from __future__ import annotations

import pytest

from vtiger_xero.engine.errors import RecordRefused
from vtiger_xero.engine.links import Answer, Likeness, Link, LinkState, MatchAnswer, Possible
from vtiger_xero.engine.possible import pairs_to_answer, reason_and_remedy, require_possible
from vtiger_xero.engine.records import Module, Side
from vtiger_xero.engine.text import company_key, number_key, tax_number_key

MODULE = Module.ORGANIZATIONS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kea Ltd", "KEA Limited"),
        ("M\u00fcller GmbH & Co. KG", "Muller"),
        ("Smith & Sons", "Smith and Sons Inc."),
        ("The Kea Company", "Kea"),
        ("Stra\u00dfe 7", "Strasse-7"),
        ("A.B.C. Pty Ltd", "ABC"),
    ],
)
def test_a_legal_form_and_punctuation_do_not_tell_companies_apart(one: str, other: str) -> None:
    assert company_key(one) == company_key(other)


@pytest.mark.parametrize(("one", "other"), [("Kea", "Kia"), ("Ltd", "Inc"), ("Kea 1", "Kea 2")])
def test_other_letters_do(one: str, other: str) -> None:
    assert company_key(one) != company_key(other)


def test_numbers_are_alike_without_zeros_and_what_stands_before_them() -> None:
    assert number_key("INV-0007") == number_key("inv 7") == number_key("7") == "7"
    assert number_key("2026-0007") == number_key("2026/7") != number_key("7")
    assert number_key("A-7b") != number_key("A-7c")
    assert number_key("ABC") == ""
    assert tax_number_key("GB 123.456") == tax_number_key("123456")
    assert tax_number_key("AB12C") == "ab12c"


def link(name: str | None, xero_id: str | None, *keys: str) -> Link:
    possible = tuple(Possible(key, key, Likeness.NAME) for key in keys)
    return Link(MODULE, name, xero_id, LinkState.POSSIBLE, possible=possible)


def said(name: str, xero_id: str, answer: Answer) -> MatchAnswer:
    return MatchAnswer(MODULE, name, xero_id, answer)


LINKS = [
    link("A1", None, "x1"),
    link("A2", None, "x2"),
    link("A3", None, "x1", "x3"),
    link(None, "x1", "A1", "A3"),
]


def pairs(answers: tuple[MatchAnswer, ...] = ()) -> list[tuple[str, str]]:
    return [(name, xero_id) for name, xero_id, _ in pairs_to_answer(LINKS, answers)]


def test_each_pair_stands_once_and_a_group_together() -> None:
    assert pairs() == [("A1", "x1"), ("A3", "x1"), ("A3", "x3"), ("A2", "x2")]


def test_what_is_answered_waits_no_more() -> None:
    assert pairs((said("A3", "x1", Answer.TWO),)) == [("A1", "x1"), ("A2", "x2"), ("A3", "x3")]
    assert pairs((said("A3", "x1", Answer.ONE),)) == [("A2", "x2")]


def test_a_record_is_one_with_a_single_other() -> None:
    both = [said("A1", "x1", Answer.ONE), said("A3", "x1", Answer.ONE)]
    with pytest.raises(RecordRefused, match="two records of the other side"):
        require_possible([], both, LINKS)
    with pytest.raises(RecordRefused, match="no longer waits for an answer"):
        require_possible(both[:1], both[1:], LINKS)
    require_possible([], [both[0], said("A3", "x1", Answer.TWO)], LINKS)


def test_a_reason_names_the_others_a_line_for_each_likeness() -> None:
    possible = [
        Possible("x1", "Kea Ltd", Likeness.NAME),
        Possible("x2", "Kea Inc", Likeness.NAME),
        Possible("x3", "Moa", Likeness.EMAIL),
    ]
    reason, remedy = reason_and_remedy(Side.XERO, possible)
    assert reason.splitlines() == [
        "Xero has a contact that looks alike: \u201cKea Ltd\u201d, \u201cKea Inc\u201d.",
        "Xero has a contact with the same e-mail: \u201cMoa\u201d.",
    ]
    assert remedy.startswith("Answer under Possible Matches")


@pytest.mark.parametrize("likeness", Likeness)
@pytest.mark.parametrize("side", Side)
def test_each_likeness_has_its_sentence(side: Side, likeness: Likeness) -> None:
    reason, remedy = reason_and_remedy(side, [Possible("x", "Kea", likeness)])
    assert "Kea" in reason
    assert remedy
