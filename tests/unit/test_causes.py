"""Skips of one cause stand together, whatever each record has of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vtiger_xero.engine
from tests.sync.conftest import World
from vtiger_xero.engine.causes import cause_of, group_by_cause, split_reasons
from vtiger_xero.engine.conditions.base import join_findings
from vtiger_xero.engine.links import Link
from vtiger_xero.engine.records import Module

ENGINE = Path(vtiger_xero.engine.__file__).parent
SPOKEN = (
    *sorted(ENGINE.glob("conditions/*.py")),
    *(ENGINE / name for name in ("decide.py", "mapping/coding.py", "mapping/drafting.py")),
    *(ENGINE / name for name in ("sync/skips.py", "sync/to_xero.py", "cent_exact.py")),
)
# What stands in a sentence without quotes: figures, dates, numbers of records, and words that
# belong to the cause: a field's label, a status, an account, a tax, a currency.
BARE = {
    "-line.quantity.normalize()",
    "LONGEST_DESCRIPTION",
    "_names(taxes)",
    "titles(several)",
    "abs(missing)",
    "account.title",
    "amount",
    "at_hand.normalize()",
    "at_xero",
    "code",
    "code.lstrip('?')",
    "currency",
    "day",
    "decimals",
    "fit.reason",
    "fit.wanted",
    "fit.xero",
    "held",
    "held.status",
    "here",
    "label",
    "len(line.description)",
    "limit",
    "locked",
    "longest",
    "made",
    "more",
    "more.normalize()",
    "names",
    "named",  # quotes by itself
    "near",
    "noun",
    "one",
    "pair.duplicate_of",
    "place",
    "position",
    "price",
    "quantity",
    "remedy",
    "row.length",
    "status",
    "tax",
    "totals.after_discount",
    "totals.discount",
    "totals.overall_discount",
    "totals.total",
    "where",
    "why",
    "', '.join(deducted)",
}
SPOKEN_FOR = ("_money(", "_quoted_title(", "context.label", "round_amount(", "as_text(")


def sentences() -> Iterator[list[str | ast.expr]]:
    """Every sentence with something in it, in pieces: text, or what is filled in."""
    for file in SPOKEN:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                pieces: list[str | ast.expr] = [
                    each.value if isinstance(each, ast.FormattedValue) else str(each.value)  # type: ignore[attr-defined]
                    for each in node.values
                ]
                if str(pieces[-1]).endswith("."):
                    yield pieces


TEMPLATES = list(sentences())


def quoted(pieces: list[str | ast.expr], place: int) -> bool:
    before = "".join(each for each in pieces[:place] if isinstance(each, str))
    return before.count("\u201c") > before.count("\u201d")


def test_there_are_sentences() -> None:
    assert len(TEMPLATES) > 50


@pytest.mark.parametrize("pieces", TEMPLATES, ids=lambda p: str(p[0])[:40])
def test_what_a_sentence_says_of_one_record_is_quoted_or_a_figure(
    pieces: list[str | ast.expr],
) -> None:
    """A name that stands there without quotes would make each record a cause of its own."""
    for place, piece in enumerate(pieces):
        if isinstance(piece, ast.expr) and not quoted(pieces, place):
            source = ast.unparse(piece)
            assert source in BARE or source.startswith(SPOKEN_FOR), source


texts = st.text(st.characters(exclude_characters="\u201c\u201d", exclude_categories=["Cs"]))
names = st.one_of(texts, texts.map(lambda text: f"Kea \u201c{text}\u201d & Co"))
figures = st.one_of(
    st.integers(0, 9999).map(str),
    st.decimals(-9999, 9999, places=2).map(lambda number: f"{number:f}"),
    st.dates().map(str),
    st.integers(1, 9999).map(lambda number: f"ACC{number}"),
    st.integers(1, 9999).map(lambda number: f"INV-{number:04d}/a"),
)


def said(data: st.DataObject, pieces: list[str | ast.expr]) -> str:
    return "".join(
        piece if isinstance(piece, str) else data.draw(names if quoted(pieces, place) else figures)
        for place, piece in enumerate(pieces)
    )


@given(st.data(), st.sampled_from(TEMPLATES))
def test_one_sentence_with_other_values_is_one_cause(
    data: st.DataObject, pieces: list[str | ast.expr]
) -> None:
    assert cause_of(said(data, pieces)) == cause_of(said(data, pieces))


@given(st.data(), st.sampled_from(TEMPLATES))
def test_a_cause_is_its_own_cause(data: st.DataObject, pieces: list[str | ast.expr]) -> None:
    cause = cause_of(said(data, pieces))
    assert cause_of(cause) == cause


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_somebody_wrote_has_a_cause(text: str) -> None:
    assert isinstance(cause_of(text), str)


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        (
            "It has the same name as ACC1. Both are one contact in Xero.",
            "It has the same name as \u2026. Both are one contact in Xero.",
        ),
        (
            "The account 200 \u2013 Sales of line 3 is archived in Xero.",
            "The account \u2026 \u2013 Sales of line \u2026 is archived in Xero.",
        ),
        (
            "GST 12.5% + Levy 5%. The total (10.00) is Xero's.",
            "GST \u2026% + Levy \u2026%. The total (\u2026) is Xero's.",
        ),
        (
            "Account code '999' is not a valid code for this document.",
            "Account code '\u2026' is not a valid code for this document.",
        ),
        (
            "The contact name Kea & Co is already assigned to another contact.",
            "The contact name \u2026 is already assigned to another contact.",
        ),
        ("\u201cKea \u201d Co\u201d is not in Xero yet.", "\u201c\u2026\u201d is not in Xero yet."),
        ("\u201cKea \u201c Co\u201d is not in Xero yet.", "\u201c\u2026\u201d is not in Xero yet."),
        (
            "There is no account for line 1. There is no account for line 2. Due Date is empty.",
            "There is no account for line \u2026. Due Date is empty.",
        ),
        ("Due Date is empty.", "Due Date is empty."),
        ("", ""),
    ],
)
def test_what_is_left_of_a_sentence(reason: str, cause: str) -> None:
    assert cause_of(reason) == cause


# Groups

SKIP = Link(Module.INVOICES, "INV1", None, rule="I3", reason="The invoice has 5.", remedy="Mend 5.")


def other(name: str, **more: object) -> Link:
    return replace(SKIP, crm_name=name, **more)  # type: ignore[arg-type]


def test_records_of_one_cause_stand_together_in_their_order() -> None:
    skips = [SKIP, other("INV2", reason="The invoice has 7.", remedy="Mend 7.")]
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
    several = skip("INV1", *((f"Line {n} has no account.", "Choose one.") for n in (1, 2, 3)))
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
