"""A remedy that is about a field of Xero Settings leads to this field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import vtiger_xero
from vtiger_xero.engine.checklist import STEPS
from vtiger_xero.engine.modules import SPECS
from vtiger_xero.engine.settings_field import _ACCOUNTS, _OTHERS, settings_field

FORMS = Path(vtiger_xero.__file__).parent / "vtiger_xero" / "doctype"


def labels(doctype: str) -> dict[str, str]:
    form = json.loads((FORMS / doctype / f"{doctype}.json").read_text("utf-8"))
    return {each["fieldname"]: each.get("label", "") for each in form["fields"]}


@pytest.mark.parametrize(
    ("remedy", "field"),
    [
        (
            "Choose a Xero Sales Account on the line, on its product, or in Xero Settings.",
            "sales_account",
        ),
        ("Choose one here, or in Xero Settings as Account for Payments.", "payment_account"),
        ("Choose one in Xero Settings under Account for the Adjustment.", "adjustment_account"),
        ("Void it in Xero too, or tick Sync Deletions in Xero Settings.", "deletions"),
        ("Enable sync for Payments in Xero Settings.", "modules"),
        ("Tick Enable Sync in the row Invoices of Xero Settings.", "modules"),
        ("Set the Sync Direction of Payments in Xero Settings to: Sync both ways.", "modules"),
        (
            "Fill in Part Number, or tick Use the Record Number Where a Code Is Missing in Xero "
            "Settings.",
            "number_as_code",
        ),
        ("The sync is switched off. Tick Enable Xero Sync in Xero Settings to run it.", "enabled"),
        ("Choose another Xero Sales Account for line 1.", ""),  # of a line, not of the settings
        ("Fill in Due Date.", ""),
        ("", ""),
    ],
)
def test_the_field_that_a_remedy_names(remedy: str, field: str) -> None:
    assert settings_field(remedy) == field


def test_every_label_that_leads_to_a_field_is_on_the_form() -> None:
    of_settings, of_rows = labels("xero_settings"), labels("xero_module_setting").values()
    for label, field in {**_ACCOUNTS, **_OTHERS}.items():
        assert of_settings[field] == label or (field == "modules" and label in of_rows)


def test_every_account_of_the_settings_can_be_led_to() -> None:
    for default in (each for spec in SPECS.values() for each in spec.default_accounts):
        remedy = f"Choose one in Xero Settings under {default.label}."
        assert settings_field(remedy) == default.field


def test_every_step_of_the_checklist_leads_to_a_field_that_is_there() -> None:
    assert {step.field for step in STEPS} - {""} <= set(labels("xero_settings"))
