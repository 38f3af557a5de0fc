"""Which fields the CRM insists on, read from the live DocType (rule G1)."""

from collections.abc import Sequence

from frappe import _
from frappe.core.doctype.docfield.docfield import DocField
from frappe.model import no_value_fields, table_fields
from frappe.model.meta import Meta

from ..engine.ports import MandatoryField

# The sync fills it itself, from the settings (rule G11).
_FILLED_BY_SYNC = frozenset({"assigned_to"})


def mandatory_fields(meta: Meta) -> Sequence[MandatoryField]:
    """Mandatory fields without a default, Customize Form included, in form order.

    `mandatory_depends_on` is left aside: it depends on values, and what it asks of one record
    comes back as that record's refusal.
    """
    return [
        MandatoryField(field.fieldname, _(field.label))
        for field in meta.fields
        if field.reqd and field.fieldname not in _FILLED_BY_SYNC and not _filled(field)
    ]


def _filled(field: DocField) -> bool:
    """Whether Frappe itself always finds a value: a default, or the first of a picklist."""
    if field.fieldtype in no_value_fields and field.fieldtype not in table_fields:
        return True
    first = (field.options or "").split("\n", 1)[0] if field.fieldtype == "Select" else ""
    return bool(field.default or first or field.fieldtype == "Check")
