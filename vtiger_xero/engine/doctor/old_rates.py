"""Invoices whose lines have a rate that no user chose.

Version 0.3 took the first of Xero's rates that say the same; in Singapore that is Bad Debt
Recovery. Lines that Xero has keep their rate, so it stays on them until a person looks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from ..journal import Journal
from ..mapping.drafting import rows_of
from ..mapping.resources import GONE
from ..modules import ON_LINES, WITH_LINES, spec_of
from ..ports import Crm, chunks
from ..records import CrmRecord, Document, Module
from ..reference import Reference, TaxRate
from ..settings import Settings
from ..text import name_key

_AT_ONCE = 500


@dataclass(frozen=True)
class OldRate:
    """A rate of Xero, and the invoices that have it on a line: the CRM's names, their numbers."""

    name: str
    invoices: tuple[str, ...]
    numbers: tuple[str, ...]


def old_rates(
    crm: Crm, journal: Journal, settings: Settings, reference: Reference
) -> list[OldRate]:
    """What there is of them; invoices are read only where such a rate exists."""
    modules = [module for module in WITH_LINES if settings.of(module).enabled]
    suspected = tax_types_listed_first(reference.tax_rates) - {t.chosen for t in crm.taxes()}
    return [
        each for m in modules if suspected for each in _of(m, crm, journal, reference, suspected)
    ]


def _of(
    module: Module, crm: Crm, journal: Journal, reference: Reference, suspected: Set[str]
) -> list[OldRate]:
    found = list(_suspects(module, journal, reference, suspected))
    rates = {rate.tax_type: rate.name for rate in reference.tax_rates}
    by_rate: dict[str, dict[str, str]] = defaultdict(dict)
    for part in chunks(found, _AT_ONCE):
        records = {each.name: each for each in crm.get(module, [name for name, *_ in part])}
        for name, number, tax_type in part:
            if name in records and not _is_named(records[name], rates[tax_type]):
                by_rate[rates[tax_type]][name] = number
    return [
        OldRate(rate, tuple(held), tuple(held.values())) for rate, held in sorted(by_rate.items())
    ]


def _suspects(
    module: Module, journal: Journal, reference: Reference, suspected: Set[str]
) -> Iterator[tuple[str, str, str]]:
    """(the CRM's name, the number, the TaxType) of linked invoices that have such a rate."""
    items = _items(journal)
    accounts = {each.code: each.tax_type for each in reference.accounts if each.code}
    names = {each.xero_id: each.crm_name for each in journal.links(module)}
    ids = sorted(key for key, name in names.items() if key and name)
    for part in chunks(ids, _AT_ONCE):
        for record in journal.xero_records(module, part):
            name = str(names[record.id])
            number = spec_of(module).xero.title(record.document) or name
            for tax_type in sorted(
                set(_rates_without_choice(record.document, accounts, items)) & suspected
            ):
                yield name, number, tax_type


def _is_named(invoice: CrmRecord, rate: str) -> bool:
    """Whether a line's tax in the CRM is this very rate: then a person chose it, here or there."""
    return any(
        name_key(row.get("tax")) == name_key(rate) for row in rows_of(invoice.fields, "taxes")
    )


def tax_types_listed_first(rates: Sequence[TaxRate]) -> frozenset[str]:
    """The TaxTypes that come first in Xero's list among rates for sales of equal components."""
    groups: dict[object, list[str]] = defaultdict(list)
    for rate in rates:
        if rate.is_for_sales and any(part.rate for part in rate.parts):
            parts = (name_key(part.name) for part in rate.parts)
            percents = (part.rate for part in rate.parts)
            groups[tuple(zip(parts, percents, strict=True))].append(rate.tax_type)
    return frozenset(each[0] for each in groups.values() if len(each) > 1)


def _rates_without_choice(
    document: Document, accounts: Mapping[str, str], items: Mapping[str, str]
) -> Iterator[str]:
    """The rates of an invoice's lines that neither the line's account nor its item has."""
    if document.get("Status") in GONE:
        return
    for line in document.get("LineItems") or ():
        tax_type = str(line.get("TaxType") or "")
        account = accounts.get(str(line.get("AccountCode") or ""), "")
        item = items.get(name_key(line.get("ItemCode")), "")
        if tax_type not in ("", account, item):
            yield tax_type


def _items(journal: Journal) -> Mapping[str, str]:
    """The TaxType that each of Xero's items has for sales, by its code."""
    ids = {module: [head.id for head in journal.xero_heads(module)] for module in ON_LINES}
    documents = (
        record.document
        for module, own in ids.items()
        for part in chunks(own, _AT_ONCE)
        for record in journal.xero_records(module, part)
    )
    return {
        name_key(each.get("Code")): str((each.get("SalesDetails") or {}).get("TaxType") or "")
        for each in documents
    }
