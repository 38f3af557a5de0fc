"""To whom the site sends its tokens: to Xero, unless whoever runs a developer's site says so."""

from __future__ import annotations

import frappe
import pytest

from vtiger_xero.connection.settings import addresses
from vtiger_xero.engine.errors import ConfigurationError
from vtiger_xero.xero.endpoints import XERO

MODES = ("developer_mode", "allow_tests")
INSTEAD = "http://localhost:1"


@pytest.fixture
def as_used(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A site as people use it."""
    for mode in MODES:
        monkeypatch.setitem(frappe.conf, mode, 0)
    return monkeypatch


def test_a_site_asks_xero(as_used: pytest.MonkeyPatch) -> None:
    assert addresses() == XERO


def test_another_address_alone_moves_nothing(as_used: pytest.MonkeyPatch) -> None:
    as_used.setitem(frappe.conf, "xero_address", INSTEAD)
    with pytest.raises(ConfigurationError, match="for developers only"):
        addresses()


@pytest.mark.parametrize("mode", MODES)
def test_a_developer_may_have_a_simulator(as_used: pytest.MonkeyPatch, mode: str) -> None:
    as_used.setitem(frappe.conf, "xero_address", INSTEAD)
    as_used.setitem(frappe.conf, mode, 1)
    assert addresses().token == f"{INSTEAD}/connect/token"


def test_a_developers_site_without_an_address_asks_xero(as_used: pytest.MonkeyPatch) -> None:
    as_used.setitem(frappe.conf, "developer_mode", 1)
    assert addresses() == XERO


def test_no_field_of_the_form_holds_an_address_for_tokens() -> None:
    fields = {each.fieldname for each in frappe.get_meta("Xero Settings").fields}
    assert {each for each in fields if "address" in each or "url" in each} <= {
        "redirect_address",
        "seller_address",  # where the seller lives, for paper
        "webhook_address",
    }
