"""Which fields no person writes: only the sync writes them, or the CRM computes them.

A DocType marks them read-only, which binds its form and nothing else: a request, an import or a
bulk edit may name any field, and Customize Form may take the mark away. So every save of a person
goes by this list. A read-only field that is not in it fails a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..mapping.doctypes import INVOICE, NUMBER_FIELDS, ORGANIZATION, PAYMENT, PRODUCT, SERVICE

Row = Mapping[str, Any]

LINE, INVOICE_TAX, TAX = "Vtiger Invoice Item", "Vtiger Invoice Tax", "Vtiger Tax"
SETTINGS, MODULE_SETTING = "Xero Settings", "Xero Module Setting"

BY_HAND = "CRM"  # what Source says of a record that a person made
_RECORD: Mapping[str, object] = {"source": BY_HAND, "xero_state": "Not Linked"}


@dataclass(frozen=True)
class ReadOnly:
    """The read-only fields of a DocType, by where their values come from.

    `stays`: whatever a person's save says, what is stored stays; the value is that of a new record.
    `stays_while`: so does this field, as long as the stored record has the box of the other one.
    `computed`: from other fields, at every save, of a person or of the sync.
    `filled`: the form fills it in while a person types, so a save takes what it is given.
    """

    stays: Mapping[str, object] = field(default_factory=dict)
    stays_while: Mapping[str, str] = field(default_factory=dict)
    computed: frozenset[str] = frozenset()
    filled: frozenset[str] = frozenset()


READ_ONLY: Mapping[str, ReadOnly] = {
    ORGANIZATION: ReadOnly(_RECORD, computed=frozenset({NUMBER_FIELDS[ORGANIZATION]})),
    PRODUCT: ReadOnly(
        {**_RECORD, "tracked_in_xero": 0},
        # Xero counts what it tracks, and whether there is enough is judged by this number.
        stays_while={"qty_in_stock": "tracked_in_xero"},
        computed=frozenset({NUMBER_FIELDS[PRODUCT]}),
    ),
    SERVICE: ReadOnly(_RECORD, computed=frozenset({NUMBER_FIELDS[SERVICE]})),
    INVOICE: ReadOnly(
        {**_RECORD, "rounding": 0, "received_otherwise": 0, "cis_deduction": 0},
        computed=frozenset(
            {
                "items_total",
                "overall_discount",
                "charges",
                "pre_tax_total",
                "tax",
                "taxes_on_charges",
                "total_tax",
                "deducted_taxes",
                "grand_total",
                "received",
                "balance",
            }
        ),
    ),
    LINE: ReadOnly(
        computed=frozenset({"total", "discount", "total_after_discount", "tax", "net_price"}),
        filled=frozenset({"line_no"}),
    ),
    # How a tax was computed when the invoice got it; and whether its amount is Xero's.
    INVOICE_TAX: ReadOnly(
        {"method": "", "compounds_on": "", "amount_given": 0}, computed=frozenset({"amount"})
    ),
    PAYMENT: ReadOnly(
        _RECORD,
        computed=frozenset({NUMBER_FIELDS[PAYMENT], "organization_name", "currency"}),
    ),
    TAX: ReadOnly({"source": BY_HAND, "xero_tax_type": None}),
    SETTINGS: ReadOnly(
        dict.fromkeys(
            [
                "tenant_id",
                "connection_id",
                "organisation_name",
                "base_currency",
                "country",
                "short_code",
                "is_demo",
                "connected_by",
                "connected_on",
                "access_lost_on",
            ]
        ),
        computed=frozenset({"schedule_changed", "redirect_address", "webhook_address"}),
    ),
    MODULE_SETTING: ReadOnly(filled=frozenset({"module"})),
}

# Nothing in these is a person's: what Xero has, what the sync remembers, and what it did.
WRITTEN_BY_SYNC = frozenset(
    {
        "Xero Account",
        "Xero Document",
        "Xero Link",
        "Xero Match Answer",
        "Xero Organisation",
        "Xero Outbox",
        "Xero Preview Entry",
        "Xero Sync Entry",
        "Xero Sync Log",
        "Xero Sync Run",
        "Xero Tax Rate",
        "Xero Watermark",
    }
)


def stored_values(doctype: str, before: Row | None) -> dict[str, Any]:
    """What a person's save of a record, or of a row in its tables, cannot change.

    `before` is what is stored, None for a new one. A DocType without such fields has none.
    """
    fields = READ_ONLY.get(doctype)
    if fields is None:
        return {}
    if before is None:
        return dict(fields.stays)
    also = (name for name, box in fields.stays_while.items() if before.get(box))
    return {name: before.get(name) for name in (*fields.stays, *also)}
