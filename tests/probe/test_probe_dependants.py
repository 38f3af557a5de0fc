"""What depends on a row is found by the page and by the ids that tests name."""

from __future__ import annotations

from pathlib import Path

from vtiger_xero.probe.assumptions import Assumption
from vtiger_xero.probe.dependants import dependants

ROW = Assumption("Z1", "it rains", "none", "", "nothing: an umbrella", "`engine/rain.py`", "yes")


def test_the_row_and_the_tests_that_name_it(tmp_path: Path) -> None:
    (tmp_path / "sync").mkdir()
    (tmp_path / "sync" / "test_rain.py").write_text(
        "def test_dry() -> None:\n    # [Z2]\n\n\ndef test_wet() -> None:\n    # [Z1]\n"
    )
    (tmp_path / "conftest.py").write_text("# stands for all tests [Z1]\n")
    found = dependants("Z1", ROW, tmp_path)
    assert "What breaks if it is wrong: nothing: an umbrella" in found
    assert "Relied on in: `engine/rain.py`" in found
    assert "Tests: tests/conftest.py, tests/sync/test_rain.py::test_wet" in found


def test_where_neither_page_nor_tests_are_installed_it_says_so(tmp_path: Path) -> None:
    found = " ".join(dependants("Z1", None, tmp_path / "none"))
    assert "docs/xero.md" in found
    assert "not installed here" in found


def test_the_projects_own_tests_name_rows() -> None:
    assert "test_lines_of_nothing.py::test_" in " ".join(dependants("L1", ROW))
