"""In Sync means equal (mission G12): after a run, what differs in a figure is not In Sync.

The heads of both sides tell; only what differs is loaded. Received and due are judged when the run
is over, because a later module of the same run moves them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..actions import Pair, Skip
from ..figures import PaymentAlone, Payments, head_figures, unsaid, why_unequal
from ..links import UNEQUAL, Link, LinkState, XeroHead
from ..mapping.rows import decimal_of, text_of
from ..ports import chunks
from ..records import CrmRecord, Document, Head, Module, XeroRecord
from ..totals.payments import RECEIVED
from .session import Session
from .telling import skip_entry

WITH_FIGURES = (Module.INVOICES, Module.PAYMENTS)
_APART = (LinkState.EXCLUDED, LinkState.GONE)
_AT_ONCE = 500


def unequal(session: Session, module: Module) -> list[Link]:
    """The links of a module whose two sides differ in a figure."""
    links = session.journal.links(module)
    if module not in WITH_FIGURES or not links:
        return []
    crm = {head.name: head for head in session.crm.heads(module)}
    xero = {head.id: head for head in _xero_heads(session, module)}
    return [each for each in links if _is_unequal(module, each, crm, xero)]


def _is_unequal(
    module: Module, link: Link, crm: Mapping[str, Head], xero: Mapping[str, XeroHead]
) -> bool:
    ours, theirs = crm.get(link.crm_name or ""), xero.get(link.xero_id or "")
    if ours is None or theirs is None or link.state in _APART or _is_over(module, ours, theirs):
        return False
    return head_figures(module, ours.keys) != theirs.figures


def _is_over(module: Module, crm: Head, xero: XeroHead) -> bool:
    """What is cancelled on either side has no figures: its status says all."""
    if module is Module.PAYMENTS:
        return not xero.alive or crm.keys.get("payment_status") != RECEIVED
    return not xero.alive or crm.keys.get("status") == "Cancel"


def _xero_heads(session: Session, module: Module) -> Sequence[XeroHead]:
    """With their figures, also where an earlier version of the app kept the documents."""
    heads = session.journal.xero_heads(module)
    old = [head.id for head in heads if head.figures is None]
    for some in chunks(old, _AT_ONCE):
        session.journal.remember(module, session.journal.xero_records(module, some), pending=False)
    return session.journal.xero_heads(module) if old else heads


def needs_judging(session: Session, module: Module) -> bool:
    """Whether a pair differs, or was told to."""
    told = any(link.rule == UNEQUAL for link in session.journal.links(module))
    return told or bool(unequal(session, module))


def judge_figures(session: Session, module: Module) -> None:
    """Say of each linked pair that differs by how much and why, and of none that is equal again."""
    found = {link.crm_name: link for link in unequal(session, module)}
    for link in session.journal.links(module):
        if link.rule == UNEQUAL and link.crm_name not in found and link.state not in _APART:
            is_settled = link.state is LinkState.SKIPPED
            state = LinkState.IN_SYNC if is_settled else link.state
            equal = replace(link, state=state, rule="", reason="", remedy="")
            session.journal.save_link(equal, None)
    payments = _Payments(session)
    for some in chunks(list(found.values()), _AT_ONCE):
        crm = {each.name: each for each in session.crm.get(module, _names(some))}
        ids = [each.xero_id for each in some if each.xero_id]
        xero = {each.id: each for each in session.journal.xero_records(module, ids)}
        for link in some:
            _tell(session, link, crm[link.crm_name or ""], xero[link.xero_id or ""], payments)
    session.commit(module)


def _names(links: Sequence[Link]) -> list[str]:
    return [each.crm_name for each in links if each.crm_name]


def _tell(
    session: Session, link: Link, crm: CrmRecord, xero: XeroRecord, payments: _Payments
) -> None:
    waits = link.state is LinkState.WAITING
    alone = payments.on(crm.name, xero.document) if crm.module is Module.INVOICES else Payments()
    skip = why_unequal(crm, xero, session.settings, alone, waits=waits)
    is_ours = not link.reason or link.rule == UNEQUAL
    told = _own(link, skip) if is_ours else _besides(link, skip)
    if told != link:
        session.journal.save_link(told, None)
    if is_ours:
        session.note(skip_entry(crm.module, Pair(crm, xero, link), skip))


def _own(link: Link, skip: Skip) -> Link:
    state = LinkState.SKIPPED if link.state is LinkState.IN_SYNC else link.state
    texts = {"rule": skip.rule, "reason": skip.reason, "remedy": skip.remedy}
    return replace(link, state=state, **texts)


def _besides(link: Link, skip: Skip) -> Link:
    """What keeps the pair apart stands first; both figures follow, where it does not say them."""
    if not unsaid(skip, link.reason):
        return link
    reason, remedy = f"{link.reason}\n{skip.reason}", f"{link.remedy}\n{skip.remedy}"
    return replace(link, reason=reason, remedy=remedy)


class _Payments:
    """Payments that one side has alone, looked up when the first invoice asks."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._here: dict[str, list[PaymentAlone]] | None = None
        self._known: set[str] = set()

    def on(self, invoice: str, document: Document) -> Payments:
        """Of one invoice."""
        if self._here is None:
            self._here = self._gather()
        return Payments(self._here.get(invoice, ()), list(self._there(document)))

    def _gather(self) -> dict[str, list[PaymentAlone]]:
        module = Module.PAYMENTS
        links = {each.crm_name: each for each in self._session.journal.links(module)}
        heads = self._session.crm.heads(module)
        received = {each.name for each in heads if each.keys.get("payment_status") == RECEIVED}
        self._known = {
            each.xero_id for name, each in links.items() if name in received and each.xero_id
        }
        found: dict[str, list[PaymentAlone]] = defaultdict(list)
        for head in heads:
            link = links.get(head.name)
            if head.name in received and not (link and link.xero_id):
                title = head.keys.get("payment_no") or head.name
                reason = link.reason.partition("\n")[0] if link else ""
                amount = decimal_of(head.keys.get("amount"))
                found[head.keys.get("related_to", "")].append(PaymentAlone(amount, title, reason))
        return found

    def _there(self, document: Document) -> Iterator[PaymentAlone]:
        for each in document.get("Payments") or ():
            if text_of(each.get("PaymentID")) not in self._known:
                yield PaymentAlone(decimal_of(each.get("Amount")))
