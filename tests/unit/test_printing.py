"""What Frappe's standard print shows of a record: what is its reader's, and nothing of the inside.

A field that somebody adds tomorrow fails here until it is decided whether a customer may read it.
"""

from __future__ import annotations

import json

import pytest

from demo.crm.schema import FOLDER

_ADDRESS = (
    "billing_address billing_po_box billing_city billing_state billing_postal_code billing_country "
    "shipping_address shipping_po_box shipping_city shipping_state shipping_code shipping_country"
)
PRINTED = {
    "Vtiger Organization": (
        "organization_name website primary_phone fax secondary_phone primary_email "
        f"secondary_email tax_number currency organization_number {_ADDRESS}"
    ),
    "Vtiger Product": (
        "product_name part_number product_category manufacturer mfr_part_no website "
        "product_number support_start_date support_expiry_date unit_price taxes usage_unit "
        "qty_per_unit product_image description"
    ),
    "Vtiger Service": (
        "service_name service_code category usage_unit number_of_units website service_number "
        "support_start_date support_expiry_date price taxes description"
    ),
    "Vtiger Invoice": (
        "subject organization_name contact_name invoice_date due_date customer_no purchase_order "
        "sales_order invoice_no currency items taxes items_total overall_discount charges "
        "pre_tax_total total_tax deducted_taxes adjustment rounding grand_total received "
        "cis_deduction balance "
        f"{_ADDRESS} terms_and_conditions description"
    ),
    "Vtiger Payment": (
        "related_to organization_name amount currency payment_date payment_no payment_mode "
        "reference"
    ),
    "Vtiger Invoice Item": (
        "item_name quantity selling_price item_comment discount total_after_discount tax net_price"
    ),
    "Vtiger Invoice Tax": "tax rate amount",
    "Vtiger Product Tax": "tax rate",
}
_LAYOUT = {"Section Break", "Column Break", "Tab Break", "HTML"}


@pytest.mark.parametrize("doctype", PRINTED)
def test_a_print_shows_these_fields_and_no_others(doctype: str) -> None:
    folder = doctype.lower().replace(" ", "_")
    held = json.loads((FOLDER / folder / f"{folder}.json").read_text(encoding="utf-8"))
    shown = [
        field["fieldname"]
        for field in held["fields"]
        if field["fieldtype"] not in _LAYOUT and not field.get("print_hide")
    ]
    assert sorted(shown) == sorted(PRINTED[doctype].split())
