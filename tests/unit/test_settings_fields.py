"""No field of Xero Settings that does nothing, and none that does not say what it does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import vtiger_xero

APP = Path(vtiger_xero.__file__).parent
DOCTYPES = APP / "vtiger_xero" / "doctype"
LAYOUT = {
    "Section Break",
    "Column Break",
    "Tab Break",
    "HTML",
}  # an HTML field is a place for a script


def fields(doctype: str) -> list[dict]:
    form = json.loads((DOCTYPES / doctype / f"{doctype}.json").read_text("utf-8"))
    return [each for each in form["fields"] if each["fieldtype"] not in LAYOUT]


FIELDS = [
    (doctype, field)
    for doctype in ("xero_settings", "xero_module_setting")
    for field in fields(doctype)
]
CODE = "\n".join(
    file.read_text("utf-8") for file in APP.rglob("*.py") if "patches" not in file.parts
)


def name(case: tuple[str, dict]) -> str:
    return f"{case[0]}.{case[1]['fieldname']}"


@pytest.mark.parametrize("case", FIELDS, ids=name)
def test_every_field_says_what_it_does(case: tuple[str, dict]) -> None:
    description = case[1].get("description", "")
    assert description.endswith((".", ")")), name(case)
    assert case[1]["label"]


@pytest.mark.parametrize("case", FIELDS, ids=name)
def test_every_field_is_read_by_some_code(case: tuple[str, dict]) -> None:
    fieldname = case[1]["fieldname"]
    assert f'"{fieldname}"' in CODE or f".{fieldname}" in CODE or f"def {fieldname}(" in CODE


def test_every_choice_of_the_schedule_is_known_to_the_engine() -> None:
    from vtiger_xero.engine.schedule import Schedule

    (field,) = (each for each in fields("xero_settings") if each["fieldname"] == "schedule")
    assert field["options"].split("\n") == [each.value for each in Schedule]
    assert field["default"] == Schedule.OFF.value


def test_every_conflict_policy_can_be_chosen() -> None:
    from vtiger_xero.engine.settings import ConflictPolicy

    (field,) = (each for each in fields("xero_settings") if each["fieldname"] == "conflicts")
    assert field["options"].split("\n") == [each.value for each in ConflictPolicy]
