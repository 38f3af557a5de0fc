"""Deciding: one pair in, one `Decision` out. Pure, and the only place where anything is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .actions import Action, Change, Create, Decision, Delete, Pair, Skip, Update
from .conditions import Context, Proposal, refuse, refused_before
from .mapping import TABLES, Way, people, persons
from .mapping.organizations import EMAIL, NUMBER, lent_email
from .mapping.requests import archiving, creation
from .merge import is_empty
from .pair_merge import PairMerge
from .records import Module, Person, Side, Value
from .text import name_key


def decide(module: Module, pair: Pair, context: Context) -> Decision:
    """What is to be done with one pair."""
    if pair.weak:
        return _undecided(pair)
    if pair.crm is None and pair.link is not None and pair.link.crm_name:
        return _gone_in_crm(module, pair, context)
    if pair.duplicate_of is not None:
        return _twin(pair)
    if pair.crm is None:
        return _new_from_xero(module, pair, context)
    if pair.xero is None:
        return _new_from_crm(module, pair, context)
    if _archived(pair):
        return _gone_at_xero(module, pair, context)
    return PairMerge(module, pair, context).decision()


def _undecided(pair: Pair) -> Decision:
    reason = f"Xero has a contact that looks alike: \u201c{pair.weak}\u201d."
    remedy = "If they are one, give both the same name; if not, make the names differ more."
    return Decision(pair, (Skip(Side.XERO, "G6", reason, remedy),))


def _twin(pair: Pair) -> Decision:
    reason = f"It has the same name as {pair.duplicate_of}: both are one contact in Xero."
    remedy = f"Merge it into {pair.duplicate_of}; that one's values travel."
    return Decision(pair, (Skip(Side.XERO, "G2", reason, remedy),))


def _gone_in_crm(module: Module, pair: Pair, context: Context) -> Decision:
    link, settings = pair.link, context.settings
    if pair.xero is None or _archived(pair) or pair.duplicate_of or (link and link.duplicate_of):
        return Decision(pair)
    if not settings.writes(module, Side.XERO) or not pair.base:
        return Decision(pair)
    if not settings.deletions:
        return Decision(pair, (_kept("and the settings keep deletions from travelling."),))
    if _changed_at_xero(module, pair):
        return Decision(pair, (_kept("but changed in Xero since: the edit stands."),))
    document = archiving(pair.xero.document)
    action = refused_before(pair, document, context) or Delete(Side.XERO, document)
    return Decision(pair, (action,))


def _kept(why: str) -> Skip:
    reason = f"It was deleted in the CRM, {why}"
    return Skip(Side.XERO, "G9", reason, "Archive the contact in Xero, if nobody needs it.")


def _changed_at_xero(module: Module, pair: Pair) -> bool:
    """Whether Xero has something that the CRM never heard of."""
    assert pair.xero is not None
    theirs = TABLES[module].read(pair.xero.document)
    crowds = people.people_of(theirs), people.people_of(pair.base)
    return not people.same_people(*crowds) or any(
        theirs[row.field] != pair.base.get(row.field, "")
        for row in TABLES[module].compared
        if row.way is Way.BOTH and row.field != people.PERSONS
    )


def _archived(pair: Pair) -> bool:
    status = pair.xero.document.get("ContactStatus") if pair.xero else None
    return status in ("ARCHIVED", "GDPRREQUEST")


def _gone_at_xero(module: Module, pair: Pair, context: Context) -> Decision:
    """Archived at Xero: trashed here where deletions travel and nobody touched it here since."""
    assert pair.crm is not None
    settings, link = context.settings, pair.link
    agreed_once = bool(pair.base)
    untouched = link is not None and link.crm_modified == pair.crm.modified
    may_trash = settings.deletions and settings.writes(module, Side.CRM)
    if agreed_once and may_trash and pair.news and untouched and not _has_news(module, pair):
        return Decision(pair, (Delete(Side.CRM),))
    if agreed_once and not _has_news(module, pair):
        return Decision(pair)
    if not settings.writes(module, Side.XERO):
        return Decision(pair, held=True)
    skip = refuse(Proposal(module, Side.XERO, pair, {}, frozenset()), context)
    return Decision(pair, (skip,) if skip else ())


def _has_news(module: Module, pair: Pair) -> bool:
    """Whether the CRM has something that Xero should hear of."""
    assert pair.crm is not None
    known, mine = people.people_of(pair.base), TABLES[module].comparable(pair.crm.fields)
    at_xero, _ = persons.project(people.people_of(pair.crm.fields), known)
    return not people.same_people(at_xero, known) or any(
        mine[row.field] != pair.base.get(row.field, "")
        for row in TABLES[module].compared
        if row.way is Way.BOTH and row.field != people.PERSONS
    )


def _new_from_xero(module: Module, pair: Pair, context: Context) -> Decision:
    assert pair.xero is not None
    settings, document = context.settings, pair.xero.document
    customers_only = settings.customers_only and not document.get("IsCustomer")
    if not settings.writes(module, Side.CRM) or customers_only:
        return Decision(pair)
    values = {k: v for k, v in TABLES[module].read(document).items() if not is_empty(v)}
    values.pop(NUMBER, None)
    values[people.PERSONS] = _with_email(people.people_of(values), values.get("primary_email"))
    values["assigned_to"] = settings.assigned_to
    proposal = Proposal(module, Side.CRM, pair, values, frozenset(values))
    skip = refuse(proposal, context)
    return Decision(pair, (skip or Create(Side.CRM, values),))


def _with_email(crowd: Sequence[Person], email: Value) -> tuple[Person, ...]:
    """Xero keeps the primary person's e-mail as the contact's: the new Contact gets it too."""
    return tuple(
        replace(person, email=str(email or "")) if person.is_primary else person for person in crowd
    )


def _new_from_crm(module: Module, pair: Pair, context: Context) -> Decision:
    assert pair.crm is not None
    if not context.settings.writes(module, Side.XERO):
        return Decision(pair)
    table = TABLES[module]
    comparable = table.comparable(pair.crm.fields)
    values = {row.field: comparable[row.field] for row in table.rows if row.way is not Way.TO_CRM}
    at_xero, left_out = persons.project(people.people_of(pair.crm.fields), ())
    values[people.PERSONS] = at_xero
    lent = lent_email(pair.crm.fields)
    values[EMAIL] = lent or values[EMAIL]
    if name_key(str(values[NUMBER] or "")) in context.numbers_at_xero:
        values[NUMBER] = ""  # another CRM's number: the name alone is the key then
    proposal = Proposal(module, Side.XERO, pair, values, frozenset(values))
    document = creation(table, values)
    skip = refuse(proposal, context) or refused_before(pair, document, context)
    if skip:
        return Decision(pair, (skip,))
    actions: tuple[Action, ...] = (Create(Side.XERO, values, document),)
    if lent and context.settings.writes(module, Side.CRM):
        # Else the two would differ from the start; what is lent becomes the organization's own.
        pinned = Update(Side.CRM, (Change(EMAIL, "", lent),), {EMAIL: lent})
        actions = (pinned, *actions)
    return Decision(pair, actions, people_left_out=left_out)
