"""What belongs to a service, shown above its form."""

from typing import Any


def get_data() -> dict[str, Any]:
    """The invoices that sell it: found by their lines (`api/guards.py` counts them)."""
    return {
        "fieldname": "item_name",
        "non_standard_fieldnames": {"Vtiger Invoice": "Vtiger Invoice Item.item_name"},
        "transactions": [{"items": ["Vtiger Invoice"]}],
    }
