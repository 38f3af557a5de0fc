"""What a module or a DocType must be added to by hand: Frappe reads these files, not our specs."""

from __future__ import annotations

import ast
import json
import re
from itertools import chain
from pathlib import Path

import pytest
from xero_python.accounting import AccountingApi

import vtiger_xero
from vtiger_xero.engine.ageing import OWED
from vtiger_xero.engine.modules import DOCTYPES, SPECS
from vtiger_xero.engine.records import Module
from vtiger_xero.xero.endpoints import ENDPOINTS

APP = Path(vtiger_xero.__file__).parent
MODULES = [each.value for each in Module]


def text(place: str) -> str:
    return (APP / place).read_text(encoding="utf-8")


def test_the_settings_have_a_row_for_each_module() -> None:
    form = json.loads(text("vtiger_xero/doctype/xero_module_setting/xero_module_setting.json"))
    (field,) = (each for each in form["fields"] if each["fieldname"] == "module")
    assert field["options"].split("\n") == MODULES


def test_the_settings_have_a_field_for_each_account_and_offer_what_suits_it() -> None:
    form = json.loads(text("vtiger_xero/doctype/xero_settings/xero_settings.json"))
    links = [each["fieldname"] for each in form["fields"] if each.get("options") == "Xero Account"]
    fields = [each.field for spec in SPECS.values() for each in spec.default_accounts]
    script = text("vtiger_xero/doctype/xero_settings/xero_settings.js")
    assert sorted(links) == sorted(fields) == sorted(re.findall(r'"(\w+_account)"', script))


@pytest.mark.parametrize("report", ["xero_reconciliation", "xero_records"])
def test_a_report_offers_each_module(report: str) -> None:
    options = re.findall(r"options: (\[[^]]*\])", text(f"vtiger_xero/report/{report}/{report}.js"))
    assert ["", *MODULES] in [ast.literal_eval(each) for each in options]


def test_the_desk_knows_each_doctype() -> None:
    (found,) = re.findall(r"vtiger_xero.DOCTYPES = (\[[^]]*\])", text("public/js/xero/states.js"))
    assert tuple(ast.literal_eval(found)) == DOCTYPES


def test_every_save_of_a_record_is_noticed() -> None:
    from vtiger_xero import hooks

    saved = {d for d, events in hooks.doc_events.items() if "on_trash" in events} - {"Contact"}
    assert saved == set(DOCTYPES)


def test_the_search_of_the_desk_finds_each_doctype() -> None:
    from vtiger_xero import hooks

    (listed,) = hooks.global_search_doctypes.values()
    assert sorted(each["doctype"] for each in listed) == sorted(DOCTYPES)


def test_the_list_of_invoices_calls_overdue_what_the_chart_counts_as_owed() -> None:
    script = text("vtiger_xero/doctype/vtiger_invoice/vtiger_invoice_list.js")
    (found,) = re.findall(r"const OWED = (\[[^]]*\])", script)
    assert sorted(ast.literal_eval(found)) == sorted(OWED)


def test_no_doctype_is_of_two_modules() -> None:
    assert tuple(chain(*(spec.doctypes for spec in SPECS.values()))) == DOCTYPES


@pytest.mark.parametrize("module", Module, ids=lambda each: each.value)
def test_xeros_sdk_has_the_calls_of_each_module(module: Module) -> None:
    endpoint = ENDPOINTS[module]
    for name in (endpoint.read, endpoint.create, endpoint.update):
        assert not name or hasattr(AccountingApi, name)


def test_the_filter_of_the_log_offers_every_module() -> None:
    (found,) = re.findall(r"MODULES = (\[[^]]*\])", text("public/js/pages/log_runs.js"))
    assert json.loads(found) == [each.value for each in Module]
