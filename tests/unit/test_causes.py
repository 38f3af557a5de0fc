"""Skips of one cause stand together, whatever each record has of its own."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import strings
from tests.sync.conftest import World
from vtiger_xero.engine.causes import group_by_cause, split_reasons
from vtiger_xero.engine.conditions.base import join_findings
from vtiger_xero.engine.links import Link
from vtiger_xero.engine.messages import Message, _lt, cause_of, label, sentences
from vtiger_xero.engine.records import Module
from vtiger_xero.xero.refusals import refusal

PLACE = re.compile(r"\{(\w+)\}")
TEMPLATES = sorted(text for text in strings.sentences() if PLACE.search(text))
texts = st.text(st.characters(exclude_categories=["Cs"]))


def said(data: st.DataObject, template: str) -> Message:
    return Message(template, {place: data.draw(texts) for place in PLACE.findall(template)})


def test_there_are_sentences() -> None:
    assert len(TEMPLATES) > 200


@given(st.data(), st.sampled_from(TEMPLATES))
def test_one_sentence_with_other_values_is_one_cause(data: st.DataObject, template: str) -> None:
    assert cause_of(said(data, template)) == cause_of(said(data, template))


@given(st.data(), st.sampled_from(TEMPLATES))
def test_a_cause_is_its_own_cause(data: st.DataObject, template: str) -> None:
    cause = cause_of(said(data, template))
    assert cause_of(cause) == cause


@given(texts)
def test_whatever_somebody_wrote_is_its_own_cause(text: str) -> None:
    """Xero's own words, and what an earlier version kept."""
    assert cause_of(text) == text


LINE_3, ACCOUNT = _lt("line {0}").format(3), "200 \u2013 Sales"
NO_ACCOUNT = _lt("There is no account for {0}.")
DUE_DATE = _lt("{0} is empty.").format(label("Due Date"))


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        (
            _lt("It has the same name as {0}. Both are one contact in Xero.").format("ACC1"),
            "It has the same name as \u2026. Both are one contact in Xero.",
        ),
        (
            _lt("The account {0} of {1} is archived in Xero.").format(ACCOUNT, LINE_3),
            "The account \u2026 of line \u2026 is archived in Xero.",
        ),
        (
            _lt("{0}% + {1}%. The total ({2}) is Xero's.").format(12.5, 5, "10.00"),
            "\u2026% + \u2026%. The total (\u2026) is Xero's.",
        ),
        (
            "Account code '999' is not a valid code for this document.",
            "Account code '999' is not a valid code for this document.",
        ),
        (
            refusal(["The contact name Kea & Co is already assigned to another contact."]).reason,
            "Xero already has an active contact named \u2026, and names must be unique there.",
        ),
        (
            _lt("\u201c{0}\u201d is not in Xero yet.").format("Kea \u201d Co"),
            "\u201c\u2026\u201d is not in Xero yet.",
        ),
        (
            sentences(NO_ACCOUNT.format(LINE_3), NO_ACCOUNT.format(LINE_3.format(2)), DUE_DATE),
            "There is no account for line \u2026. Due Date is empty.",
        ),
        (DUE_DATE, "Due Date is empty."),
        ("", ""),
    ],
)
def test_what_is_left_of_a_sentence(reason: str, cause: str) -> None:
    assert cause_of(reason) == cause


def test_a_label_belongs_to_the_cause() -> None:
    longest = _lt("{0} has {1} characters; Xero takes at most {2}.")
    assert cause_of(longest.format(label("Product Name"), 51, 50)) == (
        "Product Name has \u2026 characters; Xero takes at most \u2026."
    )


# Groups

HAS, MEND = _lt("The invoice has {0}."), _lt("Mend {0}.")
SKIP = Link(Module.INVOICES, "INV1", None, rule="I3", reason=HAS.format(5), remedy=MEND.format(5))


def other(name: str, **more: object) -> Link:
    return replace(SKIP, crm_name=name, **more)  # type: ignore[arg-type]


def test_records_of_one_cause_stand_together_in_their_order() -> None:
    skips = [SKIP, other("INV2", reason=HAS.format(7), remedy=MEND.format(7))]
    (cause,) = group_by_cause(skips)
    assert (cause.skips, cause.count) == (tuple(skips), 2)
    assert (cause.module, cause.text) == (Module.INVOICES, "The invoice has \u2026.")
    assert cause.remedy == "Mend \u2026."


@pytest.mark.parametrize(
    "different",
    [
        {"module": Module.PAYMENTS},
        {"reason": "The invoice has no lines."},
        {"remedy": "Look elsewhere."},
    ],
)
def test_another_module_sentence_or_remedy_is_another_cause(
    different: dict[str, object],
) -> None:
    one, two = group_by_cause([SKIP, other("INV2", **different)])
    assert one.key != two.key


def test_the_cause_of_the_most_records_comes_first() -> None:
    rare = other("INV2", reason="Rare.")
    many = [other(f"INV{number}", reason="Often.") for number in range(3, 6)]
    early = replace(rare, module=Module.ORGANIZATIONS)
    found = group_by_cause([SKIP, rare, *many, early])
    assert [cause.count for cause in found] == [3, 1, 1, 1]
    assert found[1].module is Module.ORGANIZATIONS


def test_what_tells_no_reason_has_no_cause() -> None:
    assert group_by_cause([replace(SKIP, reason="")]) == []


def test_a_key_is_the_same_in_every_process() -> None:
    (cause,) = group_by_cause([SKIP])
    assert cause.key == "3ba4491a6380e6f9"


LETTERS = st.text("abc", min_size=1, max_size=9)


@given(LETTERS, LETTERS)
def test_two_sentences_never_share_a_key(one: str, two: str) -> None:
    for told in ("reason", "remedy"):
        keys = {
            each.key for each in group_by_cause([replace(SKIP, **{told: x}) for x in (one, two)])
        }
        assert len(keys) == len({one, two})


# Several reasons of one record

NO_LINES, NO_DATE = ("It has no lines.", "Add some."), ("It has no date.", "Enter one.")


def skip(name: str, *findings: tuple[str, str]) -> Link:
    reason, remedy = join_findings(findings)
    return other(name, reason=reason, remedy=remedy)


def test_each_reason_of_a_record_is_a_cause_of_its_own() -> None:
    both = skip("INV1", NO_LINES, NO_DATE)
    lines, date = skip("INV2", NO_LINES), skip("INV3", NO_DATE)
    found = {(each.text, each.remedy): each.skips for each in group_by_cause([both, lines, date])}
    assert found == {NO_LINES: (both, lines), NO_DATE: (both, date)}


def test_what_is_told_of_several_lines_is_one_cause_of_the_record() -> None:
    line = _lt("Line {0} has no account.")
    several = skip("INV1", *((line.format(n), "Choose one.") for n in (1, 2, 3)))
    assert several.remedy == "Choose one.", "nobody wants to read it three times"
    (cause,) = group_by_cause([several])
    assert (cause.text, cause.count) == ("Line \u2026 has no account.", 1)


@given(st.lists(st.tuples(LETTERS, st.text("xyz", max_size=2)), max_size=6))
def test_what_was_told_together_is_told_apart_again(findings: list[tuple[str, str]]) -> None:
    assert sorted(split_reasons(*join_findings(findings))) == sorted(set(findings))


def test_a_text_that_was_kept_in_one_line_is_one_reason() -> None:
    """Whatever is told by one rule alone, and what an earlier version kept."""
    assert list(split_reasons("A. B.", "C. D.")) == [("A. B.", "C. D.")]
    assert list(split_reasons("A.\nB.", "C.")) == [("A.", "C."), ("B.", "C.")]
    assert list(split_reasons("", "")) == []


def test_entries_of_the_log_are_grouped_as_links_are() -> None:
    world = World.new()
    for number in range(3):
        world.organization(organization_name=f"<{number}>")
    entries = world.sync().entries
    links = world.journal.links(Module.ORGANIZATIONS)
    (told,), (held,) = group_by_cause(entries), group_by_cause(links)
    assert (told.key, told.count) == (held.key, held.count)
    assert told.count == 3
