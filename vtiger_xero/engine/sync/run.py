"""The use case: one run over the enabled modules, in the order of the architecture.

lock the tenant → read reference data → for each module: pull what Xero changed → settle what an
earlier run left open → pair and decide → apply to the CRM → apply to Xero → write the log.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ..approval import Approval
from ..errors import BudgetSpent, OutOfTime, PlanStale, RetryLater, Stopped, SyncError
from ..outbox import AT_WORK
from ..plan import Plan
from ..ports import Clock, Crm, Journal, Ledger, Progress
from ..records import Module
from ..reference import Reference
from ..report import Report, RunHeader, RunStatus
from ..selection import Selection
from ..settings import Settings
from .approving import has_paid, require_fresh, settle_paid, tell_what_was_left
from .completing import completed
from .costing import cost_of
from .equal import WITH_FIGURES, judge_figures, needs_judging
from .looking_up import look_up
from .needed import read_needed
from .one_module import carry_out_module, look_again
from .planning import plan
from .possible_matches import tell_matched, tell_possible
from .preparing import take_over_taxes
from .pull import pull_all, pull_once
from .recalling import Memory, recalling
from .recovery import recover
from .scope import Approved, Selected
from .session import Session

_IN_BASE_CURRENCY = (Module.INVOICES, Module.PAYMENTS)
_LATE = (
    "Xero has not answered for some records and may still be processing them: the sync looks for "
    "them in Xero before it sends them again. The sync resumes automatically."
)


@dataclass(frozen=True)
class _Orders:
    """What a person asked of a run."""

    retry: bool = False
    selection: Selection | None = None
    approved: Approval | None = None
    spared: frozenset[Module] = frozenset()
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
        """What `run` with the same `retry` would do now, and at what cost. Nothing is written.

        What Xero changed is read into the journal, which saves the run that follows the reading.
        """
        with self._journal.lock():
            session = self._session(self._reference())
            reference = self._ledger.calls
            plans = self._previews(session, retry)
        # Accounts and tax rates are read once for all: that stands with the first module.
        return [
            replace(plan, cost=cost_of(plan, reference=0 if number else reference))
            for number, plan in enumerate(plans)
        ]

    def _reference(self, selection: Selection | None = None) -> Reference:
        chosen = list(selection.modules) if selection else self._modules
        return self._ledger.reference(books=chosen != [Module.ORGANIZATIONS])

    def _previews(self, session: Session, retry: bool) -> list[Plan]:
        modules = self._runnable(session.reference)
        session.retry = retry
        pull_all(session, modules)
        read_needed(session, modules)
        return [self._previewed(session, module, retry) for module in modules]

    def _previewed(self, session: Session, module: Module, retry: bool) -> Plan:
        pull_once(session, module)
        try:
            session.look_up(module, look_up)
            recover(session, module, send=False)
            planned = plan(session, module, retry=retry)
        finally:
            session.rollback()  # what became of lost answers is for a run to keep, and to tell
        session.ahead.append(planned)
        return planned

    def run(
        self,
        trigger: str = "Sync Now",
        user: str = "",
        *,
        retry: bool = False,
        selection: Selection | None = None,
        approved: Approval | None = None,
        spared: frozenset[Module] = frozenset(),
        until: datetime | None = None,
    ) -> Report:
        """Sync, and report. `retry` sends again what Xero refused before.

        With a `selection` only these records are written, and what they cannot go without; Xero's
        news of their modules are read as always, and stay pending where they are not chosen.

        With an `approved` plan (see `approval_of`; `retry` as in its preview) just its writes are
        carried out, or none where one of them would be another by now: then the run is stopped
        with the message of a `PlanStale`. Writes that are new since are left for the next run.

        Of the modules in `spared` Xero is not asked for news, unless something is to be sent to
        them: their webhooks have told of none (see `schedule.spared`).

        A run that is still at work at `until` ends after the batch at hand, to be gone on with.

        What stops a run before its end is in the report's status and message, not raised; only
        `AnotherRun` and bugs are.
        """
        if selection is not None and approved is not None:
            raise ValueError(
                "A run is either for chosen records or for an approved plan, not for both."
            )
        with self._journal.lock():
            now = self._clock.now()
            header = RunHeader(self._settings.tenant, now, trigger=trigger, user=user)
            report = Report(header)
            run = self._journal.start_run(header)
            self._journal.commit()
            try:
                self._guarded(report, run, _Orders(retry, selection, approved, spared, until))
            finally:
                self._finish(report, run)
            return report

    def _guarded(self, report: Report, run: str, orders: _Orders) -> None:
        status, message = RunStatus.FAILED, "The run stopped because of an error in the app."
        try:
            self._all_modules(report, run, orders)
            status, message = RunStatus.COMPLETED, ""
        except SyncError as error:
            status, message = _status_of(error), error.message
        finally:
            report.ended(status, self._clock.now(), self._ledger.calls, message)
            told = (*report.header.notices, *self._ledger.notices)
            report.header = replace(report.header, notices=told)

    def _all_modules(self, report: Report, run: str, orders: _Orders) -> None:
        if orders.selection:
            orders.selection.require_enabled(self._settings)
        session = self._session(self._reference(orders.selection))
        session.retry, session.spared, session.until = orders.retry, orders.spared, orders.until
        if orders.approved is not None:
            self._require_fresh(session, orders.approved)
        session.run, session.told = run, list(self._notices(session.reference))
        try:
            self._each_module(session, report, orders)
            if has_paid(session):
                self._module(session, Module.INVOICES, report, settle_paid)
            self._judge_figures(session, report)
        except SyncError:
            self._judge_figures(session, report)
            raise
        finally:
            tell_what_was_left(session)
            tell_matched(session)
            tell_possible(session)
            report.header = replace(report.header, notices=tuple(session.told))

    def _each_module(self, session: Session, report: Report, orders: _Orders) -> None:
        if session.reference.tax_rates or session.reference.accounts:
            session.lookups = look_up(session, Module.PRODUCTS)
            take_over_taxes(session)
        chosen = self._chosen(session, orders)
        wanted = [each for each in chosen if each not in (*session.spared, *session.pulled)]
        pull_all(session, wanted)
        if orders.selection is None:
            read_needed(session, chosen)  # what chosen records need was read with them
        for module in chosen:
            self._module(session, module, report, carry_out_module)
        for module in self._moved_by_the_run(session):
            self._module(session, module, report, look_again)
        if session.held & session.late and not isinstance(session.scope, Approved):
            raise RetryLater(_LATE, after=AT_WORK)

    def _judge_figures(self, session: Session, report: Report) -> None:
        """After whatever the run did: what differs in a figure is not In Sync."""
        for module in WITH_FIGURES:
            if self._settings.of(module).enabled and needs_judging(session, module):
                self._module(session, module, report, judge_figures)

    def _require_fresh(self, session: Session, approved: Approval) -> None:
        """Everything is decided once more, from the same reading that the run goes on with."""
        ahead = self._session(session.reference)
        plans = self._previews(ahead, session.retry)
        require_fresh(approved, plans)
        session.scope = Approved(approved)
        session.pulled, session.unread = ahead.pulled, ahead.unread

    def _chosen(self, session: Session, orders: _Orders) -> Sequence[Module]:
        """The modules that this run goes through; from here on its scope is known."""
        modules = self._runnable(session.reference)
        if orders.selection is None:
            return modules
        whole = completed(session, orders.selection, modules)
        session.scope = Selected(whole)
        return [module for module in modules if module in whole.modules]

    def _moved_by_the_run(self, session: Session) -> list[Module]:
        """What Xero itself changed by what it was told: stock by sales, invoices by payments.

        Its new figures come in this run, not the next: so both ledgers agree when it ends.
        """
        if isinstance(session.scope, Approved):
            return []  # what it would find, nobody has seen
        return [each for each in self._modules if session.moved.get(each)]

    def _runnable(self, reference: Reference) -> Sequence[Module]:
        """Invoices and payments need the same base currency on both sides (mission G5)."""
        if self._same_currency(reference):
            return self._modules
        return [each for each in self._modules if each not in _IN_BASE_CURRENCY]

    def _same_currency(self, reference: Reference) -> bool:
        ours, theirs = self._crm.base_currency(), reference.base_currency
        return not ours or not theirs or ours == theirs

    def _module(
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
            # Not to hide anything: the log must not tell of what the rollback takes back.
            session.rollback()
            raise
        finally:
            log = report.add(module, started, session.entries)
            self._journal.finish_module(session.run, log)
            self._journal.commit()

    def _session(self, reference: Reference) -> Session:
        crm, ledger, journal, clock, progress = self._ports
        memory = Memory()
        crm, journal = recalling(crm, journal, memory)
        ports = (crm, ledger, journal, clock, progress)
        return Session(*ports, self._settings, reference, memory=memory)

    def _notices(self, reference: Reference) -> tuple[str, ...]:
        if self._same_currency(reference):
            return ()
        ours, theirs = self._crm.base_currency(), reference.base_currency
        return (
            f"The CRM's base currency is {ours}, the base currency of "
            f"\u201c{reference.organisation}\u201d in Xero is {theirs}: invoices and payments do "
            f"not sync, the rest does. Connect an organisation that keeps its books in {ours}, or "
            "change the CRM's base currency.",
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
