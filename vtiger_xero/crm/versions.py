"""What changed in the CRM since the last run, as the database finds it.

Each link keeps the version (`modified`) of its record that was last dealt with. Where the two
differ, the record changed, whoever changed it and whatever the clock said. It is compared in the
database: a run need not read ten thousand records to find that nothing is to be done.
"""

from collections.abc import Sequence

import frappe
from pypika.functions import Concat

from ..engine.links import LinkState
from ..engine.modules import spec_of
from ..engine.records import Module
from ..engine.stored import LINK, crm_key


def changed(module: Module, tenant: str) -> Sequence[str]:
    """The names of records whose version is not that of their link, or that have no link."""
    found: list[str] = []
    link = frappe.qb.DocType(LINK)
    for doctype in spec_of(module).doctypes:
        record = frappe.qb.DocType(doctype)
        key = Concat(crm_key(tenant, module, ""), record.name)
        query = frappe.qb.from_(record).left_join(link).on(link.crm_key == key)
        query = query.where(link.crm_version.isnull() | (link.crm_version != record.modified))
        found += query.select(record.name).run(pluck=True)
    return found


def linked_but_gone(module: Module, tenant: str) -> Sequence[str]:
    """The names on links of records that are no more, but for links that are Gone."""
    link = frappe.qb.DocType(LINK)
    query = frappe.qb.from_(link).select(link.crm_name)
    for doctype in spec_of(module).doctypes:
        record = frappe.qb.DocType(doctype)
        query = query.left_join(record).on(record.name == link.crm_name)
        query = query.where(record.name.isnull())
    # The beginning of the key, for it has an index.
    query = query.where(link.crm_key.like(crm_key(tenant, module, "") + "%"))
    return list(query.where(link.state != LinkState.GONE.value).run(pluck=True))
