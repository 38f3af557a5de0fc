"""What matching looks at: which fields of each side name a record, in one place."""

from __future__ import annotations

from collections.abc import Mapping

from ..links import XeroHead
from ..records import Module, XeroRecord
from ..text import name_key
from .organizations import NAME, NUMBER

MATCH_FIELDS: Mapping[Module, tuple[str, ...]] = {
    Module.ORGANIZATIONS: (NAME, NUMBER, "tax_number", "primary_email"),
}

_MARKS = ("tax_number", "primary_email")


def head_of(record: XeroRecord, *, pending: bool) -> XeroHead:
    """The head that the journal keeps of a Xero document."""
    document = record.document
    return XeroHead(
        id=record.id,
        title=str(document.get("Name") or ""),
        number=str(document.get("ContactNumber") or ""),
        status=str(document.get("ContactStatus") or "ACTIVE"),
        updated=record.updated,
        pending=pending,
        merged_into=document.get("MergedToContactID") or None,
        marks=frozenset(
            filter(None, (name_key(document.get(key)) for key in ("TaxNumber", "EmailAddress")))
        ),
    )


def marks_of(keys: Mapping[str, str]) -> frozenset[str]:
    """The details of a CRM head that tell two records of one number apart."""
    return frozenset(filter(None, (name_key(keys.get(field)) for field in _MARKS)))
