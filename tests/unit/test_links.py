"""Since when two are a pair: from their first meeting on, and anew with every other partner."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.fakes import NOON
from vtiger_xero.engine.links import Link
from vtiger_xero.engine.records import Module

NEW = Link(Module.ORGANIZATIONS, "ACC1", "x-1")
PAIR = replace(NEW, matched_on=NOON)
LATER = NOON + timedelta(days=1)


@pytest.mark.parametrize(
    "known",
    [None, replace(NEW, xero_id=None), replace(NEW, crm_name=None), replace(PAIR, xero_id="x-2")],
)
def test_a_pair_that_was_none_before_is_one_from_now_on(known: Link | None) -> None:
    assert NEW.since(known, LATER).matched_on == LATER


def test_a_pair_stays_one_from_when_it_met() -> None:
    assert NEW.since(PAIR, LATER).matched_on == NOON


def test_nobody_knows_when_an_old_pair_met_and_nobody_makes_it_up() -> None:
    assert NEW.since(NEW, LATER).matched_on is None


def test_who_is_alone_has_met_nobody() -> None:
    assert replace(PAIR, xero_id=None).since(PAIR, LATER).matched_on is None
