"""How people sync, and what they decide where a run asks them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from tests.lives.office import (
    INVOICES,
    ORGANIZATIONS,
    PAYMENTS,
    PRODUCTS,
    Office,
    Rows,
    mentions,
)
from tests.support.fakes import Quiet
from vtiger_xero.engine.approval import approval_of
from vtiger_xero.engine.choosing import with_choices
from vtiger_xero.engine.links import Answer, Choice, LinkState, MatchAnswer
from vtiger_xero.engine.possible import pairs_to_answer, require_possible
from vtiger_xero.engine.records import Module, Side
from vtiger_xero.engine.run_filter import RunFilter
from vtiger_xero.engine.sync import Sync
from xero_simulator import Fault


class Syncing(Office):
    """Runs, and answers to their questions."""

    # Syncing

    def sync(self) -> None:
        """Sync Now."""
        self.reports.append(self.stage.sync())
        self.meaning.synced()

    def sync_by_preview(self) -> None:
        """Preview, and apply exactly this plan; then what it leaves."""
        approved = approval_of(self.stage.preview())
        self.reports.append(self.stage.sync(run_filter=RunFilter(approval=approved)))
        self.sync()

    def sync_with_a_lost_answer(self, path: str) -> None:
        """Xero writes something, and its answer is lost."""
        faults = self.stage.xero.faults
        for method in ("PUT", "POST"):
            faults.add(Fault.dropped_after_commit(method=method, path=path, times=9))
        self.reports.append(self.stage.sync())
        faults.clear()
        self.meaning.synced()

    def sync_killed(self, after: int, sent: bool) -> None:
        """A run dies at its n-th write to Xero, before or after Xero carried it out."""
        self.stage.xero.clock.advance(timedelta(minutes=10))
        ledger = _Dying(self.stage.ledger(), after, sent)
        stage = self.stage
        ports = (stage.crm, ledger, stage.journal, stage.clock, Quiet())
        try:
            self.reports.append(Sync(*ports, stage.settings).run())
        except Killed:
            stage.journal.rollback()
        self.stage.xero.clock.advance(timedelta(minutes=10))
        self.meaning.synced()

    # Deciding

    def answer(self) -> int:
        """People answer everything that waits for them; how many answers that were."""
        given = self.answer_matches()
        for module in Module:
            for link in self.stage.journal.links(module):
                if link.state is not LinkState.CONFLICT or not link.conflict:
                    continue
                choices = [
                    Choice(each.field, _winner(each.field, link.crm_name), each.crm, each.xero)
                    for each in link.conflict
                ]
                decided = with_choices(link, choices, None)
                if decided != link:
                    self.stage.journal.save_link(decided)
                    self._decided(module, link.crm_name or "")
                    given += 1
        self.stage.journal.commit()
        return given

    def answer_matches(self) -> int:
        """People say of all possible matches whether they are one or two."""
        given = 0
        for module in Module:
            while asked := self._asked(module):
                self.stage.journal.save_answer(asked)
                given += 1
        self.stage.journal.commit()
        return given

    def _asked(self, module: Module) -> MatchAnswer | None:
        """The answer to the next question that is open."""
        links, answers = self.stage.journal.links(module), self.stage.journal.answers(module)
        for name, xero_id, _ in pairs_to_answer(links, answers):
            given = Answer.ONE if self._is_one(module, name, xero_id) else Answer.TWO
            answer = MatchAnswer(module, name, xero_id, given, "Administrator")
            require_possible(answers, [answer], links)
            return answer
        return None

    def _is_one(self, module: Module, name: str, xero_id: str) -> bool:
        """Whether people meant one by both."""
        if module is PAYMENTS:
            tags = {key: tag for (tag, _), key in self.meaning.records.items()}
            ours, theirs = tags.get(name), tags.get(xero_id)
            return ours is None or theirs is None or ours == theirs
        books, crm = self.stage.books, {row["name"]: row for row in self._crm_rows(module)}
        gone = name not in crm or (module is PRODUCTS and xero_id not in books.items)
        if gone:  # the next run will ask no more
            return False
        if module is ORGANIZATIONS:
            texts = crm[name]["organization_name"], books.contacts[xero_id].name
        elif module is PRODUCTS:
            texts = crm[name]["part_number"], books.items[xero_id].code
        else:
            texts = crm[name]["subject"], books.invoices[xero_id].reference
        tags_ = [set(re.findall(r"(?<![A-Za-z0-9])[cpi][0-9]+", text or "")) for text in texts]
        return bool(tags_[0] & tags_[1])

    def _crm_rows(self, module: Module) -> Rows:
        doctypes = {ORGANIZATIONS: ("Organization",), INVOICES: ("Invoice",)}
        found = doctypes.get(module, ("Product", "Service"))
        return [row for each in found for row in self._rows(f"Vtiger {each}")]

    def _decided(self, module: Module, name: str) -> None:
        """A person chose one side's lines: what was typed on the other is given up on purpose."""
        if module is INVOICES:
            subjects = {row["name"]: row["subject"] for row in self._rows("Vtiger Invoice")}
            for tag, meant in self.meaning.invoices.items():
                meant.is_contested |= mentions(subjects.get(name), tag)
        names = {ORGANIZATIONS: "organization_name", PRODUCTS: "part_number"}
        rows = self._crm_rows(module) if module in names else []
        said = next((row[names[module]] for row in rows if row["name"] == name), "")
        tags = (*self.meaning.customers, *self.meaning.products)
        self.meaning.decided |= {tag for tag in tags if mentions(said, tag)}


class Killed(BaseException):
    """The process is no more: nothing in the app may catch it."""


class _Dying:
    """A ledger at whose n-th write the process dies."""

    def __init__(self, ledger: Any, after: int, sent: bool) -> None:
        self._ledger, self._left, self._sent = ledger, after, sent

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    def send(self, batch: Any) -> Any:
        """Send it, unless it is the one."""
        self._left -= 1
        if not self._left and not self._sent:
            raise Killed
        outcome = self._ledger.send(batch)
        if not self._left:
            raise Killed
        return outcome


def _winner(field: str, name: str | None) -> Side:
    return Side.CRM if (len(field) + len(name or "")) % 2 else Side.XERO
