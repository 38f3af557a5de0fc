"""A probe from its beginning to its end: the organisation, the budget, each row, the cleaning."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

from .. import __version__
from ..engine.errors import RetryLater
from ..engine.ports import Clock
from ..xero.errors import SOON
from . import cleaning, organisation
from .calls import Answer, BudgetUsedUpError, Calls, Send
from .findings import CouldNotTellError, Finding, Verdict
from .journal import Journal
from .organisation import Books
from .report import Report
from .scrubbing import MARK, Scrubber
from .table import PROBES, Probe
from .trial import Trial, only

LIMIT = 300
# What an earlier probe left is looked for with three calls; then a customer and a usual invoice.
_BEFORE = organisation.CALLS + 5
_PER_MINUTE = 60
# An answer that lacks what the probe reads is no reason to stop: it is what the row says then.
_OTHER_SHAPE = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError)
_NO_CALLS = "The calls of this probe no longer sufficed for it."
_STOPPED = (
    "The probe stopped before it came to the assumptions. Start it again: it goes on where it "
    "stopped, and takes away what it left."
)
Say = Callable[[str], None]


def run(
    send: Send,
    clock: Clock,
    tenant: str,
    folder: Path,
    *,
    of: str,
    say: Say,
    limit: int = LIMIT,
    probes: Sequence[Probe] = PROBES,
) -> Report:
    """Try the rows on an organisation and write the report into `folder`.

    `of`: what answers, a Demo Company or the simulator. `limit`: the calls in all.

    What an earlier probe of this organisation did that was killed is not done again. Raises errors
    of `engine.errors`; what was done until then is kept, and so it is after a kill.
    """
    known_as = hashlib.sha256(tenant.encode()).hexdigest()
    journal = Journal(folder / "state.jsonl", known_as)
    scrubber = Scrubber(journal.salt)
    calls = Calls(send, clock, journal, scrubber, limit)
    origin = f"vtiger_xero probe {__version__}, {clock.now().date()}, {of}"
    try:
        return _Run(calls, journal, scrubber, say).whole(origin, folder, probes, limit)
    except (CouldNotTellError, BudgetUsedUpError) as error:
        why = scrubber.text(str(error)) or _NO_CALLS
        raise RetryLater(f"{_STOPPED} {why}", after=SOON) from None


class _Run:
    def __init__(self, calls: Calls, journal: Journal, scrubber: Scrubber, say: Say) -> None:
        self._calls = calls
        self._journal = journal
        self._scrubber = scrubber
        self._say = say
        self._token = secrets.token_hex(3).upper()

    def whole(self, origin: str, folder: Path, probes: Sequence[Probe], limit: int) -> Report:
        found = organisation.require_demo_company(self._calls, self._scrubber, origin)
        self._show_budget(probes, limit)
        left = cleaning.clean(self._ask_quietly)
        if left.taken_away or left.stay:
            self._say(f"Taken away of an earlier probe: {left.taken_away} records.")
        books = organisation.read_books(self._calls, found)
        customer = self._customer(books)
        for probe in probes:
            if probe.id not in self._journal.rows:
                self._try(probe, books, customer)
        cleaned = self._clean()
        report = Report(
            self._calls.origin,
            books.country,
            books.currency,
            self._journal.calls,
            [self._journal.rows[probe.id] for probe in probes],
            [self._scrubber.text(each) for each in cleaned.stay],
            self._journal.exchanges,
        )
        report.write(folder)
        self._journal.end()
        return report

    def _show_budget(self, probes: Sequence[Probe], limit: int) -> None:
        left = [probe for probe in probes if probe.id not in self._journal.rows]
        needed = sum(probe.calls for probe in left) + _BEFORE + cleaning.CALLS
        done = f"; {self._journal.calls - 1} were made before" if self._journal.is_resumed else ""
        self._say(
            f"{len(left)} assumptions, at most {needed} calls of {limit}{done}. Xero allows "
            f"{_PER_MINUTE} a minute, so this takes up to {-(-needed // _PER_MINUTE)} minutes. "
            f"All names begin with {MARK}{self._token}."
        )

    def _customer(self, books: Books) -> str:
        """The customer of all invoices, and an invoice that has nothing odd.

        If Xero refused that one, a refusal of an odd one would say nothing.
        """
        row = {"Name": f"{MARK}{self._token} Customer"}
        answer = self._calls.ask("PUT", "/Contacts", {}, {"Contacts": [row]})
        customer = str(only(answer, "Contacts")["ContactID"])
        usual = Trial(self._calls, books, self._token, "USUAL", customer)
        usual.approved(usual.line())
        return customer

    def _try(self, probe: Probe, books: Books, customer: str) -> None:
        if self._calls.left < probe.calls + cleaning.CALLS:
            self._done(probe, Finding(Verdict.NOT_TRIED, _NO_CALLS))
            return
        self._calls.trying = (probe.id,)
        trial = Trial(self._calls, books, self._token, probe.id, customer)
        self._done(probe, self._finding(probe, trial))
        self._calls.trying = ()

    def _finding(self, probe: Probe, trial: Trial) -> Finding:
        try:
            finding = probe.judge(trial)
        except (CouldNotTellError, BudgetUsedUpError) as error:
            finding = Finding(Verdict.COULD_NOT_TELL, str(error) or _NO_CALLS)
        except _OTHER_SHAPE as error:
            saw = f"An answer has another shape than the probe reads: {error!r}"
            finding = Finding(Verdict.COULD_NOT_TELL, saw)
        try:
            trial.tidy_up()
        except (CouldNotTellError, BudgetUsedUpError):
            self._say(f"{probe.id}: a payment or an item stays until the end.")
        return finding

    def _done(self, probe: Probe, finding: Finding) -> None:
        saw = self._scrubber.text(finding.saw)
        self._journal.row({"id": probe.id, "verdict": finding.verdict.value, "saw": saw})
        self._say(f"{probe.id:4} {finding.verdict.value}: {saw}")

    def _clean(self) -> cleaning.Cleaned:
        try:
            return cleaning.clean(self._calls.ask)
        except (CouldNotTellError, BudgetUsedUpError) as error:
            again = "Not all could be taken away; the next probe does so."
            return cleaning.Cleaned(0, [again, str(error)])

    def _ask_quietly(self, *request: object, **others: object) -> Answer:
        """For what an earlier probe left: no part of this one's report."""
        answer, _ = self._calls.ask_quietly(*request, **others)  # type: ignore[arg-type]
        return answer
