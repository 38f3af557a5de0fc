"""Automatic runs: by the schedule, on save, by Xero's webhooks, and resumed runs.

`tick` decides, once a minute and whenever there is a trigger; `jobs` runs. An automatic run leaves
the day's last calls for Sync Now and does not send again what Xero refused. Switching the sync off,
or disconnecting, ends all of it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import frappe
from frappe.utils import get_system_timezone

from ..connection.budget import SiteBudget
from ..connection.settings import Automation, automation, syncs_on_save
from ..crm.readers import in_the_name_of
from ..crm.times import CLOCK, to_site, to_utc
from ..engine.errors import SyncError
from ..engine.modules import settled_by
from ..engine.records import Module
from ..engine.report import RunStatus
from ..engine.run_filter import EVERYTHING, RunFilter
from ..engine.schedule import last_due
from ..xero import Budget
from . import jobs, sync_triggers
from .filter_columns import COLUMNS, filter_of
from .jobs import NOT_FULL, ON_SAVE, PREVIEW, RESUMED, SCHEDULE, WEBHOOK
from .sync_triggers import SyncTrigger

_RUN = "Xero Sync Run"
_RESUMES_FOR = timedelta(days=2)  # after that, a person should look at it
_PAUSE = timedelta(minutes=15)  # before a run goes on that Xero did not answer
_BETWEEN = timedelta(minutes=1)  # from one run on save, or by a webhook, to the next
_QUIET = ("in_import", "in_patch", "in_migrate", "in_install", "in_uninstall")


def saved(module: Module) -> None:
    """A person saved or deleted a record of this module: sync it, once the change is there."""
    if not any(frappe.flags.get(each) for each in _QUIET) and syncs_on_save(module):
        want([SyncTrigger(module, ON_SAVE)])


def want(facts: Iterable[SyncTrigger], message: str = "") -> None:
    """Start a run for these triggers after the commit, for the organisation connected now.

    `message` is the digest of the message of Xero's that they come from.
    """
    tenant = jobs.connected_tenant()
    held = tuple(facts)
    if not tenant or not held:
        return

    def remember() -> None:
        sync_triggers.remember(tenant, held)
        if message:
            sync_triggers.remember_message(message)
        jobs.wake()

    # A run that began before would not see the change; one that is taken back wants nothing.
    frappe.db.after_commit.add(remember)


def tick() -> None:
    """What is due now? Called by the scheduler once a minute, and by `jobs.wake`."""
    chosen = automation()
    if chosen is None:
        sync_triggers.forget(jobs.connected_tenant())
        return
    # Not as the user who happened to save, nor as the guest that Xero is.
    with in_the_name_of("Administrator"):
        jobs.settle_dead_runs()
        if jobs.is_busy(chosen.tenant) or _budget(chosen.tenant).closed_until():
            return  # what is due stays due, what triggers a run is kept
        _ = _go_on(chosen) or _on_schedule(chosen) or _as_wanted(chosen)


def _begin(trigger: str, run_filter: RunFilter = EVERYTHING) -> bool:
    try:
        jobs.enqueue(trigger, run_filter)
    except SyncError:
        return False  # no module is enabled: then there is nothing to run
    return True


# Resuming


def _go_on(chosen: Automation) -> bool:
    """Continue a run that Xero's limits had stopped, as the user who started it."""
    newest = _newest(chosen.tenant, trigger=["!=", PREVIEW])
    if newest is None or newest.status != RunStatus.WAITING.value or not _is_rested(newest):
        return False
    begun = _newest(chosen.tenant, trigger=["not in", [PREVIEW, RESUMED]])
    if begun is None or to_utc(begun.creation) < CLOCK.now() - _RESUMES_FOR:
        return False
    with in_the_name_of(newest.user or "Administrator"):
        return _begin(RESUMED, filter_of(newest))


def _is_rested(run: frappe._dict) -> bool:
    """Where a spent day stopped it, that day is over by now; where Xero was silent, a pause is."""
    if not run.finished:
        return True
    finished, spent_until = to_utc(run.finished), SiteBudget(run.tenant).load().spent_until
    return bool(spent_until and finished <= spent_until) or finished <= CLOCK.now() - _PAUSE


def _budget(tenant: str) -> Budget:
    return Budget(SiteBudget(tenant), CLOCK, automatic=True)


# The schedule


def _on_schedule(chosen: Automation) -> bool:
    zone = ZoneInfo(get_system_timezone())
    due = last_due(chosen.schedule, CLOCK.now(), zone, chosen.daily_at)
    if due is None or due <= chosen.since or _has_run_since(chosen.tenant, due):
        return False
    return _begin(SCHEDULE)


def _has_run_since(tenant: str, moment: datetime) -> bool:
    """By the schedule, however it ended; or a full look at all modules, and completed."""
    since = {"tenant": tenant, "creation": [">=", to_site(moment)]}
    of_all = {column: ["is", "not set"] for column in COLUMNS}
    full = {**since, **of_all, "status": RunStatus.COMPLETED.value}
    full["triggered_by"] = ["not in", (PREVIEW, *NOT_FULL)]
    scheduled = {**since, "triggered_by": SCHEDULE}
    return any(frappe.db.exists(_RUN, filters) for filters in (scheduled, full))


# Sync triggers


def _as_wanted(chosen: Automation) -> bool:
    facts = sync_triggers.pending(chosen.tenant)
    last = _newest(chosen.tenant, trigger=["in", [ON_SAVE, WEBHOOK]]) if facts else None
    if not facts or (last and to_utc(last.creation) > CLOCK.now() - _BETWEEN):
        return False
    facts = sync_triggers.without_known(chosen.tenant, sync_triggers.take(chosen.tenant))
    modules = {each.module for each in facts}
    if not modules:
        return False
    reported = {each.module for each in facts if each.trigger == WEBHOOK}
    # Xero reports no payments; it reports their invoice, if anything.
    modules |= {each for each in map(settled_by, reported) if each}
    trigger = WEBHOOK if all(each.trigger == WEBHOOK for each in facts) else ON_SAVE
    return _begin(trigger, RunFilter(modules.pop()) if len(modules) == 1 else EVERYTHING)


def _newest(tenant: str, trigger: list[object]) -> frappe._dict | None:
    fields = ["name", "creation", "status", "tenant", "user", "finished", *COLUMNS]
    filters = {"tenant": tenant, "triggered_by": trigger}
    found = frappe.db.get_value(_RUN, filters, fields, order_by="creation desc", as_dict=True)
    return found or None
