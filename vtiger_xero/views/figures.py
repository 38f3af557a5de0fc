"""The figures of the workspace: how many records stand how, what runs did, what is owed.

What the person at hand may not read is not counted.

A figure may be a minute old. Counting a hundred thousand rows of an index takes the database some
20 ms, so the rows that it answers are kept for as long, by the statement itself: a person's rights
are part of it, and only who would send the very same one gets them. A user's save and the end of a
run forget them. Not `frappe.utils.caching.redis_cache`: its keys are Python's hashes, which differ
between workers and need not differ between statements, and forgetting them searches all of Redis.
"""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import reduce
from hashlib import sha256
from operator import add
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days, format_date, getdate, nowdate
from pypika.functions import Date, Sum

from ..connection import shared
from ..crm.states import FIELD
from ..engine.ageing import OWED, Owed, sum_by_age
from ..engine.mapping.doctypes import INVOICE
from ..engine.modules import DOCTYPES
from ..engine.money import decimals_of
from .log_view import COUNTS

_DAYS = 30
_KEPT_FOR = 60  # seconds
_KEY, _SINCE = "vtiger_xero:figure", "vtiger_xero:figures since"


def forget() -> None:
    """What was counted before is forgotten: something was saved, or a run has ended."""
    # What is kept from before has no end later than this one's.
    shared.keep(_SINCE, frappe.generate_hash(length=8), _KEPT_FOR)


def _kept(statement: str, ask: Callable[[str], list[Any]]) -> list[Any]:
    """The rows that this statement found within the last minute, or that `ask` finds now."""
    key = f"{_KEY}:{shared.kept(_SINCE)}:{sha256(statement.encode()).hexdigest()}"
    found = shared.kept(key)
    if found is None:
        found = list(ask(statement))
        shared.keep(key, found, _KEPT_FOR)
    return list(found)


def _rows(statement: str) -> list[Any]:
    # The text is Frappe's own; nothing of it comes from a request.
    return _kept(statement, frappe.db.sql)  # nosemgrep


def count_in_state(state: str) -> int:
    """How many CRM records their lists show in this state; within the last minute."""
    readable = (each for each in DOCTYPES if frappe.has_permission(each, "read"))
    filters = {FIELD: state}
    counts = [_among_readable("count(*)", each, filters, ["name"]) for each in readable]
    statement = " union all ".join(counts)
    return sum(count for (count,) in _rows(statement)) if statement else 0


def _among_readable(
    columns: str, doctype: str, filters: dict[str, Any], fields: list[str], more: str = ""
) -> str:
    """The statement that selects these columns of what the person's list shows of these fields.

    The list's own statement is asked for and not run, as Frappe does to count a list: so the
    database counts and adds up, and a hundred thousand rows stay there. A count as a field of
    `get_list` reads differently in Frappe 15 and 16.
    """
    shown = frappe.get_list(
        doctype, filters=filters, fields=fields, order_by=None, limit_page_length=0, run=0
    )
    return f"select {columns} from ({shown}) shown {more}"


def runs_by_day() -> dict[str, Any]:
    """Records written and skipped on each of the last days, in a chart's form."""
    today = getdate(nowdate())
    days = [add_days(today, -back) for back in reversed(range(_DAYS))]
    found = {row.day: row for row in _runs_since(days[0])}
    written, skipped = (
        [int(found[day][name]) if day in found else 0 for day in days]
        for name in ("written", "skipped")
    )
    return {
        "labels": [format_date(day, "d MMM") for day in days],
        "datasets": [
            {"name": _("Written"), "values": written},
            {"name": _("Skipped"), "values": skipped},
        ],
    }


def _runs_since(first: date) -> list[Any]:
    """The sums of each day on which something ran; one query."""
    log = frappe.qb.DocType("Xero Sync Log")
    day = Date(log.synced_at).as_("day")
    sums = (
        reduce(add, (Sum(log[name]) for name in COUNTS if name.endswith("_skipped") == is_skipped))
        for is_skipped in (False, True)
    )
    written, skipped = sums
    query = frappe.qb.from_(log).select(day, written.as_("written"), skipped.as_("skipped"))
    query = query.where(log.synced_at >= first).groupby(day)
    return _kept(str(query), lambda _: query.run(as_dict=True))


def outstanding_by_age() -> dict[str, Any]:
    """What customers owe in the base currency, by how long it has been due, in a chart's form."""
    today = getdate(nowdate())
    currency = frappe.db.get_default("currency") or ""
    sums = sum_by_age(_owed(), today, decimals_of(currency))
    return {
        "labels": [_(age.value) for age in sums],
        # A chart draws floats; the sums were made of Decimals.
        "datasets": [{"name": _("Outstanding"), "values": [float(each) for each in sums.values()]}],
    }


def _owed() -> Iterator[Owed]:
    """What is owed of each invoice; of those in the base currency, the sum of each due date."""
    if not frappe.has_permission(INVOICE, "read"):
        return
    places = decimals_of(frappe.db.get_default("currency") or "")
    for columns, more in (
        (f"due_date, sum(round(balance, {places})), 1", f"where {_IN_BASE} group by due_date"),
        ("due_date, balance, conversion_rate", f"where not {_IN_BASE}"),
    ):
        fields = ["due_date", "balance", "conversion_rate"]
        filters = {"status": ["in", OWED], "balance": ["!=", 0]}
        statement = _among_readable(columns, INVOICE, filters, fields, more)
        for due, balance, rate in _rows(statement):
            yield Owed(due, Decimal(str(balance or 0)), Decimal(str(rate or 0)))


_IN_BASE = "coalesce(conversion_rate, 0) in (0, 1)"
