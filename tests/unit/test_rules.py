"""docs/rules.md is the one list of what is promised, and every id that is named stands there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.rules import ROOT, Rule, read_rules
from vtiger_xero.engine.conditions import CONDITIONS
from vtiger_xero.engine.conditions.approved import RULE
from vtiger_xero.engine.conditions.other_rules import OTHER_RULES

ROWS = read_rules()
IDS = [each for row in ROWS for each in row.ids]
LIMITS = [each for row in ROWS for each in row.limits]
CODES = {*(each.code for each in CONDITIONS), *(each.code for each in OTHER_RULES), RULE}
_READ = (".py", ".md", ".js", ".json", ".csv", ".html")
_NAMED = re.compile(r"\brules?[\s#]+((?:[A-Z]\d+)(?:(?:, | and | to )[A-Z]\d+)*)")
_OUTSIDE = re.compile(r"\bmission\b|\bfirst plan\b|\.\./shared|/work/")
_OURS = re.compile(r"\bours\b(?!: \S+)")


def texts() -> Iterator[tuple[str, str]]:
    """Path and text of everything that people read in this repository, but for its history."""
    folders = ("vtiger_xero", "xero_simulator", "demo", "tests", "scripts", "benchmarks", "docs")
    files = [file for folder in folders for file in (ROOT / folder).rglob("*")]
    for file in (*files, *ROOT.glob("*.md")):
        is_read = file.suffix in _READ and file.name not in ("CHANGELOG.md", Path(__file__).name)
        if is_read and file.is_file():
            yield str(file.relative_to(ROOT)), file.read_text("utf-8")


TEXTS = dict(texts())


def test_no_id_stands_twice() -> None:
    assert [each for each, times in Counter(IDS + LIMITS).items() if times > 1] == []
    assert len(IDS) > len(ROWS) > 0


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.ids[0])
def test_every_rule_says_whose_it_is_and_why_where_it_is_ours(row: Rule) -> None:
    assert row.promise
    assert row.whose.startswith(("Vtiger", "Xero", "ours: "))
    assert not _OURS.search(row.whose), "ours: and the reason"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.ids[0])
def test_every_file_that_a_rule_names_is_there(row: Rule) -> None:
    assert row.files, "at least one"
    places = [(ROOT / "vtiger_xero" / each, ROOT / each) for each in row.files]
    assert [each for each in places if not any(place.exists() for place in each)] == []


def test_every_condition_stands_there_and_no_other() -> None:
    assert CODES - {*IDS, *LIMITS} == set()
    assert set(LIMITS) - CODES == set()
    assert {each for each in IDS if not re.fullmatch(r"[A-Z]\d+", each)} - CODES == set()


def test_every_rule_that_is_named_anywhere_stands_there() -> None:
    named = {
        (path, each)
        for path, text in TEXTS.items()
        for found in _NAMED.findall(text)
        for each in re.findall(r"[A-Z]\d+", found)
    }
    assert len(named) > len(IDS)
    assert sorted(each for each in named if each[1] not in IDS) == []


def test_nothing_refers_to_what_is_not_in_the_repository() -> None:
    assert [path for path, text in TEXTS.items() if _OUTSIDE.search(text)] == []
