"""The typed outcomes of deciding: what a plan is made of, and what a run carries out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from .links import Choice, FieldConflict, Link, Possible
from .mapping import Values
from .mapping.doctypes import DO_NOT_SYNC
from .modules import title_of
from .records import CrmRecord, Document, Person, Side, Value, XeroRecord

REFUSED = "refused"  # the rule of a skip that repeats what Xero answered to the same request


class Operation(str, Enum):
    """The columns of the sync log, in Vtiger's words."""

    CREATED = "Created"
    UPDATED = "Updated"
    DELETED = "Deleted"
    SKIPPED = "Skipped"


@dataclass(frozen=True)
class Change:
    """One field that a write changes; `overwrites` marks a value that a person had changed."""

    field: str
    old: Value
    new: Value
    overwrites: bool = False


@dataclass(frozen=True)
class Create:
    """Create the record on `side` from `values` (for Xero: the whole `document`)."""

    side: Side
    values: Values
    document: Document = field(default_factory=dict)


@dataclass(frozen=True)
class Update:
    """Change fields on `side`; for Xero, `document` is the sparse request without its id."""

    side: Side
    changes: tuple[Change, ...]
    values: Values
    document: Document = field(default_factory=dict)


@dataclass(frozen=True)
class Delete:
    """Remove the record on `side`: archive at Xero, trash in the CRM."""

    side: Side
    document: Document = field(default_factory=dict)


@dataclass(frozen=True)
class Skip:
    """Leave `side` unwritten, for a reason that a bookkeeper understands.

    `once`: it is logged when it is first found, and not in every run.
    """

    side: Side
    rule: str
    reason: str
    remedy: str = ""
    once: bool = False


@dataclass(frozen=True)
class Conflict:
    """Both sides changed these fields and the policy says: ask. The record waits.

    `changes` are still to be decided; `fields` are all that are in conflict, decided or not.
    """

    changes: tuple[Change, ...]
    fields: tuple[FieldConflict, ...] = ()


Action = Create | Update | Delete | Skip | Conflict


@dataclass(frozen=True)
class Pair:
    """One record as both sides know it; a side that has none is None.

    `base` holds the values on which both last agreed, in comparable form. `matched_by` says how
    an unlinked pair was found. `possible` are records of the other side that may be the same one.
    `xero_changed` says that Xero's document changed since it was last dealt with.
    """

    crm: CrmRecord | None
    xero: XeroRecord | None
    link: Link | None = None
    base: Values = field(default_factory=dict)
    matched_by: str = ""
    duplicate_of: str | None = None
    possible: tuple[Possible, ...] = ()
    xero_changed: bool = False

    @property
    def is_excluded(self) -> bool:
        """Whether the record is excluded from the sync."""
        return self.crm is not None and bool(self.crm.fields.get(DO_NOT_SYNC))

    @property
    def title(self) -> str:
        """What a person calls the record."""
        return title_of(self.crm, self.xero)


@dataclass(frozen=True)
class Decision:
    """What is to be done with a pair. `agreed` are values that need no write to be agreed on.

    `people_left_out` are contacts for whom Xero has no room, each a skip of its own. `waits`: the
    direction holds a change back, which syncs as soon as the direction allows. `ends_pair`: the two
    are no pair any more, once this is done. `remarks` go into the log.
    `choices` are those of a person that still hold, and that this decision follows.
    """

    pair: Pair
    actions: tuple[Action, ...] = ()
    agreed: Values = field(default_factory=dict)
    people_left_out: tuple[Person, ...] = ()
    waits: bool = False
    ends_pair: bool = False
    remarks: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()

    @property
    def waits_for_primary(self) -> bool:
        """Whether it is a duplicate: linked when its primary has its document."""
        return self.pair.duplicate_of is not None and not self.releases_document

    @property
    def releases_document(self) -> bool:
        """Whether it leaves its document, so that another record can have it.

        A deleted record, an excluded one, and a duplicate that had the document until now.
        """
        pair = self.pair
        if pair.crm is None or pair.xero is None:
            return pair.crm is None
        link = pair.link
        had = link is not None and link.xero_id == pair.xero.id and not link.duplicate_of
        return pair.is_excluded or (pair.duplicate_of is not None and had)

    def on(self, side: Side) -> Create | Update | Delete | None:
        """The write that this decision asks of `side`, if any."""
        for action in self.actions:
            if isinstance(action, (Create, Update, Delete)) and action.side is side:
                return action
        return None

    @property
    def skips(self) -> tuple[Skip, ...]:
        """The skips, in order."""
        return tuple(action for action in self.actions if isinstance(action, Skip))

    @property
    def conflict(self) -> Conflict | None:
        """The conflict, if the policy is to ask."""
        return next((each for each in self.actions if isinstance(each, Conflict)), None)
