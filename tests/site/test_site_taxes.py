"""Which rate of Xero a tax is by a person's choice: who may choose, and what is refused."""

from __future__ import annotations

from decimal import Decimal

import frappe
import pytest

from tests.contract.world import unique
from tests.site.shop import by_sync
from vtiger_xero.crm.taxes import read_taxes, save_tax
from vtiger_xero.engine.taxes import CrmTax

TAX = "Vtiger Tax"


def rate_of(percent: int) -> str:
    name = unique("RATE")
    parts = [{"component_name": "GST", "rate": percent}]
    rate = {"doctype": "Xero Tax Rate", "tax_type": name, "tax_rate_name": f"{name} rate"}
    more = {"status": "ACTIVE", "can_apply_to_revenue": 1, "effective_rate": percent}
    by_sync(frappe.get_doc({**rate, **more, "components": parts})).insert()
    return name


def test_a_choice_is_of_the_tax_s_own_percentage_and_no_sync_writes_it() -> None:
    nine, eight, name = rate_of(9), rate_of(8), unique("GST")
    tax = frappe.get_doc({"doctype": TAX, "tax_name": name, "rate": 9}).insert()
    with pytest.raises(frappe.ValidationError, match="is 8% in Xero, and this tax is 9%"):
        tax.update({"xero_tax_rate": eight}).save()
    tax.reload()
    tax.update({"xero_tax_rate": nine}).save()
    save_tax(CrmTax(name, Decimal(9), tax_type=nine))
    (held,) = [each for each in read_taxes() if each.name == name]
    assert (held.tax_type, held.chosen) == (nine, nine)
    frappe.db.rollback()


def test_managers_choose_and_users_only_read() -> None:
    allowed = {row.role for row in frappe.get_meta(TAX).permissions if row.write}
    assert {"Sales Manager", "Xero Manager"} <= allowed
    assert not {"Sales User", "Xero User"} & allowed
