"""What a first run would leave out for one cause is said before it begins, if it is much."""

from __future__ import annotations

import pytest

from vtiger_xero.engine.first_run import Cause, first_modules, worth_saying
from vtiger_xero.engine.records import Direction, Module
from vtiger_xero.engine.settings import ModuleSettings, Settings

INVOICES, PAYMENTS = Module.INVOICES, Module.PAYMENTS


def cause(count: int, of: int, module: Module = INVOICES) -> Cause:
    return Cause(module, count, of, "No account.", "Choose one.", "sales_account")


@pytest.mark.parametrize(
    ("count", "of", "is_said"),
    [(0, 0, False), (0, 50, False), (5, 50, False), (6, 50, True), (1, 1, True), (1, 10, False)],
)
def test_more_than_one_record_in_ten_is_worth_saying(count: int, of: int, is_said: bool) -> None:
    assert worth_saying([cause(count, of)]) == ([cause(count, of)] if is_said else [])


def test_the_cause_of_most_records_comes_first() -> None:
    few, many = cause(3, 4, PAYMENTS), cause(30, 40)
    assert worth_saying([few, many]) == [many, few]


def test_only_modules_that_go_to_xero_for_the_first_time_are_looked_at() -> None:
    rows = {
        Module.ORGANIZATIONS: ModuleSettings(),
        Module.PRODUCTS: ModuleSettings(enabled=False),
        INVOICES: ModuleSettings(direction=Direction.TO_CRM),
        PAYMENTS: ModuleSettings(direction=Direction.TO_XERO),
    }
    settings = Settings("tenant", modules=rows)
    assert first_modules(settings, []) == [Module.ORGANIZATIONS, PAYMENTS]
    assert first_modules(settings, [Module.ORGANIZATIONS]) == [PAYMENTS]
    assert first_modules(Settings("tenant"), []) == []
