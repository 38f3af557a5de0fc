"""From heads to a plan: who belongs together, what each side holds, what is to be done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from ..actions import Create, Decision, Pair, Update
from ..candidates import Candidate, World
from ..conditions import Context
from ..decide import decide
from ..links import Link, LinkState, XeroHead
from ..lookups import PLACEHOLDER, Lookups
from ..mapping import Values
from ..mapping.doctypes import DO_NOT_SYNC
from ..mapping.formerly import with_present_codes
from ..mapping.heads import (
    RULES,
    Keys,
    invoice_details,
    invoice_mark,
    organization_keys,
    payment_details,
    product_keys,
    with_present_contact,
)
from ..mapping.invoices import ITEMS
from ..mapping.items import ACTIVE
from ..mapping.payments import EXPECTED
from ..mapping.rows import decimal_of, text_of
from ..matching import candidates
from ..namesakes import Namesakes
from ..plan import Plan
from ..ports import Journal, chunks
from ..records import Head, Module, Side
from ..settings import Settings
from ..text import name_key
from ..totals.payments import RECEIVED
from .equal import unequal
from .looking_up import look_up, open_invoices
from .scope import Selected
from .session import Session

_AT_ONCE = 500  # records that are loaded whole at a time


def plan(session: Session, module: Module, *, retry: bool, only_news: bool = False) -> Plan:
    """Everything that a run of this module would do now. Writes nothing.

    With `only_news` what is as it was when it was last dealt with is not looked at.
    """
    parts = list(plan_in_parts(session, module, retry=retry, only_news=only_news))
    decisions = tuple(decision for part in parts for decision in part.decisions)
    forgotten = tuple(link for part in parts for link in part.forgotten)
    outdated = tuple(answer for part in parts for answer in part.outdated)
    return Plan(module, decisions, forgotten, outdated=outdated)


def plan_in_parts(
    session: Session, module: Module, *, retry: bool, only_news: bool = False
) -> Iterator[Plan]:
    """The same, in parts that are loaded and decided when they are asked for.

    So a run holds a few hundred records at a time, however many there are. Who belongs to whom, and
    which names are taken, is settled before the first one.
    """
    session.look_up(module, look_up)
    world = _world(session, module)
    session.expect(list(world.links))
    writes = [side for side in Side if session.settings.writes(module, side)]
    found = candidates(world, writes)
    if only_news:
        found = _news(world, found)
    session.written, session.to_write = 0, len(found)
    outdated = {answer.crm_name for answer in world.answers} - {head.name for head in world.crm}
    dropped = tuple(each for each in world.answers if each.crm_name in outdated)
    yield Plan(module, (), tuple(_forgotten(world, found)), outdated=dropped)
    if not found:
        return
    context = _context(session, module, world, retry)
    for number, part in enumerate(chunks(found, _AT_ONCE), 1):
        decided = (
            _decided(session, module, each, context) for each in _loaded(session, module, part)
        )
        yield Plan(module, tuple(_unless_in_flight(session, decision) for decision in decided))
        done = min(number * _AT_ONCE, len(found))
        session.progress.report(module, "Comparing", done, len(found))


def _news(world: World, found: Sequence[Candidate]) -> list[Candidate]:
    """Without those that a plan's own `news` would leave out: they need not be loaded for it."""
    seen = {link.crm_name: link.crm_modified for link in world.links}
    moved = {head.name for head in world.crm if head.modified != seen.get(head.name)}
    wanted = moved.union(world.again)
    return [each for each in found if each.news or each.crm_name in wanted]


def _unless_in_flight(session: Session, decision: Decision) -> Decision:
    """A decision that waits where a request of the record may still arrive.

    A deletion need not: whatever arrives after it does not bring the record back.
    """
    crm, action = decision.pair.crm, decision.on(Side.XERO)
    sends = isinstance(action, (Create, Update))
    if crm is None or not sends or (crm.module, crm.name) not in session.in_flight:
        return decision
    if session.scope.travels(crm.module, crm.name, None):
        session.held.add((crm.module, crm.name))
    return Decision(decision.pair, held=True)


def _forgotten(world: World, found: Sequence[Candidate]) -> Iterator[Link]:
    """Links of what is gone and nobody else's.

    CRM records that either never had a document or lost it to another, and documents of Xero
    without a record here: what waited for an answer, or was skipped, concerns nobody any more.
    """
    live = {head.name for head in world.crm}
    alive = {head.id for head in world.xero if head.alive}
    taken = {each.xero_id for each in found if each.crm_name in live and not each.duplicate_of}
    for link in world.links:
        lost = link.state is LinkState.GONE and link.xero_id in taken
        ended = link.crm_name is None and link.xero_id not in alive
        if ended or (link.crm_name not in live and (not link.xero_id or lost)):
            yield link


def _world(session: Session, module: Module) -> World:
    journal = session.journal
    heads = [head for head in session.crm.heads(module) if not is_placeholder(module, head)]
    keys_of = keys_for(module, session.settings, session.lookups)
    links = journal.links(module)
    again = _lacking_new_fields(session, module, links)
    again |= {link.crm_name for link in unequal(session, module) if link.crm_name}
    again |= session.again if module is Module.INVOICES else set()
    return World(
        heads,
        heads_at_xero(journal, module, session.lookups),
        links,
        keys_of,
        RULES[module],
        again,
        journal.answers(module),
        lambda head: not session.lookups.knows_contact(head.details.get("contact", "")),
    )


def heads_at_xero(journal: Journal, module: Module, lookups: Lookups) -> Sequence[XeroHead]:
    """What the journal remembers of Xero's documents; invoices name the contact of today."""
    heads = journal.xero_heads(module)
    if module is not Module.INVOICES or not lookups.merged:
        return heads
    return [with_present_contact(head, lookups.merged) for head in heads]


def _lacking_new_fields(session: Session, module: Module, links: Sequence[Link]) -> set[str]:
    """The linked CRM records, where a field is mapped that was not when all were last looked at.

    One look at each fills it, from the side that has it; see `one_module.carry_out_module`.
    """
    if isinstance(session.scope, Selected) or has_seen_mapping(session, module):
        return set()
    alive = {head.id for head in session.journal.xero_heads(module) if head.alive}
    return {
        link.crm_name
        for link in links
        if link.crm_name and link.xero_id in alive and not link.duplicate_of
    }


def has_seen_mapping(session: Session, module: Module) -> bool:
    """Whether all links were looked at with the mapping of today."""
    return session.journal.mapping_seen(module) == session.tables[module].signature


def is_placeholder(module: Module, head: Head) -> bool:
    """The product of lines without one is the CRM's own: Xero never hears of it (rule I16)."""
    return module is Module.PRODUCTS and head.keys.get("product_name") == PLACEHOLDER


def keys_for(module: Module, settings: Settings, lookups: Lookups) -> Callable[[Head], Keys]:
    """How the CRM's records of a module are known, in Xero's terms."""

    def invoice_keys(head: Head) -> Keys:
        keys = head.keys
        contact = lookups.contacts.get(keys.get("organization_name", ""), "")
        contact = lookups.present_contact(contact)
        number, currency, total = (
            keys.get(each) for each in ("invoice_no", "currency", "grand_total")
        )
        mark = invoice_mark(contact, currency, total)
        # What only may be its contact proves nothing: it is a detail, and no mark.
        contact = contact or lookups.asked_contacts.get(keys.get("organization_name", ""), "")
        details = invoice_details(number, contact, currency, total, keys.get("invoice_date"))
        return Keys(name_key(number), marks=frozenset({mark}), details=details)

    def payment_keys(head: Head) -> Keys:
        keys = head.keys
        document = {
            "Invoice": {"InvoiceID": lookups.invoice_ids.get(keys.get("related_to", ""))},
            "Date": keys.get("payment_date"),
            "Amount": keys.get("amount"),
            "Reference": keys.get("reference"),
        }
        # Money that did not come, or went back, is no payment at Xero.
        status = keys.get("payment_status")
        if status not in (RECEIVED, *EXPECTED):
            return Keys("")
        expected = {"expected": "1"} if status in EXPECTED else {}
        total = lookups.invoice_totals.get(keys.get("related_to", ""))
        fills = {"fills": "1"} if total and 2 * decimal_of(keys.get("amount")) > total else {}
        number = {"number": keys.get("payment_no", ""), **expected, **fills}
        details = {**payment_details(document, keys.get("xero_account")), **number}
        return Keys("", details=details)

    ways: dict[Module, Callable[[Head], Keys]] = {
        Module.ORGANIZATIONS: organization_keys,
        Module.PRODUCTS: partial(product_keys, number_as_code=settings.number_as_code),
        Module.INVOICES: invoice_keys,
        Module.PAYMENTS: payment_keys,
    }
    return ways[module]


def _decided(session: Session, module: Module, pair: Pair, context: Context) -> Decision:
    """Decide; a payment that is sent takes what it pays from what the next ones may pay."""
    decision = decide(module, pair, context)
    action = decision.on(Side.XERO)
    is_sent = session.scope.travels(module, pair.crm.name if pair.crm else None, None)
    if module is Module.PAYMENTS and isinstance(action, Create) and is_sent:
        key = text_of(action.values.get("related_to"))
        if held := context.lookups.open_at_xero.get(key):
            left = held.due - decimal_of(action.values.get("amount"))
            context.lookups.open_at_xero[key] = replace(held, due=left)
    return decision


def _context(session: Session, module: Module, world: World, retry: bool) -> Context:
    if module is Module.PAYMENTS:
        unsent = {head.name for head in world.crm} - {
            link.crm_name for link in world.links if link.xero_id
        }
        ids = (head.keys.get("related_to", "") for head in world.crm if head.name in unsent)
        wanted = [session.lookups.invoice_ids.get(each, "") for each in ids]
        held = open_invoices(session, (each for each in wanted if each))
        session.lookups.open_at_xero = {**held, **session.lookups.open_at_xero}
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
        numbers_at_xero=frozenset(name_key(head.number) for head in world.xero if head.number),
        names_at_xero=_names_at_xero(session, module, world),
        namesakes=Namesakes(world.xero),
        retry=retry,
        lookups=session.lookups,
        tables=session.tables,
    )


def _names_at_xero(session: Session, module: Module, world: World) -> dict[str, str]:
    """The names that are taken, and will still be when this run has renamed some.

    A void invoice keeps its number; an archived contact or a deleted item gives its name free.
    """
    synced = (head for head in world.crm if not head.keys.get(DO_NOT_SYNC))
    travel = (head for head in synced if session.scope.travels(module, head.name, None))
    wanted = {head.name: world.keys_of(head).name for head in travel}
    owners = {link.xero_id: link.crm_name for link in world.links if not link.duplicate_of}
    taken = {}
    for head in world.xero:
        title = name_key(head.title)
        lasts = head.alive or module is Module.INVOICES
        if lasts and wanted.get(owners.get(head.id) or "", title) == title:
            taken[title] = head.id
    return taken


def _moved(candidate: Candidate) -> bool:
    link = candidate.link
    return link is not None and link.xero_id is not None and link.xero_id != candidate.xero_id


def _base(session: Session, candidate: Candidate, base: Values) -> Values:
    if _moved(candidate):
        # With the contact that it was merged into, or the item made anew, nothing was ever agreed.
        return {ACTIVE: base[ACTIVE]} if ACTIVE in base else {}
    if ITEMS not in base:
        return base
    return {**base, ITEMS: with_present_codes(base[ITEMS], session.lookups)}


def _loaded(session: Session, module: Module, part: Sequence[Candidate]) -> Iterator[Pair]:
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
            base=_base(session, each, bases.get(each.crm_name or "", {})),
            matched_by=each.matched_by,
            duplicate_of=each.duplicate_of,
            possible=each.possible,
            news=each.news,
        )
