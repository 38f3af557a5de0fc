"""Until 0.3 a tax was tied to the first of several rates that say the same; that was a guess."""

from collections import defaultdict
from decimal import Decimal

import frappe

from vtiger_xero.crm.taxes import read_taxes
from vtiger_xero.engine.reference import REVENUE, TaxRate
from vtiger_xero.engine.taxes import guessed_ties
from vtiger_xero.engine.xero_totals import TaxComponent


def execute() -> None:
    """Take such ties away. A person's choice has a field of its own since 0.4."""
    for name in guessed_ties(_rates(), read_taxes()):
        frappe.db.set_value("Vtiger Tax", name, "xero_tax_type", "", update_modified=False)
    frappe.clear_cache(doctype="Vtiger Tax")


def _rates() -> list[TaxRate]:
    """Xero's rates as this site has them, as far as they may stand on sales."""
    parts = defaultdict(list)
    fields = ["parent", "component_name", "rate", "compound"]
    for row in frappe.get_all("Xero Tax Component", fields=fields, order_by="parent, idx"):
        part = TaxComponent(row.component_name, Decimal(str(row.rate or 0)), bool(row.compound))
        parts[row.parent].append(part)
    fields = ["name", "tax_rate_name", "status", "report_tax_type", "can_apply_to_revenue"]
    return [
        TaxRate(
            tax_type=row.name,
            name=row.tax_rate_name or "",
            status=row.status or "",
            components=tuple(parts[row.name]),
            applies_to=frozenset({REVENUE} if row.can_apply_to_revenue else ()),
            report_tax_type=row.report_tax_type or "",
        )
        for row in frappe.get_all("Xero Tax Rate", fields=fields)
    ]
