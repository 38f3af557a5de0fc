"""What the sync is held against on a site: the same documents, inserted and nothing else.

The loop reads nothing, matches nothing, remembers nothing, and undoes nothing when one is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

import frappe

from vtiger_xero.engine.modules import DOCTYPES
from vtiger_xero.engine.ports import chunks

T = TypeVar("T")

COMMIT_EVERY = 100  # documents, as the sync does
_ALL = (DOCTYPES[0], "Contact", *DOCTYPES[1:])  # in an order in which they may refer
_UNIQUE = ("organization_name", "product_name", "part_number", "invoice_no", "first_name")
_REFERS = {"Vtiger Invoice": "organization_name", "Vtiger Payment": "related_to"}
_OWN = {  # what the copy of a document gets anew
    *("name", "creation", "modified", "owner", "modified_by", "parent", "idx", "docstatus"),
    *("__last_sync_on", "xero_state"),
}


def names() -> dict[str, set[str]]:
    """What is there."""
    return {each: set(frappe.get_all(each, pluck="name")) for each in _ALL}


def copies(before: dict[str, set[str]]) -> Iterator[Any]:
    """What has been made since, as new Documents, one after the other."""
    made = {each: there - before[each] for each, there in names().items()}
    for doctype in _ALL:
        for name in sorted(made[doctype]):
            yield _copy(frappe.get_doc(doctype, name))


def batched(given: Iterable[T], size: int) -> Iterator[Sequence[T]]:
    """In lists of at most `size`, each taken when it is asked for."""
    left = iter(given)
    while part := list(islice(left, size)):
        yield part


class BareLoop:
    """Copies refer to copies: what the sync has made stays as it is."""

    def __init__(self) -> None:
        self._made: dict[str, str] = {}

    def insert(self, documents: Iterable[Any]) -> None:
        """All of them, and commit."""
        for document in documents:
            self._refer(document)
            document.insert(ignore_permissions=True)
            self._made[document.flags.copy_of] = document.name
        frappe.db.commit()

    def take_away(self) -> None:
        """The copies are nobody's business: they go, past all rules."""
        for part in chunks(list(self._made.values()), 1_000):
            for doctype in _ALL:
                frappe.db.delete(doctype, {"name": ("in", part)})
                for table in frappe.get_meta(doctype).get_table_fields():
                    frappe.db.delete(table.options, {"parent": ("in", part)})
        frappe.db.commit()

    def _refer(self, document: Any) -> None:
        if field := _REFERS.get(document.doctype):
            document.set(field, self._made[document.get(field)])
        for row in document.get("items") or ():
            row.item_name = self._made[row.item_name]
        for row in document.get("links") or ():
            row.link_name = self._made[row.link_name]


def _copy(document: Any) -> Any:
    fields = _stripped(document.as_dict(no_nulls=True))
    for unique in _UNIQUE:
        if fields.get(unique) and unique != _REFERS.get(document.doctype):
            fields[unique] = f"{fields[unique]}/2"
    copy = frappe.get_doc(fields)
    copy.flags.from_xero_sync = True  # neither of the two looks for pictures or starts a run
    copy.flags.copy_of = document.name
    return copy


def _stripped(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _stripped(piece) for key, piece in value.items() if key not in _OWN}
    return [_stripped(each) for each in value] if isinstance(value, list) else value
