"""Deciding: one pair in, one `Decision` out. Pure, and the only place where anything is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .actions import Action, Change, Create, Decision, Delete, Pair, Skip, Update
from .candidates import BY_MERGE, BY_PERSON
from .conditions import Context, Proposal, refuse, refused_before
from .links import LinkState
from .mapping import Row, Way, items, people, persons
from .mapping.doctypes import ITEM_TYPE, PRODUCT
from .mapping.invoice_figures import settled
from .mapping.invoices import NUMBER as INVOICE_NUMBER
from .mapping.invoices import credits_of
from .mapping.kinds import KINDS
from .mapping.organizations import EMAIL, NUMBER, lent_email
from .mapping.payments import PENDING, STATUS
from .mapping.requests import creation, removal
from .mapping.rows import text_of
from .merge import is_empty
from .pair_merge import PairMerge
from .possible import undecided
from .records import Module, Person, Side, Value
from .text import name_key
from .totals.payments import RECEIVED


def decide(module: Module, pair: Pair, context: Context) -> Decision:
    """What is to be done with one pair."""
    if pair.excluded:
        return Decision(pair)  # nothing, and nobody need be told: a person chose it
    if pair.possible:
        return _undecided(pair)
    if pair.crm is None and pair.link is not None and pair.link.crm_name:
        return _gone_in_crm(module, pair, context)
    if pair.duplicate_of is not None:
        return _twin(module, pair)
    if pair.crm is None:
        return _new_from_xero(module, pair, context)
    if pair.xero is None:
        return _new_from_crm(module, pair, context)
    if _is_gone(module, pair):
        return _GONE_AT_XERO[module](module, pair, context)
    decision = PairMerge(module, pair, context).decision()
    return _active_again(pair, context, decision) if module is Module.PRODUCTS else decision


def _undecided(pair: Pair) -> Decision:
    """What may be one with a record of the other side is copied nowhere before a person answers."""
    side = Side.XERO if pair.crm is not None else Side.CRM
    return Decision(pair, (Skip(side, "G6", *undecided(side, pair.possible)),))


def _twin(module: Module, pair: Pair) -> Decision:
    reason = f"It has the same code or name as {pair.duplicate_of}. Both are one item in Xero."
    if module is Module.ORGANIZATIONS:
        reason = f"It has the same name as {pair.duplicate_of}. Both are one contact in Xero."
    if pair.matched_by == BY_PERSON:
        reason = (
            f"It had the name or code of {pair.duplicate_of} when a person answered which record "
            "in Xero that is. So both are linked with that record."
        )
    if pair.matched_by == BY_MERGE:
        reason = f"Its contact was merged in Xero into the contact of {pair.duplicate_of}."
    remedy = f"Merge it into {pair.duplicate_of}, whose values sync."
    return Decision(pair, (Skip(Side.XERO, "G2", reason, remedy),))


# Gone in the CRM


def _gone_in_crm(module: Module, pair: Pair, context: Context) -> Decision:
    link, settings = pair.link, context.settings
    gone = pair.xero is None or _is_gone(module, pair)
    if gone or pair.duplicate_of or (link and link.duplicate_of):
        return Decision(pair)
    if link and link.state is LinkState.EXCLUDED:
        return Decision(pair)  # nothing of it travelled while it was there, nor does its end
    if not settings.writes(module, Side.XERO) or not pair.base:
        return Decision(pair)
    if not settings.deletions:
        return Decision(pair, (_kept(module, _NO_DELETIONS),))
    if _changed_at_xero(module, pair, context):
        return Decision(pair, (_kept(module, _EDITED),))
    if held_fast := _held_fast(module, pair):
        return Decision(pair, (held_fast,), held=True)  # a payment of the same run may go yet
    assert pair.xero is not None
    document = removal(module, pair.xero.document)
    action = refused_before(pair, document, context) or Delete(Side.XERO, document)
    return Decision(pair, (action,))


_REMEDIES = {
    Module.ORGANIZATIONS: "Archive the contact in Xero, if nobody needs it.",
    Module.PRODUCTS: "Delete the item in Xero, if nobody needs it.",
    Module.INVOICES: "Void the invoice in Xero, if it is not owed.",
    Module.PAYMENTS: "Delete the payment in Xero if it is wrong.",
}


_NO_DELETIONS = "It was deleted in the CRM. Deletions do not sync, because Sync Deletions is off."
_EDITED = (
    "It was deleted in the CRM, but it was changed in Xero after that. The change in Xero is kept."
)
_SETTLED = (
    "It was deleted in the CRM, but it has payments or credits in Xero. Xero does not "
    "void such an invoice."
)
_RECONCILED = "It was deleted in the CRM, but it is reconciled with the bank in Xero."


def _kept(module: Module, reason: str) -> Skip:
    return Skip(Side.XERO, "G9", reason, _REMEDIES[module])


def _held_fast(module: Module, pair: Pair) -> Skip | None:
    """What Xero would not let go of, as far as it can be known before asking."""
    assert pair.xero is not None
    if module is Module.INVOICES and settled(pair.xero.document):
        remedy = "Remove these in Xero and void the invoice there, if it is not owed."
        return replace(_kept(module, _SETTLED), remedy=remedy)
    if module is Module.PAYMENTS and pair.xero.document.get("IsReconciled"):
        return _kept(module, _RECONCILED)
    return None


def _changed_at_xero(module: Module, pair: Pair, context: Context) -> bool:
    """Whether Xero has something that the CRM never heard of."""
    assert pair.xero is not None
    table = context.tables[module]
    theirs = table.read_beside(pair.xero.document, pair.base)
    crowds = people.people_of(theirs), people.people_of(pair.base)
    return not people.same_people(*crowds) or any(
        _differs(row, theirs[row.field], pair.base.get(row.field))
        for row in table.compared
        if row.way is Way.BOTH and row.field != people.PERSONS
    )


def _differs(row: Row, value: Value, agreed: Value) -> bool:
    return value != agreed and not (row.says_nothing(value) and row.says_nothing(agreed))


def _is_gone(module: Module, pair: Pair) -> bool:
    return pair.xero is not None and KINDS[module].is_gone(pair.xero.document)


# Gone at Xero


def _contact_gone(module: Module, pair: Pair, context: Context) -> Decision:
    """Archived at Xero: trashed here where deletions travel and nobody touched it here since."""
    assert pair.crm is not None
    settings = context.settings
    agreed_once = bool(pair.base)
    may_trash = settings.deletions and settings.writes(module, Side.CRM)
    has_news = _has_news(module, pair, context)
    if agreed_once and may_trash and pair.news and _untouched(pair) and not has_news:
        return Decision(pair, (Delete(Side.CRM),))
    if agreed_once and not has_news:
        return Decision(pair)
    return _told_to_xero(module, pair, context)


def _item_gone(module: Module, pair: Pair, context: Context) -> Decision:
    """Deleted at Xero: inactive here (mission section 5), where deletions travel."""
    assert pair.crm is not None
    settings = context.settings
    may = settings.deletions and settings.writes(module, Side.CRM)
    active = bool(pair.crm.fields.get(items.ACTIVE))
    has_news = _has_news(module, pair, context)
    if pair.base and may and pair.news and active and _untouched(pair) and not has_news:
        change = Change(items.ACTIVE, True, False)
        update = Update(Side.CRM, (change,), {items.ACTIVE: False})
        return Decision(pair, (update,), {items.ACTIVE: False})
    if pair.base and not has_news:
        return Decision(pair)
    return _told_to_xero(module, pair, context)


def _active_again(pair: Pair, context: Context, decision: Decision) -> Decision:
    """What the sync set inactive for its deleted item is active again with an item of its code.

    That it was the sync stands in the base: what a person set inactive stays so.
    """
    assert pair.crm is not None
    if items.ACTIVE not in pair.base or decision.conflict is not None:
        return decision
    agreed = {**decision.agreed, items.ACTIVE: None}
    if pair.crm.fields.get(items.ACTIVE) or not context.settings.writes(Module.PRODUCTS, Side.CRM):
        return replace(decision, agreed=agreed)
    held = decision.on(Side.CRM)
    known = (held.changes, held.values) if isinstance(held, Update) else ((), {})
    changes = (*known[0], Change(items.ACTIVE, False, True))
    update = Update(Side.CRM, changes, {**known[1], items.ACTIVE: True})
    others = (each for each in decision.actions if each is not held)
    return replace(decision, actions=(update, *others), agreed=agreed)


_DELETED_THERE = (
    "The payment was deleted in Xero. Payments sync only to Xero, so it stays Received here.",
    "Set it to Pending and sync. Then it can be sent again.",
)


def _payment_gone(module: Module, pair: Pair, context: Context) -> Decision:
    """Deleted at Xero: Pending here, and no pair any more (mission P2).

    Where payments only go to Xero, a person sets it to Pending, and that frees it.
    """
    assert pair.crm is not None
    status = text_of(pair.crm.fields.get(STATUS))
    if status != RECEIVED:
        return Decision(pair, frees=True)
    if not context.settings.writes(module, Side.CRM):
        return Decision(pair, (Skip(Side.CRM, "P2-deleted", *_DELETED_THERE),))
    change = Change(STATUS, status, PENDING)
    return Decision(pair, (Update(Side.CRM, (change,), {STATUS: PENDING}),), frees=True)


def _merged_all_the_same(module: Module, pair: Pair, context: Context) -> Decision:
    """A void invoice is one whose status says so: the merge of statuses deals with it."""
    return PairMerge(module, pair, context).decision()


_GONE_AT_XERO = {
    Module.ORGANIZATIONS: _contact_gone,
    Module.PRODUCTS: _item_gone,
    Module.INVOICES: _merged_all_the_same,
    Module.PAYMENTS: _payment_gone,
}


def _untouched(pair: Pair) -> bool:
    link = pair.link
    return link is not None and pair.crm is not None and link.crm_modified == pair.crm.modified


def _told_to_xero(module: Module, pair: Pair, context: Context) -> Decision:
    if not context.settings.writes(module, Side.XERO):
        return Decision(pair, held=True)
    skip = refuse(Proposal(module, Side.XERO, pair, {}, frozenset()), context)
    return Decision(pair, (skip,) if skip else ())


def _has_news(module: Module, pair: Pair, context: Context) -> bool:
    """Whether the CRM has something that Xero should hear of."""
    assert pair.crm is not None
    table = context.tables[module]
    known, mine = people.people_of(pair.base), table.comparable(pair.crm.fields)
    mine = table.recalled(mine, pair.base, pair.crm.fields)
    at_xero, _ = persons.project(people.people_of(pair.crm.fields), known)
    return not people.same_people(at_xero, known) or any(
        _differs(row, mine[row.field], pair.base.get(row.field))
        for row in table.compared
        if row.way is Way.BOTH and row.field != people.PERSONS and row.can_send(mine[row.field])
    )


# New on one side


def _new_from_xero(module: Module, pair: Pair, context: Context) -> Decision:
    assert pair.xero is not None
    settings, document = context.settings, pair.xero.document
    if not settings.writes(module, Side.CRM) or _unwanted(module, pair, context):
        return Decision(pair)
    table = context.tables[module]
    values = {k: v for k, v in table.read(document).items() if not is_empty(v)}
    values = {**_left_empty(module, pair), **values}
    values.pop(NUMBER, None)
    if people.PERSONS in table:
        values[people.PERSONS] = _with_email(people.people_of(values), values.get(EMAIL))
    if module is Module.PRODUCTS:
        tracked = document.get("IsTrackedAsInventory")
        values[ITEM_TYPE] = PRODUCT if tracked else settings.incoming_items
    values["assigned_to"] = settings.assigned_to
    proposal = Proposal(module, Side.CRM, pair, values, frozenset(values))
    skip = refuse(proposal, context)
    if skip and skip.once and pair.link and pair.link.reason == skip.reason:
        return Decision(pair)  # it was logged, and still stands on the link
    remarks = credits_of(document) if module is Module.INVOICES else ()
    agreed = {name: "" for name in _NUMBERED.get(module, ()) if name not in values}
    return Decision(pair, (skip or Create(Side.CRM, values),), agreed, remarks=remarks)


def _left_empty(module: Module, pair: Pair) -> dict[str, Value]:
    """What is written although Xero has none: something else stands in for it in the CRM."""
    return dict.fromkeys(_STOOD_IN.get(module, ()), "")


_STOOD_IN: Mapping[Module, Sequence[str]] = {
    Module.INVOICES: ("subject",),
    Module.PRODUCTS: (items.NAME,),
}


# What the CRM gives its own record of, and Xero need not have: both agree on none.
_NUMBERED: Mapping[Module, Sequence[str]] = {Module.INVOICES: (INVOICE_NUMBER,)}


def _unwanted(module: Module, pair: Pair, context: Context) -> bool:
    """What the settings leave in Xero: contacts that are no customers, by Xero or by an invoice."""
    assert pair.xero is not None
    if module is not Module.ORGANIZATIONS or not context.settings.customers_only:
        return False
    is_customer = bool(pair.xero.document.get("IsCustomer"))
    return not is_customer and pair.xero.id.lower() not in context.lookups.customers


def _with_email(crowd: Sequence[Person], email: Value) -> tuple[Person, ...]:
    """Xero keeps the primary person's e-mail as the contact's: the new Contact gets it too."""
    return tuple(
        replace(person, email=str(email or "")) if person.is_primary else person for person in crowd
    )


def _new_from_crm(module: Module, pair: Pair, context: Context) -> Decision:
    assert pair.crm is not None
    if not context.settings.writes(module, Side.XERO):
        return Decision(pair)
    values = _values_for_xero(module, pair, context)
    left_out: tuple[Person, ...] = ()
    lent = ""
    if people.PERSONS in context.tables[module]:
        values[people.PERSONS], left_out = persons.project(people.people_of(pair.crm.fields), ())
        lent = lent_email(pair.crm.fields)
        values[EMAIL] = lent or values[EMAIL]
        if name_key(str(values[NUMBER] or "")) in context.numbers_at_xero:
            values[NUMBER] = ""  # another CRM's number: the name alone is the key then
    if values.get("status") == "CANCELLED":
        return Decision(pair)  # cancelled before Xero ever heard of it
    proposal = Proposal(module, Side.XERO, pair, values, frozenset(values))
    document = creation(module, context.tables[module], values)
    skip = refuse(proposal, context) or refused_before(pair, document, context)
    if skip:
        return Decision(pair, (skip,))
    actions: tuple[Action, ...] = (Create(Side.XERO, values, document),)
    if lent and context.settings.writes(module, Side.CRM):
        # Else the two would differ from the start; what is lent becomes the organization's own.
        pinned = Update(Side.CRM, (Change(EMAIL, "", lent),), {EMAIL: lent})
        actions = (pinned, *actions)
    return Decision(pair, actions, people_left_out=left_out)


def _values_for_xero(module: Module, pair: Pair, context: Context) -> dict[str, Value]:
    assert pair.crm is not None
    table = context.tables[module]
    comparable = table.comparable(pair.crm.fields)
    owned = (Way.TO_CRM, Way.OWNED)
    return {
        row.field: None if row.number and not comparable[row.field] else comparable[row.field]
        for row in table.rows
        if row.way not in owned and row.can_send(comparable[row.field])
    }
