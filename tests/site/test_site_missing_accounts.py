"""The accounts that the settings still need, offered with a suggestion."""

from __future__ import annotations

from typing import Any

import frappe
import pytest

from tests.site.queueing import choose
from tests.site.web import new_person
from tests.site.xero import run_now
from vtiger_xero.api import missing_accounts
from vtiger_xero.engine.records import Module
from xero_simulator import Simulator

MODULES = [each.value for each in Module]


@pytest.fixture
def all_on(xero: Simulator) -> Simulator:
    choose(modules=[{"module": each, "enable_sync": 1} for each in MODULES])
    return xero


def told() -> dict[str, Any]:
    return {each["field"]: (each["title"], each["uses"]) for each in missing_accounts()}


def test_what_is_missing_comes_with_a_suggestion_and_costs_no_call(all_on: Simulator) -> None:
    before = len(all_on.calls)
    assert told() == {
        "sales_account": ("200 – Sales", 0),
        "payment_account": ("090 – Business Bank Account", 0),
    }
    assert len(all_on.calls) == before
    for each in missing_accounts():
        assert frappe.db.exists("Xero Account", each["account"])
        assert each["without"]


def test_what_xero_holds_decides_once_it_was_read(all_on: Simulator) -> None:
    books = all_on.organisation
    contact = books.add_contact_in_xero(Name="Kea")
    line = {"Description": "Rent", "Quantity": 1, "UnitAmount": 5, "AccountCode": "260"}
    books.add_invoice_in_xero(
        Type="ACCREC", Contact={"ContactID": contact.contact_id}, LineItems=[line, line]
    )
    run_now()
    assert told()["sales_account"] == ("260 – Other Revenue", 2)


def test_what_is_chosen_or_not_needed_is_not_asked_for(all_on: Simulator) -> None:
    (sales, _) = missing_accounts()
    choose(sales_account=sales["account"])
    assert set(told()) == {"payment_account"}
    choose(modules=[{"module": "Organizations", "enable_sync": 1}])
    assert told() == {}


def test_only_a_manager_is_asked(all_on: Simulator) -> None:
    frappe.set_user(new_person("Xero User"))
    with pytest.raises(frappe.PermissionError):
        missing_accounts()
