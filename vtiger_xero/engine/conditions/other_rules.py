"""What else keeps a record back: rules that look at a pair or at a write, and so are no rows.

They are only promised here, for the docs; a test holds this list against every skip of the engine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..actions import REFUSED
from ..links import UNEQUAL
from ..mapping.invoices import ITEMS
from ..mapping.people import PERSONS
from ..modules import SPECS, TABLES, ModuleSpec
from ..modules.spec import Released
from ..records import Module, Side


@dataclass(frozen=True)
class OtherRule:
    """A rule that stands elsewhere: for which modules, and what it does not write to."""

    code: str
    modules: tuple[Module, ...]
    sides: tuple[Side, ...]
    promise: str


def _of(applies: Callable[[ModuleSpec], bool]) -> tuple[Module, ...]:
    return tuple(module for module, spec in SPECS.items() if applies(spec))


def _with_field(field: str) -> tuple[Module, ...]:
    return tuple(module for module in Module if field in TABLES[module])


_ALL, _EITHER = tuple(Module), (Side.CRM, Side.XERO)

OTHER_RULES = (
    OtherRule(
        "G2",
        _of(lambda spec: spec.rule.shares_document),
        (Side.XERO,),
        "of several records of one name or code the first one's values sync; the others are "
        "linked with the same contact or item, and each is logged once",
    ),
    OtherRule(
        "G6",
        _ALL,
        _EITHER,
        "what may be one with a record of the other side although nothing proves it is copied in "
        "no direction until a person answers one or two (Possible Matches)",
    ),
    OtherRule(
        "G7",
        _ALL,
        _EITHER,
        "what both sides changed waits for a person, where the settings say Ask",
    ),
    OtherRule(
        "G9",
        _ALL,
        (Side.XERO,),
        "what was deleted in the CRM stays in Xero where deletions do not sync, where it was "
        "changed there since, or where Xero lets it go no more (payments, the bank); logged once",
    ),
    OtherRule(
        UNEQUAL,
        _of(lambda spec: bool(spec.figures)),
        _EITHER,
        "a linked invoice whose total, received or balance differ on the two sides after a run, or "
        "a payment whose amount does, is not In Sync: it says both figures, by how much, and why",
    ),
    OtherRule(
        "X-closed",
        _with_field(ITEMS),
        (Side.CRM,),
        "an invoice of nothing, which Xero closes as paid, keeps its status where invoices only go "
        "to Xero, until a person sets it to Paid",
    ),
    OtherRule(
        "P2-deleted",
        _of(lambda spec: isinstance(spec.when_gone, Released)),
        (Side.CRM,),
        "a payment deleted in Xero stays Received where payments only go there, until a person "
        "sets it to Pending; then it can be sent anew",
    ),
    OtherRule(
        "five-contacts",
        _with_field(PERSONS),
        (Side.XERO,),
        "the sixth contact beside the primary one stays in the CRM",
    ),
    OtherRule(
        REFUSED,
        _ALL,
        (Side.XERO,),
        "what Xero itself refuses is skipped, with its reason and a remedy",
    ),
    OtherRule(
        "refused-crm",
        _ALL,
        (Side.CRM,),
        "what the CRM itself refuses (a rule of the site, a link that holds it) is skipped, with "
        "its reason",
    ),
)
