"""A person decides on a record in conflict: what they saw is what they decide on."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import frappe
from frappe import _

from ..crm.lock import ANOTHER_RUN, is_running
from ..crm.tenant import connected_tenant
from ..engine import stored
from ..engine.choosing import with_choices
from ..engine.errors import AnotherRun, RecordRefused
from ..engine.links import Choice, FieldConflict, Link
from ..engine.mapping.doctypes import DO_NOT_SYNC
from ..engine.records import Module, Side
from ..engine.stored import LINK_COLUMNS
from .conflicts import wording_of
from .wording import Wording

_NOTHING = "This conflict has already been resolved."
Seen = Mapping[str, Mapping[str, str]]


def decide(
    module: Module,
    doctype: str,
    name: str,
    choices: Mapping[str, str],
    seen: Seen,
    keeps: str,
) -> None:
    """Remember whose value stands, field by field; the next run carries it out.

    `choices` and `keeps` name a side, `seen` holds both values of each chosen field as the page
    showed them. Raises the engine's `SyncError`s where they are others by now, where there is
    nothing to decide, and while a run is at work on the links.
    """
    link = _locked_link(module, name)
    if not link.conflict or frappe.db.get_value(doctype, name, DO_NOT_SYNC):
        raise RecordRefused(_(_NOTHING))
    wording = wording_of(doctype, name, link)
    decided = list(_choices(wording, doctype, name, link, choices, seen))
    labels = {field: wording.label(doctype, field) for field in choices}
    _keep(with_choices(link, decided, _side(keeps), labels))


def ask_again(module: Module, name: str) -> None:
    """No side wins every conflict of this record any more.

    It needs no conflict: after "always" was chosen for one side there may be none for a long time.
    """
    _keep(replace(_locked_link(module, name), keeps=None))


def _keep(link: Link) -> None:
    """What a user decided, and nothing else: `modified` stays, for this is no sync."""
    row = stored.link_row(connected_tenant(), link, None)
    decided = {column: row[column] for column in ("choices", "keeps")}
    frappe.db.set_value("Xero Link", {"crm_key": row["crm_key"]}, decided, update_modified=False)


def _locked_link(module: Module, name: str) -> Link:
    tenant = connected_tenant()
    if is_running(tenant):
        raise AnotherRun(_(ANOTHER_RUN))  # it would write its own idea of the link over ours
    key = {"crm_key": stored.crm_key(tenant, module, name)}
    row = frappe.db.get_value("Xero Link", key, [*LINK_COLUMNS], as_dict=True, for_update=True)
    if row is None:
        raise RecordRefused(_(_NOTHING))
    return stored.link_of(row)


def _choices(
    wording: Wording,
    doctype: str,
    name: str,
    link: Link,
    choices: Mapping[str, str],
    seen: Seen,
) -> Iterator[Choice]:
    """Each choice on the values that were seen, in the engine's words where these still hold."""
    clashes = {clash.field: clash for clash in link.conflict}
    for field, winner in choices.items():
        values = _as_seen(seen.get(field))
        clash = clashes.get(field)
        if clash and values == _shown(wording, doctype, name, clash):
            values = clash.crm, clash.xero
        side = _side(winner)
        if side:
            yield Choice(field, side, *values)


def _as_seen(values: Any) -> tuple[str, str]:
    values = values if isinstance(values, Mapping) else {}
    return str(values.get("crm") or ""), str(values.get("xero") or "")


def _shown(wording: Wording, doctype: str, name: str, clash: FieldConflict) -> tuple[str, str]:
    crm, xero = (
        wording.value(doctype, name, clash.field, text) for text in (clash.crm, clash.xero)
    )
    return crm, xero


def _side(name: str) -> Side | None:
    if not name:
        return None
    try:
        return Side(name)
    except ValueError:
        sides = " / ".join(side.value for side in Side)
        raise RecordRefused(
            _("{0} is not a side of a conflict. Sides are: {1}.").format(name, sides)
        ) from None
