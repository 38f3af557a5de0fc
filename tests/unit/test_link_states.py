"""What leads to each state of a link is said in one place, and each state is reached."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from inspect import signature
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from vtiger_xero.engine import links
from vtiger_xero.engine.links import (
    LinkState,
    state_of_duplicate,
    state_when_accepted,
    state_when_decided,
    state_when_equal,
    state_when_unequal,
)

ENGINE = Path(links.__file__).parent
EVENTS = [event for name, event in vars(links).items() if name.startswith("state_")]
NOTHING_OPEN = dict.fromkeys(signature(state_when_decided).parameters, False)


def cases_of(event: Callable[..., LinkState]) -> Iterator[dict[str, Any]]:
    """All that an event may be told: each flag on and off, each state before."""
    names = list(signature(event).parameters)
    values = [list(LinkState) if name == "before" else [False, True] for name in names]
    return (dict(zip(names, each, strict=True)) for each in product(*values))


def of_states(node: ast.AST) -> bool:
    """Whether it names a state, or makes one of a text."""
    named = node.value if isinstance(node, ast.Attribute) else None
    made = node.func if isinstance(node, ast.Call) else None
    return any(isinstance(each, ast.Name) and each.id == "LinkState" for each in (named, made))


def test_every_state_is_reached() -> None:
    reached = {e(**case) for e in EVENTS for case in cases_of(e) if "before" not in case}
    assert reached == set(LinkState)


def test_each_event_has_a_test_of_its_own_or_one_state() -> None:
    names = {event.__name__ for event in EVENTS if len({event(**c) for c in cases_of(event)}) > 1}
    assert names == {each for each in globals() if each.startswith("state_")}


def test_no_other_file_of_the_engine_sets_a_state() -> None:
    setting = []
    for file in ENGINE.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        compared = {
            each
            for node in ast.walk(tree)
            if isinstance(node, ast.Compare)
            for each in ast.walk(node)
        }
        if any(of_states(node) for node in ast.walk(tree) if node not in compared):
            setting.append(file.relative_to(ENGINE).as_posix())
    assert sorted(setting) == ["links.py", "stored.py"]  # the latter reads them from rows


@pytest.mark.parametrize(
    ("flag", "state"),
    [
        ("is_excluded", LinkState.EXCLUDED),
        ("changed_meanwhile", LinkState.WAITING),
        ("has_conflict", LinkState.CONFLICT),
        ("has_question", LinkState.POSSIBLE),
        ("is_unfinished", LinkState.WAITING),
        ("is_deleted", LinkState.GONE),
        ("has_reason", LinkState.SKIPPED),
    ],
)
def test_what_was_decided_has_the_state_of_what_weighs_most(flag: str, state: LinkState) -> None:
    flags = list(NOTHING_OPEN)
    lighter = dict.fromkeys(flags[flags.index(flag) :], True)
    assert state_when_decided(**{**NOTHING_OPEN, flag: True}) is state
    assert state_when_decided(**{**NOTHING_OPEN, **lighter}) is state


def test_what_is_done_is_in_sync() -> None:
    assert state_when_decided(**NOTHING_OPEN) is LinkState.IN_SYNC
    done = state_when_accepted(is_unfinished=False, has_reason=False, has_changes=False)
    assert done is LinkState.IN_SYNC


@pytest.mark.parametrize(
    ("flags", "state"),
    [
        ((True, True, True), LinkState.WAITING),
        ((False, True, True), LinkState.SKIPPED),
        ((False, False, True), LinkState.WAITING),
    ],
)
def test_what_xero_accepted_may_have_more_to_come(flags: Any, state: LinkState) -> None:
    names = ("is_unfinished", "has_reason", "has_changes")
    assert state_when_accepted(**dict(zip(names, flags, strict=True))) is state


def test_a_duplicate_waits_for_the_document_of_its_primary() -> None:
    for has_document, state in ((True, LinkState.IN_SYNC), (False, LinkState.WAITING)):
        assert state_of_duplicate(is_excluded=False, has_document=has_document) is state
        excluded = state_of_duplicate(is_excluded=True, has_document=has_document)
        assert excluded is LinkState.EXCLUDED


@pytest.mark.parametrize("before", LinkState)
def test_figures_move_nothing_but_in_sync_and_skipped(before: LinkState) -> None:
    unequal = {LinkState.IN_SYNC: LinkState.SKIPPED}
    equal = {LinkState.SKIPPED: LinkState.IN_SYNC}
    assert state_when_unequal(before) is unequal.get(before, before)
    assert state_when_equal(before) is equal.get(before, before)
