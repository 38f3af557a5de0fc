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
from decimal import Decimal
from functools import reduce
from hashlib import sha256
from operator import add
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days, format_date, get_first_day, get_last_day, getdate, nowdate
from pypika.functions import Date, Max, Sum

from ..connection import shared
from ..crm.readers import statement_among_readable
from ..crm.states import FIELD
from ..engine.ageing import Age
from ..engine.modules import DOCTYPES
from ..engine.money import ZERO
from .amounts import Amounts
from .log_view import COUNTS
from .receivables import base_currency, owed, received, sums_of

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
    found = _runs_since(days[0])
    written, skipped = zip(*(found.get(day, (0, 0)) for day in days), strict=True)
    return {
        "labels": [format_date(day, "d MMM") for day in days],
        "datasets": [
            {"name": _("Written"), "values": list(written)},
            {"name": _("Skipped at most"), "values": list(skipped)},
        ],
    }


def _runs_since(first: date) -> dict[date, tuple[int, int]]:
    """What was written on each day on which something ran, and what it left out; one query.

    Every run leaves the same records out until somebody fixes them, so they are not added up: the
    most that one run of the day left out of a module is what counts.
    """
    log = frappe.qb.DocType("Xero Sync Log")
    day = Date(log.synced_at).as_("day")
    written, skipped = (
        reduce(add, (log[name] for name in COUNTS if name.endswith("_skipped") == is_skipped))
        for is_skipped in (False, True)
    )
    query = frappe.qb.from_(log).select(day, Sum(written), Max(skipped))
    query = query.where(log.synced_at >= first).groupby(day, log.module)
    found: dict[date, tuple[int, int]] = {}
    for on, made, left_out in _kept(str(query), lambda _: query.run()):
        before = found.get(on, (0, 0))
        found[on] = (before[0] + int(made), before[1] + int(left_out))
    return found


def outstanding_by_age() -> dict[str, Any]:
    """What customers owe in the base currency, by how long it has been due, in a chart's form."""
    sums = sums_of(owed(ask=_rows))
    return {
        "labels": [_(age.value) for age in sums],
        # A chart draws floats; the sums were made of Decimals.
        "datasets": [{"name": _("Outstanding"), "values": [float(each) for each in sums.values()]}],
    }


def owed_now(*, overdue: bool = False) -> str:
    """What customers owe in the base currency, or what of it should have been paid by now."""
    sums = sums_of(owed(ask=_rows))
    amounts = (each for age, each in sums.items() if not (overdue and age is Age.NOT_DUE))
    return _in_base(sum(amounts, ZERO))


def received_in_month() -> str:
    """What customers paid this month, in the base currency."""
    today = nowdate()
    return _in_base(received(get_first_day(today), get_last_day(today), ask=_rows))


def _in_base(amount: Decimal) -> str:
    """As a text: Frappe would round the number of a card to thousands or millions."""
    return Amounts(base_currency()).with_code(amount)
