"""What a run does with one module, and what it looks at once more in the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..actions import Decision, Delete
from ..links import UNANSWERED, Link
from ..plan import Plan
from ..records import Module, Side
from .looking_up import look_up
from .moving import moved_stock, of_kept_payments, of_matched_payments, paid
from .needed import names_new_items
from .planning import has_seen_mapping, plan, plan_in_parts
from .pull import pull, pull_once, pull_own_echo
from .recovery import recover
from .scope import Whole
from .session import Session
from .to_crm import Outgoing, write_to_crm
from .to_xero import Sender
from .twins import link_twins


def carry_out_module(session: Session, module: Module) -> None:
    """Read, settle what is open, decide, write to the CRM, write to Xero."""
    if module not in session.spared or _has_something_for_xero(session, module):
        pull_once(session, module)
    if module is Module.INVOICES and names_new_items(session):
        session.unread.add(Module.PRODUCTS)  # it waits for its item, which the next run reads
    session.look_up(module, look_up)
    if not any(link.crm_name and link.xero_id for link in session.journal.links(module)):
        _note_mapping(session, module)  # a first run that is gone on with looks at nothing twice
    sizes = recover(session, module)
    sender = Sender(session, module)
    session.may_repeat, session.changed = True, set()
    _carry_out(session, sender, _plans(session, module), sizes)
    if session.changed:
        # A person, or the sync itself through a Contact of two organizations, saved them
        # meanwhile: one more look, so that they need not wait for the next run.
        session.may_repeat, names = False, frozenset(session.changed)
        session.changed = set()
        again = _plan(session, module).only(names)
        _carry_out(session, sender, [again], sizes)
    pull_own_echo(session, module, sender.written)
    _note_mapping(session, module)


def _note_mapping(session: Session, module: Module) -> None:
    """All links were looked at with the mapping of today."""
    if isinstance(session.scope, Whole) and not has_seen_mapping(session, module):
        session.journal.set_mapping_seen(module, session.tables[module].signature)
        session.commit(module)


def _has_something_for_xero(session: Session, module: Module) -> bool:
    """What is written is decided from what Xero holds now: an older reading is not enough."""
    if session.journal.open_batches(module):
        return True
    foreseen = plan(session, module, retry=session.retry)
    return any(decision.on(Side.XERO) for decision in foreseen.decisions)


def _plan(session: Session, module: Module) -> Plan:
    """What is carried out of all that a run would do by now."""
    return session.scope.of(plan(session, module, retry=session.retry), session.lookups)


def _plans(session: Session, module: Module) -> Iterator[Plan]:
    """The same in parts, where no part of it hangs on another."""
    if isinstance(session.scope, Whole):
        return plan_in_parts(session, module, retry=session.retry)
    return iter([_plan(session, module)])


def _carry_out(
    session: Session, sender: Sender, parts: Iterable[Plan], sizes: dict[str, int]
) -> None:
    """The CRM's half part by part, then all that Xero must hear of."""
    outgoing: list[Outgoing] = []
    twins: list[Decision] = []
    deleted: set[str] = set()
    for part in parts:
        decided = _before_deletions(session, part, deleted)
        outgoing += write_to_crm(session, decided)
        twins += [each for each in decided.decisions if each.waits_for_first]
        sizes = sizes | _alone(decided)
        if decided.module is Module.PAYMENTS:
            _note_paid(session, decided)
    sender.send_all(outgoing, sizes)
    link_twins(session, Plan(sender.module, tuple(twins)))
    session.moves(Module.PRODUCTS, moved_stock(session, outgoing))


def _before_deletions(session: Session, decided: Plan, deleted: set[str]) -> Plan:
    """Without what may be one only with documents that are being deleted: they are looked at after.

    What was deleted in the CRM and typed anew is no question, once Xero has deleted it, too.
    """
    removed = (d.pair.xero for d in decided.decisions if isinstance(d.on(Side.XERO), Delete))
    deleted |= {each.id for each in removed if each}
    waits = {
        d.pair.crm.name
        for d in decided.decisions
        if d.pair.crm and d.pair.possible and {each.key for each in d.pair.possible} <= deleted
    }
    if not waits or not session.may_repeat:
        return decided
    session.changed |= waits
    kept = (d for d in decided.decisions if not (d.pair.crm and d.pair.crm.name in waits))
    return replace(decided, decisions=tuple(kept))


def _note_paid(session: Session, decided: Plan) -> None:
    kept = of_kept_payments(session, decided)
    kept |= of_matched_payments(session, decided) & session.lookups.invoices.keys()
    session.again |= {session.lookups.invoices[each] for each in kept}
    session.moves(Module.INVOICES, kept | paid(decided))


def look_again(session: Session, module: Module) -> None:
    """Take over what is new at Xero; whatever else a run would tell was told already."""
    session.may_repeat = False
    pull(session, module)
    news = plan(session, module, retry=False, only_news=True).news(session.again)
    part = session.scope.again(news, session.moved)
    _carry_out(session, Sender(session, module), [part], {})


def _alone(decided: Plan) -> dict[str, int]:
    """Records that are tried again after Xero gave no answer for them alone: alone again."""
    links = [decision.pair.link for decision in decided.decisions]
    return {link.crm_name: 1 for link in links if link and link.crm_name and _silent(link)}


def _silent(link: Link) -> bool:
    return link.reason == UNANSWERED
