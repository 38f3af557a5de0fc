"""From heads to a plan: who belongs together, what each side holds, what is to be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..actions import Pair
from ..conditions import Context
from ..decide import decide
from ..mapping.organizations import NAME
from ..matching import Candidate, World, candidates
from ..plan import Plan
from ..ports import chunks
from ..records import Module, Side
from ..text import name_key
from .session import Session

_AT_ONCE = 500  # records that are loaded whole at a time


def plan(session: Session, module: Module, *, retry: bool) -> Plan:
    """Everything that a run of this module would do now. Writes nothing."""
    journal = session.journal
    world = World(session.crm.heads(module), journal.xero_heads(module), journal.links(module))
    session.expect(list(world.links))
    writes = [side for side in Side if session.settings.writes(module, side)]
    found = candidates(world, writes)
    context = _context(session, module, world, retry)
    pairs = _pairs(session, module, found)
    live = {head.name for head in world.crm}
    forgotten = [each for each in world.links if not each.xero_id and each.crm_name not in live]
    decisions = tuple(decide(module, pair, context) for pair in pairs)
    return Plan(module, decisions, tuple(forgotten))


def _context(session: Session, module: Module, world: World, retry: bool) -> Context:
    mandatory = session.crm.mandatory_fields(module)
    return Context(
        settings=session.settings,
        reference=session.reference,
        mandatory={each.field: each.label for each in mandatory},
        labels=session.crm.labels(module),
        numbers_at_xero=frozenset(name_key(head.number) for head in world.xero if head.number),
        names_at_xero=_names_at_xero(world),
        retry=retry,
    )


def _names_at_xero(world: World) -> dict[str, str]:
    """The names that active contacts hold, and will still hold when this run has renamed some."""
    wanted = {head.name: name_key(head.keys.get(NAME)) for head in world.crm}
    owners = {link.xero_id: link.crm_name for link in world.links if not link.duplicate_of}
    taken = {}
    for head in world.xero:
        title = name_key(head.title)
        if head.alive and wanted.get(owners.get(head.id) or "", title) == title:
            taken[title] = head.id
    return taken


def _moved(candidate: Candidate) -> bool:
    link = candidate.link
    return link is not None and link.xero_id is not None and link.xero_id != candidate.xero_id


def _pairs(session: Session, module: Module, found: Sequence[Candidate]) -> Iterator[Pair]:
    for number, part in enumerate(chunks(found, _AT_ONCE), 1):
        yield from _loaded(session, module, part)
        done = min(number * _AT_ONCE, len(found))
        session.progress.report(module, "Comparing", done, len(found))


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
            # Merged into another contact: with that one nothing was ever agreed.
            base={} if _moved(each) else bases.get(each.crm_name or "", {}),
            matched_by=each.matched_by,
            duplicate_of=each.duplicate_of,
            weak=each.weak,
            news=each.news,
        )
