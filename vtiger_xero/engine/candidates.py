"""What matching looks at, and the pairs that it finds: keys alone, no records."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from .links import Link, MatchAnswer, Possible, XeroHead
from .mapping.heads import Keys, MatchRule
from .messages import _lt
from .records import Head

BY_LINK, BY_NUMBER, BY_NAME = "stored link", "number", "name"
BY_MERGE = "merged in Xero"
BY_PERSON = _lt("a person's answer")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair to look at, by its keys.

    `possible` are records of the other side that may be the same one. `xero_changed`: Xero's
    document changed since it was last dealt with.
    """

    crm_name: str | None
    xero_id: str | None
    link: Link | None = None
    matched_by: str = ""
    duplicate_of: str | None = None
    possible: tuple[Possible, ...] = ()
    xero_changed: bool = False


@dataclass(frozen=True)
class MatchInput:
    """The heads of both sides and the links between them. CRM heads stand oldest first.

    `recheck` are CRM records to look at although neither side changed. `answers` are those of
    users on possible matches. `is_customer_unlinked`: the customer of this Xero document has no
    link yet, so that it is too early to compare it.
    """

    crm: Sequence[Head]
    xero: Sequence[XeroHead]
    links: Sequence[Link]
    keys_of: Callable[[Head], Keys]
    rule: MatchRule
    recheck: Collection[str] = ()
    answers: Sequence[MatchAnswer] = ()
    is_customer_unlinked: Callable[[XeroHead], bool] = lambda head: False
