"""The use case: a run in nine steps, and its preview.

1. Lock the tenant and begin the log (`Sync.run`).
2. Read the reference data: accounts, tax rates, currencies.
3. Compare an approved plan with what would be done now.
4. Take over taxes.
5. Add what chosen records cannot go without.
6. Read what Xero changed, and what that refers to.
7. Carry out each module: settle what is open, decide, write to the CRM, write to Xero.
8. Recheck what Xero itself changed because of this run.
9. Compare the figures of both sides, and end the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from ..errors import BudgetSpent, OutOfTime, PlanStale, RetryLater, Stopped, SyncError
from ..journal import Journal
from ..messages import _lt, sentences
from ..modules import SPECS, settled_by, spec_of
from ..outbox import AT_WORK
from ..plan import Plan, join
from ..ports import Clock, Crm, Ledger, Ports, Progress
from ..records import Module
from ..report import Done, Report, RunHeader, RunStatus
from ..run_filter import EVERYTHING, RunFilter
from ..settings import Settings
from .dependencies import add_dependencies
from .figures_check import judge_figures, needs_judging
from .filtering import notify_unapproved, require_fresh
from .missing_documents import read_needed
from .one_module import carry_out_module, recheck_module, settle_paid_invoices
from .possible_matches import notify_matched, notify_possible
from .preparing import take_over_taxes
from .previewing import preview_modules, with_costs
from .pull import pull_all
from .session import Request, Session, open_session

_STILL_IN_FLIGHT = _lt(
    "Xero has not answered for some records and may still be processing them: the sync "
    "looks for them in Xero before it sends them again. The sync resumes automatically."
)


class Sync:
    """The sync of one CRM with one Xero organisation."""

    def __init__(
        self,
        crm: Crm,
        ledger: Ledger,
        journal: Journal,
        clock: Clock,
        progress: Progress,
        settings: Settings,
    ) -> None:
        self._ports = Ports(crm, ledger, journal, clock, progress)
        self._settings = settings

    def preview(self, *, retry: bool = False, only: Module | None = None) -> list[Plan]:
        """What `run` of everything, or of `only` one module, would do now, module by module."""
        parts = self.preview_in_parts(retry=retry, only=only)
        return [join(module, some) for module, some in groupby(parts, lambda part: part.module)]

    def preview_in_parts(
        self, *, retry: bool = False, only: Module | None = None
    ) -> Iterator[Plan]:
        """The same in parts; the last one of each module has its cost.

        Nothing is written, and who takes the parts commits nothing before the last one. What Xero
        changed is read into the journal, which saves the run that follows the reading.
        """
        with self._ports.journal.lock():
            session = self._open_session(Request(retry, RunFilter(only)))
            reference = self._ports.ledger.calls
            parts = preview_modules(session, _modules_that_can_run(session))
            yield from with_costs(parts, reference)
            yield from _plans_that_cannot_run(session)

    def run(
        self,
        trigger: str = "Sync Now",
        user: str = "",
        *,
        retry: bool = False,
        run_filter: RunFilter = EVERYTHING,
        not_due: frozenset[Module] = frozenset(),
        until: datetime | None = None,
        full: bool = True,
    ) -> Report:
        """Sync, and report. `retry` sends again what Xero refused before.

        Where `run_filter` has chosen records, only these are written, and what they cannot go
        without; Xero's changes of their modules are read as always, and stay pending where they are
        not chosen.

        Where it has an approval (see `approval_of`; `retry` as in its preview) just its writes are
        carried out, or none where one of them would be another by now: then the run is stopped
        with the message of a `PlanStale`. Writes that are new since are left for the next run.

        Modules in `not_due` are not read, unless something is to be sent to them: their webhooks
        have reported no change (see `schedule.modules_not_due`).

        A run that is still at work at `until` ends after the batch at hand, to be continued.

        One that is not `full` believes the CRM's records which of them were saved: so it costs what
        was saved, not what there is. What was changed past the CRM's own saving waits for a full
        one.

        What stops a run before its end is in the report's status and message, not raised; only
        `AnotherRun` and bugs are.
        """
        request = Request(retry, run_filter, not_due, until, full)
        with self._ports.journal.lock(), self._logged_run(trigger, user) as (run, report):
            self._carry_out(request, run, report)
        return report

    @contextmanager
    def _logged_run(self, trigger: str, user: str) -> Iterator[tuple[str, Report]]:
        """Begin a run's log, and end it with what became of the run."""
        journal, clock, ledger = self._ports.journal, self._ports.clock, self._ports.ledger
        report = Report(RunHeader(self._settings.tenant, clock.now(), trigger=trigger, user=user))
        run = journal.start_run(report.header)
        journal.commit()
        status: RunStatus = RunStatus.FAILED
        message: str = _lt("The run stopped because of an error in the app.")
        try:
            yield run, report
            status, message = RunStatus.COMPLETED, ""
        except SyncError as error:
            status, message, report.error = _status_of(error), error.message, error
        finally:
            report.finish(status, clock.now(), ledger.calls, message)
            notices = (*report.header.notices, *ledger.notices)
            report.header = replace(report.header, notices=notices)
            journal.finish_run(run, report.header)
            journal.commit()

    def _carry_out(self, request: Request, run: str, report: Report) -> None:
        session = self._compare_with_approval(self._open_session(request))
        session.log.begin(run, _notices_on_currency(session))
        try:
            self._sync_modules(session, report)
            self._judge_figures(session, report)
        except SyncError:
            self._judge_figures(session, report)
            raise
        finally:
            notify_unapproved(session.log)
            notify_matched(session.log)
            notify_possible(session)
            report.header = replace(report.header, notices=tuple(session.log.notices))

    def _sync_modules(self, session: Session, report: Report) -> None:
        take_over_taxes(session)
        session = add_dependencies(session, _modules_that_can_run(session))
        includes = session.request.run_filter.has_records_of
        modules = [each for each in _modules_that_can_run(session) if includes(each)]
        _read_changes(session, modules)
        for module in modules:
            self._log_module(session, report, module, carry_out_module)
        self._recheck_side_effects(session, report)
        if session.in_flight.end_with_timeout and session.request.run_filter.approval is None:
            raise RetryLater(_STILL_IN_FLIGHT, after=AT_WORK)

    def _open_session(self, request: Request) -> Session:
        """Read the reference data, and begin the state of a run with it."""
        run_filter = request.run_filter
        run_filter.require_enabled(self._settings)
        modules = [
            each
            for each in run_filter.enabled_modules(self._settings)
            if run_filter.has_records_of(each)
        ]
        needs_books = not modules or any(spec_of(each).needs_books for each in modules)
        reference = self._ports.ledger.reference(books=needs_books)
        return open_session(self._ports, self._settings, reference, request)

    def _compare_with_approval(self, session: Session) -> Session:
        """Decide an approved plan once more, from the reading that the run then uses."""
        retry, run_filter = session.request.retry, session.request.run_filter
        if run_filter.approval is None:
            return session
        as_previewed = Request(retry, RunFilter(run_filter.only))
        ahead = open_session(self._ports, self._settings, session.reference, as_previewed)
        require_fresh(run_filter.approval, preview_modules(ahead, _modules_that_can_run(ahead)))
        return replace(session, readings=ahead.readings)

    def _recheck_side_effects(self, session: Session, report: Report) -> None:
        """Recheck what Xero itself changed: stock by sales, invoices by payments.

        Its new figures come in this run, not the next, so that both ledgers agree when it ends. Of
        an approved plan only what needs no write is settled: the rest was in no preview.
        """
        effects = session.rechecks.side_effects
        if session.request.run_filter.approval is None:
            for module in [each for each in session.modules if effects.get(each)]:
                self._log_module(session, report, module, recheck_module)
        else:
            for module in [each for each, ids in effects.items() if ids and settled_by(each)]:
                self._log_module(session, report, module, settle_paid_invoices)

    def _judge_figures(self, session: Session, report: Report) -> None:
        """Compare the figures after all writes: a pair whose figures differ is not In Sync."""
        for module, spec in SPECS.items():
            is_on = spec.figures and self._settings.of(module).enabled
            if is_on and needs_judging(session, module):
                self._log_module(session, report, module, judge_figures)

    def _log_module(
        self,
        session: Session,
        report: Report,
        module: Module,
        work: Callable[[Session, Module], None],
    ) -> None:
        """Do some work on a module, and add it to the module's row of the log."""
        started = self._ports.clock.now()
        session.log.done = Done()
        try:
            work(session, module)
        except BaseException:
            # The log must not show what the rollback takes back.
            session.rollback()
            raise
        finally:
            log = report.add(module, started, session.log.done)
            # Not by the session's journal: its cache holds, for no record has changed.
            self._ports.journal.finish_module(session.log.run, log)
            self._ports.journal.commit()


def _read_changes(session: Session, modules: Sequence[Module]) -> None:
    """Read what Xero changed, and what that refers to: that of chosen records is read by now."""
    known = (*session.request.not_due, *session.readings.pulled_at)
    pull_all(session, [each for each in modules if each not in known])
    if session.request.run_filter.chosen is None:
        read_needed(session, modules)


def _modules_that_can_run(session: Session) -> Sequence[Module]:
    """Without invoices and payments where the base currencies differ (rule G5)."""
    if not session.reference.has_other_base(session.crm.base_currency()):
        return session.modules
    return [each for each in session.modules if not spec_of(each).figures]


def _plans_that_cannot_run(session: Session) -> Iterator[Plan]:
    """A plan without decisions for each module that cannot run, so that a preview says why."""
    can_run = _modules_that_can_run(session)
    for module in [each for each in session.modules if each not in can_run]:
        yield Plan(module, cannot_run=sentences(*_notices_on_currency(session)))


def _notices_on_currency(session: Session) -> Sequence[str]:
    reference, ours = session.reference, session.crm.base_currency()
    if not reference.has_other_base(ours):
        return ()
    return (
        _lt(
            "The CRM's base currency is {0}, the base currency of “{1}” in Xero is {2}: "
            "invoices and payments do not sync, the rest does. Connect an organisation that "
            "keeps its books in {3}, or change the CRM's base currency."
        ).format(ours, reference.organisation, reference.base_currency, ours),
    )


def _status_of(error: SyncError) -> RunStatus:
    if isinstance(error, (BudgetSpent, OutOfTime, RetryLater)):
        return RunStatus.WAITING
    if isinstance(error, (Stopped, PlanStale)):
        return RunStatus.STOPPED
    return RunStatus.FAILED
