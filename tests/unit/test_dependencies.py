"""Nothing is required that is weak or unused, and nothing is used that is not required."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pytest

import vtiger_xero
from vtiger_xero.weaknesses import Weakness, first_sound, known, listed_on, weaknesses

APP = Path(vtiger_xero.__file__).parent
ROOT = APP.parent
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
CALLED = {"xero-python": "xero_python"}  # where a package's module has another name
# What a site has anyway, by Frappe, or the demo brings itself; the last one is for types alone.
BY_FRAPPE = {
    "frappe",
    "pypika",
    "redis",
    "rq",
    "click",
    "werkzeug",
    "markupsafe",
    "rich",
    "_typeshed",
}


def requirements(name: str) -> list[tuple[str, str]]:
    """The packages of a list in pyproject.toml, and their floors."""
    (block,) = re.findall(rf"^{name} = \[(.*?)\]$", PROJECT, re.MULTILINE | re.DOTALL)
    return re.findall(r'"([\w-]+)>=([\d.]+)', block)


REQUIRED = requirements("dependencies")


def imported(folder: Path) -> Iterator[str]:
    """What the app's files import from outside of the app, at the top of the name."""
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            for each in names:
                if each.split(".")[0] not in (*sys.stdlib_module_names, "vtiger_xero"):
                    yield each


def test_what_is_required_is_used_and_what_is_used_is_required() -> None:
    used = {each.split(".")[0] for each in imported(APP)} - BY_FRAPPE
    assert used == {CALLED.get(name, name) for name, _ in REQUIRED}


@pytest.mark.parametrize(("package", "floor"), [*REQUIRED, *requirements("demo")])
def test_the_lowest_version_that_is_admitted_is_not_known_to_be_weak(
    package: str, floor: str
) -> None:
    assert [each.advisory for each in weaknesses(package, floor)] == []


@pytest.mark.parametrize("package", sorted({each.package for each in known()} - {"frappe"}))
def test_the_version_that_is_installed_is_not_known_to_be_weak(package: str) -> None:
    assert [each.advisory for each in weaknesses(package, version(package))] == []


@pytest.mark.parametrize("package", [name for name, _ in REQUIRED])
def test_what_is_required_has_a_ceiling(package: str) -> None:
    assert re.search(rf'"{package}>=[\d.]+,<\d+"', PROJECT)


@pytest.mark.parametrize("weakness", known(), ids=lambda each: f"{each.package} {each.advisory}")
def test_an_entry_says_what_where_and_when(weakness: Weakness) -> None:
    assert re.fullmatch(r"CVE-\d{4}-\d{4,}", weakness.advisory)
    assert weakness.package == weakness.package.lower()
    assert weakness.what
    assert date(2026, 11, 30) <= weakness.looked_up
    assert weakness.affects(weakness.weak_from) or weakness.weak_from == "0"
    assert not weakness.affects(weakness.weak_below)


@pytest.mark.parametrize(
    "needed",
    ["extract_zipped_paths", "package_index", "safe_join", "send_from_directory"],
)
def test_what_makes_an_entry_none_of_ours_is_true(needed: str) -> None:
    assert any(needed in each.why_not_ours for each in known())
    assert not any(needed in file.read_text(encoding="utf-8") for file in APP.rglob("*.py"))


def test_the_app_gives_out_no_tokens_by_oauthlib() -> None:
    assert {each for each in imported(APP) if each.startswith("oauthlib")} == {"oauthlib.oauth2"}
    source = (APP / "xero" / "auth.py").read_text(encoding="utf-8")
    assert "from oauthlib.oauth2 import OAuth2Error, WebApplicationClient\n" in source


@pytest.mark.parametrize(
    ("installed", "sound"),
    [
        ("15.0.0", "15.126.0"),
        ("15.55.1", "15.126.0"),
        ("15.125.9", "15.126.0"),
        ("16.0.0-dev", "16.55.0"),
        ("16.54.3", "16.55.0"),
    ],
)
def test_a_weak_frappe_is_known_and_so_is_the_version_to_take(installed: str, sound: str) -> None:
    assert weaknesses("frappe", installed)
    assert first_sound("frappe", installed) == sound
    assert weaknesses("frappe", sound) == []


def test_a_sound_version_stays_what_it_is() -> None:
    assert first_sound("urllib3", "2.8.0") == "2.8.0"
    assert first_sound("urllib3", "1.26.20") == "2.8.0"
    assert first_sound("unknown", "1.0") == "1.0"


def test_the_audit_needs_no_network() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "audit.py"), "--offline"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"list of {listed_on()}" in done.stdout
    assert "PyPI was not asked" in done.stdout
