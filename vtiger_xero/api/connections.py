"""What belongs to a record, counted for the connections above its form.

No `from __future__ import annotations` here: Frappe reads these annotations to check arguments.
"""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe.desk import notifications

from ..crm.readers import is_ours

_MOST = 100  # Frappe shows "99+" for more


@frappe.whitelist(methods=["GET", "POST"])
def get_open_count(
    doctype: str, name: str | int, items: list[Any] | str | None = None
) -> dict[str, Any]:
    """How many records belong to this one, of those that the person may read.

    Overrides Frappe's own, which counts all of them; and that cannot follow a table of the other
    record, as from a product to its invoices.
    """
    if not is_ours(doctype):
        return notifications.get_open_count(doctype, name, items)  # type: ignore[no-any-return]
    links = frappe.get_meta(doctype).get_dashboard_data()
    offered = [each for group in links.transactions for each in group.get("items") or ()]
    wanted = frappe.parse_json(items) if items is not None else offered
    others = [each for each in wanted if not is_ours(each)]
    found: dict[str, Any] = notifications.get_open_count(doctype, name, others)
    for each in wanted:
        if is_ours(each) and each in offered:
            count = _count_of(each, _field_of(each, links), str(name))
            row = {"doctype": each, "open_count": 0, "count": count}
            found["count"]["external_links_found"].append(row)
    return found


def _field_of(doctype: str, links: Mapping[str, Any]) -> str:
    others = links.get("non_standard_fieldnames") or {}
    return str(others.get(doctype) or links.get("fieldname"))


def _count_of(doctype: str, field: str, name: str) -> int:
    if not frappe.has_permission(doctype, "read"):
        return 0
    table, _dot, column = field.rpartition(".")
    filters = [[table or doctype, column, "=", name]]
    return len(frappe.get_list(doctype, filters=filters, pluck="name", limit=_MOST, distinct=True))
