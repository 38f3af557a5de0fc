"""What cannot even be read as a Contact: wrong JSON types, unknown enum values, bad GUIDs.

Such a body fails as a whole with PostDataInvalidException [3P], whatever summarizeErrors says.
# invented [Y1]: the sentences.
"""

from typing import Any

from xero_simulator.contact_fields import (
    ADDRESS_LIMITS,
    ADDRESS_TYPES,
    FIELDS,
    PERSON_LIMITS,
    PHONE_LIMITS,
    PHONE_TYPES,
    STATUSES,
)
from xero_simulator.shapes import check_kinds, unreadable
from xero_simulator.wire import JsonObject, is_guid

LINE_AMOUNT_TYPES = ("INCLUSIVE", "EXCLUSIVE", "NONE")
ENUMS = {
    "ContactStatus": STATUSES,
    "TaxNumberType": ("SSN", "EIN", "ITIN", "ATIN"),
    "SalesDefaultLineAmountType": LINE_AMOUNT_TYPES,
    "PurchasesDefaultLineAmountType": LINE_AMOUNT_TYPES,
}
_KINDS: dict[str, type] = {row.name: row.kind for row in FIELDS if row.writable}
_NESTED: dict[str, tuple[dict[str, type], tuple[str, tuple[str, ...]] | None]] = {
    "Addresses": (dict.fromkeys(ADDRESS_LIMITS, str), ("AddressType", ADDRESS_TYPES)),
    "Phones": (dict.fromkeys(PHONE_LIMITS, str), ("PhoneType", PHONE_TYPES)),
    "ContactPersons": ({**dict.fromkeys(PERSON_LIMITS, str), "IncludeInEmails": bool}, None),
}


def check_shape(sent: JsonObject) -> None:
    """Raise Refused(400) unless `sent` can be read as a Contact. Unknown elements are ignored."""
    check_kinds(sent, {**_KINDS, "ContactID": str})
    if (contact_id := sent.get("ContactID")) is not None and not is_guid(contact_id):
        raise unreadable("ContactID", contact_id)
    for name, allowed in ENUMS.items():
        if sent.get(name) not in (None, "", *allowed):
            raise unreadable(name, sent[name])
    for name in _NESTED:
        _check_nested(name, sent.get(name))


def _check_nested(name: str, rows: Any) -> None:
    if rows is None:
        return
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise unreadable(name, rows)
    kinds, enum = _NESTED[name]
    for row in rows:
        check_kinds(row, kinds)
        if enum and row.get(enum[0]) not in enum[1]:
            raise unreadable(enum[0], row.get(enum[0]))
