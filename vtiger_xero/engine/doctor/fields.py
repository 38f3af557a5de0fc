"""What the CRM insists on, and Xero cannot give (rule G1)."""

from __future__ import annotations

from collections.abc import Iterator

from ..mapping.doctypes import SERVICE
from ..messages import _lt, label
from ..modules import spec_of
from ..ports import MandatoryField
from ..records import Module, Side
from .findings import Check, Finding, error, warning
from .situation import Situation


def _mandatory_fields(situation: Situation) -> Iterator[Finding]:
    for module in Module:
        if not situation.writes(module, Side.CRM) or module not in situation.mapped:
            continue
        spec = spec_of(module)
        for field in situation.mandatory.get(module, ()):
            is_filled = field.field in spec.filled_by_sync or spec.crm_fills(field.field)
            if not is_filled and _comes_in(situation, field):
                yield _finding(situation, module, field)


def _comes_in(situation: Situation, field: MandatoryField) -> bool:
    """An incoming item is a service only where the settings say so."""
    return field.doctype != SERVICE or situation.settings.incoming_items == SERVICE


def _finding(situation: Situation, module: Module, field: MandatoryField) -> Finding:
    doctype = field.doctype or spec_of(module).doctypes[0]
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
