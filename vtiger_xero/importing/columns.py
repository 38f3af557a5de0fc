"""Vtiger's columns, where they are called otherwise than the fields here.

Vtiger heads a column with the label of its field, and most labels are the same here. What has no
row in these tables goes to the field of its own label.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ..engine.mapping.doctypes import INVOICE, ORGANIZATION, PAYMENT, PRODUCT, SERVICE

# Vtiger exports both with each record; no template of Frappe's has them.
MARKS = frozenset({"Created Time", "Modified Time"})

ID = "ID"  # Frappe's name of a record: Data Import keeps it as it is given
LINE, TAX = "items", "taxes"  # the tables of an invoice; a product has the second one, too

# The column that has the record's own number.
NUMBERS: Mapping[str, str] = {
    ORGANIZATION: "Organization Number",
    PRODUCT: "Product Number",
    SERVICE: "Service Number",
    INVOICE: "Invoice No",
    PAYMENT: "Payment No",
}

# Vtiger's label → the fields here, in the record itself.
FIELDS: Mapping[str, Mapping[str, str]] = {
    ORGANIZATION: {},
    PRODUCT: {"Handler": "assigned_to"},
    SERVICE: {"Owner": "assigned_to"},
    INVOICE: {
        "Tax Type": "tax_mode",
        "S&H Amount": "shipping_and_handling",
        "Discount Percent": "overall_discount_percent",
        "Discount Amount": "overall_discount_amount",
        "Total": "grand_total",
    },
    PAYMENT: {
        "Status": "payment_status",
        "Mode": "payment_mode",
        "Date": "payment_date",
    },
}

# What a row of an exported invoice says of its line.
LINES: Mapping[str, str] = {
    "Quantity": "quantity",
    "Selling Price": "selling_price",
    "Item Comment": "item_comment",
    "Item Discount Percent": "discount_percent",
    "Item Discount Amount": "discount_amount",
    "Purchase Cost": "purchase_cost",
}
ITEM_NAME, CHARGE_TAX = "Item Name", "Taxes On Charges"

# What is not taken: it is computed here, it is Frappe's own, or it is a name without its file.
LEFT_OUT: Mapping[str, frozenset[str]] = {
    ORGANIZATION: frozenset(),
    PRODUCT: frozenset({"Taxes", "Product Image", "Currency"}),
    SERVICE: frozenset({"Taxes", "Currency"}),
    INVOICE: frozenset(
        {
            *("Sub Total", "Pre Tax Total", "Received", "Balance"),
            *("Image", "Margin", "Tax Region", CHARGE_TAX),
        }
    ),
    PAYMENT: frozenset({"Organization Name", "Currency"}),
}
OF_FRAPPE = frozenset({*MARKS, "Last Modified By", "Source", "Is Converted From Lead"})

# What these may be is the app's own, and not a list that a company makes.
FIXED_CHOICES = frozenset({"status", "tax_mode", "payment_status"})

# How Vtiger's modules are called in the value of a field that names a record.
MODULES: Mapping[str, str] = {
    "Accounts": ORGANIZATION,
    "Products": PRODUCT,
    "Services": SERVICE,
    "Invoice": INVOICE,
}

# The field by which Vtiger names a record of these.
TITLES: Mapping[str, str] = {
    ORGANIZATION: "organization_name",
    PRODUCT: "product_name",
    SERVICE: "service_name",
    INVOICE: "subject",
    "Contact": "full_name",
    "User": "full_name",
}


@cache
def currency_codes() -> Mapping[str, str]:
    """Vtiger's names of currencies in lower case, each with its code ("usa, dollars": "USD")."""
    with Path(__file__).with_name("currencies.csv").open(encoding="utf-8", newline="") as file:
        _head, *rows = csv.reader(file)
    return {name.casefold(): code for name, code in rows}
