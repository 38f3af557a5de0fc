"""The steps from a new site to a sync that runs by itself: true states, and one next step."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vtiger_xero.engine.checklist import STEPS, Facts, State, checklist
from vtiger_xero.engine.records import Module

NEW = Facts()
WITH_KEYS = replace(NEW, has_keys=True)
CONNECTED = replace(
    WITH_KEYS,
    organisation="Kea Trading",
    lacking=["Sales Account"],
    modules=list(Module),
)
READY = replace(CONNECTED, lacking=[])
CHECKED = replace(READY, errors=0)
PREVIEWED = replace(CHECKED, was_previewed=True)
SYNCED = replace(PREVIEWED, has_run=True)


def turn(facts: Facts) -> str:
    (found,) = (each.step.key for each in checklist(facts) if each.is_next)
    return found


def state(facts: Facts, key: str) -> State:
    (found,) = (each for each in checklist(facts) if each.step.key == key)
    return found


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        (NEW, "keys"),
        (WITH_KEYS, "connect"),
        (CONNECTED, "accounts"),
        (replace(READY, modules=[]), "directions"),
        (replace(READY, is_on=False), "directions"),
        (READY, "check"),
        (CHECKED, "preview"),
        (PREVIEWED, "run"),
        (SYNCED, "schedule"),
    ],
)
def test_one_step_after_the_other_has_its_turn(facts: Facts, key: str) -> None:
    assert turn(facts) == key


def test_when_all_is_done_nothing_is_shown() -> None:
    assert checklist(replace(SYNCED, is_automatic=True)) == []


def test_nothing_is_done_or_can_begin_before_there_is_a_connection() -> None:
    cut_off = replace(SYNCED, organisation="", is_automatic=True)
    assert [each.step.key for each in checklist(cut_off) if each.is_done] == ["keys"]
    assert [each.step.key for each in checklist(cut_off) if each.can_begin] == ["keys", "connect"]
    assert [each.step.key for each in checklist(NEW) if each.can_begin] == ["keys"]


def test_an_account_that_is_cleared_is_before_one_again() -> None:
    assert turn(replace(SYNCED, lacking=["Account for Payments"])) == "accounts"


def test_after_a_run_there_is_nothing_to_check_or_preview_first() -> None:
    run_at_once = replace(READY, has_run=True)
    assert state(run_at_once, "check").is_done
    assert state(run_at_once, "preview").is_done


def test_a_check_with_errors_is_done_and_says_how_many() -> None:
    found = state(replace(READY, errors=3), "check")
    assert found.is_done
    assert found.says == "Errors found: 3."


@pytest.mark.parametrize(
    ("facts", "key", "words"),
    [
        (WITH_KEYS, "connect", "Allow access on Xero's page."),
        (CONNECTED, "connect", "Connected to Kea Trading."),
        (replace(CONNECTED, lacking=["A", "B"]), "accounts", "Needed: A, B."),
        (READY, "accounts", ""),
        (READY, "directions", "All modules sync both ways."),
        (replace(READY, both_ways=False), "directions", "4 of 4 modules sync."),
        (replace(READY, modules=[Module.INVOICES]), "directions", "1 of 4 modules sync."),
        (replace(READY, modules=[]), "directions", "No module is enabled."),
        (replace(READY, is_on=False), "directions", "The sync is switched off."),
    ],
)
def test_a_step_says_what_stands_now(facts: Facts, key: str, words: str) -> None:
    assert state(facts, key).says == words


def test_each_step_has_a_key_of_its_own() -> None:
    assert len({step.key for step in STEPS}) == len(STEPS)
