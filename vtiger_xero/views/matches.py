"""Possible matches as a person sees them: both records side by side; and what they answer.

Xero's record of a pair is none of the CRM's yet, so that no permission says who may read it: only
those see pairs who may read every record of the module.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import frappe
from frappe import _

from ..crm.crm import SiteCrm
from ..crm.journal import SiteJournal
from ..crm.language import translated
from ..crm.lock import ANOTHER_RUN, is_running
from ..crm.readers import key, may_read_all, readable_records, require_all
from ..crm.record_types import RecordTypes
from ..crm.rows import select_in
from ..crm.tenant import SETTINGS, connected_tenant
from ..crm.times import CLOCK, to_site
from ..engine import stored
from ..engine.errors import AnotherRun, RecordRefused
from ..engine.links import Answer, Link, LinkState, MatchAnswer
from ..engine.mapping.doctypes import DO_NOT_SYNC
from ..engine.modules import spec_of
from ..engine.possible import Asked, pairs_to_answer, reason_of, require_possible
from ..engine.records import Module, Side
from ..engine.side_by_side import Match, side_by_side
from ..engine.stored import LINK_COLUMNS
from .log_view import xero_address
from .wording import Record, Wording, titles_of

Row = dict[str, Any]
Pair = tuple[str, str]  # name of the CRM's record, Xero's id


def matches(start: int, length: int, only: Module | None = None) -> Row:
    """Pairs that wait for an answer and that the person may see; a group together."""
    asked = _readable(only)
    rows: list[Row] = []
    for module in Module:
        here = [each for of, each in asked[start : start + length] if of is module]
        rows += _shown(module, here) if here else []
    return {"total": len(asked), "rows": rows}


def count_matches() -> int:
    """How many pairs wait for an answer that the person may see."""
    return len(_readable(None))


def answered(start: int, length: int) -> Row:
    """What was answered, newest first, of modules of which the person may read every record."""
    journal, types = SiteJournal(connected_tenant()), RecordTypes()
    rows = [
        {
            "module": each.module.value,
            "crm_doctype": types.one(each.module, each.crm_name),
            "crm_name": each.crm_name,
            "xero_id": each.xero_id,
            "answer": each.answer.value,
            "user": each.user,
            "answered_on": to_site(each.at),
        }
        for module in Module
        if may_read_all(spec_of(module).doctypes)
        for each in (journal.answers(module) if connected_tenant() else ())
    ]
    shown = readable_records(rows)
    rows = sorted(
        (row for row in rows if key(row) in shown),
        key=lambda row: str(row["answered_on"]),
        reverse=True,
    )
    page = rows[start : start + length]
    titles = titles_of(key(row) for row in page)
    theirs = _titles_at_xero(row["xero_id"] for row in page)
    named = [
        {
            **row,
            "title": titles.get(key(row)) or row["crm_name"],
            "xero": theirs.get(row["xero_id"]),
        }
        for row in page
    ]
    return {"total": len(rows), "rows": named}


def give_answer(module: Module, pairs: Sequence[Pair], answer: Answer) -> None:
    """Remember that these pairs are one, or two; the next run carries it out.

    Raises the engine's `SyncError`s where a pair waits for no answer, and while a run is at work.
    """
    require_all(spec_of(module).doctypes)
    journal = _journal()
    now, user = CLOCK.now(), frappe.session.user
    new = [MatchAnswer(module, *pair, answer, user, now) for pair in pairs]
    require_possible(journal.answers(module), new, journal.links(module))
    for each in new:
        journal.save_answer(each)


def take_back(module: Module, pair: Pair) -> None:
    """Ask again: the answer on this pair is forgotten. What a run did by it stays."""
    require_all(spec_of(module).doctypes)
    journal = _journal()
    held = {each.pair: each for each in journal.answers(module)}
    if pair not in held:
        raise RecordRefused(_("This pair has no answer. It may have been taken back."))
    journal.drop_answer(held[pair])


def _journal() -> SiteJournal:
    tenant = connected_tenant()
    if is_running(tenant):
        raise AnotherRun(_(ANOTHER_RUN))
    return SiteJournal(tenant)


def _readable(only: Module | None) -> list[tuple[Module, Asked]]:
    tenant = connected_tenant()
    if not tenant:
        return []
    journal, types = SiteJournal(tenant), RecordTypes()
    found: list[tuple[Module, Asked]] = []
    for module, links in _waiting_links(tenant, only).items():
        asked = pairs_to_answer(links, journal.answers(module))
        doctypes = types.of(module, (name for name, *_rest in asked))
        rows = [{"crm_doctype": doctypes[name], "crm_name": name} for name, *_rest in asked]
        shown = readable_records(rows) - _kept_out(key(row) for row in rows)
        both = zip(rows, asked, strict=True)
        found += [(module, each) for row, each in both if key(row) in shown]
    return found


def _waiting_links(tenant: str, only: Module | None) -> Mapping[Module, list[Link]]:
    """By their state, which has an index: this is asked with every page of the app."""
    table = frappe.qb.DocType("Xero Link")
    query = frappe.qb.from_(table).select(*LINK_COLUMNS).where(table.tenant == tenant)
    rows = query.where(table.state == LinkState.POSSIBLE.value).run(as_dict=True)
    links = [stored.link_of(row) for row in rows]
    asked = [only] if only else list(Module)
    modules = [each for each in asked if may_read_all(spec_of(each).doctypes)] if rows else []
    sorted_by_module = {each: [x for x in links if x.module is each] for each in modules}
    return {module: of for module, of in sorted_by_module.items() if of}


def _kept_out(records: Iterable[Record]) -> set[Record]:
    names: dict[str, list[str]] = {}
    for doctype, name in records:
        names.setdefault(doctype, []).append(name or "")
    return {
        (doctype, row["name"])
        for doctype in names
        for row in select_in(doctype, ("name", DO_NOT_SYNC), "name", names[doctype])
        if row[DO_NOT_SYNC]
    }


def _shown(module: Module, asked: Sequence[Asked]) -> list[Row]:
    types = RecordTypes()
    found = side_by_side(SiteCrm(), SiteJournal(connected_tenant()), module, asked)
    doctypes = types.of(module, (each.crm_name for each in found))
    texts = (text for each in found for row in each.fields for text in (row.crm, row.xero))
    wording = Wording(texts, ((doctypes[each.crm_name], each.crm_name) for each in found))
    code = frappe.db.get_single_value(SETTINGS, "short_code") or ""
    return [_row(each, doctypes[each.crm_name], wording, code) for each in found]


def _row(match: Match, doctype: str, wording: Wording, short_code: str) -> Row:
    name = match.crm_name
    return {
        "module": match.module.value,
        "doctype": doctype,
        "name": name,
        "title": match.crm_title,
        "xero_id": match.xero_id,
        "xero_title": match.xero_title,
        "xero_address": xero_address(match.module.value, match.xero_id, short_code),
        "why": translated(reason_of(Side.XERO, match.likeness, match.xero_title)),
        "may_decide": bool(frappe.has_permission(doctype, "write")),
        "fields": [
            {
                "field": each.field,
                "label": wording.label(doctype, each.field),
                "crm": wording.value(doctype, name, each.field, each.crm),
                "xero": wording.value(doctype, name, each.field, each.xero),
                "differs": each.crm != each.xero,
            }
            for each in match.fields
        ],
    }


def _titles_at_xero(ids: Iterable[str]) -> Mapping[str, str]:
    rows = select_in("Xero Document", ("xero_id", "title"), "xero_id", list(ids))
    return {row["xero_id"]: row["title"] for row in rows}
