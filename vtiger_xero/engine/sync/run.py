"""The use case: one run over the enabled modules, in the order of the architecture.

lock the tenant → read reference data → for each module: pull what Xero changed → settle what an
earlier run left open → pair and decide → apply to the CRM → apply to Xero → write the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..errors import BudgetSpent, RetryLater, Stopped, SyncError
from ..links import UNANSWERED, Link
from ..plan import Plan
from ..ports import Clock, Crm, Journal, Ledger, Progress
from ..records import Module
from ..report import ModuleLog, Report, RunHeader, RunStatus
from ..settings import Reference, Settings
from .planning import plan
from .pull import pull, pull_own_echo
from .recovery import recover
from .session import Session
from .to_crm import link_twins, write_to_crm
from .to_xero import Sender

_UNKNOWN = Reference(organisation="", base_currency="")


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
        return [module for module in Module if self._settings.of(module).enabled]

    def preview(self, *, retry: bool = False) -> list[Plan]:
        """What `run` with the same `retry` would do now. Neither side is written to.

        What Xero changed is read into the journal, which saves the run that follows the reading.
        """
        with self._journal.lock():
            session = self._session(self._ledger.reference())
            return [self._previewed(session, module, retry) for module in self._modules]

    def _previewed(self, session: Session, module: Module, retry: bool) -> Plan:
        pull(session, module)
        recover(session, module, send=False)
        return plan(session, module, retry=retry)

    def run(self, trigger: str = "Sync Now", user: str = "", *, retry: bool = False) -> Report:
        """Sync, and report. `retry` sends again what Xero refused before.

        What stops a run before its end is in the report's status and message, not raised; only
        `AnotherRun` and bugs are.
        """
        with self._journal.lock():
            now = self._clock.now()
            header = RunHeader(self._settings.tenant, now, trigger=trigger, user=user)
            report = Report(header)
            run = self._journal.start_run(header)
            self._journal.commit()
            try:
                self._guarded(report, run, retry)
            finally:
                self._finish(report, run)
            return report

    def _guarded(self, report: Report, run: str, retry: bool) -> None:
        status, message = RunStatus.FAILED, "The run broke off because of a fault in the app."
        try:
            self._all_modules(report, run, retry)
            status, message = RunStatus.COMPLETED, ""
        except SyncError as error:
            status, message = _status_of(error), error.message
        finally:
            report.ended(status, self._clock.now(), self._ledger.calls, message)
            told = (*report.header.notices, *self._ledger.notices)
            report.header = replace(report.header, notices=told)

    def _all_modules(self, report: Report, run: str, retry: bool) -> None:
        session = self._session(self._ledger.reference())
        session.run = run
        report.header = replace(report.header, notices=self._notices(session.reference))
        for module in self._modules:
            self._module(session, module, report, retry)

    def _module(self, session: Session, module: Module, report: Report, retry: bool) -> None:
        started = self._clock.now()
        session.entries = []
        try:
            self._steps(session, module, retry)
        except BaseException:
            # Not to hide anything: the log must not tell of what the rollback takes back.
            session.rollback()
            raise
        finally:
            log = ModuleLog.of(module, started, session.entries)
            self._journal.finish_module(session.run, log)
            self._journal.commit()
            report.logs.append(log)
            report.entries += session.entries

    def _steps(self, session: Session, module: Module, retry: bool) -> None:
        pull(session, module)
        sizes = recover(session, module)
        sender = Sender(session, module)
        session.may_repeat, session.changed = True, set()
        self._carry_out(session, sender, plan(session, module, retry=retry), sizes)
        if session.changed:
            # A person, or the sync itself through a Contact of two organizations, saved them
            # meanwhile: one more look, so that they need not wait for the next run.
            session.may_repeat, names = False, frozenset(session.changed)
            session.changed = set()
            again = plan(session, module, retry=retry).only(names)
            self._carry_out(session, sender, again, sizes)
        pull_own_echo(session, module, sender.written)

    def _carry_out(
        self, session: Session, sender: Sender, decided: Plan, sizes: dict[str, int]
    ) -> None:
        outgoing = write_to_crm(session, decided)
        sender.send_all(outgoing, sizes | _alone(decided))
        link_twins(session, decided)

    def _session(self, reference: Reference) -> Session:
        return Session(*self._ports, self._settings, reference)

    def _notices(self, reference: Reference) -> tuple[str, ...]:
        ours, theirs = self._crm.base_currency(), reference.base_currency
        if not ours or not theirs or ours == theirs:
            return ()
        return (
            f"The CRM's base currency is {ours}, the base currency of {reference.organisation} "
            f"in Xero is {theirs}: organizations sync, invoices and payments cannot. Connect an "
            f"organisation that keeps its books in {ours}, or change the CRM's base currency.",
        )

    def _finish(self, report: Report, run: str) -> None:
        self._journal.finish_run(run, report.header)
        self._journal.commit()


def _alone(decided: Plan) -> dict[str, int]:
    """Records that are tried again after Xero gave no answer for them alone: alone again."""
    links = [decision.pair.link for decision in decided.decisions]
    return {link.crm_name: 1 for link in links if link and link.crm_name and _silent(link)}


def _silent(link: Link) -> bool:
    return link.reason == UNANSWERED


def _status_of(error: SyncError) -> RunStatus:
    if isinstance(error, Stopped):
        return RunStatus.STOPPED
    if isinstance(error, (BudgetSpent, RetryLater)):
        return RunStatus.WAITING
    return RunStatus.FAILED
