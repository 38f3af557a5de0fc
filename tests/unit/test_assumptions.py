"""docs/xero.md is the one list of what the code assumes of Xero, and says where it is relied on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vtiger_xero.probe.assumptions import PAGE, Assumption, read_assumptions

ROOT = Path(__file__).parents[2]
PACKAGE, SIMULATOR = ROOT / "vtiger_xero", ROOT / "xero_simulator"
ROWS = read_assumptions()
EVIDENCE = ("recorded", "documented", "reported", "none", "contradictory")
# A mark and the rest of its comment or docstring; `[id]` is where the mark itself is explained.
_INVENTED = re.compile(r"\binvented\b(?:(?!\n\n|\"\"\"|\binvented\b).)*", re.IGNORECASE | re.DOTALL)
_ID = re.compile(r"[\[ ]([A-Z]\d+)(?=[\],])")
_QUOTED = re.compile(r"`([^`]+)`")


def test_no_row_stands_twice() -> None:
    found = re.findall(r"^\| ([A-Z]+\d+) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(found) == len(set(found)) == len(ROWS) > 0
    said = [row.says for row in ROWS.values()]
    assert len(said) == len(set(said))


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.id)
def test_every_row_says_its_evidence_and_what_breaks(row: Assumption) -> None:
    assert row.evidence.startswith(EVIDENCE)
    assert row.source or row.evidence.startswith("none"), "evidence has a source"
    assert row.says
    assert row.breaks


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.id)
def test_every_row_says_whether_it_is_probed_or_why_not(row: Assumption) -> None:
    assert row.probe == "yes" or len(row.probe) > len("no: it cannot")


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.id)
def test_every_place_that_relies_on_a_row_is_there(row: Assumption) -> None:
    files, symbols = places(row)
    assert files, "at least one file"
    assert [str(file) for file in files if not file.exists()] == []
    code = "\n".join(file.read_text("utf-8") for file in files)
    assert [name for name in symbols if not re.search(rf"\b{re.escape(name)}\b", code)] == []


def places(row: Assumption) -> tuple[list[Path], list[str]]:
    """The files that a row names, and the names in them."""
    files: list[Path] = []
    symbols = []
    for word in _QUOTED.findall(row.relied_on):
        if not re.search(r"\.(py|txt|csv|js)$", word):
            symbols.append(word)
            continue
        folders = [PACKAGE, ROOT, *(each.parent for each in files[-1:])]
        there = (each / word for each in folders if (each / word).exists())
        files.append(next(there, PACKAGE / word))
    return files, symbols


def sources() -> list[Path]:
    return [file for file in PACKAGE.rglob("*.py") if "__pycache__" not in file.parts]


def test_everything_invented_of_the_simulator_names_its_row() -> None:
    unnamed = [
        f"{file.name}: {mark[:70]}"
        for file in SIMULATOR.glob("*.py")
        for mark in _INVENTED.findall(file.read_text("utf-8"))
        if not (_ID.search(mark) or mark.startswith("invented [id]"))
    ]
    assert unnamed == []


def test_every_id_in_brackets_has_a_row() -> None:
    named = {
        (str(file.relative_to(ROOT)), name)
        for folder in (SIMULATOR, PACKAGE / "probe", PACKAGE / "xero")
        for file in folder.rglob("*.py")
        for name in _ID.findall(file.read_text("utf-8"))
    }
    assert sorted(each for each in named if each[1] not in ROWS) == []


def test_the_readmes_say_nothing_of_their_own_about_what_is_open() -> None:
    for folder in (PACKAGE / "xero", SIMULATOR):
        text = (folder / "README.md").read_text("utf-8")
        named = set(re.findall(r"\b([A-Z]\d+)\b", text.partition("docs/xero.md")[2]))
        assert "docs/xero.md" in text
        assert {name for name in named if name not in ROWS} <= {"A1"}  # a code in an example
