"""What a condition is: a row that finds what is wrong with a proposal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..actions import REFUSED, Pair, Skip
from ..lookups import Lookups, empty_lookups
from ..mapping import Row, Table, Values
from ..messages import Message, label, lines
from ..modules import TABLES
from ..namesakes import Namesakes
from ..outbox import fingerprint
from ..records import CrmRecord, Document, Fields, Module, Side
from ..reference import Reference
from ..settings import Settings


@dataclass(frozen=True)
class Context:
    """What deciding must know beyond the pair itself.

    `mandatory` maps the CRM's mandatory fields to their labels, `mandatory_of` those of one of
    several DocTypes, `labels` every field. `numbers_at_xero` are the second keys in use there,
    `names_at_xero` the first ones and who holds them, both as comparable text. `namesakes` are
    Xero's documents by their names. `retry` sends again what Xero refused before, because a person
    asks for it.
    """

    settings: Settings
    reference: Reference
    mandatory: Mapping[str, str] = field(default_factory=dict)
    mandatory_of: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    numbers_at_xero: frozenset[str] = frozenset()
    names_at_xero: Mapping[str, str] = field(default_factory=dict)
    namesakes: Namesakes = field(default_factory=Namesakes)
    retry: bool = False
    lookups: Lookups = field(default_factory=empty_lookups)
    tables: Mapping[Module, Table] = field(default_factory=lambda: TABLES)

    def label(self, field_name: str) -> Message:
        """The field's label, as users see it."""
        return label(self.labels.get(field_name) or field_name.replace("_", " ").title())


@dataclass(frozen=True)
class Proposal:
    """What would be written to `side`: the values as they would stand, and which are new.

    `memory` spares rules that look at the same thing from working it out anew.
    """

    module: Module
    side: Side
    pair: Pair
    values: Values
    changed: frozenset[str]
    memory: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def held(self) -> Fields:
        """The CRM's fields as they stand, {} where it has no record yet."""
        return self.pair.crm.fields if self.pair.crm else {}

    @property
    def document(self) -> Document:
        """Xero's document as it stands, {} where it has none yet."""
        return self.pair.xero.document if self.pair.xero else {}


def alone(record: CrmRecord, rows: Iterable[Row]) -> Proposal:
    """What these rows of its module would send of a record, as if Xero had none of it."""
    values = {row.field: row.of_crm(record.fields) for row in rows}
    return Proposal(record.module, Side.XERO, Pair(record, None), values, frozenset(values))


Finding = tuple[str, str]  # reason, remedy


@dataclass(frozen=True)
class Condition:
    """One rule. `promise` is the sentence that docs print and that its test is named after.

    `once`: what it finds stays as it is until a person acts, and is logged once. `when_saved`: it
    looks at nothing but the record, so a user who saves the record is told at once.
    """

    code: str
    module: Module
    side: Side
    promise: str
    find: Callable[[Proposal, Context], Iterable[Finding]]
    once: bool = False
    when_saved: bool = False


def skip_of_findings(
    conditions: Iterable[Condition], proposal: Proposal, context: Context
) -> Skip | None:
    """The skip that stands for everything that is wrong with a proposal, or None."""
    found = [
        (condition, reason, remedy)
        for condition in conditions
        if condition.module is proposal.module and condition.side is proposal.side
        for reason, remedy in condition.find(proposal, context)
    ]
    if not found:
        return None
    once = all(condition.once for condition, _, _ in found)
    joined = join_findings(each[1:] for each in found)
    return Skip(proposal.side, found[0][0].code, *joined, once=once)


def skip_if_refused_before(pair: Pair, document: Document, context: Context) -> Skip | None:
    """What Xero refused and nothing has changed since, unless a person asks again."""
    link = pair.link
    if context.retry or not link or not link.refused:
        return None
    namesakes = context.namesakes.of(link.module, document, pair.xero.id if pair.xero else None)
    if link.refused != fingerprint(document, namesakes):
        return None
    return Skip(Side.XERO, REFUSED, link.reason, link.remedy)


def join_findings(findings: Iterable[Finding]) -> Finding:
    """Several findings as one, each once, a line for each (`causes.told_apart` reads it).

    Those of one remedy stand together, and its line is empty where it was given already.
    """
    of_remedies: dict[str, dict[str, None]] = {}
    for reason, remedy in findings:
        of_remedies.setdefault(remedy, {})[reason] = None
    nothing_first = sorted(of_remedies, key=bool)
    reasons = [reason for remedy in nothing_first for reason in of_remedies[remedy]]
    remedies = [
        remedy if number == 0 else ""
        for remedy in nothing_first
        for number in range(len(of_remedies[remedy]))
    ]
    while remedies and not remedies[-1]:
        remedies.pop()
    return lines(reasons), lines(remedies)
