"""What tells records in conflict apart, and who changed each side last, and when."""

from collections.abc import Iterable, Mapping
from typing import Any

import frappe
from frappe.utils import fmt_money, get_fullname

from ..crm.readers import key, names_by_doctype, readable
from ..crm.rows import select_in
from ..crm.times import to_site
from ..engine.mapping.doctypes import ORGANIZATION
from ..engine.stored import time_of
from .wording import Record, titles_of

Row = Mapping[str, Any]
_CUSTOMER, _CURRENCY = "organization_name", "currency"
_AMOUNTS = ("grand_total", "amount")


def sides_of(rows: Iterable[Row]) -> dict[Record, dict[str, Any]]:
    """For each record of these rows (`crm_doctype`, `crm_name`, and `updated` of Xero's).

    `title` is what people call it; `about` is its customer and its amount, as far as it has them
    and the person may see them; `crm_by` and `crm_on` tell who saved it last and when, `xero_on`
    when Xero's was last changed. Xero does not say who did.
    """
    held = list(rows)
    records = _records(key(each) for each in held)
    customers = {(ORGANIZATION, name) for each in records.values() if (name := _customer(each))}
    names = titles_of(readable(customers))
    return {
        key(each): {
            "title": records[key(each)].get(_title_field(key(each)[0])) or key(each)[1],
            "about": _about(records[key(each)], names),
            "crm_by": get_fullname(records[key(each)]["modified_by"]),
            "crm_on": records[key(each)]["modified"],
            "xero_on": to_site(time_of(each["updated"])),
        }
        for each in held
        if key(each) in records
    }


def _records(wanted: Iterable[Record]) -> dict[Record, Row]:
    found: dict[Record, Row] = {}
    for doctype, names in names_by_doctype(wanted).items():
        meta = frappe.get_meta(doctype)
        own = [each for each in (*_AMOUNTS, _CURRENCY) if meta.has_field(each)]
        customer = meta.get_field(_CUSTOMER)
        if customer and customer.fieldtype == "Link":
            own.append(_CUSTOMER)
        columns = dict.fromkeys(("name", "modified", "modified_by", _title_field(doctype), *own))
        for row in select_in(doctype, tuple(columns), "name", sorted(names)):
            found[doctype, row["name"]] = row
    return found


def _title_field(doctype: str) -> str:
    return str(frappe.get_meta(doctype).get_title_field())


def _customer(record: Row) -> str:
    return str(record.get(_CUSTOMER) or "")


def _about(record: Row, names: Mapping[Record, str]) -> str:
    amounts = [
        str(fmt_money(record[each], currency=record.get(_CURRENCY) or None))
        for each in _AMOUNTS
        if record.get(each) is not None
    ]
    customer = names.get((ORGANIZATION, _customer(record)))
    return " · ".join([*([customer] if customer else []), *amounts])
