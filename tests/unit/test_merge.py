"""Three-way merge: no value that a person typed is lost but by the policy they chose."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from vtiger_xero.engine.merge import UNKNOWN, Policy, merge_value
from vtiger_xero.engine.records import Side
from vtiger_xero.engine.settings import ConflictPolicy

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
values = st.sampled_from(["", "a", "b", "c"])
policies = st.builds(
    Policy,
    st.sampled_from(ConflictPolicy),
    st.just(NOON),
    st.sampled_from([NOON - timedelta(hours=1), NOON, NOON + timedelta(hours=1)]),
)


def policy(choice: ConflictPolicy, *, xero_later: bool = False) -> Policy:
    return Policy(choice, NOON, NOON + timedelta(minutes=1 if xero_later else -1))


@given(values, policies)
def test_equal_values_need_nothing(value: str, chosen: Policy) -> None:
    verdict = merge_value("x", value, value, chosen)
    assert verdict.winner is None
    assert not verdict.asks


@given(values, values, policies)
def test_the_only_side_that_changed_wins_whatever_the_policy(
    base: str, new: str, chosen: Policy
) -> None:
    if base != new:
        assert merge_value(base, new, base, chosen).winner is Side.CRM
        assert merge_value(base, base, new, chosen).winner is Side.XERO
        assert not merge_value(base, new, base, chosen).overwrites


@given(values, values, values, policies)
def test_only_a_clash_overwrites_and_it_says_so(
    base: str, crm: str, xero: str, chosen: Policy
) -> None:
    verdict = merge_value(base, crm, xero, chosen)
    clash = len({base, crm, xero}) == 3
    assert (verdict.overwrites or verdict.asks) == clash


def test_the_newest_wins_a_clash() -> None:
    newest = ConflictPolicy.NEWEST
    assert merge_value("a", "b", "c", policy(newest)).winner is Side.CRM
    assert merge_value("a", "b", "c", policy(newest, xero_later=True)).winner is Side.XERO


def test_a_side_can_be_chosen_to_win_every_clash() -> None:
    later = {"xero_later": True}
    assert merge_value("a", "b", "c", policy(ConflictPolicy.CRM, **later)).winner is Side.CRM
    assert merge_value("a", "b", "c", policy(ConflictPolicy.XERO)).winner is Side.XERO


def test_asking_leaves_both_values_alone() -> None:
    verdict = merge_value("a", "b", "c", policy(ConflictPolicy.ASK))
    assert verdict.winner is None
    assert verdict.asks


def test_at_a_first_meeting_an_empty_side_is_filled_and_nothing_is_emptied() -> None:
    ask = policy(ConflictPolicy.ASK)
    assert merge_value(UNKNOWN, "", "x", ask).winner is Side.XERO
    assert merge_value(UNKNOWN, "c", "", ask).winner is Side.CRM
    assert merge_value(UNKNOWN, "c", "x", ask).asks
