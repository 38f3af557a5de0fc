"""In Sync means equal (rule G12): after a run, a pair with another figure is not In Sync.

The heads of the records at hand are compared; only what differs is loaded. Received and due are
compared when the run is over, because a later module of the same run changes them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..actions import Pair, Skip
from ..conditions import Finding
from ..entered_twice import EnteredPayment, matched_payment_ids
from ..figures import OneSidedPayment, Payments, adds_a_difference, why_unequal
from ..links import (
    UNEQUAL,
    Link,
    LinkState,
    XeroHead,
    state_when_equal,
    state_when_unequal,
)
from ..mapping.invoice_figures import payments_of
from ..mapping.rows import date_of, decimal_of, text_of
from ..messages import _lt, lines, split_lines
from ..modules import settled_by, spec_of
from ..ports import chunks
from ..records import CrmRecord, Document, Head, Module, Side, XeroRecord
from ..totals.payments import RECEIVED
from .session import Session
from .skips import skip_entry, with_skip

_AT_ONCE = 500  # whole records
_HEADS_AT_ONCE = 5_000
_KEPT_OUT = _lt("Do Not Sync with Xero is ticked on it.")
_OFF = _lt("Payments do not sync.")
_ONE_WAY = _lt("Payments sync in the other direction only.")


def unequal_links(session: Session, module: Module) -> list[Link]:
    """The links of a module whose two sides differ in a figure."""
    session.cache.free_others(module)
    links = session.journal.links(module) if spec_of(module).figures else ()
    if not links:
        return []
    return _unequal(module, links, session.crm.heads(module), _xero_heads(session, module))


def _unequal_when_over(session: Session, module: Module) -> list[Link]:
    """The same when a run is over: one that read everything holds a part of the heads at a time."""
    if not session.cache.at_hand.is_everything:
        return unequal_links(session, module)
    found: list[Link] = []
    session.cache.free_others(module)
    for some in chunks(session.journal.links(module), _HEADS_AT_ONCE):
        ids = [each.xero_id for each in some if each.xero_id]
        heads = session.crm.heads_of(module, _names(some))
        found += _unequal(module, some, heads, _xero_heads(session, module, ids))
    return found


def _unequal(
    module: Module, links: Sequence[Link], ours: Sequence[Head], theirs: Sequence[XeroHead]
) -> list[Link]:
    crm, xero = {head.name: head for head in ours}, {head.id: head for head in theirs}
    return [each for each in links if _is_unequal(module, each, crm, xero)]


def _is_unequal(
    module: Module, link: Link, crm: Mapping[str, Head], xero: Mapping[str, XeroHead]
) -> bool:
    ours, theirs = crm.get(link.crm_name or ""), xero.get(link.xero_id or "")
    if ours is None or theirs is None or link.state.is_apart:
        return False
    spec = spec_of(module)
    if not theirs.alive or not spec.counts(ours):
        return False  # cancelled on either side
    return spec.crm_figures(ours.keys) != theirs.figures


def _xero_heads(
    session: Session, module: Module, ids: Sequence[str] | None = None
) -> Sequence[XeroHead]:
    """Heads with figures, of these documents or of all at hand.

    Computes the figures of documents that an earlier version stored.
    """

    def read() -> Sequence[XeroHead]:
        if ids is None:
            return session.journal.xero_heads(module)
        return session.journal.heads_of_documents(module, ids)

    heads = read()
    old = [head.id for head in heads if head.figures is None]
    for some in chunks(old, _AT_ONCE):
        session.journal.remember(module, session.journal.xero_records(module, some), pending=False)
    return read() if old else heads


def needs_judging(session: Session, module: Module) -> bool:
    """Whether a pair differs, or was reported to."""
    is_reported = any(link.rule == UNEQUAL for link in session.journal.links(module))
    return is_reported or bool(_unequal_when_over(session, module))


def judge_figures(session: Session, module: Module) -> None:
    """Report how much and why linked pairs differ, and clear this where they are equal again."""
    found = {link.crm_name: link for link in _unequal_when_over(session, module)}
    for link in session.journal.links(module):
        if link.rule == UNEQUAL and link.crm_name not in found and not link.state.is_apart:
            equal = replace(link, state=state_when_equal(link.state), rule="", reason="", remedy="")
            session.journal.save_link(equal, None)
    settling = settled_by(module)
    payments = _PaymentLookup(session, module, settling) if settling else None
    for some in chunks(list(found.values()), _AT_ONCE):
        crm = {each.name: each for each in session.crm.get(module, _names(some))}
        ids = [each.xero_id for each in some if each.xero_id]
        xero = {each.id: each for each in session.journal.xero_records(module, ids)}
        for link in some:
            _report_difference(
                session, link, crm[link.crm_name or ""], xero[link.xero_id or ""], payments
            )
    session.commit(module)


def _names(links: Sequence[Link]) -> list[str]:
    return [each.crm_name for each in links if each.crm_name]


def _report_difference(
    session: Session, link: Link, crm: CrmRecord, xero: XeroRecord, payments: _PaymentLookup | None
) -> None:
    waits = link.state is LinkState.WAITING
    alone = payments.of_invoice(crm.name, xero.document) if payments else Payments()
    skip = why_unequal(crm, xero, session.settings, alone, waits=waits)
    is_ours = not link.reason or link.rule == UNEQUAL
    after = _with_unequal(link, skip) if is_ours else _with_figures_added(link, skip)
    if after != link:
        session.journal.save_link(after, None)
    if is_ours:
        session.log.add(skip_entry(crm.module, Pair(crm, xero, link), skip))


def _with_unequal(link: Link, skip: Skip) -> Link:
    return with_skip(replace(link, state=state_when_unequal(link.state)), skip)


def _with_figures_added(link: Link, skip: Skip) -> Link:
    """The link's own reason first, then both figures, where it does not name them."""
    if not adds_a_difference(skip, link.reason):
        return link
    reasons, remedies = split_lines(link.reason), split_lines(link.remedy)
    remedies += [""] * (len(reasons) - len(remedies))  # a remedy for each reason, line by line
    reason, remedy = lines((*reasons, skip.reason)), lines((*remedies, skip.remedy))
    return replace(link, reason=reason, remedy=remedy)


class _PaymentLookup:
    """Payments that only one side counts, read when the first invoice needs them."""

    def __init__(self, session: Session, invoices: Module, payments: Module) -> None:
        self._session = session
        self._invoices, self._payments = invoices, payments
        self._received: dict[str, list[Head]] | None = None  # by invoice
        self._links: dict[str | None, Link] = {}
        self._by_document: dict[str | None, Link] = {}

    def of_invoice(self, invoice: str, document: Document) -> Payments:
        """The payments of one invoice that only one side counts."""
        if self._received is None:
            self._received = self._gather()
        theirs = payments_of(document)
        here = list(self._only_in_crm(self._received.get(invoice, ()), theirs))
        return Payments(here, list(self._only_in_xero(theirs)))

    def _gather(self) -> dict[str, list[Head]]:
        links = self._session.journal.links(self._payments)
        self._links = {each.crm_name: each for each in links}
        self._by_document = {each.xero_id: each for each in links}
        found: dict[str, list[Head]] = defaultdict(list)
        for head in self._session.crm.heads(self._payments):
            if head.keys.get("payment_status") == RECEIVED:
                found[head.keys.get("related_to", "")].append(head)
        return found

    def _only_in_crm(
        self, received: Sequence[Head], theirs: dict[str, EnteredPayment]
    ) -> Iterator[OneSidedPayment]:
        """Payments that only the CRM counts; removes the common ones from `theirs`."""
        ours = [_payment_of(head, self._links.get(head.name)) for head in received]
        found = (
            matched_payment_ids(ours, theirs) if not self._sync else [each.partner for each in ours]
        )
        for head, mine, partner in zip(received, ours, found, strict=True):
            if partner in theirs and theirs[partner].amount == mine.amount:
                del theirs[partner]
            else:
                title = head.keys.get("payment_no") or head.name
                why = self._why(self._links.get(head.name), Side.XERO)
                yield OneSidedPayment(mine.amount, title, *why)

    def _only_in_xero(self, theirs: Mapping[str, EnteredPayment]) -> Iterator[OneSidedPayment]:
        settings = self._session.settings
        comes = self._sync and settings.writes(self._payments, Side.CRM)
        if not comes and settings.writes(self._invoices, Side.CRM):
            return  # the invoice counts them as Received Otherwise
        for key, payment in theirs.items():
            link = self._by_document.get(key)
            yield OneSidedPayment(payment.amount, "", *self._why(link, Side.CRM))

    def _why(self, link: Link | None, side: Side) -> Finding:
        """Why a payment does not sync to a side and what to do, "" where not known."""
        session = self._session
        if not self._sync or not session.settings.writes(self._payments, side):
            return _ONE_WAY if self._sync else _OFF, session.current.lookups.remedy_if_missing(
                self._payments, side
            )
        if link is None:
            return "", ""
        if link.state is LinkState.EXCLUDED:
            return _KEPT_OUT, ""
        reason, remedy = (split_lines(text)[0] for text in (link.reason, link.remedy))
        return reason, remedy

    @property
    def _sync(self) -> bool:
        return self._session.settings.of(self._payments).enabled


def _payment_of(head: Head, link: Link | None) -> EnteredPayment:
    amount, day = decimal_of(head.keys.get("amount")), date_of(head.keys.get("payment_date"))
    return EnteredPayment(amount, day, text_of(link.xero_id) if link else "")
