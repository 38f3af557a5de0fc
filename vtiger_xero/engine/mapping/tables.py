"""The tables of all modules, for what a run looks up."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..lookups import Lookups, empty_lookups
from ..records import Module
from . import invoices, items, organizations, payments
from .rows import Table

_TABLES: Mapping[Module, Callable[[Lookups], Table]] = {
    Module.ORGANIZATIONS: lambda lookups: organizations.TABLE,
    Module.PRODUCTS: items.table,
    Module.INVOICES: invoices.table,
    Module.PAYMENTS: payments.table,
}


def table_of(module: Module, lookups: Lookups) -> Table:
    """The table of a module."""
    return _TABLES[module](lookups)


# For code that needs only the rows' names: the docs, and which fields are mapped at all.
TABLES: Mapping[Module, Table] = {each: table_of(each, empty_lookups()) for each in Module}
