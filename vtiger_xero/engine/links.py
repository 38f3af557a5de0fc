"""What the journal remembers of a pair: who belongs to whom, and what both last agreed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from .records import Module


class LinkState(str, Enum):
    """Where a pair stands, in the words that the Desk shows."""

    IN_SYNC = "In Sync"
    WAITING = "Waiting"
    SKIPPED = "Skipped"
    CONFLICT = "Conflict"
    GONE = "Gone"


UNANSWERED = "Xero fails on this record, though it was sent alone."


@dataclass(frozen=True)
class Link:
    """A CRM record and its Xero document; either may be missing while the other waits.

    `duplicate_of` names the CRM record whose Xero document this one shares (mission G2).
    `crm_modified` is the version of the CRM record that was last dealt with in full; any other
    version means: look again. `refused` is the fingerprint of a request that Xero refused, so
    that the same request is not sent again until something changes.
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


@dataclass(frozen=True)
class XeroHead:
    """The little of a remembered Xero document that matching needs.

    `pending` is set while Xero's latest version has not been dealt with. `merged_into` is the
    contact into which a person at Xero merged this one. `marks` are details that tell two
    records of one number apart: tax number and e-mail, as comparable text.
    """

    id: str
    title: str
    number: str
    status: str
    updated: datetime
    pending: bool
    merged_into: str | None = None
    marks: frozenset[str] = frozenset()

    @property
    def alive(self) -> bool:
        """Whether Xero still lets the document be edited."""
        return self.status not in ("ARCHIVED", "GDPRREQUEST", "DELETED", "VOIDED")
