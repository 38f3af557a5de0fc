"""What runs by themselves need in tests: a queue that can be looked at, settings, a past."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.utils import add_to_date, now_datetime

from vtiger_xero.runs import jobs


class Queue:
    """What was given to the workers: runs, with whoever is to run them, and looks at the clock."""

    def __init__(self) -> None:
        self.runs: list[dict[str, Any]] = []
        self.looks = 0

    def take(self, method: str, **how: Any) -> None:
        if method == "vtiger_xero.runs.jobs.run_sync":  # Frappe queues things of its own meanwhile
            self.runs.append({**how, "user": frappe.session.user})
        self.looks += method == "vtiger_xero.runs.automatic.tick"

    def triggers(self) -> list[tuple[str, str | None]]:
        return [(each["trigger"], _only(each["run"])) for each in self.runs]

    def carry_out(self) -> str:
        """The newest run, as a worker does it; how it ended."""
        job = self.runs[-1]
        jobs.run_sync(job["run"], job["trigger"], job["retry"])
        return str(frappe.db.get_value("Xero Sync Run", job["run"], "status"))


def _only(run: str) -> str | None:
    only: str | None = frappe.db.get_value("Xero Sync Run", run, "only_module")
    return only


def tenant() -> str:
    return str(frappe.get_doc("Xero Settings").tenant_id or "")


def choose(**values: Any) -> None:
    frappe.get_doc("Xero Settings").update(values).save()
    frappe.db.commit()


def since_long() -> None:
    """The schedule has been what it is for a month, and so has the connection."""
    past = add_to_date(now_datetime(), days=-30)
    for field in ("schedule_changed", "connected_on"):
        frappe.db.set_single_value("Xero Settings", field, past, update_modified=False)
    frappe.db.commit()


def ended(run: str, status: str = "Completed", **values: Any) -> None:
    frappe.db.set_value("Xero Sync Run", run, {"status": status, **values}, update_modified=False)
