"""The table test: every rule of docs/rules.md, and every row of the conditions, has its tests.

One in which it bites (`applies`) and one in which it rightly does not (`spares`). The tests are
found by reading their files, so that a rule cannot pass for tested because a file was left out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.rules import read_rules
from vtiger_xero.engine.conditions import CONDITIONS
from vtiger_xero.engine.conditions.approved import RULE

TESTS = Path(__file__).resolve().parent.parent
RULES = (
    *(f"G{n}" for n in range(1, 15)),
    *(f"I{n}" for n in range(1, 22)),
    *(f"P{n}" for n in range(1, 6)),
)


def marked() -> Iterator[tuple[str, str, str]]:
    """(mark, rule, test) of every marked test below this folder."""
    for file in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield from (
                    (*mark, node.name) for each in node.decorator_list for mark in rules_of(each)
                )


def rules_of(decorator: ast.expr) -> Iterator[tuple[str, str]]:
    if not (isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name)):
        return
    for given in decorator.args if decorator.func.id in ("applies", "spares") else ():
        assert isinstance(given, ast.Constant), "rules are named in so many words"
        yield decorator.func.id, str(given.value)


FOUND = {(mark, rule) for mark, rule, _ in marked()}


@pytest.mark.parametrize("mark", ["applies", "spares"])
@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_shown_to_bite_and_to_spare(rule: str, mark: str) -> None:
    assert (mark, rule) in FOUND, f"no test is marked @{mark}({rule!r})"


@pytest.mark.parametrize("mark", ["applies", "spares"])
@pytest.mark.parametrize("code", sorted({each.code for each in CONDITIONS} | {RULE}))
def test_every_row_of_the_conditions_is_shown_to_bite_and_to_spare(code: str, mark: str) -> None:
    assert (mark, code) in FOUND, f"no test is marked @{mark}({code!r})"


def test_no_test_is_marked_with_a_rule_that_does_not_exist() -> None:
    known = {*RULES, *(each.code for each in CONDITIONS), RULE}
    assert {rule for _, rule in FOUND} <= known


def test_the_rules_are_those_of_the_docs() -> None:
    named = [each for row in read_rules() for each in row.ids]
    assert [each for each in named if each[0] in "GIP" and each[1:].isdigit()] == list(RULES)
