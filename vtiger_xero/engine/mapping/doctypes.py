"""Which DocTypes a module's records are, and under which names their fields flow.

Products and services are one module: at Xero both are items. A service's fields flow under the
names of the product's, so that one table maps both; a CRM adapter renames them on the way in
and out, and `ITEM_TYPE` says which of the two a record is.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..messages import _lt
from ..records import Module

ORGANIZATION, INVOICE, PAYMENT = "Vtiger Organization", "Vtiger Invoice", "Vtiger Payment"
PRODUCT, SERVICE = "Vtiger Product", "Vtiger Service"

DOCTYPES: Mapping[Module, tuple[str, ...]] = {
    Module.ORGANIZATIONS: (ORGANIZATION,),
    Module.PRODUCTS: (PRODUCT, SERVICE),
    Module.INVOICES: (INVOICE,),
    Module.PAYMENTS: (PAYMENT,),
}

ITEM_TYPE = "item_type"
DO_NOT_SYNC = "do_not_sync"  # the box with which a person keeps a record out of the sync

# What can be done where a person keeps a record out of the sync that another one refers to.
UNTICK = _lt("Untick Do Not Sync with Xero there, or tick it here too.")

# The product's name of a field → the DocType's own name of it.
RENAMED: Mapping[str, Mapping[str, str]] = {
    SERVICE: {
        "product_name": "service_name",
        "part_number": "service_code",
        "product_active": "active",
        "product_number": "service_number",
        "unit_price": "price",
    }
}

# The field in which a DocType shows the name that it gave a record.
NUMBER_FIELDS: Mapping[str, str] = {
    ORGANIZATION: "organization_number",
    PRODUCT: "product_number",
    SERVICE: "service_number",
    PAYMENT: "payment_no",
}

# What the head of a record carries (as text; a box is "1" or ""), by the names under which
# fields flow.
HEAD_FIELDS: Mapping[Module, tuple[str, ...]] = {
    Module.ORGANIZATIONS: (
        "organization_name",
        "organization_number",
        "tax_number",
        "primary_email",
        DO_NOT_SYNC,
    ),
    Module.PRODUCTS: (
        "product_name",
        "part_number",
        "product_number",
        "xero_sales_account",
        ITEM_TYPE,
        DO_NOT_SYNC,
    ),
    Module.INVOICES: (
        "invoice_no",
        "subject",
        "organization_name",
        "currency",
        "status",
        "grand_total",
        "invoice_date",
        "received",
        "balance",
        DO_NOT_SYNC,
    ),
    Module.PAYMENTS: (
        "payment_no",
        "related_to",
        "amount",
        "payment_date",
        "reference",
        "payment_status",
        "xero_account",
        DO_NOT_SYNC,
    ),
}
