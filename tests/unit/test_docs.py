"""The docs that are printed from the code say what the code says."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import vtiger_xero
from vtiger_xero.engine.actions import REFUSED
from vtiger_xero.engine.conditions import CONDITIONS
from vtiger_xero.engine.conditions.approved import RULE
from vtiger_xero.engine.conditions.other_rules import OTHER_RULES
from vtiger_xero.engine.links import UNEQUAL
from vtiger_xero.engine.mapping.people import PERSONS
from vtiger_xero.engine.modules import DOCTYPES, TABLES, spec_of

ROOT = Path(vtiger_xero.__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_the_printed_tables_are_fresh() -> None:
    """If this fails: make docs."""
    spec = importlib.util.spec_from_file_location("print_docs", ROOT / "scripts/print_docs.py")
    assert spec
    assert spec.loader
    printer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(printer)
    for name, page in printer.PAGES.items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == page(), name


def rules_of_skips() -> Iterator[str]:
    """Under which rules the engine skips, where it names one itself."""
    for file in (ROOT / "vtiger_xero/engine").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Skip":
                named = node.args[1]
                if isinstance(named, ast.Constant):
                    yield str(named.value)
                elif isinstance(named, ast.Name):
                    yield {"RULE": RULE, "REFUSED": REFUSED, "UNEQUAL": UNEQUAL}[named.id]


def test_the_limits_name_every_rule_under_which_a_record_is_skipped() -> None:
    rows, besides = {each.code for each in CONDITIONS}, {each.code for each in OTHER_RULES}
    assert set(rules_of_skips()) - rows - {RULE} == besides


def test_every_picture_is_shown_and_none_is_lacking() -> None:
    shown = {
        (page.parent / place).resolve()
        for page in PAGES
        for place in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
    }
    assert shown == set((ROOT / "docs/images").resolve().iterdir())


def sections_of(page: Path) -> set[str]:
    """The names by which a link leads to a heading of a page, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_page_leads_to_a_page_and_a_section_that_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for place in re.findall(r"\]\((?!https?://)([^)\s]+)\)", text):
        name, _, section = place.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), place
        assert not section or section in sections_of(target), place


def test_the_questions_say_of_every_doctype_whose_it_is() -> None:
    text = (ROOT / "docs/faq.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ((?:Vtiger|Xero) [^|]+) \| ", text, re.MULTILINE)
    forms = (ROOT / "vtiger_xero/vtiger_xero/doctype").glob("*/*.json")
    doctypes = {json.loads(form.read_text(encoding="utf-8"))["name"] for form in forms}
    assert {name for row in rows for name in row.split(", ")} == doctypes


def test_every_row_names_a_field_of_its_doctype_that_can_hold_what_xero_holds() -> None:
    for module, table in TABLES.items():
        name = spec_of(module).doctypes[0].lower().replace(" ", "_")
        path = ROOT / f"vtiger_xero/vtiger_xero/doctype/{name}/{name}.json"
        fields = {each["fieldname"]: each for each in json.loads(path.read_text())["fields"]}
        for row in table.rows:
            if row.field == PERSONS:
                continue  # Frappe's own Contacts, linked
            field = fields[row.field]
            if row.length and field["fieldtype"] == "Data":
                assert int(field.get("length") or 140) >= row.length, row.field


def test_the_fields_of_vtiger_are_those_of_the_forms() -> None:
    """docs/fields.md names a field by its label; every form of the five modules is there."""
    page = (ROOT / "docs/fields.md").read_text(encoding="utf-8")
    tables = dict(re.findall(r"^## (.+)\n((?:(?!^## ).*\n)*)", page, re.MULTILINE))
    for doctype, rows in tables.items():
        name = doctype.lower().replace(" ", "_")
        form = ROOT / f"vtiger_xero/vtiger_xero/doctype/{name}/{name}.json"
        labels = {field.get("label") for field in json.loads(form.read_text("utf-8"))["fields"]}
        named = re.findall(r"^\| ([^|]+) \| `", rows, re.MULTILINE)
        assert named, doctype
        assert set(named) <= labels, doctype
    assert set(tables) >= set(DOCTYPES)


WALKS = (ROOT / "docs/architecture.md").read_text("utf-8").split("\n## ")[1:]
STEP = re.compile(r"`([a-z_/]+\.py)`((?:[:,] (?:with )?`[A-Z_a-z.]+`)*)")


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.split("\n")[0])
def test_a_walk_names_functions_that_are_there_in_fifteen_files_at_most(walk: str) -> None:
    steps = STEP.findall(walk)
    assert steps
    for file, names in steps:
        code = (ROOT / "vtiger_xero" / file).read_text(encoding="utf-8")
        for name in re.findall(r"`([A-Za-z_.]+)`", names):
            assert re.search(rf"(def|class) {name.split('.')[-1]}\b", code), (file, name)
    assert len({file for file, _ in steps}) <= 15
