"""What a run does with one module, and what it rechecks at its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..actions import Decision, Delete
from ..approval import writes
from ..links import UNANSWERED, Link, state_of_duplicate
from ..modules import settled_by, spec_of
from ..plan import Plan
from ..ports import chunks
from ..records import Module, Side
from .filtering import part_in_filter, part_to_recheck
from .missing_documents import names_new
from .planning import has_seen_mapping, look_up_at_hand, mapping_now, plan, plan_in_parts
from .pull import pull, pull_once, pull_own_writes
from .recovery import recover
from .session import Session
from .side_effects import (
    invoices_of_matched_payments,
    invoices_of_payments_left,
    invoices_of_written_payments,
    items_with_new_stock,
)
from .skips import skip_entry, with_skip
from .to_crm import write_to_crm
from .to_xero import Sender

_AT_ONCE = 1_000  # records that are rechecked at a time


def carry_out_module(session: Session, module: Module) -> None:
    """Read, settle what is open, decide, write to the CRM, write to Xero."""
    if module not in session.request.not_due or _has_something_for_xero(session, module):
        pull_once(session, module)
    for refers in spec_of(module).refers_to:
        if refers.is_of_lines and names_new(session, module, refers):
            session.readings.unread.add(refers.module)  # the next run reads its item
    session.cache.look(module)
    look_up_at_hand(session, module)
    if not any(link.crm_name and link.xero_id for link in session.journal.links(module)):
        # A first run that is continued looks at nothing twice.
        _save_mapping_seen(session, module)
    sizes = recover(session, module)
    sender = Sender(session, module)
    session.rechecks.begin_module()
    _carry_out(session, sender, _plans(session, module), sizes)
    if session.rechecks.records:
        # A person, or the sync itself through a Contact of two organizations, saved them
        # meanwhile: one more look, so that they need not wait for the next run.
        names = session.rechecks.take_records()
        rest = _plan_in_scope(session, module).only(names)
        _carry_out(session, sender, [rest], sizes)
    pull_own_writes(session, module, sender.written)
    _save_mapping_seen(session, module)


def _save_mapping_seen(session: Session, module: Module) -> None:
    """Remember that all links were looked at with the mapping of today."""
    if session.request.run_filter.has_all_records and not has_seen_mapping(session, module):
        session.journal.set_mapping_seen(module, mapping_now(session, module))
        session.commit(module)


def _has_something_for_xero(session: Session, module: Module) -> bool:
    """Whether the module has writes for Xero: these are decided from what Xero holds now."""
    if session.journal.open_batches(module):
        return True
    foreseen = plan(session, module, retry=session.request.retry)
    return any(decision.on(Side.XERO) for decision in foreseen.decisions)


def _plan_in_scope(session: Session, module: Module) -> Plan:
    """The part of the present plan that this run carries out."""
    return part_in_filter(session, plan(session, module, retry=session.request.retry))


def _plans(session: Session, module: Module) -> Iterator[Plan]:
    """The same in parts; of chosen records in one, for these depend on others of the plan."""
    if session.request.run_filter.chosen is not None:
        return iter([_plan_in_scope(session, module)])
    parts = plan_in_parts(session, module, retry=session.request.retry)
    return (part_in_filter(session, part) for part in parts)


def _carry_out(
    session: Session, sender: Sender, parts: Iterable[Plan], sizes: dict[str, int]
) -> None:
    """Write to the CRM part by part, then send all that goes to Xero."""
    codes: set[str] = set()
    duplicates: list[Decision] = []
    deleted: set[str] = set()
    for part in parts:
        decided = _postpone_for_deletions(session, part, deleted)
        outgoing = write_to_crm(session, decided)
        sender.add(outgoing)
        codes |= items_with_new_stock(session, outgoing)
        duplicates += [each for each in decided.decisions if each.waits_for_primary]
        sizes = sizes | _single_batches(decided)
        if settled := spec_of(decided.module).settles:
            _note_effects_of_payments(session, settled, decided)
    sender.send_all(sizes)
    _link_duplicates(session, Plan(sender.module, tuple(duplicates)))
    if codes:
        for refers in spec_of(sender.module).refers_to:
            if refers.is_of_lines:
                session.rechecks.add_side_effects(refers.module, codes)


def _link_duplicates(session: Session, plan: Plan) -> None:
    """Link the CRM's duplicates to the Xero document of their primary (rule G2)."""
    duplicates = [each for each in plan.decisions if each.waits_for_primary]
    owners = (
        {link.crm_name: link for link in session.journal.links(plan.module)} if duplicates else {}
    )
    for decision in duplicates:
        pair = decision.pair
        owner = owners.get(pair.duplicate_of)
        xero_id = owner.xero_id if owner else None
        assert pair.crm is not None
        known = pair.link or Link(plan.module, pair.crm.name, None)
        link = with_skip(
            Link(
                module=plan.module,
                crm_name=pair.crm.name,
                xero_id=xero_id,
                state=state_of_duplicate(is_excluded=pair.is_excluded, has_document=bool(xero_id)),
                crm_modified=pair.crm.modified,
                matched_by=pair.matched_by,
                duplicate_of=pair.duplicate_of,
                keeps=known.keeps,
            ),
            next(iter(decision.skips), None),
        )
        session.save_link(link.since(known, session.clock.now()), {})
        for skip in decision.skips:
            session.log.add(skip_entry(plan.module, pair, skip, xero_id))
    if duplicates:
        session.commit(plan.module)
    else:
        session.flush(plan.module)


def _postpone_for_deletions(session: Session, decided: Plan, deleted: set[str]) -> Plan:
    """The plan without records whose possible matches are being deleted; they are rechecked later.

    What was deleted in the CRM and typed anew needs no answer once Xero has deleted it, too.
    """
    removed = (d.pair.xero for d in decided.decisions if isinstance(d.on(Side.XERO), Delete))
    deleted |= {each.id for each in removed if each}
    waits = {
        d.pair.crm.name
        for d in decided.decisions
        if d.pair.crm and d.pair.possible and {each.key for each in d.pair.possible} <= deleted
    }
    if not waits or not session.rechecks.may_repeat:
        return decided
    session.rechecks.records |= waits
    kept = (d for d in decided.decisions if not (d.pair.crm and d.pair.crm.name in waits))
    return replace(decided, decisions=tuple(kept))


def _note_effects_of_payments(session: Session, settled: Module, decided: Plan) -> None:
    if any(decision.on(Side.XERO) for decision in decided.decisions):
        session.rechecks.unread.add(settled)
    kept = invoices_of_payments_left(session, decided)
    kept |= invoices_of_matched_payments(session, decided) & session.current.lookups.invoices.keys()
    session.rechecks.invoices |= {session.current.lookups.invoices[each] for each in kept}
    session.rechecks.add_side_effects(settled, kept | invoices_of_written_payments(decided))


def recheck_module(session: Session, module: Module) -> None:
    """Take over what changed at Xero because of this run; all else was reported already."""
    session.rechecks.may_repeat = False
    pull(session, module)
    also = session.rechecks.invoices
    for _ in _parts_at_hand(session, module):
        parts = (
            part_to_recheck(session, part.changed(also))
            for part in plan_in_parts(session, module, retry=False, only_changes=True)
        )
        _carry_out(session, Sender(session, module), parts, {})


def _parts_at_hand(session: Session, module: Module) -> Iterator[None]:
    """Have at hand, one part after the other, what changed in the run and is to be rechecked.

    After a run that read everything: it would hold all of it once more.
    """
    cache = session.cache
    if not cache.at_hand.is_everything:
        yield
        return
    names = set(session.crm.changed(module, session.journal.tenant))
    names |= session.rechecks.invoices if settled_by(module) else set()
    for some in list(chunks(sorted(names), _AT_ONCE)) or [()]:
        cache.take_only(module, some)
        yield
    cache.take_everything()


def settle_paid_invoices(session: Session, module: Module) -> None:
    """Settle invoices whose time of change in Xero only an approved plan's payments have moved.

    What would be written for them was in no preview, so it is left to the next run. They are read
    where payments were sent: a payment that came was read with its invoice.
    """
    session.rechecks.may_repeat = False
    if module in session.rechecks.unread:
        pull(session, module)
    decided = plan(session, module, retry=False).changed(())
    paid, key = session.rechecks.side_effects[module], spec_of(module).xero.id
    unwritten = (
        each
        for each in decided.decisions
        if each.pair.xero and key(each.pair.xero.document) in paid and not writes(each)
    )
    write_to_crm(session, Plan(module, tuple(unwritten)))


def _single_batches(decided: Plan) -> dict[str, int]:
    """A batch size of 1 for records for which Xero gave no answer when they were sent alone."""
    links = [decision.pair.link for decision in decided.decisions]
    return {link.crm_name: 1 for link in links if link and link.crm_name and _is_unanswered(link)}


def _is_unanswered(link: Link) -> bool:
    return link.reason == UNANSWERED
