"""Deciding: one pair in, one `Decision` out. Pure, and the only place where anything is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .actions import Action, Change, Create, Decision, Delete, Pair, Skip, Update
from .candidates import BY_MERGE, BY_PERSON
from .conditions import Context, Proposal, refuse, skip_if_refused_before
from .links import LinkState
from .mapping import Row, Way, people, persons
from .mapping.invoices import OTHERWISE, credits_of
from .mapping.organizations import EMAIL, NUMBER, borrowed_email
from .mapping.rows import text_of
from .merge import is_empty
from .messages import _lt
from .modules import spec_of
from .modules.spec import Deactivated, Deleted, Merged, Released
from .pair_merge import PairMerge
from .possible import reason_and_remedy
from .records import Module, Person, Side, Value, unreachable
from .requests import creation, removal
from .text import name_key


def decide(module: Module, pair: Pair, context: Context) -> Decision:
    """What is to be done with one pair."""
    if pair.is_excluded:
        return Decision(pair)  # a user chose it: no skip is logged
    if pair.possible:
        return _ask_user(pair)
    if pair.crm is None and pair.link is not None and pair.link.crm_name:
        return _decide_deleted_in_crm(module, pair, context)
    if pair.duplicate_of is not None:
        return _skip_duplicate(module, pair)
    if pair.crm is None:
        return _create_in_crm(module, pair, context)
    if pair.xero is None:
        return _create_in_xero(module, pair, context)
    if _is_gone(module, pair):
        return _decide_gone_at_xero(module, pair, context)
    decision = PairMerge(module, pair, context).decision()
    gone = spec_of(module).when_gone
    return _reactivate(gone, pair, context, decision) if isinstance(gone, Deactivated) else decision


def _ask_user(pair: Pair) -> Decision:
    """The skip of a record with possible matches: it is not copied before a user answers."""
    side = Side.XERO if pair.crm is not None else Side.CRM
    return Decision(pair, (Skip(side, "G6", *reason_and_remedy(side, pair.possible)),))


def _skip_duplicate(module: Module, pair: Pair) -> Decision:
    reason = spec_of(module).duplicate(str(pair.duplicate_of))
    if pair.matched_by == BY_PERSON:
        reason = _lt(
            "It had the name or code of {0} when a person answered which record in Xero "
            "that is. So both are linked with that record."
        ).format(pair.duplicate_of)
    if pair.matched_by == BY_MERGE:
        reason = _lt("Its contact was merged in Xero into the contact of {0}.").format(
            pair.duplicate_of
        )
    remedy = _lt(
        "Merge it into {0}, whose values sync: open the record and press Xero, Merge into {0}. "
        "Whoever may not delete records asks a Xero Manager to do it."
    ).format(pair.duplicate_of)
    return Decision(pair, (Skip(Side.XERO, "G2", reason, remedy),))


# Gone in the CRM


def _decide_deleted_in_crm(module: Module, pair: Pair, context: Context) -> Decision:
    link, settings = pair.link, context.settings
    gone = pair.xero is None or _is_gone(module, pair)
    if gone or pair.duplicate_of or (link and link.duplicate_of):
        return Decision(pair)
    if link and link.state is LinkState.EXCLUDED:
        return Decision(pair)  # it did not sync while it was there, nor does its deletion
    if not settings.writes(module, Side.XERO) or not pair.base:
        return Decision(pair)
    if not settings.deletions:
        return Decision(pair, (_skip_deletion(module, _NO_DELETIONS),))
    if _changed_at_xero(module, pair, context):
        return Decision(pair, (_skip_deletion(module, _EDITED),))
    if undeletable := _skip_undeletable(module, pair):
        return Decision(pair, (undeletable,), waits=True)  # a payment of the same run may go yet
    assert pair.xero is not None
    document = removal(module, pair.xero.document)
    action = skip_if_refused_before(pair, document, context) or Delete(Side.XERO, document)
    return Decision(pair, (action,))


_NO_DELETIONS = _lt(
    "It was deleted in the CRM. Deletions do not sync, because Sync Deletions is off."
)
_EDITED = _lt(
    "It was deleted in the CRM, but it was changed in Xero after that. The change in Xero is kept."
)


def _skip_deletion(module: Module, reason: str, remedy: str = "") -> Skip:
    return Skip(Side.XERO, "G9", reason, remedy or spec_of(module).remedy_if_kept)


def _skip_undeletable(module: Module, pair: Pair) -> Skip | None:
    """The skip where Xero would refuse the deletion, as far as that is known before asking."""
    assert pair.xero is not None
    found = spec_of(module).undeletable(pair.xero.document)
    return _skip_deletion(module, *found) if found else None


def _changed_at_xero(module: Module, pair: Pair, context: Context) -> bool:
    """Whether Xero has values that the CRM never received."""
    assert pair.xero is not None
    table = context.tables[module]
    theirs = table.read_beside(pair.xero.document, pair.base)
    both = people.people_of(theirs), people.people_of(pair.base)
    return not people.same_people(*both) or any(
        _differs(row, theirs[row.field], pair.base.get(row.field))
        for row in table.rows_to_compare
        if row.way is Way.BOTH and row.field != people.PERSONS
    )


def _differs(row: Row, value: Value, agreed: Value) -> bool:
    return value != agreed and not (row.says_nothing(value) and row.says_nothing(agreed))


def _is_gone(module: Module, pair: Pair) -> bool:
    return pair.xero is not None and spec_of(module).xero.is_gone(pair.xero.document)


# Gone at Xero


def _decide_gone_at_xero(module: Module, pair: Pair, context: Context) -> Decision:
    match spec_of(module).when_gone:
        case Merged():
            return PairMerge(module, pair, context).decision()
        case Deleted():
            return _delete(module, pair, context)
        case Deactivated() as gone:
            return _deactivate(gone, module, pair, context)
        case Released() as gone:
            return _release(gone, module, pair, context)
        case unknown:
            return unreachable(unknown)


def _delete(module: Module, pair: Pair, context: Context) -> Decision:
    """Trash it here if deletions sync and nothing was edited here since."""
    assert pair.crm is not None
    settings = context.settings
    agreed_once = bool(pair.base)
    may_trash = settings.deletions and settings.writes(module, Side.CRM)
    has_changes = _has_crm_changes(module, pair, context)
    is_unedited = _is_untouched(pair) and not has_changes
    if agreed_once and may_trash and pair.xero_changed and is_unedited:
        return Decision(pair, (Delete(Side.CRM),))
    if agreed_once and not has_changes:
        return Decision(pair)
    return _report_unsent(module, pair, context)


def _deactivate(gone: Deactivated, module: Module, pair: Pair, context: Context) -> Decision:
    """Set it inactive here (rule G9), if deletions sync."""
    assert pair.crm is not None
    settings = context.settings
    may = settings.deletions and settings.writes(module, Side.CRM)
    active = bool(pair.crm.fields.get(gone.field))
    has_changes = _has_crm_changes(module, pair, context)
    is_unedited = _is_untouched(pair) and not has_changes
    if pair.base and may and pair.xero_changed and active and is_unedited:
        change = Change(gone.field, True, False)
        update = Update(Side.CRM, (change,), {gone.field: False})
        return Decision(pair, (update,), {gone.field: False})
    if pair.base and not has_changes:
        return Decision(pair)
    return _report_unsent(module, pair, context)


def _reactivate(gone: Deactivated, pair: Pair, context: Context, decision: Decision) -> Decision:
    """Set a record active again that the sync set inactive, once there is a document of its name.

    The base says that it was the sync: what a user set inactive stays so.
    """
    assert pair.crm is not None
    if gone.field not in pair.base or decision.conflict is not None:
        return decision
    agreed = {**decision.agreed, gone.field: None}
    writes = context.settings.writes(pair.crm.module, Side.CRM)
    if pair.crm.fields.get(gone.field) or not writes:
        return replace(decision, agreed=agreed)
    held = decision.on(Side.CRM)
    known = (held.changes, held.values) if isinstance(held, Update) else ((), {})
    changes = (*known[0], Change(gone.field, False, True))
    update = Update(Side.CRM, changes, {**known[1], gone.field: True})
    others = (each for each in decision.actions if each is not held)
    return replace(decision, actions=(update, *others), agreed=agreed)


def _release(gone: Released, module: Module, pair: Pair, context: Context) -> Decision:
    """End the pair, with the status that lets it be sent again (rule P2)."""
    assert pair.crm is not None
    status = text_of(pair.crm.fields.get(gone.field))
    if status != gone.done:
        return Decision(pair, ends_pair=True)
    if not context.settings.writes(module, Side.CRM):
        return Decision(pair, (Skip(Side.CRM, "P2-deleted", *gone.kept),))
    change = Change(gone.field, status, gone.undone)
    update = Update(Side.CRM, (change,), {gone.field: gone.undone})
    return Decision(pair, (update,), ends_pair=True)


def _is_untouched(pair: Pair) -> bool:
    link = pair.link
    return link is not None and pair.crm is not None and link.crm_modified == pair.crm.modified


def _report_unsent(module: Module, pair: Pair, context: Context) -> Decision:
    if not context.settings.writes(module, Side.XERO):
        return Decision(pair, waits=True)
    skip = refuse(Proposal(module, Side.XERO, pair, {}, frozenset()), context)
    return Decision(pair, (skip,) if skip else ())


def _has_crm_changes(module: Module, pair: Pair, context: Context) -> bool:
    """Whether the CRM has changes that are to be sent to Xero."""
    assert pair.crm is not None
    table = context.tables[module]
    known, mine = people.people_of(pair.base), table.comparable(pair.crm.fields)
    mine = table.restore_values(mine, pair.base, pair.crm.fields)
    at_xero, _ = persons.project(people.people_of(pair.crm.fields), known)
    return not people.same_people(at_xero, known) or any(
        _differs(row, mine[row.field], pair.base.get(row.field))
        for row in table.rows_to_compare
        if row.way is Way.BOTH and row.field != people.PERSONS and row.can_send(mine[row.field])
    )


# New on one side


def _create_in_crm(module: Module, pair: Pair, context: Context) -> Decision:
    assert pair.xero is not None
    settings, document = context.settings, pair.xero.document
    if not settings.writes(module, Side.CRM) or _is_left_in_xero(module, pair, context):
        return Decision(pair)
    table, spec = context.tables[module], spec_of(module)
    values = {k: v for k, v in table.read(document).items() if not is_empty(v)}
    values = {**spec.incoming(document, settings), **values}
    values.pop(NUMBER, None)
    if people.PERSONS in table:
        values[people.PERSONS] = _with_email(people.people_of(values), values.get(EMAIL))
    values["assigned_to"] = settings.assigned_to
    proposal = Proposal(module, Side.CRM, pair, values, frozenset(values))
    skip = refuse(proposal, context)
    if skip and skip.once and pair.link and pair.link.reason == skip.reason:
        return Decision(pair)  # it was logged, and still stands on the link
    remarks = credits_of(document) if OTHERWISE in table else ()
    agreed = {name: "" for name in spec.numbered_by_crm if name not in values}
    return Decision(pair, (skip or Create(Side.CRM, values),), agreed, remarks=remarks)


def _is_left_in_xero(module: Module, pair: Pair, context: Context) -> bool:
    """Whether the settings leave it in Xero: a contact that is no customer, nor on an invoice."""
    assert pair.xero is not None
    if not context.settings.customers_only or not spec_of(module).is_no_customer(
        pair.xero.document
    ):
        return False
    return pair.xero.id.lower() not in context.lookups.customers


def _with_email(persons: Sequence[Person], email: Value) -> tuple[Person, ...]:
    """Xero keeps the primary person's e-mail as the contact's: the new Contact gets it too."""
    return tuple(
        replace(person, email=str(email or "")) if person.is_primary else person
        for person in persons
    )


def _create_in_xero(module: Module, pair: Pair, context: Context) -> Decision:
    assert pair.crm is not None
    if not context.settings.writes(module, Side.XERO):
        return Decision(pair)
    values = _values_for_xero(module, pair, context)
    left_out: tuple[Person, ...] = ()
    borrowed = ""
    if people.PERSONS in context.tables[module]:
        values[people.PERSONS], left_out = persons.project(people.people_of(pair.crm.fields), ())
        borrowed = borrowed_email(pair.crm.fields)
        values[EMAIL] = borrowed or values[EMAIL]
        if name_key(str(values[NUMBER] or "")) in context.numbers_at_xero:
            values[NUMBER] = ""  # another CRM's number: the name alone is the key then
    if values.get("status") == "CANCELLED":
        return Decision(pair)  # cancelled before it was ever sent
    proposal = Proposal(module, Side.XERO, pair, values, frozenset(values))
    document = creation(module, context.tables[module], values)
    skip = refuse(proposal, context) or skip_if_refused_before(pair, document, context)
    if skip:
        return Decision(pair, (skip,))
    actions: tuple[Action, ...] = (Create(Side.XERO, values, document),)
    if borrowed and context.settings.writes(module, Side.CRM):
        # Else the two would differ from the start: the organization keeps the borrowed address.
        pinned = Update(Side.CRM, (Change(EMAIL, "", borrowed),), {EMAIL: borrowed})
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
