"""The figures of the workspace: how many records stand how, what runs did, what is owed.

What the person at hand may not read is not counted.
"""

from datetime import date
from functools import reduce
from operator import add
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days, format_date, getdate, nowdate
from pypika.functions import Date, Sum

from ..crm.readers import select_among_readable
from ..crm.states import FIELD
from ..engine.ageing import sum_by_age
from ..engine.modules import DOCTYPES
from ..engine.money import decimals_of
from .log_view import COUNTS
from .receivables import owed

_DAYS = 30


def count_in_state(state: str) -> int:
    """How many CRM records their lists show in this state."""
    readable = (each for each in DOCTYPES if frappe.has_permission(each, "read"))
    counts = (
        select_among_readable("count(*)", each, {FIELD: state}, ["name"]) for each in readable
    )
    return sum(count for ((count,),) in counts)


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
    return list(query.where(log.synced_at >= first).groupby(day).run(as_dict=True))


def outstanding_by_age() -> dict[str, Any]:
    """What customers owe in the base currency, by how long it has been due, in a chart's form."""
    today = getdate(nowdate())
    currency = frappe.db.get_default("currency") or ""
    sums = sum_by_age(owed(), today, decimals_of(currency))
    return {
        "labels": [_(age.value) for age in sums],
        # A chart draws floats; the sums were made of Decimals.
        "datasets": [{"name": _("Outstanding"), "values": [float(each) for each in sums.values()]}],
    }
