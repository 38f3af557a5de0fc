"""The use case: one run over the enabled modules.

lock the tenant → read reference data → for each module: pull what Xero changed → settle what an
earlier run left open → pair and decide → apply to the CRM → apply to Xero → write the log.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ..approval import Approval
from ..errors import BudgetSpent, OutOfTime, PlanStale, RetryLater, Stopped, SyncError
from ..messages import _lt
from ..outbox import AT_WORK
from ..plan import Plan
from ..ports import Clock, Crm, Journal, Ledger, Progress
from ..records import Module
from ..reference import Reference
from ..report import Report, RunHeader, RunStatus
from ..selection import Selection
from ..settings import Settings
from .approved_run import (
    has_written_payments,
    notify_unapproved,
    require_fresh,
    settle_paid_invoices,
)
from .caching import ReadCache, with_cache
from .dependencies import with_dependencies
from .figures_check import WITH_FIGURES, judge_figures, needs_judging
from .looking_up import look_up
from .missing_documents import read_needed
from .one_module import carry_out_module, recheck_module
from .plan_cost import cost_of
from .planning import plan
from .possible_matches import notify_matched, notify_possible
from .preparing import take_over_taxes
from .pull import pull_all, pull_once
from .recovery import recover
from .scope import Approved, Selected
from .session import Session

_IN_BASE_CURRENCY = (Module.INVOICES, Module.PAYMENTS)
_STILL_IN_FLIGHT = _lt(
    "Xero has not answered for some records and may still be processing them: the sync "
    "looks for them in Xero before it sends them again. The sync resumes automatically."
)


@dataclass(frozen=True)
class _Options:
    """What the caller asked of a run."""

    retry: bool = False
    selection: Selection | None = None
    approved: Approval | None = None
    not_due: frozenset[Module] = frozenset()
    until: datetime | None = None


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
        self._ports = (crm, ledger, journal, clock, progress)
        self._crm, self._ledger, self._journal, self._clock, _ = self._ports
        self._settings = settings

    @property
    def _modules(self) -> Sequence[Module]:
        return [module for module in Module if self._settings.runs(module)]

    def preview(self, *, retry: bool = False) -> list[Plan]:
        """What `run` with the same `retry` would do now, and its cost. Nothing is written.

        What Xero changed is read into the journal, which saves the run that follows the reading.
        """
        with self._journal.lock():
            session = self._session(self._reference())
            reference = self._ledger.calls
            plans = self._preview_modules(session, retry)
        # Accounts and tax rates are read once for all: that stands with the first module.
        return [
            replace(plan, cost=cost_of(plan, reference=0 if number else reference))
            for number, plan in enumerate(plans)
        ]

    def _reference(self, selection: Selection | None = None) -> Reference:
        modules = list(selection.modules) if selection else self._modules
        return self._ledger.reference(books=modules != [Module.ORGANIZATIONS])

    def _preview_modules(self, session: Session, retry: bool) -> list[Plan]:
        modules = self._modules_that_can_run(session.reference)
        session.retry = retry
        pull_all(session, modules)
        read_needed(session, modules)
        return [self._preview_module(session, module, retry) for module in modules]

    def _preview_module(self, session: Session, module: Module, retry: bool) -> Plan:
        pull_once(session, module)
        try:
            session.look_up(module, look_up)
            recover(session, module, send=False)
            planned = plan(session, module, retry=retry)
        finally:
            session.rollback()  # a run, and no preview, stores and logs what became of lost answers
        session.earlier_plans.append(planned)
        return planned

    def run(
        self,
        trigger: str = "Sync Now",
        user: str = "",
        *,
        retry: bool = False,
        selection: Selection | None = None,
        approved: Approval | None = None,
        not_due: frozenset[Module] = frozenset(),
        until: datetime | None = None,
    ) -> Report:
        """Sync, and report. `retry` sends again what Xero refused before.

        With a `selection` only these records are written, and what they cannot go without; Xero's
        changes of their modules are read as always, and stay pending where they are not chosen.

        With an `approved` plan (see `approval_of`; `retry` as in its preview) just its writes are
        carried out, or none where one of them would be another by now: then the run is stopped
        with the message of a `PlanStale`. Writes that are new since are left for the next run.

        Modules in `not_due` are not read, unless something is to be sent to them: their webhooks
        have reported no change (see `schedule.modules_not_due`).

        A run that is still at work at `until` ends after the batch at hand, to be continued.

        What stops a run before its end is in the report's status and message, not raised; only
        `AnotherRun` and bugs are.
        """
        if selection is not None and approved is not None:
            raise ValueError(
                _lt("A run is either for chosen records or for an approved plan, not for both.")
            )
        with self._journal.lock():
            now = self._clock.now()
            header = RunHeader(self._settings.tenant, now, trigger=trigger, user=user)
            report = Report(header)
            run = self._journal.start_run(header)
            self._journal.commit()
            try:
                self._run_into_report(
                    report, run, _Options(retry, selection, approved, not_due, until)
                )
            finally:
                self._finish(report, run)
            return report

    def _run_into_report(self, report: Report, run: str, options: _Options) -> None:
        status: RunStatus = RunStatus.FAILED
        message: str = _lt("The run stopped because of an error in the app.")
        try:
            self._run_all(report, run, options)
            status, message = RunStatus.COMPLETED, ""
        except SyncError as error:
            status, message = _status_of(error), error.message
        finally:
            report.finish(status, self._clock.now(), self._ledger.calls, message)
            notices = (*report.header.notices, *self._ledger.notices)
            report.header = replace(report.header, notices=notices)

    def _run_all(self, report: Report, run: str, options: _Options) -> None:
        if options.selection:
            options.selection.require_enabled(self._settings)
        session = self._session(self._reference(options.selection))
        session.retry, session.not_due, session.until = (
            options.retry,
            options.not_due,
            options.until,
        )
        if options.approved is not None:
            self._require_fresh(session, options.approved)
        session.run, session.notices = run, list(self._notices(session.reference))
        try:
            self._sync_modules(session, report, options)
            if has_written_payments(session):
                self._run_module(session, Module.INVOICES, report, settle_paid_invoices)
            self._judge_figures(session, report)
        except SyncError:
            self._judge_figures(session, report)
            raise
        finally:
            notify_unapproved(session)
            notify_matched(session)
            notify_possible(session)
            report.header = replace(report.header, notices=tuple(session.notices))

    def _sync_modules(self, session: Session, report: Report, options: _Options) -> None:
        if session.reference.tax_rates or session.reference.accounts:
            session.lookups = look_up(session, Module.PRODUCTS)
            take_over_taxes(session)
        modules = self._modules_in_scope(session, options)
        wanted = [each for each in modules if each not in (*session.not_due, *session.pulled_at)]
        pull_all(session, wanted)
        if options.selection is None:
            read_needed(session, modules)  # what chosen records need was read with them
        for module in modules:
            self._run_module(session, module, report, carry_out_module)
        for module in self._modules_with_side_effects(session):
            self._run_module(session, module, report, recheck_module)
        waiting = session.skipped_in_flight & session.awaiting_timeout
        if waiting and not isinstance(session.scope, Approved):
            raise RetryLater(_STILL_IN_FLIGHT, after=AT_WORK)

    def _judge_figures(self, session: Session, report: Report) -> None:
        """Compare the figures after all writes: a pair whose figures differ is not In Sync."""
        for module in WITH_FIGURES:
            if self._settings.of(module).enabled and needs_judging(session, module):
                self._run_module(session, module, report, judge_figures)

    def _require_fresh(self, session: Session, approved: Approval) -> None:
        """Decide everything once more, from the reading that the run then uses, and compare."""
        ahead = self._session(session.reference)
        plans = self._preview_modules(ahead, session.retry)
        require_fresh(approved, plans)
        session.scope = Approved(approved)
        session.pulled_at, session.unread = ahead.pulled_at, ahead.unread

    def _modules_in_scope(self, session: Session, options: _Options) -> Sequence[Module]:
        """The modules of this run; sets its scope."""
        modules = self._modules_that_can_run(session.reference)
        if options.selection is None:
            return modules
        whole = with_dependencies(session, options.selection, modules)
        session.scope = Selected(whole)
        return [module for module in modules if module in whole.modules]

    def _modules_with_side_effects(self, session: Session) -> list[Module]:
        """Modules of which Xero itself changed records: stock by sales, invoices by payments.

        Its new figures come in this run, not the next, so that both ledgers agree when it ends.
        """
        if isinstance(session.scope, Approved):
            return []  # what it would find was in no preview
        return [each for each in self._modules if session.side_effects.get(each)]

    def _modules_that_can_run(self, reference: Reference) -> Sequence[Module]:
        """Without invoices and payments where the base currencies differ (rule G5)."""
        if self._same_currency(reference):
            return self._modules
        return [each for each in self._modules if each not in _IN_BASE_CURRENCY]

    def _same_currency(self, reference: Reference) -> bool:
        ours, theirs = self._crm.base_currency(), reference.base_currency
        return not ours or not theirs or ours == theirs

    def _run_module(
        self,
        session: Session,
        module: Module,
        report: Report,
        work: Callable[[Session, Module], None],
    ) -> None:
        started = self._clock.now()
        session.entries = []
        try:
            work(session, module)
        except BaseException:
            # The log must not show what the rollback takes back.
            session.rollback()
            raise
        finally:
            log = report.add(module, started, session.entries)
            self._journal.finish_module(session.run, log)
            self._journal.commit()

    def _session(self, reference: Reference) -> Session:
        crm, ledger, journal, clock, progress = self._ports
        cache = ReadCache()
        crm, journal = with_cache(crm, journal, cache)
        ports = (crm, ledger, journal, clock, progress)
        return Session(*ports, self._settings, reference, cache=cache)

    def _notices(self, reference: Reference) -> tuple[str, ...]:
        if self._same_currency(reference):
            return ()
        ours, theirs = self._crm.base_currency(), reference.base_currency
        return (
            _lt(
                "The CRM's base currency is {0}, the base currency of “{1}” in Xero is {2}: "
                "invoices and payments do not sync, the rest does. Connect an organisation "
                "that keeps its books in {3}, or change the CRM's base currency."
            ).format(ours, reference.organisation, theirs, ours),
        )

    def _finish(self, report: Report, run: str) -> None:
        self._journal.finish_run(run, report.header)
        self._journal.commit()


def _status_of(error: SyncError) -> RunStatus:
    if isinstance(error, (BudgetSpent, OutOfTime, RetryLater)):
        return RunStatus.WAITING
    if isinstance(error, (Stopped, PlanStale)):
        return RunStatus.STOPPED
    return RunStatus.FAILED
