"""What the CRM insists on, and Xero cannot give (rule G1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..mapping.doctypes import DOCTYPES, SERVICE
from ..messages import _lt, label
from ..ports import MandatoryField
from ..records import Module, Side
from .findings import Check, Finding, error, warning
from .situation import Situation

# Always filled: by the sync (rule G11), or by the CRM itself, from an invoice's organization and
# a payment's invoice.
_FILLED: Mapping[Module, tuple[str, ...]] = {
    Module.ORGANIZATIONS: ("organization_name",),
    Module.PRODUCTS: ("product_name",),
    Module.INVOICES: (
        "subject",
        "organization_name",
        "status",
        "tax_mode",
        "items",
        "currency",
        "billing_",
        "shipping_",
    ),
    Module.PAYMENTS: (
        "related_to",
        "amount",
        "payment_date",
        "payment_status",
        "organization_name",
        "currency",
    ),
}


def _mandatory_fields(situation: Situation) -> Iterator[Finding]:
    for module in Module:
        if not situation.writes(module, Side.CRM) or module not in situation.mapped:
            continue
        for field in situation.mandatory.get(module, ()):
            if not field.field.startswith(_FILLED[module]) and _comes_in(situation, field):
                yield _finding(situation, module, field)


def _comes_in(situation: Situation, field: MandatoryField) -> bool:
    """An incoming item is a service only where the settings say so."""
    return field.doctype != SERVICE or situation.settings.incoming_items == SERVICE


def _finding(situation: Situation, module: Module, field: MandatoryField) -> Finding:
    doctype = field.doctype or DOCTYPES[module][0]
    named = label(field.label)
    subject = _lt("Mandatory field: {0} ({1})").format(named, label(doctype))
    if field.field in situation.mapped[module]:
        return warning(
            subject,
            _lt(
                "{0} is mandatory in the CRM and may be empty in Xero: such a record is skipped."
            ).format(named),
            _lt("Fill it in Xero, or make {0} optional in Customize Form.").format(named),
        )
    return error(
        subject,
        _lt(
            "{0} is mandatory in the CRM, and Xero has no such field: no new records can come "
            "from Xero."
        ).format(named),
        _lt("Make {0} optional in Customize Form, or give it a default value.").format(named),
    )


CHECKS = (
    Check(
        "mandatory",
        _lt("Mandatory fields"),
        _lt("Xero can fill every field that is mandatory in the CRM."),
        _mandatory_fields,
    ),
)
