"""What a run is limited to: records are chosen by the key of one side or the other."""

from __future__ import annotations

import pytest

from vtiger_xero.engine.errors import ConfigurationError
from vtiger_xero.engine.records import Module, Side
from vtiger_xero.engine.run_filter import EVERYTHING, RunFilter
from vtiger_xero.engine.settings import ModuleSettings, Settings

ORGANIZATIONS, PRODUCTS, INVOICES, PAYMENTS = Module
CHOSEN = RunFilter.of_records(INVOICES, ["INV1"]).plus(PAYMENTS, xero_ids=["x-1"])


def test_a_pair_is_chosen_by_either_key_and_within_its_module() -> None:
    assert CHOSEN.includes(INVOICES, "INV1", None)
    assert CHOSEN.includes(PAYMENTS, None, "x-1")
    assert CHOSEN.includes(PAYMENTS, "PAY1", "x-1")
    assert not CHOSEN.includes(PAYMENTS, "INV1", "x-2")
    assert not CHOSEN.includes(INVOICES, None, "x-1")
    assert not CHOSEN.includes(INVOICES, "x-1", "INV1")
    assert not RunFilter.of_records(INVOICES, [""]).includes(INVOICES, "", None)


def test_only_modules_with_a_chosen_record_are_its_modules() -> None:
    assert CHOSEN.modules == {INVOICES, PAYMENTS}
    assert [each for each in Module if CHOSEN.has_records_of(each)] == [INVOICES, PAYMENTS]
    assert RunFilter.of_records(ORGANIZATIONS).modules == set()


def test_a_choice_of_nothing_is_not_everything() -> None:
    nothing = RunFilter.of_records(ORGANIZATIONS)
    assert not nothing.includes(ORGANIZATIONS, "ACC1", "x-1")
    assert not nothing.has_all_records
    assert not nothing.has_records_of(ORGANIZATIONS)
    assert EVERYTHING.includes(ORGANIZATIONS, "ACC1", "x-1")
    assert EVERYTHING.has_all_records
    assert EVERYTHING.has_records_of(ORGANIZATIONS)


def test_more_is_added_to_what_is_there() -> None:
    more = CHOSEN.plus(INVOICES, ["INV2"], ["x-9"])
    assert more.keys(INVOICES, Side.CRM) == {"INV1", "INV2"}
    assert more.keys(INVOICES, Side.XERO) == {"x-9"}
    assert more.keys(PAYMENTS, Side.XERO) == {"x-1"}
    assert CHOSEN.plus(PRODUCTS) == CHOSEN


def test_one_module_leaves_the_others_out_whatever_is_enabled() -> None:
    on = Settings("tenant", {each: ModuleSettings() for each in (ORGANIZATIONS, INVOICES)})
    assert EVERYTHING.enabled_modules(on) == [ORGANIZATIONS, INVOICES]
    assert RunFilter(INVOICES).enabled_modules(on) == [INVOICES]
    assert RunFilter(PAYMENTS).enabled_modules(on) == []


@pytest.mark.parametrize("asked", [CHOSEN, RunFilter(PAYMENTS)])
def test_a_module_that_does_not_sync_is_refused_with_the_usual_sentence(asked: RunFilter) -> None:
    on = Settings("tenant", {each: ModuleSettings() for each in Module})
    asked.require_enabled(on)
    off = Settings("tenant", {INVOICES: ModuleSettings()})
    EVERYTHING.require_enabled(off)
    with pytest.raises(ConfigurationError) as refusal:
        asked.require_enabled(off)
    assert refusal.value.message == (
        "Xero Settings do not enable Payments. Tick Enable Sync in its row to run it."
    )


def test_a_run_is_not_for_chosen_records_and_an_approved_plan() -> None:
    with pytest.raises(ValueError, match="not for both"):
        RunFilter(chosen=CHOSEN.chosen, approval={})
