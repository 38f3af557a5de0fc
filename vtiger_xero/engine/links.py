"""What the journal remembers of a pair: who belongs to whom, and what both last agreed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import Enum

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


# The rule of a pair whose figures differ (see `figures`).
UNEQUAL = "G12"
UNANSWERED = "Xero had an error with this record, even when it was sent alone."


@dataclass(frozen=True)
class Clash:
    """A field that both sides changed, for a person to decide: the values as a person reads them.

    `agreed` is what both last agreed on, None where they never did.
    """

    field: str
    agreed: str | None
    crm: str
    xero: str


@dataclass(frozen=True)
class Choice:
    """A person's decision on a clash: whose value stands, of these two that they saw.

    It holds as long as both sides still show these values; after that the field is asked anew.
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
        """Whether a person still has to answer: of a namesake they have."""
        return self is not Likeness.NAMESAKE


@dataclass(frozen=True)
class Possible:
    """A record of the other side that may be the same one.

    `key` is its Xero id, or its name in the CRM; `title` is what a person calls it.
    """

    key: str
    title: str
    likeness: Likeness


class Answer(str, Enum):
    """What a person says of a possible match: both records are one, or they are two."""

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


@dataclass(frozen=True)
class Link:
    """A CRM record and its Xero document; either may be missing while the other waits.

    `duplicate_of` names the CRM record whose Xero document this one shares (mission G2).
    `crm_modified` is the version of the CRM record that was last dealt with in full; any other
    version means: look again. `refused` is the fingerprint of a request that Xero refused, so
    that the same request is not sent again until something changes. `rule` is the code of the
    rule whose `reason` and `remedy` are told. `matched_on` is when the two became a pair (UTC),
    None where that was before anybody wrote it down. `conflict` are the fields in dispute while
    the state is CONFLICT, `choices` what a person decided on them so far, and `keeps` the side
    that they gave every clash of this record to, until they take it back.
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
    conflict: tuple[Clash, ...] = ()
    choices: tuple[Choice, ...] = ()
    keeps: Side | None = None
    possible: tuple[Possible, ...] = ()

    def since(self, known: Link | None, now: datetime) -> Link:
        """The link with the time since when it is a pair: `known`'s, if it was this one, or now."""
        if not (self.crm_name and self.xero_id):
            return replace(self, matched_on=None)
        pair = (self.crm_name, self.xero_id)
        same = known is not None and (known.crm_name, known.xero_id) == pair
        return replace(self, matched_on=known.matched_on if known and same else now)


ENDED = ("ARCHIVED", "GDPRREQUEST", "DELETED", "VOIDED")  # what Xero no longer lets be edited


@dataclass(frozen=True)
class XeroHead:
    """The little of a remembered Xero document that matching needs.

    `pending` is set while Xero's latest version has not been dealt with. `merged_into` is the
    contact into which a person at Xero merged this one. `marks` are details that tell two
    records of one number apart: tax number and e-mail, as comparable text. `details` are those
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
    marks: frozenset[str] = frozenset()
    details: Mapping[str, str] = field(default_factory=dict, hash=False)
    figures: tuple[Decimal, ...] | None = None

    @property
    def alive(self) -> bool:
        """Whether Xero still lets the document be edited."""
        return self.status not in ENDED
