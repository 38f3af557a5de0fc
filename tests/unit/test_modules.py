"""One place knows a module: its spec, which generic code asks; and each spec is complete."""

from __future__ import annotations

import ast
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, cast

import pytest

import vtiger_xero
from vtiger_xero.engine.conditions import CONDITIONS
from vtiger_xero.engine.lookups import Lookups, empty_lookups
from vtiger_xero.engine.mapping.doctypes import DO_NOT_SYNC
from vtiger_xero.engine.merge import Policy
from vtiger_xero.engine.modules import SPECS, TABLES, ModuleSpec, settled_by
from vtiger_xero.engine.modules.payments import STAYS_IN_XERO
from vtiger_xero.engine.records import Direction, Module, Side
from vtiger_xero.engine.settings import ConflictPolicy, Settings

APP = Path(vtiger_xero.__file__).parent
LOOKUPS = {each.name for each in fields(Lookups)}

# The files that are one module's own; the probe tries each of Xero's endpoints by itself.
OWN = (
    "engine/modules/",
    "engine/mapping/invoices.py",
    "engine/mapping/drafting.py",  # the lines of an invoice
    "engine/conditions/organizations.py",
    "engine/conditions/items.py",
    "engine/conditions/invoices.py",
    "engine/conditions/invoices_to_crm.py",
    "engine/conditions/payments.py",
    "engine/doctor/invoices.py",
    "probe/",
)


def names_of_modules(file: Path) -> Iterator[ast.AST]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        is_member = isinstance(node, ast.Attribute) and node.attr in Module.__members__
        if is_member and ast.unparse(node).startswith("Module."):
            yield node


def test_no_module_is_named_outside_of_its_own_files() -> None:
    files = {file.relative_to(APP).as_posix(): file for file in APP.rglob("*.py")}
    others = {name: file for name, file in files.items() if not name.startswith(OWN)}
    assert others, "no file was looked at"
    assert [name for name, file in others.items() if any(names_of_modules(file))] == []


every_spec = pytest.mark.parametrize("spec", SPECS.values(), ids=lambda spec: spec.module.name)


@every_spec
def test_a_spec_knows_its_records_in_the_crm(spec: ModuleSpec) -> None:
    assert SPECS[spec.module] is spec
    names: set[str] = set()
    for doctype in spec.doctypes:
        name = doctype.lower().replace(" ", "_")
        form = APP / f"vtiger_xero/doctype/{name}/{name}.json"
        names |= {each["fieldname"] for each in json.loads(form.read_text("utf-8"))["fields"]}
    assert spec.doctypes
    assert DO_NOT_SYNC in spec.head_fields
    known = {*names, "item_type"}
    assert {*spec.head_fields, spec.title_field, *(field for field, _ in spec.compared)} <= known
    assert set(spec.numbered_by_crm) <= {row.field for row in TABLES[spec.module].rows}
    assert {spec.dated} - {""} <= set(spec.head_fields)
    chosen = {each.name for each in fields(Settings)}
    assert {each.field for each in spec.default_accounts} <= chosen


@every_spec
def test_a_spec_knows_its_documents_at_xero(spec: ModuleSpec) -> None:
    xero = spec.xero
    assert xero.unreadable.format(id="x-1", error="odd").count("x-1") == 1
    assert xero.batch_size > 0
    assert xero.status({}) == xero.status_if_missing
    assert xero.id({xero.id_key: "x-1"}) == "x-1"
    assert xero.keys({xero.id_key: "x-1"})[0] == "x-1"
    assert xero.is_ours({})
    assert xero.complete({}) == {}
    assert spec.head({}), "a document that says nothing has a head, too"
    assert [row.field for row in spec.table(empty_lookups()).rows]
    if xero.named_by_code:
        assert not xero.is_paged, "what is named by its code is read as a whole"


def test_no_two_modules_have_one_place_at_xero() -> None:
    for name in ("collection", "id_key", "noun", "page"):
        assert len({getattr(spec.xero, name) for spec in SPECS.values()}) == len(Module)
    events = [each for s in SPECS.values() for each in (s.xero.webhook, *s.xero.webhooks_besides)]
    assert max(Counter(each for each in events if each).values()) == 1


@every_spec
def test_what_a_record_refers_to_comes_before_it_and_can_be_looked_up(spec: ModuleSpec) -> None:
    order = list(Module)
    for refers in spec.refers_to:
        assert order.index(refers.module) < order.index(spec.module)
        assert {refers.ids, refers.records} - {""} <= LOOKUPS
        assert refers.is_of_lines == SPECS[refers.module].xero.named_by_code
        told = (refers.field, refers.detail, refers.ids, refers.records)
        assert any(told) == all(told) == (not refers.is_of_lines)
        assert {*refers.keys({})} <= {""}
        assert {*refers.names({})} <= {""}
    if spec.settles:
        assert spec.settles in {refers.module for refers in spec.refers_to}
        assert settled_by(spec.settles) is spec.module


@every_spec
def test_figures_are_the_same_ones_on_both_sides(spec: ModuleSpec) -> None:
    number = len(spec.figures)
    assert len(spec.crm_figures({})) == len(spec.xero_figures({})) == number
    assert len(spec.book_crm({}, "NZD").amounts) == len(spec.book_xero({}, "NZD").amounts) == number
    assert bool(spec.remedy_if_unequal) == bool(number and not settled_by(spec.module))


@every_spec
def test_each_module_has_conditions_in_both_directions(spec: ModuleSpec) -> None:
    sides = {each.side for each in CONDITIONS if each.module is spec.module}
    assert sides == set(Side)
    assert spec.remedy_if_kept
    assert bool(spec.duplicate("ACC1")) == spec.rule.shares_document


def test_sums_are_shown_by_the_records_of_one_module() -> None:
    assert sum(spec.owns_figures for spec in SPECS.values()) == 1


def test_the_rules_that_leave_an_invoice_in_xero_are_conditions() -> None:
    assert {each.code for each in CONDITIONS} >= STAYS_IN_XERO


def test_a_conflict_policy_that_nobody_provided_for_decides_nothing() -> None:
    """The type check finds it first: `unreachable` takes no member that is left."""
    now, unknown = datetime.now(timezone.utc), cast(Any, "Oldest wins")
    with pytest.raises(AssertionError, match="Oldest wins"):
        Policy(unknown, now, now).winner()
    for choice in ConflictPolicy:
        assert Policy(choice, now, now, keeps=Side.CRM).winner() in Side


def test_a_direction_writes_to_the_sides_that_it_names() -> None:
    assert {each: [side for side in Side if each.writes(side)] for each in Direction} == {
        Direction.BOTH: [Side.CRM, Side.XERO],
        Direction.TO_CRM: [Side.CRM],
        Direction.TO_XERO: [Side.XERO],
    }
