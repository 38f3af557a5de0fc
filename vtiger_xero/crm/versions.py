"""What changed in the CRM since the last run, as the database finds it.

Each link keeps the version (`modified`) of its record that was last dealt with. Where the two
differ, the record changed, no matter who changed it and what the clock said. It is compared in the
database: a run need not read ten thousand records to find that nothing is to be done.

Both statements read an index of the links that holds all that they ask for (`BY_RECORD` of
`engine/stored.py`), and so none of the links themselves. Not by `crm_key`: MariaDB then reads the
link of each record, and for what is gone all links of all modules.
"""

from collections.abc import Sequence

import frappe

from ..engine.links import LinkState
from ..engine.modules import spec_of
from ..engine.records import Module
from ..engine.stored import LINK
from .states import FIELD, NOT_LINKED

# Each by name: MariaDB reads an index by `<>` only where it knows how few rows there are.
_UNSETTLED = ("", NOT_LINKED, *(each.value for each in LinkState if each is not LinkState.IN_SYNC))


def changed(module: Module, tenant: str) -> Sequence[str]:
    """The names of records whose version is not that of their link, or that have no link."""
    found: list[str] = []
    link = frappe.qb.DocType(LINK)
    for doctype in spec_of(module).doctypes:
        record = frappe.qb.DocType(doctype)
        mine = (link.tenant == tenant) & (link.module == module.value)
        query = frappe.qb.from_(record).left_join(link).on(mine & (link.crm_name == record.name))
        query = query.where(link.crm_version.isnull() | (link.crm_version != record.modified))
        found += query.select(record.name).run(pluck=True)
    return found


def not_in_sync(module: Module) -> Sequence[str]:
    """The names of records whose state is not In Sync, found in the index of states.

    Every save by a user takes it away within the same transaction (`states.follow_change`), so
    nothing saved is missed, whatever became of the job that was to sync it.
    """
    found: list[str] = []
    for doctype in spec_of(module).doctypes:
        record = frappe.qb.DocType(doctype)
        query = frappe.qb.from_(record).select(record.name)
        state = record[FIELD]
        found += query.where(state.isin(_UNSETTLED) | state.isnull()).run(pluck=True)
    return found


def linked_but_gone(module: Module, tenant: str) -> Sequence[str]:
    """The names on links of records that are no more, but for links that are Gone."""
    link = frappe.qb.DocType(LINK)
    query = frappe.qb.from_(link).select(link.crm_name)
    for doctype in spec_of(module).doctypes:
        record = frappe.qb.DocType(doctype)
        query = query.left_join(record).on(record.name == link.crm_name)
        query = query.where(record.name.isnull())
    query = query.where((link.tenant == tenant) & (link.module == module.value))
    query = query.where(link.crm_name.isnotnull() & (link.state != LinkState.GONE.value))
    return list(query.run(pluck=True))
