"""The endpoints of the workspace: its number cards and charts, each with its address.

No `from __future__ import annotations` here: Frappe reads these annotations to check arguments.
"""

from typing import Any

import frappe

from .connection.budget import budget_view
from .crm.tenant import SETTINGS, connected_tenant
from .engine.links import LinkState
from .permissions import require_user
from .views.causes import count_left_out
from .views.conflicts import count_conflicts
from .views.figures import (
    count_in_state,
    outstanding_by_age,
    owed_now,
    received_in_month,
    runs_by_day,
)
from .views.matches import count_matches
from .views.receivables import last_payments

Card = dict[str, Any]
_UNKNOWN = "\u2013"


@frappe.whitelist(methods=["GET", "POST"])
def in_sync() -> Card:
    """CRM records that say the same in both systems."""
    return _records(LinkState.IN_SYNC)


@frappe.whitelist(methods=["GET", "POST"])
def waiting() -> Card:
    """CRM records that the next run will look at."""
    return _records(LinkState.WAITING)


@frappe.whitelist(methods=["GET", "POST"])
def skipped() -> Card:
    """Records that were left out, each with a reason: as many as the page by cause has."""
    require_user()
    return _card(count_left_out(), ["xero-skipped"])


@frappe.whitelist(methods=["GET", "POST"])
def conflicts() -> Card:
    """Records that wait for a decision."""
    require_user()
    return _card(count_conflicts(), ["xero-conflicts"])


@frappe.whitelist(methods=["GET", "POST"])
def possible_matches() -> Card:
    """Records of both sides that may be one."""
    require_user()
    return _card(count_matches(), ["xero-matches"])


@frappe.whitelist(methods=["GET", "POST"])
def calls_left_today() -> Card | str:
    """What Xero still allows today, as it last said."""
    require_user()
    tenant = connected_tenant()
    left = budget_view(tenant)["day_left"] if tenant else None
    return _UNKNOWN if left is None else _card(left, ["Form", SETTINGS])


@frappe.whitelist(methods=["GET", "POST"])
def runs() -> dict[str, Any]:
    """Records written and skipped, day by day."""
    require_user()
    return runs_by_day()


@frappe.whitelist(methods=["GET", "POST"])
def owed() -> dict[str, Any]:
    """What customers owe, by age."""
    require_user()
    return outstanding_by_age()


@frappe.whitelist(methods=["GET", "POST"])
def received_this_month() -> str:
    """What customers have paid since the first of the month, in the base currency."""
    require_user()
    return received_in_month()


@frappe.whitelist(methods=["GET", "POST"])
def outstanding() -> str:
    """What customers owe, in the base currency: as the report Receivables by Customer says."""
    require_user()
    return owed_now()


@frappe.whitelist(methods=["GET", "POST"])
def overdue() -> str:
    """What of it should have been paid by now."""
    require_user()
    return owed_now(overdue=True)


@frappe.whitelist(methods=["GET", "POST"])
def paid_last() -> list[dict[str, str]]:
    """The last payments, for the block of the workspace."""
    require_user()
    return last_payments()


def _records(state: LinkState) -> Card:
    require_user()
    route = ["query-report", "Xero Records"]
    return {**_card(count_in_state(state.value), route), "route_options": {"state": state.value}}


def _card(value: int, route: list[str]) -> Card:
    return {"value": value, "fieldtype": "Int", "route": route}
