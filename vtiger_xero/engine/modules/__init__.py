"""What the engine knows of each module: one spec for each, asked by all generic code.

CONTRIBUTING.md lists what else a new module needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..links import XeroHead
from ..lookups import Lookups, empty_lookups
from ..mapping import Table
from ..mapping.resources import GONE
from ..records import CrmRecord, Module, XeroRecord, unreachable
from . import invoices, items, organizations, payments
from .spec import Booking, ModuleSpec, Standing

__all__ = [
    "DOCTYPES",
    "MODULES",
    "ON_LINES",
    "SPECS",
    "TABLES",
    "WITH_LINES",
    "ModuleSpec",
    "booking_of",
    "head_of",
    "owner_module",
    "settled_by",
    "spec_of",
    "table_of",
    "title_of",
]


def _spec(module: Module) -> ModuleSpec:
    match module:
        case Module.ORGANIZATIONS:
            return organizations.SPEC
        case Module.PRODUCTS:
            return items.SPEC
        case Module.INVOICES:
            return invoices.SPEC
        case Module.PAYMENTS:
            return payments.SPEC
        case _:
            return unreachable(module)


SPECS: Mapping[Module, ModuleSpec] = {module: _spec(module) for module in Module}
_SETTLED_BY = {spec.settles: module for module, spec in SPECS.items() if spec.settles}

# The module of each DocType that syncs, in the order of the modules, and the DocTypes alone.
MODULES: Mapping[str, Module] = {
    doctype: module for module, spec in SPECS.items() for doctype in spec.doctypes
}
DOCTYPES = tuple(MODULES)

# The modules whose records have lines, and those whose records the lines name.
WITH_LINES = tuple(m for m, spec in SPECS.items() if any(r.is_of_lines for r in spec.refers_to))
ON_LINES = tuple(m for m, spec in SPECS.items() if spec.xero.named_by_code)


def spec_of(module: Module) -> ModuleSpec:
    """The spec of a module."""
    return SPECS[module]


def settled_by(module: Module) -> Module | None:
    """The module whose records pay those of this one, None where nothing does."""
    return _SETTLED_BY.get(module)


def owner_module() -> Module:
    """The module by whose records sums are shown."""
    return next(module for module, spec in SPECS.items() if spec.owns_figures)


def table_of(module: Module, lookups: Lookups) -> Table:
    """The table of a module, for what a run looks up."""
    return SPECS[module].table(lookups)


# For code that needs only the rows' names: the docs, and which fields are mapped at all.
TABLES: Mapping[Module, Table] = {each: table_of(each, empty_lookups()) for each in Module}


def title_of(crm: CrmRecord | None, xero: XeroRecord | None) -> str:
    """What a person calls a record of either side; the CRM's word goes first."""
    if crm is not None:
        return str(crm.fields.get(SPECS[crm.module].title_field) or crm.name)
    return SPECS[xero.module].xero.title(xero.document) if xero else ""


def head_of(record: XeroRecord, *, pending: bool) -> XeroHead:
    """The head that the journal keeps of a Xero document."""
    document, spec = record.document, SPECS[record.module]
    title, number, marks, details = spec.head(document)
    return XeroHead(
        id=record.id,
        title=title,
        number=number,
        status=spec.xero.status(document),
        updated=record.updated,
        pending=pending,
        merged_into=document.get("MergedToContactID") or None,
        marks=marks,
        details={key: value for key, value in details.items() if value},
        figures=tuple(spec.xero_figures(document)),
    )


def booking_of(record: XeroRecord, base_currency: str = "") -> Booking:
    """How a document of Xero is booked; one that names no currency is in the base currency."""
    spec = SPECS[record.module]
    status = spec.xero.status(record.document)
    booking = replace(spec.book_xero(record.document, base_currency), status=status)
    return replace(booking, standing=Standing.GONE) if status in GONE else booking
