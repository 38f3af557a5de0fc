"""From heads to a plan: who belongs together, what each side holds, what is to be done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ..actions import Create, Decision, Pair, Update
from ..candidates import Candidate, MatchInput
from ..conditions import Context
from ..decide import decide
from ..journal import Journal
from ..links import Link, LinkState, XeroHead
from ..lookups import Lookups
from ..mapping import Values
from ..mapping.doctypes import DO_NOT_SYNC
from ..mapping.heads import Keys
from ..mapping.invoices import ITEMS
from ..mapping.item_history import with_present_codes
from ..mapping.items import ACTIVE
from ..mapping.rows import decimal_of, text_of
from ..matching import candidates
from ..modules import settled_by, spec_of
from ..namesakes import Namesakes
from ..plan import Plan, join
from ..ports import Crm
from ..records import Head, Module, Side
from ..settings import Settings
from ..text import name_key
from .figures_check import unequal_links
from .looking_up import look_up, open_invoices
from .session import Session

_AT_ONCE = 500  # records that are loaded whole at a time


def plan(session: Session, module: Module, *, retry: bool, only_changes: bool = False) -> Plan:
    """Everything that a run of this module would do now. Writes nothing.

    With `only_changes`, records that are as they were when last dealt with are left out.
    """
    return join(module, plan_in_parts(session, module, retry=retry, only_changes=only_changes))


def plan_in_parts(
    session: Session, module: Module, *, retry: bool, only_changes: bool = False
) -> Iterator[Plan]:
    """The same, in parts that are loaded and decided when they are asked for.

    So a run holds a few hundred records at a time, however many there are. Matches, and which
    names are taken, are settled before the first part.
    """
    look_up_at_hand(session, module)
    session.cache.free_others(module)
    inputs = _match_input(session, module)
    session.current.index_unpaired_links(inputs.links)
    writes = [side for side in Side if session.settings.writes(module, side)]
    found = candidates(inputs, writes)
    left_alone = _left_alone(inputs, found)
    if only_changes:
        found = _only_changed(inputs, found)
    session.current.written, session.current.to_write = 0, len(found)
    answers_to_drop = {answer.crm_name for answer in inputs.answers} - {
        head.name for head in inputs.crm
    }
    dropped = tuple(each for each in inputs.answers if each.crm_name in answers_to_drop)
    to_drop = tuple(_links_to_drop(inputs, found))
    yield Plan(module, (), to_drop, answers_to_drop=dropped, left_alone=left_alone)
    if not found:
        return
    context = _context(session, module, inputs, retry)
    if any(each.crm_name for each in found):  # for what goes to Xero
        context = replace(
            context,
            numbers_at_xero=_numbers_at_xero(inputs),
            names_at_xero=_names_at_xero(session, module, inputs),
        )
    del inputs  # all heads: what follows needs none of them
    total = len(found)
    while found:
        part = found[:_AT_ONCE]
        del found[:_AT_ONCE]  # what was decided on is not needed again
        decided = (
            _decide(session, module, each, context) for each in _load_pairs(session, module, part)
        )
        yield Plan(module, tuple(_wait_if_in_flight(session, decision) for decision in decided))
        session.progress.report(module, "Comparing", total - len(found), total)


def look_up_at_hand(session: Session, module: Module) -> None:
    """Gather the lookups of a module; after a change of its mapping, of all records."""
    session.look_up(module, look_up)
    if session.request.run_filter.chosen is None and not has_seen_mapping(session, module):
        session.cache.take_everything()
        session.look_up(module, look_up)


def _only_changed(inputs: MatchInput, found: Sequence[Candidate]) -> list[Candidate]:
    """The candidates that `Plan.changed` would keep: the others need not be loaded."""
    seen = {link.crm_name: link.crm_modified for link in inputs.links}
    moved = {head.name for head in inputs.crm if head.modified != seen.get(head.name)}
    wanted = moved.union(inputs.recheck)
    return [each for each in found if each.xero_changed or each.crm_name in wanted]


def _wait_if_in_flight(session: Session, decision: Decision) -> Decision:
    """The decision, or one that waits where a request of the record may still arrive.

    A deletion need not wait: what arrives after it does not bring the record back.
    """
    crm, action = decision.pair.crm, decision.on(Side.XERO)
    sends = isinstance(action, (Create, Update))
    if crm is None or not sends or (crm.module, crm.name) not in session.in_flight.records:
        return decision
    if session.request.run_filter.includes(crm.module, crm.name, None):
        session.in_flight.skipped.add((crm.module, crm.name))
    return Decision(decision.pair, waits=True)


def _left_alone(inputs: MatchInput, found: Sequence[Candidate]) -> tuple[str, ...]:
    """Documents that changed and that no candidate has: nothing becomes of them in the CRM.

    They are void or archived, their record is gone, or the Sync Direction keeps them out. Another
    direction looks at all once more (`mapping_now`).
    """
    looked_at = {each.xero_id for each in found}
    return tuple(head.id for head in inputs.xero if head.pending and head.id not in looked_at)


def _links_to_drop(inputs: MatchInput, found: Sequence[Candidate]) -> Iterator[Link]:
    """Links of deleted records that no other record takes over.

    CRM records that either never had a document or lost it to another, and documents of Xero
    without a record here that were waiting or skipped.
    """
    if not inputs.links:
        return
    live = {head.name for head in inputs.crm}
    alive = {head.id for head in inputs.xero if head.alive}
    taken = {each.xero_id for each in found if each.crm_name in live and not each.duplicate_of}
    for link in inputs.links:
        lost = link.state is LinkState.GONE and link.xero_id in taken
        ended = link.crm_name is None and link.xero_id not in alive
        if ended or (link.crm_name not in live and (not link.xero_id or lost)):
            yield link


def _match_input(session: Session, module: Module) -> MatchInput:
    journal = session.journal
    heads = heads_to_sync(session.crm, module)
    keys_of = keys_for(module, session.settings, session.current.lookups)
    links = journal.links(module)
    recheck = _linked_before_new_fields(session, module, links)
    recheck |= {link.crm_name for link in unequal_links(session, module) if link.crm_name}
    recheck |= session.rechecks.invoices if settled_by(module) else set()
    return MatchInput(
        heads,
        heads_at_xero(journal, module, session.current.lookups),
        links,
        keys_of,
        spec_of(module).rule,
        recheck,
        journal.answers(module),
        lambda head: not session.current.lookups.knows_contact(head.details.get("contact", "")),
    )


def heads_to_sync(crm: Crm, module: Module) -> list[Head]:
    """The heads of the CRM's records, without those that are the CRM's own (rule I16)."""
    is_never_sent = spec_of(module).is_never_sent
    return [head for head in crm.heads(module) if not is_never_sent(head.keys)]


def heads_at_xero(journal: Journal, module: Module, lookups: Lookups) -> Sequence[XeroHead]:
    """The heads of Xero's documents in the journal; invoices name the present contact."""
    heads, with_present = journal.xero_heads(module), spec_of(module).with_present
    if with_present is None or not lookups.merged:
        return heads
    return [with_present(head, lookups.merged) for head in heads]


def _linked_before_new_fields(session: Session, module: Module, links: Sequence[Link]) -> set[str]:
    """All linked CRM records, if the mapping has a new field since all were last looked at.

    Looking at each once fills the field from the side that has it; see
    `one_module.carry_out_module`.
    """
    if session.request.run_filter.chosen is not None or has_seen_mapping(session, module):
        return set()
    alive = {head.id for head in session.journal.xero_heads(module) if head.alive}
    return {
        link.crm_name
        for link in links
        if link.crm_name and link.xero_id in alive and not link.duplicate_of
    }


def has_seen_mapping(session: Session, module: Module) -> bool:
    """Whether all links were looked at with the mapping of today."""
    return session.journal.mapping_seen(module) == mapping_now(session, module)


def mapping_now(session: Session, module: Module) -> str:
    """The signature of what decides which records and values sync: another one looks at all.

    A document that the settings leave out leaves no trace in the journal but itself, so these
    settings are part of it: contacts that are no customers, and the Sync Direction.
    """
    settings, signature = session.settings, session.current.tables[module].signature
    if settings.customers_only and spec_of(module).owns_figures:
        signature += " customers only"
    return signature + ("" if settings.writes(module, Side.CRM) else " not to the CRM")


def keys_for(module: Module, settings: Settings, lookups: Lookups) -> Callable[[Head], Keys]:
    """A function from a CRM head to its match keys, in Xero's terms."""
    keys = spec_of(module).keys
    return lambda head: keys(head, settings, lookups)


def _decide(session: Session, module: Module, pair: Pair, context: Context) -> Decision:
    """Decide on a pair; a payment that is sent lowers what is open for the next ones."""
    decision = decide(module, pair, context)
    action = decision.on(Side.XERO)
    is_sent = session.request.run_filter.includes(module, pair.crm.name if pair.crm else None, None)
    if spec_of(module).settles and isinstance(action, Create) and is_sent:
        key = text_of(action.values.get("related_to"))
        if held := context.lookups.open_at_xero.get(key):
            left = held.due - decimal_of(action.values.get("amount"))
            context.lookups.open_at_xero[key] = replace(held, due=left)
    return decision


def _context(session: Session, module: Module, inputs: MatchInput, retry: bool) -> Context:
    if settled := spec_of(module).settles:
        unsent = {head.name for head in inputs.crm} - {
            link.crm_name for link in inputs.links if link.xero_id
        }
        ids = (head.keys.get("related_to", "") for head in inputs.crm if head.name in unsent)
        wanted = [session.current.lookups.invoice_ids.get(each, "") for each in ids]
        held = open_invoices(session, settled, module, (each for each in wanted if each))
        session.current.lookups.open_at_xero = {**held, **session.current.lookups.open_at_xero}
    mandatory = session.crm.mandatory_fields(module)
    of_doctypes: dict[str, dict[str, str]] = defaultdict(dict)
    for each in mandatory:
        of_doctypes[each.doctype][each.field] = each.label
    return Context(
        settings=session.settings,
        reference=session.reference,
        mandatory=of_doctypes.pop("", {}),
        mandatory_of=of_doctypes,
        labels=session.crm.labels(module),
        namesakes=Namesakes(lambda: session.journal.xero_heads(module)),
        retry=retry,
        lookups=session.current.lookups,
        tables=session.current.tables,
    )


def _numbers_at_xero(inputs: MatchInput) -> frozenset[str]:
    return frozenset(name_key(head.number) for head in inputs.xero if head.number)


def _names_at_xero(session: Session, module: Module, inputs: MatchInput) -> dict[str, str]:
    """The names that will be taken at Xero when this run has renamed some, and by which document.

    A void invoice keeps its number; an archived contact or a deleted item frees its name.
    """
    synced = (head for head in inputs.crm if not head.keys.get(DO_NOT_SYNC))
    run_filter = session.request.run_filter
    included = (head for head in synced if run_filter.includes(module, head.name, None))
    wanted = {head.name: inputs.keys_of(head).name for head in included}
    owners = {link.xero_id: link.crm_name for link in inputs.links if not link.duplicate_of}
    taken = {}
    for head in inputs.xero:
        title = name_key(head.title)
        lasts = head.alive or spec_of(module).xero.stays_taken
        if lasts and wanted.get(owners.get(head.id) or "", title) == title:
            taken[title] = head.id
    return taken


def _has_new_document(candidate: Candidate) -> bool:
    link = candidate.link
    return link is not None and link.xero_id is not None and link.xero_id != candidate.xero_id


def _base_of(session: Session, candidate: Candidate, base: Values) -> Values:
    if _has_new_document(candidate):
        # With the contact that it was merged into, or the item made anew, nothing was ever agreed.
        return {ACTIVE: base[ACTIVE]} if ACTIVE in base else {}
    if ITEMS not in base:
        return base
    return {**base, ITEMS: with_present_codes(base[ITEMS], session.current.lookups)}


def _load_pairs(session: Session, module: Module, part: Sequence[Candidate]) -> Iterator[Pair]:
    names = [each.crm_name for each in part if each.crm_name]
    ids = [each.xero_id for each in part if each.xero_id]
    crm = {record.name: record for record in session.crm.get(module, names)}
    xero = {record.id: record for record in session.journal.xero_records(module, ids)}
    bases = session.journal.bases(module, names)
    for each in part:
        record = crm.get(each.crm_name or "")
        if each.crm_name and record is None and each.link is None:
            continue  # deleted since the heads were read, and nothing is known of it
        yield Pair(
            crm=record,
            xero=xero.get(each.xero_id or ""),
            link=each.link,
            base=_base_of(session, each, bases.get(each.crm_name or "", {})),
            matched_by=each.matched_by,
            duplicate_of=each.duplicate_of,
            possible=each.possible,
            xero_changed=each.xero_changed,
        )
