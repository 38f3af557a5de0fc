"""The DocTypes that sync, and under which names their fields flow.

Products and services are one module: at Xero both are items. A service's fields flow under the
names of the product's, so that one table maps both; a CRM adapter renames them on the way in
and out, and `ITEM_TYPE` says which of the two a record is.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..messages import _lt

ORGANIZATION, INVOICE, PAYMENT = "Vtiger Organization", "Vtiger Invoice", "Vtiger Payment"
PRODUCT, SERVICE = "Vtiger Product", "Vtiger Service"

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
