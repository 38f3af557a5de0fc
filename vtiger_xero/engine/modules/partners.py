"""Which records of the two sides belong together, from the links and heads of a module."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..links import Link
from ..mapping.doctypes import DO_NOT_SYNC
from ..records import Head


def record_of_document(links: Iterable[Link], heads: Iterable[Head]) -> dict[str, str]:
    """The CRM record of each document, if it is there; of duplicates, the one they duplicate."""
    there = {head.name for head in heads}
    pairs = (each for each in links if each.crm_name in there and not each.duplicate_of)
    return {str(each.xero_id): str(each.crm_name) for each in pairs if each.xero_id}


def document_of_record(links: Iterable[Link], heads: Iterable[Head]) -> dict[str, str]:
    """The Xero document of each CRM record that is there, duplicates included."""
    there = {head.name for head in heads}
    pairs = (each for each in links if each.crm_name in there and each.xero_id)
    return {str(each.crm_name): str(each.xero_id) for each in pairs}


def deleted_here(links: Iterable[Link], heads: Sequence[Head]) -> set[str]:
    """The documents of records that are gone from the CRM, and that no other record has."""
    there = {head.name for head in heads}
    gone = {str(each.xero_id) for each in links if each.crm_name and each.crm_name not in there}
    return gone - {str(each.xero_id) for each in links if each.crm_name in there}


def excluded_names(heads: Iterable[Head]) -> set[str]:
    """The names of records that are excluded from the sync."""
    return {head.name for head in heads if head.keys.get(DO_NOT_SYNC)}
