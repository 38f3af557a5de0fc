"""Records that a person chose, by the key of one side or the other."""

from __future__ import annotations

import pytest

from vtiger_xero.engine.errors import ConfigurationError
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.selection import Selection
from vtiger_xero.engine.settings import ModuleSettings, Settings

ORGANIZATIONS, PRODUCTS, INVOICES, PAYMENTS = Module
CHOSEN = Selection({INVOICES: frozenset({"INV1"})}, {PAYMENTS: frozenset({"x-1"})})


def test_a_pair_is_chosen_by_either_key_and_within_its_module() -> None:
    assert CHOSEN.has(INVOICES, "INV1", None)
    assert CHOSEN.has(PAYMENTS, None, "x-1")
    assert CHOSEN.has(PAYMENTS, "PAY1", "x-1")
    assert not CHOSEN.has(PAYMENTS, "INV1", "x-2")
    assert not CHOSEN.has(INVOICES, None, "x-1")
    assert not Selection({INVOICES: frozenset({""})}).has(INVOICES, "", None)


def test_only_modules_with_a_chosen_record_are_its_modules() -> None:
    assert CHOSEN.modules == {INVOICES, PAYMENTS}
    assert Selection({ORGANIZATIONS: frozenset()}).modules == set()


def test_more_is_added_to_what_is_there() -> None:
    more = CHOSEN.plus(INVOICES, ["INV2"], ["x-9"])
    assert more.names[INVOICES] == {"INV1", "INV2"}
    assert more.xero_ids == {**CHOSEN.xero_ids, INVOICES: {"x-9"}}
    assert CHOSEN.plus(PRODUCTS) == CHOSEN


def test_a_module_that_does_not_sync_is_refused_with_the_usual_sentence() -> None:
    on = Settings("tenant", {each: ModuleSettings() for each in Module})
    CHOSEN.require_enabled(on)
    off = Settings("tenant", {INVOICES: ModuleSettings()})
    with pytest.raises(ConfigurationError) as refusal:
        CHOSEN.require_enabled(off)
    assert refusal.value.message == (
        "Xero Settings do not enable Payments. Tick Enable Sync in its row to run it."
    )
