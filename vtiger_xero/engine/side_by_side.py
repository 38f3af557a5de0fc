"""Possible matches with both records side by side, for the person who answers one or two.

The fields are those by which a bookkeeper tells two records apart; both CRMs show the same ones.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from .journal import Journal
from .links import Likeness
from .modules import spec_of
from .ports import Crm, chunks
from .possible import Asked
from .records import CrmRecord, Document, Fields, Module
from .showing import format_value

_AT_ONCE = 200


@dataclass(frozen=True)
class Compared:
    """One field of both records, as text."""

    field: str
    crm: str
    xero: str


@dataclass(frozen=True)
class Match:
    """Two records that may be one, and by what."""

    module: Module
    crm_name: str
    xero_id: str
    likeness: Likeness
    crm_title: str
    xero_title: str
    fields: tuple[Compared, ...]


def side_by_side(crm: Crm, journal: Journal, module: Module, asked: Sequence[Asked]) -> list[Match]:
    """These pairs of a module; one of which a record is gone by now is left out."""
    matches: list[Match] = []
    for some in chunks(asked, _AT_ONCE):
        records = {each.name: each for each in crm.get(module, _each(some, 0))}
        documents = {
            each.id: each.document for each in journal.xero_records(module, _each(some, 1))
        }
        referred = _titles_referred_to(crm, module, records.values())
        matches += [
            _match(module, likeness, records[name], xero_id, documents[xero_id], referred)
            for name, xero_id, likeness in some
            if name in records and xero_id in documents
        ]
    return matches


def _each(asked: Sequence[Asked], place: int) -> list[str]:
    return list(dict.fromkeys(str(each[place]) for each in asked))


def _titles_referred_to(
    crm: Crm, module: Module, records: Collection[CrmRecord]
) -> Mapping[str, str]:
    """What people call the customer of an invoice, and the invoice of a payment."""
    titles: dict[str, str] = {}
    for refers in (each for each in spec_of(module).refers_to if each.field):
        names = {str(each.fields.get(refers.field) or "") for each in records} - {""}
        title = spec_of(refers.module).title_field
        for each in crm.get(refers.module, sorted(names)):
            titles[each.name] = format_value(each.fields.get(title))
    return titles


def _match(
    module: Module,
    likeness: Likeness,
    record: CrmRecord,
    xero_id: str,
    document: Document,
    referred: Mapping[str, str],
) -> Match:
    spec = spec_of(module)
    fields = tuple(
        Compared(field, _ours(record.fields, field, referred), read(document))
        for field, read in spec.compared
    )
    title = format_value(record.fields.get(spec.title_field)) or record.name
    theirs = spec.xero.title(document) or xero_id
    return Match(module, record.name, xero_id, likeness, title, theirs, fields)


def _ours(fields: Fields, field: str, referred: Mapping[str, str]) -> str:
    text = format_value(fields.get(field))
    return referred.get(text, text)
