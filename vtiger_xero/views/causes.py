"""Skipped records, grouped by their cause: one thing to fix for many records."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import frappe
from frappe import _

from ..crm.language import translated
from ..crm.readers import are_shown
from ..crm.rows import select_in
from ..crm.stored_text import read_rows
from ..crm.tenant import SETTINGS, connected_tenant
from ..engine.causes import Cause, group_by_cause, without_echoes
from ..engine.errors import RecordRefused
from ..engine.links import LinkState
from ..engine.records import Module
from ..engine.run_filter import RunFilter
from ..engine.settings_field import settings_field
from ..engine.stored import message_of
from .log_view import xero_address
from .waiting import named_by
from .wording import Record, titles_of

Row = dict[str, Any]
_FIRST = 20  # records that are listed with their cause; the others come page by page


@dataclass(frozen=True)
class LeftOut:
    """One link with the reason why its record was skipped; `crm_name` is None for Xero's alone."""

    module: Module
    reason: str
    remedy: str
    doctype: str
    crm_name: str | None
    xero_id: str | None

    @property
    def echoes(self) -> bool:
        """Whether it says of another record that it was skipped."""
        return self.without_echoes() != self

    def without_echoes(self) -> "LeftOut":
        """The same with nothing but its own reasons."""
        reason, remedy = without_echoes(self.reason, self.remedy)
        return replace(self, reason=reason, remedy=remedy)

    @property
    def record(self) -> tuple[str, str | None]:
        """Its DocType and name."""
        return self.doctype, self.crm_name


_Cause = Cause[LeftOut]


def causes() -> list[Row]:
    """Every cause, the one with most records first, and the first of its records.

    `waiting` are the first of the records that are skipped for nothing but these records, of whom
    there are `waits`: invoices of a product that Xero has not got, and payments of such an invoice.
    """
    held, waiting = _grouped()
    seen = _Seen(each for cause in held for each in (*cause.skips, *waiting[cause.key]))
    shown = {cause.key: seen.of(cause.skips)[:_FIRST] for cause in held}
    behind = {cause.key: seen.of(waiting[cause.key])[:_FIRST] for cause in held}
    rows = seen.rows([each for some in (*shown.values(), *behind.values()) for each in some])
    return [
        {
            "key": cause.key,
            "module": cause.module.value,
            "cause": translated(cause.text),
            "remedy": translated(cause.remedy),
            "settings_field": settings_field(cause.remedy),
            "count": cause.count,
            "hidden": cause.count - len(seen.of(cause.skips)),
            "records": [rows[each] for each in shown[cause.key]],
            "waits": len(waiting[cause.key]),
            "waiting": [rows[each] for each in behind[cause.key]],
        }
        for cause in held
    ]


def count_left_out() -> int:
    """How many records were left out: each once, however many reasons it has."""
    return len(_left_out())


def cause_records(key: str, start: int, length: int) -> Row:
    """The records of one cause that the person may read, page by page."""
    cause, _waiting = _named(key)
    seen = _Seen(cause.skips)
    mine = seen.of(cause.skips)
    page = mine[start : start + length]
    rows = seen.rows(page)
    return {"total": len(mine), "rows": [rows[each] for each in page]}


def filter_of_cause(key: str) -> RunFilter:
    """The filter of the records of one cause and of those that wait for them.

    As far as the person may read them.
    """
    cause, waiting = _named(key)
    seen = _Seen((*cause.skips, *waiting))
    mine = seen.of(cause.skips)
    if not mine:
        raise RecordRefused(_("You may not read any of these records."))
    chosen = RunFilter(chosen=frozenset())
    wanted = [*mine, *seen.of(waiting)]
    for module in Module:
        some = [each for each in wanted if each.module is module]
        names = [each.crm_name for each in some if each.crm_name]
        ids = [each.xero_id for each in some if each.xero_id and not each.crm_name]
        chosen = chosen.plus(module, names, ids)
    return chosen


def _named(key: str) -> tuple[_Cause, list[LeftOut]]:
    """A cause, and the records that only wait for records of it."""
    causes, waiting = _grouped()
    for cause in causes:
        if cause.key == key:
            return cause, waiting[key]
    raise RecordRefused(_("No record is skipped for this reason any more. Reload the page."))


def _grouped() -> tuple[list[_Cause], Mapping[str, list[LeftOut]]]:
    """The causes, and by their keys the records that only wait for records of theirs."""
    held = _left_out()
    roots = _roots(held)
    own = {each: each.without_echoes() if each in roots else each for each in held}
    causes = group_by_cause(each for each in own.values() if each.reason)
    waiting: dict[str, list[LeftOut]] = {cause.key: [] for cause in causes}
    of_record = {each.record: each for each in held}
    behind: dict[LeftOut, list[LeftOut]] = {}
    for each in [one for one in roots if not own[one].reason]:
        for root in roots[each]:
            behind.setdefault(root, []).append(each)
    for cause in causes:
        found = (one for skip in cause.skips for one in behind.get(of_record[skip.record], ()))
        waiting[cause.key] = list(dict.fromkeys(found))
    return causes, waiting


def _roots(held: Sequence[LeftOut]) -> Mapping[LeftOut, Collection[LeftOut]]:
    """Of each record that waits for others that were left out: those that wait for none."""
    absent = {each.record: each for each in held if each.crm_name and not each.xero_id}
    echoing = [each for each in held if each.crm_name and each.echoes]
    needs = {
        each: [absent[other] for other in others if other in absent]
        for each, others in _referred(echoing).items()
    }
    needs = {each: others for each, others in needs.items() if others}

    def walk(each: LeftOut) -> Iterator[LeftOut]:
        for other in needs[each]:
            yield from walk(other) if other in needs else [other]

    # A record refers to modules before its own, so no walk comes back.
    return {each: dict.fromkeys(walk(each)).keys() for each in needs}


def _referred(waiting: Sequence[LeftOut]) -> Mapping[LeftOut, list[Record]]:
    """The records that each of these names, by DocType and name."""
    found: dict[LeftOut, list[Record]] = {each: [] for each in waiting}
    of_names = {each.record: each for each in waiting}
    for doctype in dict.fromkeys(each.doctype for each in waiting):
        names = [each.crm_name for each in waiting if each.doctype == doctype and each.crm_name]
        for name, other in named_by(doctype, names):
            found[of_names[doctype, name]].append(other)
    return found


def _left_out() -> Sequence[LeftOut]:
    """The skipped records of the connected organisation, in one query."""
    tenant = connected_tenant()
    link = frappe.qb.DocType("Xero Link")
    query = frappe.qb.from_(link).select(
        *(link.module, link.reason, link.remedy, link.messages),
        *(link.link_doctype, link.crm_name, link.xero_id),
    )
    is_left_out = (link.state == LinkState.SKIPPED.value) | (link.state == LinkState.WAITING.value)
    query = query.where((link.tenant == tenant) & is_left_out & (link.reason != ""))
    rows = query.orderby(link.creation, link.idx).run(as_dict=True) if tenant else []
    rows = read_rows("Xero Link", rows)
    return [
        LeftOut(
            Module(row["module"]),
            message_of(row, "reason"),
            message_of(row, "remedy"),
            row["link_doctype"],
            row["crm_name"] or None,
            row["xero_id"] or None,
        )
        for row in rows
    ]


class _Seen:
    """What the person at hand may see of records that were left out; asked for all at once."""

    def __init__(self, left_out: Iterable[LeftOut]) -> None:
        asked = list(dict.fromkeys(left_out))
        rows = [
            {"module": x.module.value, "crm_doctype": x.doctype, "crm_name": x.crm_name}
            for x in asked
        ]
        self._shown = {each for each, seen in zip(asked, are_shown(rows), strict=True) if seen}

    def of(self, left_out: Iterable[LeftOut]) -> list[LeftOut]:
        """Those among them."""
        return [each for each in left_out if each in self._shown]

    def rows(self, shown: Sequence[LeftOut]) -> Mapping[LeftOut, Row]:
        """As a page takes them."""
        titles = titles_of(each.record for each in shown)
        xero = _titles_at_xero([each.xero_id for each in shown if not each.crm_name])
        code = frappe.db.get_single_value(SETTINGS, "short_code") or ""
        return {
            each: {
                "doctype": each.doctype,
                "name": each.crm_name,
                "title": titles.get(each.record) or xero.get(each.xero_id) or each.crm_name,
                "xero_id": each.xero_id,
                "xero_address": xero_address(each.module.value, each.xero_id, code),
                "reason": translated(each.reason),
            }
            for each in shown
        }


def _titles_at_xero(ids: Sequence[str | None]) -> Mapping[str | None, str]:
    known = sorted(each for each in ids if each)
    rows = select_in("Xero Document", ("xero_id", "title"), "xero_id", known)
    return {row["xero_id"]: row["title"] for row in rows}
