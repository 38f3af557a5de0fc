"""Records that were skipped because of another record: which one that is."""

from collections.abc import Iterator, Sequence
from typing import Any

import frappe

from ..crm.language import translated
from ..crm.readers import readable_records
from ..crm.rows import select_in
from ..crm.tenant import connected_tenant
from ..engine import stored
from ..engine.causes import without_echoes
from ..engine.links import Link
from ..engine.modules import MODULES, spec_of
from .wording import Record, titles_of

_LINE = "Vtiger Invoice Item"


def named_by(doctype: str, names: Sequence[str]) -> Iterator[tuple[str, Record]]:
    """Each record of these with a record that it cannot go without, by its DocType and name."""
    for refers in spec_of(MODULES[doctype]).refers_to:
        if refers.is_of_lines:
            for row in select_in(_LINE, ("parent", "item_type", "item_name"), "parent", names):
                yield row["parent"], (row["item_type"], row["item_name"])
            continue
        other = str(frappe.get_meta(doctype).get_field(refers.field).options)
        for row in select_in(doctype, ("name", refers.field), "name", names):
            yield row["name"], (other, row[refers.field])


def skipped_before(doctype: str, name: str, link: Link) -> list[dict[str, Any]] | None:
    """The records that keep this one back, each with its reason; None where none is known.

    [] says that all of them are in Xero by now. Of one that the person may not read, only its
    existence is shown.
    """
    if without_echoes(link.reason, link.remedy) == (link.reason, link.remedy):
        return None
    others = list(dict.fromkeys(other for _, other in named_by(doctype, [name]) if other[1]))
    links = dict(_links_of(others))
    absent = [each for each in others if each not in links or not links[each].xero_id]
    if not absent:
        return []
    held = [(each, links[each]) for each in absent if each in links and links[each].reason]
    rows = [{"crm_doctype": kind, "crm_name": other} for (kind, other), _ in held]
    shown = readable_records(rows)
    titles = titles_of(shown)
    return [
        {
            "doctype": other[0] if other in shown else "",
            "name": other[1] if other in shown else "",
            "title": titles.get(other) or other[1] if other in shown else "",
            "reason": translated(link.reason) if other in shown else "",
        }
        for other, link in held
    ] or None


def _links_of(records: Sequence[Record]) -> Iterator[tuple[Record, Link]]:
    tenant = connected_tenant()
    keys = {
        stored.crm_key(tenant, MODULES[doctype], name): (doctype, name)
        for doctype, name in records
        if doctype in MODULES and name
    }
    for row in select_in("Xero Link", (*stored.LINK_COLUMNS, "crm_key"), "crm_key", sorted(keys)):
        yield keys[row["crm_key"]], stored.link_of(row)
