"""Imports only go down, and the engine imports neither Frappe nor a network nor a database."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import vtiger_xero

APP = Path(vtiger_xero.__file__).parent

ROOT = APP.parent
OURS = ("vtiger_xero", "xero_simulator", "demo")

BELOW = {"vtiger_xero.engine", "vtiger_xero.xero"}
# Which packages a package may import; one that is not named here may import all of the app.
ALLOWED = {
    "vtiger_xero": {"vtiger_xero"},
    "vtiger_xero/engine": {"vtiger_xero.engine"},
    "vtiger_xero/xero": {"vtiger_xero.engine", "vtiger_xero.xero"},
    "vtiger_xero/probe": {"vtiger_xero.engine", "vtiger_xero.xero", "vtiger_xero.probe"},
    "vtiger_xero/crm": {"vtiger_xero.engine", "vtiger_xero.crm"},
    "vtiger_xero/connection": {*BELOW, "vtiger_xero.crm", "vtiger_xero.connection"},
    "vtiger_xero/views": {*BELOW, "vtiger_xero.crm", "vtiger_xero.connection", "vtiger_xero.views"},
    "vtiger_xero/importing": {
        "vtiger_xero.engine",
        "vtiger_xero.crm",
        "vtiger_xero.importing",
    },
    "vtiger_xero/runs": {
        *BELOW,
        "vtiger_xero.crm",
        "vtiger_xero.connection",
        "vtiger_xero.views",
        "vtiger_xero.runs",
    },
    "xero_simulator": {"xero_simulator"},
    "demo/crm": {"vtiger_xero.engine", "demo.crm"},
    "demo": {"vtiger_xero.engine", "vtiger_xero.xero", "xero_simulator", "demo"},
}
NOT_IN_THE_ENGINE = ("frappe", "xero_python", "requests", "urllib3", "sqlite3", "werkzeug")


def imports(file: Path) -> Iterator[str]:
    package = file.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join([*above, *([node.module] if node.module else [])])


@pytest.mark.parametrize("package", ALLOWED)
def test_imports_only_go_down(package: str) -> None:
    allowed = tuple(f"{each}." for each in ALLOWED[package])
    for file in (ROOT / package).rglob("*.py"):
        for name in imports(file):
            if name.split(".")[0] in OURS and name != "vtiger_xero":
                assert f"{name}.".startswith(allowed), f"{file} imports {name}"


def test_the_engine_knows_neither_frappe_nor_network_nor_database() -> None:
    for file in (APP / "engine").rglob("*.py"):
        for name in imports(file):
            assert not name.startswith(NOT_IN_THE_ENGINE), f"{file} imports {name}"


def test_the_app_and_its_engine_import_where_nothing_else_is_installed() -> None:
    """In a bare interpreter: no site-packages, so no Frappe, no SDK and no network library."""
    program = "import vtiger_xero, vtiger_xero.engine.sync, vtiger_xero.engine.stored"
    subprocess.run(
        [
            sys.executable,
            "-S",
            "-c",
            f"import sys; sys.path.insert(0, {str(APP.parent)!r}); {program}",
        ],
        check=True,
        env={},
    )


# The READMEs

_FILE = re.compile(r"`([\w./]+(?:\.\w+|/))`")


def entries(readme: Path) -> Iterator[str]:
    """What begins each entry of a README's lists of files: of a table, of points, of a block."""
    text = readme.read_text(encoding="utf-8")
    for language, block in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        lines = [] if language else block.splitlines()
        yield from (f"`{line.split()[0]}`" for line in lines if line[:1].strip())
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    yield from re.findall(r"^\| ([^|]+) \|", prose, re.MULTILINE)
    points = re.findall(r"^- (`.*?)(?=^\S|^$|\Z)", prose, re.MULTILINE | re.DOTALL)
    yield from (point.split(":")[0] for point in points)


def listed(readme: Path) -> set[str]:
    """The files and folders that a README has a line for."""
    return {name for entry in entries(readme) for name in _FILE.findall(entry)}


FOLDERS = ("benchmarks", "tests", *OURS)
READMES = [
    each
    for folder in FOLDERS
    for each in sorted((ROOT / folder).rglob("README.md"))
    if listed(each)
]


def named_by(readme: Path) -> str:
    return str(readme.parent.relative_to(ROOT))


@pytest.mark.parametrize("readme", READMES, ids=named_by)
def test_every_file_that_a_readme_lists_is_there(readme: Path) -> None:
    assert [name for name in sorted(listed(readme)) if not (readme.parent / name).exists()] == []


@pytest.mark.parametrize("readme", READMES, ids=named_by)
def test_a_readme_that_lists_modules_lists_all_of_them(readme: Path) -> None:
    modules = {each.name for each in readme.parent.glob("*.py")} - {"__init__.py", "conftest.py"}
    assert sorted(modules - listed(readme)) == []
