"""The one place that enqueues, and the job that runs.

Two things keep it to one run: RQ's job id, which spares a person a second queued run, and the
run lock of the database, which is the real guard.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_to_date, now_datetime
from frappe.utils.background_jobs import is_job_enqueued
from redis.exceptions import ConnectionError as Unreachable

from ..connection import access, kept_books
from ..connection.connect import ledger
from ..connection.settings import engine_settings
from ..crm.crm import SiteCrm
from ..crm.journal import OPEN, SiteJournal
from ..crm.language import speaking
from ..crm.lock import ANOTHER_RUN, is_running
from ..crm.record_types import RecordTypes
from ..crm.refusals import timed_out
from ..crm.rows import set_values
from ..crm.states import Touched
from ..crm.tenant import SETTINGS, connected_tenant
from ..crm.times import CLOCK
from ..crm.writing import mark
from ..engine.errors import OUT_OF_TIME, AnotherRun, SyncError
from ..engine.messages import _lt, sentences
from ..engine.records import Module
from ..engine.report import RunStatus
from ..engine.run_filter import EVERYTHING, RunFilter
from ..engine.schedule import modules_not_due
from ..engine.stored import dump_messages
from ..engine.sync import Sync, forget_readings
from ..views import figures
from ..xero import XeroLedger
from . import notifying
from .filter_columns import COLUMNS, columns_of, filter_of
from .previews import approval, keep_preview
from .progress import SiteProgress

# A first sync of 10,000 contacts waits for Xero's limits. It pauses between two batches; what RQ
# does to a job that lasts longer is for one that comes to no such place.
_PAUSES_AFTER = timedelta(hours=5)
_LONGEST = 6 * 60 * 60  # seconds
SYNC, PREVIEW, APPLY = "Sync Now", "Preview", "Apply Plan"
SCHEDULE, ON_SAVE, WEBHOOK, RESUMED = "Schedule", "On Save", "Webhook", "Resumed"
AUTOMATIC = (SCHEDULE, ON_SAVE, WEBHOOK, RESUMED)
# Begun by what was saved here, or reported by Xero: they look at that, and not at all there is.
NOT_FULL = (ON_SAVE, WEBHOOK)
_FAULT = _lt("The run stopped because of an error in the app: the Error Log has the details.")
_HALF_APPLIED = _lt(
    "A plan does not continue automatically. What was written stays: make a new preview for "
    "the rest."
)
_DIED = (
    "The background worker stopped before the run ended. What was written stays: start the "
    "sync again."
)


def enqueue(trigger: str, run_filter: RunFilter = EVERYTHING, *, retry: bool = False) -> str:
    """Queue a run for the user at hand, or join the very same one that is under way.

    Returns the name of its Xero Sync Run. Raises the engine's `SyncError`s where the settings
    let nothing run: better now, in front of a person, than in a log.
    """
    settings = engine_settings()
    run_filter.require_enabled(settings)
    tenant = settings.tenant
    settle_dead_runs()
    _one_at_a_time()
    if under_way := _open_run(tenant):
        # A preview is no sync, and one module not all: neither may pass for the other.
        if (under_way.triggered_by, filter_of(under_way)) != (trigger, run_filter):
            raise AnotherRun(_(ANOTHER_RUN))
        return str(under_way.name)
    run = _new_run(trigger, tenant, run_filter)
    frappe.enqueue(
        "vtiger_xero.runs.jobs.run_sync",
        queue="long",
        timeout=_LONGEST,
        job_id=_job(run),
        enqueue_after_commit=True,  # the worker must find the run's row
        run=run,
        trigger=trigger,
        retry=retry,
    )
    return run


def resync_everything() -> str:
    """Queue a run that reads all of Xero anew, for a person; its name.

    `AnotherRun` while one is queued or at work: it would say afterwards how far it has read.
    """
    tenant = engine_settings().tenant
    settle_dead_runs()
    if is_busy(tenant):
        raise AnotherRun(_(ANOTHER_RUN))
    forget_readings(SiteJournal(tenant))
    return enqueue(SYNC, retry=True)


def wake() -> None:
    """Let `automatic.tick` look at once whether a run is due; one look for many reasons.

    A record is saved, whether or not there is a queue: the scheduler looks again anyhow.
    """
    with suppress(Unreachable):
        frappe.enqueue(
            "vtiger_xero.runs.automatic.tick",
            queue="short",
            job_id="vtiger_xero:tick",
            deduplicate=True,
        )


def is_busy(tenant: str) -> bool:
    """Whether a run is under way. Until the commit, no other process begins one."""
    _one_at_a_time()
    return _open_run(tenant) is not None


def run_here(trigger: str, run_filter: RunFilter = EVERYTHING, *, anew: bool = False) -> str:
    """Run now, in this process, and return the name of the Xero Sync Run: for a command line.

    `anew` reads all of Xero, as `resync_everything` does.
    """
    settings = engine_settings()
    run_filter.require_enabled(settings)
    tenant = settings.tenant
    settle_dead_runs()
    if anew:
        forget_readings(SiteJournal(tenant))
    run = _new_run(trigger, tenant, run_filter)
    _commit()
    _run(run, trigger, retry=True)
    return run


def _job(run: str) -> str:
    return f"vtiger_xero:{run}"


def _one_at_a_time() -> None:
    """Of two people who press Sync Now at once, the second waits, and sees the first's run."""
    singles = frappe.qb.DocType("Singles")
    locked = frappe.qb.from_(singles).select(singles.value).where(singles.doctype == SETTINGS)
    locked.where(singles.field == "tenant_id").for_update().run()


def _open_run(tenant: str) -> frappe._dict | None:
    filters = {"tenant": tenant, "status": ["in", OPEN]}
    fields = ["name", "triggered_by", *COLUMNS]
    return frappe.db.get_value(
        "Xero Sync Run",
        filters,
        fields,
        order_by="creation desc",
        as_dict=True,
        for_update=True,  # a plain read would see the table as it was before the wait
    )


def _new_run(trigger: str, tenant: str, run_filter: RunFilter = EVERYTHING) -> str:
    columns = columns_of(run_filter)
    document = frappe.get_doc(
        {
            "doctype": "Xero Sync Run",
            "status": "Queued",
            "triggered_by": trigger,
            "user": frappe.session.user,
            "started": now_datetime(),
            "tenant": tenant,
            **columns,
        }
    )
    run = str(mark(document, columns).insert(ignore_permissions=True).name)
    document.db_set("job_id", _job(run), update_modified=False)
    return run


def settle_dead_runs() -> None:
    """Close runs that say they are open while nothing works on them: a worker was killed.

    A new one gets a minute: its row is there a moment before its job, and before its lock.
    """
    before = add_to_date(now_datetime(), minutes=-1)
    filters = {"status": ["in", OPEN], "modified": ["<", before]}
    open_runs = frappe.get_all("Xero Sync Run", filters, ["name", "tenant", "job_id"])
    for row in open_runs:
        is_dead = not is_job_enqueued(row.job_id) and not is_running(row.tenant)
        if is_dead and _is_open(row.name):
            _end(row.name, RunStatus.FAILED, _DIED)


def _is_open(run: str) -> bool:
    """As it is now: it may have ended by itself after the transaction at hand began."""
    return frappe.db.get_value("Xero Sync Run", run, "status", for_update=True) in OPEN


def run_sync(run: str, trigger: str, retry: bool = False) -> None:
    """The job: one run, and the notification of how it ended."""
    try:
        _run(run, trigger, retry, until=CLOCK.now() + _PAUSES_AFTER)
    finally:
        wake()  # for the triggers that came meanwhile
        if _runs_by_itself(run, trigger):
            notifying.tell_managers_of_failure(run, AUTOMATIC)
        else:
            notifying.tell_person(run)
        _commit()


def _runs_by_itself(run: str, trigger: str) -> bool:
    """A run that continues belongs to the user, or the trigger, that began it."""
    if trigger != RESUMED:
        return trigger in AUTOMATIC
    tenant = frappe.db.get_value("Xero Sync Run", run, "tenant")
    filters = {"tenant": tenant, "triggered_by": ["not in", [PREVIEW, RESUMED]]}
    began = frappe.db.get_value("Xero Sync Run", filters, "triggered_by", order_by="creation desc")
    return began in AUTOMATIC


def _run(run: str, trigger: str, retry: bool, until: datetime | None = None) -> None:
    """One run, whatever happens with an end that a person can read."""
    progress = SiteProgress(run, frappe.session.user)
    try:
        with speaking():
            message = _carry_out(progress, run, trigger, retry, until)
    except SyncError as error:
        frappe.db.rollback()
        access.note(error)
        _end(run, RunStatus.FAILED, error.message)
        message = error.message
    except Exception as error:
        if timed_out(error):
            message = _cut_off(run, trigger)
        else:
            _break_off(progress, run)
            raise
    _commit()
    figures.forget()
    progress.tell(
        {"status": frappe.db.get_value("Xero Sync Run", run, "status"), "message": message}
    )


def _break_off(progress: SiteProgress, run: str) -> None:
    # A bug stays one: Frappe's own job runner logs it; the run must not look alive for ever.
    frappe.db.rollback()
    _end(run, RunStatus.FAILED, _FAULT)
    _commit()
    progress.tell({"status": "Failed", "message": _FAULT})


def _cut_off(run: str, trigger: str) -> str:
    """RQ's time-out ended it. What was committed stays; a run that can continue does so."""
    frappe.db.close()  # the time-out may have struck within a query: no use to go on with this one
    frappe.db.rollback()
    if trigger == APPLY:
        return _leave_half_applied(run, OUT_OF_TIME)
    _end(run, RunStatus.FAILED if trigger == PREVIEW else RunStatus.WAITING, OUT_OF_TIME)
    return OUT_OF_TIME


def _carry_out(
    progress: SiteProgress, run: str, trigger: str, retry: bool, until: datetime | None
) -> str:
    row = frappe.db.get_value("Xero Sync Run", run, COLUMNS, as_dict=True)
    run_filter = filter_of(row)
    sync, books = _build_sync(progress, run, automatic=trigger in AUTOMATIC)
    if trigger == PREVIEW:
        return _preview(sync, books, run, run_filter.only)
    if run_filter.plan:
        run_filter = replace(run_filter, approval=approval(run_filter.plan))
    report = sync.run(
        trigger,
        frappe.session.user,
        retry=retry,
        run_filter=run_filter,
        not_due=_modules_not_due() if trigger == SCHEDULE else frozenset(),
        until=until,
        full=trigger not in NOT_FULL,
    )
    access.note(report.error)
    message = report.header.message or _lt("{0} records written.").format(report.writes)
    if run_filter.plan and report.header.status is RunStatus.WAITING:
        return _leave_half_applied(run, message)
    return message


def _build_sync(progress: SiteProgress, run: str, *, automatic: bool) -> tuple[Sync, XeroLedger]:
    """The sync of this site for `run`, and the ledger that it uses."""
    settings = engine_settings()
    # Another organisation may be connected by now.
    books = ledger(settings.tenant, automatic=automatic, on_wait=progress.wait)
    types, touched = RecordTypes(), Touched(settings.tenant)
    crm = SiteCrm(settings.assigned_to, types, touched)
    journal = SiteJournal(settings.tenant, run, types, touched)
    return Sync(crm, books, journal, CLOCK, progress, settings), books


def _modules_not_due() -> frozenset[Module]:
    """Modules that a scheduled run need not read: Xero's webhooks would have reported a change."""
    tenant = connected_tenant()
    return modules_not_due(
        kept_books.last_read(tenant), CLOCK.now(), webhooks_work=kept_books.webhooks_work(tenant)
    )


def _leave_half_applied(run: str, message: str) -> str:
    """It cannot continue automatically: what is left is a plan that no user has seen."""
    message = sentences(message, _HALF_APPLIED)
    _end(run, RunStatus.STOPPED, message)
    return message


def _preview(sync: Sync, books: XeroLedger, run: str, only: Module | None) -> str:
    frappe.db.set_value("Xero Sync Run", run, "status", "Running")
    _commit()
    cost = keep_preview(run, sync.preview_in_parts(retry=True, only=only))  # as Sync Now does
    access.note(None)
    message = _lt(
        "Nothing was written. API calls to apply this: about {0}, of these {1} to write."
    ).format(cost.calls, cost.writing)
    _end(run, RunStatus.COMPLETED, message, calls=books.calls)
    return message


def _end(run: str, status: RunStatus, message: str, **more: Any) -> None:
    texts = {"message": str(message), "messages": dump_messages(message=message)}
    row: Mapping[str, Any] = {"status": status.value, **texts, **more}
    set_values("Xero Sync Run", run, {**row, "finished": now_datetime()})


def _commit() -> None:
    # Before the browser is notified: it asks for the run at once, over another connection.
    frappe.db.commit()  # nosemgrep: frappe-manual-commit
