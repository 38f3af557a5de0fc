"""What the journal stores of a pair: which records belong together, and in what state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import Enum

from .messages import _lt
from .records import Module, Side


class LinkState(str, Enum):
    """Where a pair stands, in the words that the Desk shows."""

    IN_SYNC = "In Sync"
    WAITING = "Waiting"
    SKIPPED = "Skipped"
    CONFLICT = "Conflict"
    POSSIBLE = "Possible Match"
    EXCLUDED = "Excluded"
    GONE = "Gone"

    @property
    def is_apart(self) -> bool:
        """Whether the pair takes no part in the sync: nothing of it is compared."""
        return self in (LinkState.EXCLUDED, LinkState.GONE)


# What leads to each state: one function for each event, and in it the first row that holds.


def state_when_decided(
    *,
    is_excluded: bool,
    changed_meanwhile: bool,
    has_conflict: bool,
    has_question: bool,
    is_unfinished: bool,
    is_deleted: bool,
    has_reason: bool,
) -> LinkState:
    """A decision was carried out in the CRM (`sync/to_crm.py`).

    `changed_meanwhile`: a user saved the record before the sync could. `has_question`: a possible
    match is to be answered. `is_unfinished`: something is still to be sent, waits for the Sync
    Direction, or was saved otherwise than Xero has it.
    """
    return _first(
        (is_excluded, LinkState.EXCLUDED),
        (changed_meanwhile, LinkState.WAITING),
        (has_conflict, LinkState.CONFLICT),
        (has_question, LinkState.POSSIBLE),
        (is_unfinished, LinkState.WAITING),
        (is_deleted, LinkState.GONE),
        (has_reason, LinkState.SKIPPED),
    )


def state_when_accepted(*, is_unfinished: bool, has_reason: bool, has_changes: bool) -> LinkState:
    """Xero accepted a request (`sync/to_xero.py`); `has_changes`: its answer holds others, too."""
    return _first(
        (is_unfinished, LinkState.WAITING),
        (has_reason, LinkState.SKIPPED),
        (has_changes, LinkState.WAITING),
    )


def state_when_refused() -> LinkState:
    """Xero refused the request of this one record (`sync/to_xero.py`)."""
    return LinkState.SKIPPED


def state_when_found() -> LinkState:
    """What was sent was found after a lost answer (`sync/recovery.py`); it is decided next."""
    return LinkState.WAITING


def state_of_duplicate(*, is_excluded: bool, has_document: bool) -> LinkState:
    """A duplicate shares the document of its primary, if that has one (`sync/one_module.py`)."""
    return _first((is_excluded, LinkState.EXCLUDED), (not has_document, LinkState.WAITING))


def state_when_unequal(before: LinkState) -> LinkState:
    """The figures of both sides differ after a run (`sync/figures_check.py`)."""
    return LinkState.SKIPPED if before is LinkState.IN_SYNC else before


def state_when_equal(before: LinkState) -> LinkState:
    """They differed, and are equal again (`sync/figures_check.py`)."""
    return LinkState.IN_SYNC if before is LinkState.SKIPPED else before


def _first(*rows: tuple[bool, LinkState]) -> LinkState:
    """The state of the first row that holds; In Sync where none does."""
    return next((state for holds, state in rows if holds), LinkState.IN_SYNC)


# The rule of a pair whose figures differ (see `figures`).
UNEQUAL = "G12"
UNANSWERED = _lt("Xero had an error with this record, even when it was sent alone.")


@dataclass(frozen=True)
class FieldConflict:
    """A field that both sides changed, for a user to decide: the values as people read them.

    `agreed` is what both last agreed on, None where they never did.
    """

    field: str
    agreed: str | None
    crm: str
    xero: str


@dataclass(frozen=True)
class Choice:
    """A user's decision on a conflict: whose value is kept, of the two that they saw.

    It holds as long as both sides still have these values; after that the user is asked again.
    """

    field: str
    winner: Side
    crm: str
    xero: str


class Likeness(str, Enum):
    """By what two unlinked records may be one; the values are stored."""

    NAME = "name looks alike"
    TAX_NUMBER = "tax number"
    EMAIL = "e-mail"
    TAX_NUMBERS_DIFFER = "name, with another tax number"
    CODE = "code looks alike"
    ITEM_NAME = "item name"
    NUMBER = "invoice number"
    NUMBER_ALIKE = "invoice number looks alike"
    FIGURES = "customer, total and day"
    NEARLY = "customer, day and nearly the total"
    DAYS = "amount, on another day"
    REFERENCE = "amount, with another reference"
    ACCOUNT = "amount, in another account"
    EXPECTED = "amount, not received yet"
    SEVERAL = "amount, several that fit"
    NAMESAKE = "name, answered with two"

    @property
    def asks(self) -> bool:
        """Whether a user still has to answer: for a namesake they have."""
        return self is not Likeness.NAMESAKE


@dataclass(frozen=True, slots=True)
class Possible:
    """A record of the other side that may be the same one.

    `key` is its Xero id, or its name in the CRM; `title` is what a person calls it.
    """

    key: str
    title: str
    likeness: Likeness


class Answer(str, Enum):
    """A user's answer on a possible match: both records are one, or they are two."""

    ONE = "One"
    TWO = "Two"


@dataclass(frozen=True)
class MatchAnswer:
    """A person's answer on a possible match, who gave it, and when (UTC).

    It holds until it is taken back, or the CRM's record is no more.
    """

    module: Module
    crm_name: str
    xero_id: str
    answer: Answer
    user: str = ""
    at: datetime | None = None

    @property
    def pair(self) -> tuple[str, str]:
        """The two records that it is about."""
        return self.crm_name, self.xero_id


@dataclass(frozen=True, slots=True)
class Link:
    """A CRM record and its Xero document; either may be missing while the other is waiting.

    `duplicate_of` names the CRM record whose Xero document this one shares (rule G2).
    `crm_modified` is the version of the CRM record that was last dealt with in full; any other
    version means: look again. `refused` is the fingerprint of a request that Xero refused, so
    that the same request is not sent again until something changes. `rule` is the code of the
    rule of `reason` and `remedy`. `matched_on` is when the two became a pair (UTC), None where it
    was not stored then. `conflict` are the fields in conflict while the state is CONFLICT,
    `choices` what a user decided on them so far, and `keeps` the side that they chose for every
    conflict of this record, until they take it back.
    """

    module: Module
    crm_name: str | None
    xero_id: str | None
    state: LinkState = LinkState.WAITING
    crm_modified: datetime | None = None
    matched_by: str = ""
    duplicate_of: str | None = None
    reason: str = ""
    remedy: str = ""
    refused: str = ""
    rule: str = ""
    matched_on: datetime | None = None
    conflict: tuple[FieldConflict, ...] = ()
    choices: tuple[Choice, ...] = ()
    keeps: Side | None = None
    possible: tuple[Possible, ...] = ()

    def since(self, known: Link | None, now: datetime) -> Link:
        """The link with the time when it became a pair: `known`'s, if it was this one, or now."""
        if not (self.crm_name and self.xero_id):
            return replace(self, matched_on=None)
        pair = (self.crm_name, self.xero_id)
        same = known is not None and (known.crm_name, known.xero_id) == pair
        return replace(self, matched_on=known.matched_on if known and same else now)


ENDED = ("ARCHIVED", "GDPRREQUEST", "DELETED", "VOIDED")  # what Xero no longer lets be edited


@dataclass(frozen=True, slots=True)
class XeroHead:
    """What matching needs of a stored Xero document.

    `pending` is set while Xero's latest version has not been dealt with. `merged_into` is the
    contact into which a person at Xero merged this one. `marks` are details that distinguish
    two records of one number: tax number and e-mail, as comparable text. `details` are those
    that show whether it may be the same as a record of another name (see `evidence`). `figures`
    are what the CRM's record must be equal in (see `figures`), None where an earlier version kept
    the document.
    """

    id: str
    title: str
    number: str
    status: str
    updated: datetime
    pending: bool
    merged_into: str | None = None
    marks: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict, hash=False)
    figures: tuple[Decimal, ...] | None = None

    @property
    def alive(self) -> bool:
        """Whether Xero still lets the document be edited."""
        return self.status not in ENDED


def merged_contacts(heads: Iterable[XeroHead]) -> dict[str, str]:
    """The present contact of each merged one."""
    return present_contacts({head.id: head.merged_into for head in heads if head.merged_into})


def present_contacts(into_which: Mapping[str, str]) -> dict[str, str]:
    """Where merges lead in the end. A circle, which Xero never makes, ends the walk."""
    merged = dict(into_which)
    into = {start.lower(): end for start, end in merged.items()}
    for start, end in merged.items():
        walked = {start.lower()}
        while end.lower() in into and end.lower() not in walked:
            walked.add(end.lower())
            end = into[end.lower()]
        merged[start] = end
    return merged
