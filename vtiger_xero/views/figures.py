"""The figures of the workspace: how many records stand how, what runs did, what is owed.

What the person at hand may not read is not counted.

A figure may be a minute old. Counting a hundred thousand rows of an index takes the database some
20 ms, so the rows that it answers are kept for as long, by the statement itself: a person's rights
are part of it, and only who would send the very same one gets them. A user's save and the end of a
run forget them. Not `frappe.utils.caching.redis_cache`: its keys are Python's hashes, which differ
between workers and need not differ between statements, and forgetting them searches all of Redis.
"""

from collections.abc import Callable
from datetime import date
from functools import reduce
from hashlib import sha256
from operator import add
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days, format_date, getdate, nowdate
from pypika.functions import Date, Sum

from ..connection import shared
from ..crm.readers import statement_among_readable
from ..crm.states import FIELD
from ..engine.ageing import sum_by_age
from ..engine.modules import DOCTYPES
from ..engine.money import decimals_of
from .log_view import COUNTS
from .receivables import owed

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
    counts = [statement_among_readable("count(*)", each, filters, ["name"]) for each in readable]
    statement = " union all ".join(counts)
    return sum(count for (count,) in _rows(statement)) if statement else 0


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
    sums = sum_by_age(owed(ask=_rows), today, decimals_of(currency))
    return {
        "labels": [_(age.value) for age in sums],
        # A chart draws floats; the sums were made of Decimals.
        "datasets": [{"name": _("Outstanding"), "values": [float(each) for each in sums.values()]}],
    }
