"""Skipped records, grouped by their cause: one thing to fix for many records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import frappe
from frappe import _

from ..crm.language import translated
from ..crm.readers import are_shown
from ..crm.rows import select_in
from ..crm.stored_text import read_rows
from ..crm.tenant import SETTINGS, connected_tenant
from ..engine.causes import Cause, group_by_cause
from ..engine.errors import RecordRefused
from ..engine.links import LinkState
from ..engine.records import Module
from ..engine.run_filter import RunFilter
from ..engine.settings_field import settings_field
from ..engine.stored import message_of
from .log_view import xero_address
from .wording import titles_of

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
    def record(self) -> tuple[str, str | None]:
        """Its DocType and name."""
        return self.doctype, self.crm_name


_Cause = Cause[LeftOut]


def causes() -> list[Row]:
    """Every cause, the one with most records first, and the first of its records."""
    held = group_by_cause(_left_out())
    seen = _Seen(each for cause in held for each in cause.skips)
    shown = {cause.key: seen.of(cause)[:_FIRST] for cause in held}
    rows = seen.rows([each for some in shown.values() for each in some])
    return [
        {
            "key": cause.key,
            "module": cause.module.value,
            "cause": translated(cause.text),
            "remedy": translated(cause.remedy),
            "settings_field": settings_field(cause.remedy),
            "count": cause.count,
            "hidden": cause.count - len(seen.of(cause)),
            "records": [rows[each] for each in shown[cause.key]],
        }
        for cause in held
    ]


def count_left_out() -> int:
    """How many records were left out."""
    return len(_left_out())


def cause_records(key: str, start: int, length: int) -> Row:
    """The records of one cause that the person may read, page by page."""
    cause = _named(key)
    seen = _Seen(cause.skips)
    mine = seen.of(cause)
    page = mine[start : start + length]
    rows = seen.rows(page)
    return {"total": len(mine), "rows": [rows[each] for each in page]}


def filter_of_cause(key: str) -> RunFilter:
    """The filter of the records of one cause, as far as the person may read them."""
    cause = _named(key)
    mine = _Seen(cause.skips).of(cause)
    names = [each.crm_name for each in mine if each.crm_name]
    ids = [each.xero_id for each in mine if each.xero_id and not each.crm_name]
    if not names and not ids:
        raise RecordRefused(_("You may not read any of these records."))
    return RunFilter.of_records(cause.module, names, ids)


def _named(key: str) -> _Cause:
    for cause in group_by_cause(_left_out()):
        if cause.key == key:
            return cause
    raise RecordRefused(_("No record is skipped for this reason any more. Reload the page."))


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

    def of(self, cause: _Cause) -> list[LeftOut]:
        """Those of a cause."""
        return [each for each in cause.skips if each in self._shown]

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
